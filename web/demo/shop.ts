// The shop of the demo: a page as any host's, which opens the form with what it knows of the product.

interface Said {
  push(call: readonly unknown[]): void;
}

// an array until the line has come, which then does what is in it
const page = window as { parley?: Said };
page.parley ??= [] as unknown[] as Said;

for (const button of document.querySelectorAll<HTMLElement>('button[data-category]')) {
  button.addEventListener('click', () => {
    const { category, subject } = button.dataset;
    page.parley?.push(['ask', { category, subject }]);
  });
}

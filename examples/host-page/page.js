// What a page may say to the widget, and hear of it. The array is there before the widget is, and keeps what is said until then.
window.parley = window.parley || [];

const NAMES = ['ready', 'open', 'close', 'question', 'message', 'unread', 'offer', 'rated', 'closed', 'error'];
for (const name of NAMES) {
  window.parley.push([
    'on',
    name,
    (detail) => {
      const line = document.createElement('li');
      line.textContent = `parley:${name} ${JSON.stringify(detail ?? {})}`;
      document.querySelector('#heard').append(line);
    },
  ]);
}

document.addEventListener('DOMContentLoaded', () => {
  document.querySelector('#ask').addEventListener('click', () => {
    window.parley.push(['ask', { category: 'computer', subject: 'My laptop does not start' }]);
  });
  document.querySelector('#leave').addEventListener('click', () => window.parley.push(['reset']));
});

// Styles without an inline style: sheets that are made once and adopted by every root, which no policy of a host refuses.

const sheets = new Map<string, CSSStyleSheet>();

/** Adds these styles to the root, once. */
export function adopt(root: Document | ShadowRoot, css: string): void {
  let sheet = sheets.get(css);
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    sheets.set(css, sheet);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
}

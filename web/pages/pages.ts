// The pages that are built: under which path each is served, and how what it names is found from there.

/** `up`: from its path to the folder of the server; `html`: another page, served under other paths too */
export const PAGES = {
  shop: { path: '/', up: '' },
  question: { path: '/questions/:questionId', up: '../' },
  console: { path: '/expert', up: '' },
  'console-view': { html: 'console', path: '/expert/:view', up: '../' },
  'console-request': { html: 'console', path: '/requests/:requestId', up: '../' },
  'console-entry': { html: 'console', path: '/expert/:view/:id', up: '../../' },
} satisfies Readonly<Record<string, Page>> as Readonly<Record<string, Page>>;

interface Page {
  readonly html?: string;
  readonly path: string;
  readonly up: string;
}

/** What a page names is named by its place in `web/`, as vite serves it; built, it is found beside the page. */
export function withNames(html: string, nameOf: (source: string) => string): string {
  return html.replace(/(?<=\b(?:src|href)=")\/([^"]+)(?=")/g, (_all, source: string) => nameOf(source));
}

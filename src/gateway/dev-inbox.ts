// Development only: the mail that would have been sent, for programs and for eyes. Shown as text; its HTML
// only in a frame that may do nothing.

import type { FastifyInstance } from 'fastify';
import type { InboxMail } from '../models/inbox.ts';
import { escaped } from './html.ts';

export interface Inbox {
  /** All mail, or that of one recipient. */
  list(to?: string): Promise<readonly InboxMail[]>;
}

export function serveInbox(app: FastifyInstance, inbox: Inbox): void {
  app.get('/dev/mail', async (request) => {
    const { to } = request.query as { to?: unknown };
    return inbox.list(typeof to === 'string' && to !== '' ? to : undefined);
  });

  app.get('/dev/inbox', async (request, reply) => {
    const { to, mail: id } = request.query as { to?: unknown; mail?: unknown };
    const recipient = typeof to === 'string' && to !== '' ? to : undefined;
    const mails = (await inbox.list(recipient)).toSorted((one, other) => other.at.getTime() - one.at.getTime());
    void reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY);
    if (id === undefined) return reply.send(listPage(mails, recipient));
    const mail = mails.find((one) => one.id === id);
    return reply.code(mail ? 200 : 404).send(mail ? htmlPage(mail) : missingPage());
  });
}

/** Whatever a mail holds: no scripts, nothing fetched, nothing sent. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

function listPage(mails: readonly InboxMail[], to: string | undefined): string {
  const nothing = to === undefined ? 'Nothing yet.' : `Nothing for ${escaped(to)} yet.`;
  const empty = `<p>${nothing} E-mails appear here as they are sent; this page looks again every five seconds.</p>`;
  return page(
    `Inbox (${mails.length})`,
    `<h1>Mail that would have been sent</h1>
${to === undefined ? '' : '<p><a href="inbox">All mail</a></p>'}
${mails.length === 0 ? empty : mails.map(article).join('\n')}`,
    '<meta http-equiv="refresh" content="5">',
  );
}

function article(mail: InboxMail): string {
  return `<article>
<h2>${escaped(mail.subject)}</h2>
<p>To <a href="inbox?to=${encodeURIComponent(mail.to)}">${escaped(mail.to)}</a> · ${timeTag(mail)} · <a href="inbox?mail=${encodeURIComponent(mail.id)}" aria-label="HTML of: ${escaped(mail.subject)}">HTML</a></p>
<pre>${linked(mail.text.trim().replace(/\n{3,}/g, '\n\n'))}</pre>
</article>`;
}

/** As a mail program shows it. Links open in a page of their own; the `base` says so, at the end it counts as well. */
function htmlPage(mail: InboxMail): string {
  return page(
    mail.subject,
    `<p><a href="inbox">All mail</a></p>
<h1>${escaped(mail.subject)}</h1>
<p>To ${escaped(mail.to)} · ${timeTag(mail)}</p>
<iframe title="The mail" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escaped(`${mail.html}<base target="_blank">`)}"></iframe>`,
  );
}

function missingPage(): string {
  return page('No such mail', '<p>There is no such mail. <a href="inbox">All mail</a></p>');
}

/** `title` is text, the others are HTML. */
function page(title: string, main: string, head = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${head}
<title>${escaped(title)} · Parley</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.25rem; overflow-wrap: anywhere; }
  article { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: 1rem 0; }
  h2 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
  p { margin: 0.25rem 0; overflow-wrap: anywhere; }
  pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0.75rem 0 0; }
  iframe { width: 100%; height: 75vh; margin-top: 0.75rem; border: 1px solid; color-scheme: light; background: #fff; }
</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
}

const timeTag = (mail: InboxMail) => `<time>${escaped(mail.at.toISOString())}</time>`;

/** What ends a sentence or closes a bracket after a URL is not of the URL. */
const URLS = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]/g;

/** Text as HTML, its URLs to be clicked. */
function linked(text: string): string {
  const urls = text.match(URLS) ?? [];
  return text
    .split(URLS)
    .map((before, index) => escaped(before) + (urls[index] === undefined ? '' : link(urls[index])))
    .join('');
}

const link = (url: string) => `<a href="${escaped(url)}" target="_blank" rel="noopener noreferrer">${escaped(url)}</a>`;

// Development only: the mail that would have been sent, for programs and for eyes. Everything is shown as text.

import type { FastifyInstance } from 'fastify';

export interface InboxMail {
  readonly id: string;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly at: Date | string;
}

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
    const { to } = request.query as { to?: unknown };
    const mails = await inbox.list(typeof to === 'string' && to !== '' ? to : undefined);
    const newestFirst = mails.toSorted((one, other) => timeOf(other) - timeOf(one));
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
      .send(page(newestFirst));
  });
}

const timeOf = (mail: InboxMail) => new Date(mail.at).getTime();

function page(mails: readonly InboxMail[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Inbox (${mails.length}) · Parley</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.25rem; }
  article { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: 1rem 0; }
  h2 { font-size: 1rem; margin: 0; }
  p { margin: 0.25rem 0; opacity: 0.8; }
  pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0.75rem 0 0; }
</style>
</head>
<body>
<main>
<h1>Mail that would have been sent</h1>
${mails.length === 0 ? '<p>Nothing yet. E-mails appear here as they are sent; this page looks again every five seconds.</p>' : mails.map(article).join('\n')}
</main>
</body>
</html>
`;
}

function article(mail: InboxMail): string {
  return `<article>
<h2>${escaped(mail.subject)}</h2>
<p>To ${escaped(mail.to)} · <time>${escaped(new Date(mail.at).toISOString())}</time></p>
<pre>${escaped(mail.text)}</pre>
</article>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

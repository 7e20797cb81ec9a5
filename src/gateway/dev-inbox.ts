// Development only: the mail that would have been sent, for programs and, as a mail program shows it, for eyes. What a letter
// holds is shown in a frame that may do nothing.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { InboxMail, Listed, Wanted } from '../models/inbox.ts';

export interface Inbox {
  /** All mail, or that of one recipient. */
  list(to?: string): Promise<readonly InboxMail[]>;
  /** What a list shows of them, the newest first, and how many there are without `after`. */
  find(wanted: Wanted): Promise<{ readonly items: readonly Listed[]; readonly total: number }>;
  read(id: string): Promise<InboxMail | null>;
}

const hidden = { schema: { hide: true } };

/** The page itself is in `web/inbox`, which servePages serves. */
export function serveInbox(app: FastifyInstance, inbox: Inbox): void {
  app.get('/dev/mail', hidden, async (request) => inbox.list(said(request, 'to')));

  app.get('/dev/inbox', hidden, async (_request, reply) =>
    reply.header('content-security-policy', PAGE).sendFile('inbox/index.html'),
  );

  app.get('/dev/inbox/letters', hidden, async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const after = new Date(said(request, 'after') ?? Number.NaN);
    return inbox.find({
      to: said(request, 'to'),
      search: said(request, 'search'),
      after: Number.isNaN(after.getTime()) ? undefined : after,
    });
  });

  app.get('/dev/inbox/letter', hidden, async (request, reply) => {
    const mail = await found(inbox, request);
    return reply
      .code(mail === null ? 404 : 200)
      .header('cache-control', 'no-store')
      .send(mail ?? { mail: null });
  });

  app.get('/dev/inbox/html', hidden, async (request, reply) => {
    const mail = await found(inbox, request);
    void reply.header('content-security-policy', LETTER).type('text/html; charset=utf-8');
    // its links open in a page of their own; the `base` says so, at the end it counts as well
    return mail === null ? missing(reply) : reply.send(`${mail.html}<base target="_blank">`);
  });
}

const POLICY = "default-src 'none'; form-action 'none'; base-uri 'none'";
const PAGE = `${POLICY}; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; frame-ancestors 'none'`;

/** Whatever a letter holds: no scripts, nothing fetched, nothing sent, also when it is opened by itself. */
const LETTER = `${POLICY}; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox`;

const missing = (reply: FastifyReply) => reply.code(404).send('<p>There is no such letter.</p>');

function said({ query }: FastifyRequest, name: string): string | undefined {
  const value = (query as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

async function found(inbox: Inbox, request: FastifyRequest): Promise<InboxMail | null> {
  const id = said(request, 'mail');
  return id === undefined ? null : inbox.read(id);
}

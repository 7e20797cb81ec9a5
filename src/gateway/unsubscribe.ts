// Where a letter's "no more of these" leads (6.3, 4): mail programs press it by one POST (RFC 8058), people see a page with a
// button first, because programs that read letters ahead open every link. No session: whoever has the letter may.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { MailChoice } from '../domain/mail.ts';
import type { Locale } from '../domain/people.ts';
import { UNKNOWN_LINK, UNSUBSCRIBE_PAGE } from '../texts/unsubscribe.ts';
import { localeOf } from './caller.ts';
import { escaped } from './html.ts';

/** How it stands with the e-mails that a link is about. */
export interface Chosen {
  readonly choice: MailChoice;
  readonly wanted: boolean;
  readonly locale: Locale;
}

/** Null: the token is none of ours, or its account is gone. */
export interface Choices {
  /** changes nothing */
  look(token: string): Promise<Chosen | null>;
  /** the same again changes nothing more */
  choose(token: string, wanted: boolean): Promise<Chosen | null>;
}

const FORM_BYTES = 1_024; // "List-Unsubscribe=One-Click", or one field of ours
const AGAIN = 'again';

export async function serveUnsubscribe(app: FastifyInstance, choices: Choices): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // a form, of whichever kind a mail program sends, or nothing
    scope.addContentTypeParser(
      '*',
      { parseAs: 'string', bodyLimit: FORM_BYTES },
      async (_: unknown, body: string) => body,
    );
    const hidden = { schema: { hide: true }, bodyLimit: FORM_BYTES };

    scope.get('/unsubscribe', hidden, async (request, reply) => {
      const chosen = await choices.look(tokenOf(request));
      return show(request, reply, chosen, chosen?.wanted === true ? 'asked' : 'ended');
    });

    scope.post('/unsubscribe', hidden, async (request, reply) => {
      const wanted = request.body === `choice=${AGAIN}`;
      return show(request, reply, await choices.choose(tokenOf(request), wanted), wanted ? 'wanted' : 'ended');
    });
  });
}

function tokenOf({ query }: FastifyRequest): string {
  const { token } = query as { readonly token?: unknown };
  return typeof token === 'string' ? token : '';
}

function show(
  request: FastifyRequest,
  reply: FastifyReply,
  chosen: Chosen | null,
  how: 'asked' | 'ended' | 'wanted',
): FastifyReply {
  // the token stays here; "no-referrer" would make a browser hide where the press of the button comes from
  void reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'same-origin');
  if (chosen === null) {
    const locale = localeOf(request.headers['accept-language']);
    return reply.code(404).send(page(locale, UNKNOWN_LINK.title[locale], UNKNOWN_LINK.text[locale], ''));
  }
  const { choice, locale } = chosen;
  const { title, text, button } = UNSUBSCRIBE_PAGE[choice][how];
  const value = how === 'ended' ? AGAIN : 'end';
  const press = `<form method="post" class="actions"><button class="${how === 'asked' ? 'primary' : 'link'}" name="choice" value="${value}">${escaped(button[locale])}</button></form>`;
  return reply.send(page(locale, title[locale], text[locale], press));
}

/** `form` is HTML, the others are text. */
const page = (locale: Locale, title: string, text: string, form: string) => `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} · Parley</title>
<link rel="stylesheet" href="web/common/page.css">
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
${form}
</main>
</body>
</html>
`;

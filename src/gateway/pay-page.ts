// The frame in which a card is entered (docs/money.md): a page of ours that the pages of ALLOWED_ORIGINS may have in them, and
// nobody else. It holds no secret and knows nobody: whoever looks at it alone sees an empty page.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { OriginSettings } from './caller.ts';
import { escaped } from './html.ts';
import { missing } from './pages.ts';

export interface PayPageParts extends Pick<OriginSettings, 'allowedOrigins' | 'development'> {
  /** the folder of the built pages */
  readonly built: string;
  readonly site: { readonly provider: 'simulated' | 'stripe'; readonly publishableKey: string | null };
}

const ENTRY = 'pay/main.ts';
/** What `development` lets in, as policies write it. */
const THIS_MACHINE = ['http://localhost:*', 'http://127.0.0.1:*'];
const STRIPE_SCRIPT = 'https://js.stripe.com/v3/';
const STRIPE = {
  'script-src': "'self' https://js.stripe.com https://*.js.stripe.com",
  'frame-src': 'https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com',
  'connect-src': 'https://api.stripe.com',
};
/** The simulated form speaks to nobody at all. */
const NOBODY = {
  'script-src': "'self'",
  'require-trusted-types-for': "'script'",
  'trusted-types': "'none'",
};

export function servePayPage(app: FastifyInstance, { built, site, ...origins }: PayPageParts): void {
  const welcome = [...origins.allowedOrigins, ...(origins.development ? THIS_MACHINE : [])];
  const policy = Object.entries({
    'default-src': "'none'",
    'img-src': "'self' data:",
    'base-uri': "'none'",
    'form-action': "'none'",
    ...(site.provider === 'stripe' ? STRIPE : NOBODY),
    'frame-ancestors': ["'self'", ...welcome].join(' '),
  })
    .map((directive) => directive.join(' '))
    .join('; ');

  app.get('/pay', { schema: { hide: true } }, async (_request, reply) => {
    const script = await entryOf(built);
    if (script === null) return missing(reply);
    reply.raw.removeHeader('x-frame-options'); // it knows two answers, and neither is ours
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .header('cache-control', 'no-cache')
      .header('referrer-policy', 'no-referrer')
      .header('cross-origin-resource-policy', 'cross-origin')
      .send(page(script, site, welcome));
  });
}

/** The name of the built script, as the manifest of the build has it; null: nothing is built. */
async function entryOf(built: string): Promise<string | null> {
  const manifest = await readFile(join(built, 'manifest.json'), 'utf8').catch(() => null);
  if (manifest === null) return null;
  const { [ENTRY]: entry } = JSON.parse(manifest) as Record<string, { readonly file: string } | undefined>;
  return entry?.file ?? null;
}

const page = (
  script: string,
  { provider, publishableKey }: PayPageParts['site'],
  welcome: readonly string[],
) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="parley-provider" content="${provider}">
<meta name="parley-key" content="${escaped(publishableKey ?? '')}">
<meta name="parley-origins" content="${escaped(welcome.join(' '))}">
<title>Payment</title>
${provider === 'stripe' ? `<script src="${STRIPE_SCRIPT}"></script>\n` : ''}<script type="module" src="web/${escaped(script)}"></script>
</head>
<body class="root">
<main></main>
</body>
</html>
`;

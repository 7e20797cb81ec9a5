// The page of the card's frame: who may have it in their pages, and what it may load.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import helmet from '@fastify/helmet';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { servePayPage } from '../../src/gateway/pay-page.ts';
import type { PayPageParts } from '../../src/gateway/pay-page.ts';

const SHOPS = ['https://shop.example.test', 'https://other.example.test:8443'];
let built: string;
const apps: FastifyInstance[] = [];

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'parley-built-'));
  await writeFile(join(built, 'manifest.json'), JSON.stringify({ 'pay/main.ts': { file: 'a/pay-1a2b.js' } }));
});
afterAll(() => rm(built, { recursive: true }));
afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));

async function asked(change: Partial<PayPageParts> = {}) {
  const app = Fastify();
  apps.push(app);
  await app.register(helmet);
  const site = { provider: 'simulated', publishableKey: null } as const;
  servePayPage(app, { built, site, allowedOrigins: SHOPS, development: false, ...change });
  const answer = await app.inject('/pay');
  const policy = String(answer.headers['content-security-policy']).split('; ');
  return { answer, policy: new Map(policy.map((line) => [line.split(' ')[0], line.split(' ').slice(1).join(' ')])) };
}

test('the frame may be in our own pages and in those of ALLOWED_ORIGINS, and in no others', async () => {
  const { answer, policy } = await asked();
  expect(answer.statusCode).toBe(200);
  expect(policy.get('frame-ancestors')).toBe(`'self' ${SHOPS.join(' ')}`);
  expect(answer.headers).not.toHaveProperty('x-frame-options'); // it would keep all others out
  expect(answer.body).toContain(`<meta name="parley-origins" content="${SHOPS.join(' ')}">`);
  const nobody = await asked({ allowedOrigins: [] });
  expect(nobody.policy.get('frame-ancestors')).toBe("'self'");
});

test('every port of this machine may have it while one develops', async () => {
  const { policy } = await asked({ development: true, allowedOrigins: [] });
  expect(policy.get('frame-ancestors')).toBe("'self' http://localhost:* http://127.0.0.1:*");
});

test('the simulated form loads its own script and speaks to nobody', async () => {
  const { answer, policy } = await asked();
  expect(Object.fromEntries(policy)).toMatchObject({
    'default-src': "'none'",
    'script-src': "'self'",
    'form-action': "'none'",
    'trusted-types': "'none'",
  });
  for (const directive of ['connect-src', 'frame-src', 'style-src']) expect(policy.has(directive)).toBe(false);
  expect(answer.headers['content-security-policy']).not.toContain('unsafe');
  expect(answer.body).toContain('<script type="module" src="web/a/pay-1a2b.js"></script>');
  expect(answer.body).not.toContain('stripe.com');
  expect(answer.headers['referrer-policy']).toBe('no-referrer');
});

test('with Stripe it loads Stripe’s script, may show its frames and ask its API, and nothing else', async () => {
  const site = { provider: 'stripe', publishableKey: 'pk_test_"1' } as const;
  const { answer, policy } = await asked({ site });
  expect(policy.get('script-src')).toBe("'self' https://js.stripe.com https://*.js.stripe.com");
  expect(policy.get('frame-src')).toBe('https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com');
  expect(policy.get('connect-src')).toBe('https://api.stripe.com');
  expect(policy.get('frame-ancestors')).toBe(`'self' ${SHOPS.join(' ')}`);
  expect(answer.headers['content-security-policy']).not.toContain('unsafe');
  expect(answer.body).toContain('<script src="https://js.stripe.com/v3/"></script>');
  expect(answer.body).toContain('<meta name="parley-key" content="pk_test_&quot;1">');
});

test('while nothing is built it says so', async () => {
  const { answer } = await asked({ built: join(built, 'elsewhere') });
  expect(answer.statusCode).toBe(503);
  expect(answer.body).toContain('npm run build');
});

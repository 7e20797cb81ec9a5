// time.get and site.get: what anybody may know of the installation.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { codeOf, join, refused } from '../helpers/people.ts';
import { CommandFailed, post } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';

const NOW = new Date('2031-05-01T12:00:00.000Z');
const here = world({ RATE_COMMANDS: '1', POLICY_RESERVATION: '7m' });
let node: Node;

beforeAll(async () => {
  node = await here.start({}, () => NOW);
});
afterAll(() => here.close());

test('everybody is told the time that decides, also without a token and beyond their limit', async () => {
  const customer = await join(node, 'customer');
  await Promise.all(Array.from({ length: 30 }, () => codeOf(customer.call('session.get'))));
  await refused(customer.call('session.get'), 'rate.limited');
  expect(await customer.call('time.get')).toEqual({ now: NOW.toISOString() });
  expect(await post(node.url, 'time.get', {})).toEqual({ now: NOW.toISOString() });
  await refused(post(node.url, 'time.get', { at: 'noon' }), 'input.invalid');
});

test('a flood of what is refused to nobody is a flood all the same', async () => {
  const customer = await join(node, 'customer');
  const ask = () =>
    customer.call('time.get').then(
      () => 'ok',
      (error: unknown) => (error instanceof CommandFailed ? error.code : 'lost'),
    );
  const codes = await Promise.all(Array.from({ length: 300 }, ask));
  expect(codes.filter((code) => code === 'ok').length).toBeGreaterThan(60);
  expect(codes).toContain('rate.limited');
});

test('11.1 pages know how one pays, which languages there are, and the numbers of the rules', async () => {
  const site = await post((await here.start({ RATE_COMMANDS: '50' })).url, 'site.get', {});
  expect(site).toMatchObject({
    payments: { provider: 'simulated' },
    locales: ['en', 'de', 'es'],
    policy: { reservationMs: 420_000, requestTtlMs: 86_400_000, payingStars: 3, followUpMs: { from: 86_400_000 } },
    timeScale: 1,
    demo: true,
  });
  expect(JSON.stringify(site)).not.toMatch(/share|secret|publishableKey/i);
});

test('with Stripe pages are given the key that is made for them, and no other', async () => {
  const stripe = {
    PAYMENTS: 'stripe',
    STRIPE_SECRET_KEY: 'sk_test_hunter2',
    STRIPE_WEBHOOK_SECRET: 'whsec_hunter2',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_seen',
    STRIPE_API_BASE: 'http://127.0.0.1:9',
    RATE_COMMANDS: '50',
  };
  const site = await post((await here.start(stripe)).url, 'site.get', {});
  expect(site.payments).toEqual({ provider: 'stripe', publishableKey: 'pk_test_seen' });
  expect(JSON.stringify(site)).not.toContain('hunter2');
});

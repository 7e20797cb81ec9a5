// Rule 1.3: an amount that no card can pay is refused where it comes in, with the rule beside the field.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, login } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { codeOf, eventually, join, refused } from '../helpers/people.ts';

const here = world({ POLICY_OFFER_DELAY: '0s' });
let node: Node;
let care: Client;
let customer: Client;
let ada: Client;

beforeAll(async () => {
  node = await here.start();
  care = await login(node.url, 'care@example.test');
  for (const [id, currency] of [
    ['dinars', 'KWD'],
    ['dollars', 'USD'],
  ] as const) {
    await care.call('category.save', category(id, { currency }));
  }
  [customer, ada] = await Promise.all([
    join(node, 'customer'),
    join(node, 'expert', { categories: ['dinars', 'dollars'] }),
  ]);
});
afterAll(() => here.close());

const texts = { en: 'One', de: 'Eins', es: 'Uno' };
const service = (suggestedPrice: number) => ({ key: 'phone_call', title: texts, description: texts, suggestedPrice });
const category = (id: string, change: Json = {}) => ({
  ...{ id, name: texts, currency: 'KWD', services: [service(2_000)], automaticService: 'phone_call' },
  pricePoints: [2_000],
  ...change,
});
const question = (amount: number, currency = 'KWD', name = 'dinars') => ({
  ...{ category: name, subject: 'It broke', body: 'Today.', value: { amount, currency } },
  ...{ paymentMethod: 'pm_card_visa', clientId: clientId() },
});

const TENS = { reason: 'not_multiple_of', multipleOf: 10 };
const MOST = { reason: 'too_big', maximum: 99_999_999 };

async function ruleOf(call: Promise<unknown>): Promise<unknown> {
  return (await refused(call, 'input.invalid')).details;
}

test.each([
  [1_234, 'KWD', 'dinars', TENS],
  [100_000_000, 'KWD', 'dinars', MOST],
  [100_000_000, 'USD', 'dollars', MOST],
  [500_000_000, 'USD', 'dollars', MOST],
  [49, 'USD', 'dollars', { reason: 'too_small', minimum: 50 }],
])('1.3 a question worth %i %s is refused, and no draft is left', async (amount, currency, name, rule) => {
  const input = question(amount, currency, name);
  expect(await ruleOf(customer.call('question.post', input))).toEqual({ fields: [{ path: 'value.amount', ...rule }] });
  expect(await node.ctx.stores.questions.findByClientId(customer.user.id, input.clientId)).toBeNull();
});

test('1.3 what can be paid is posted and authorised', async () => {
  expect((await customer.call('question.post', question(1_230))).question.state).toBe('open');
});

test('1.3 an offer of an expert that no card can pay is refused, whatever the limits of the category', async () => {
  const { id: questionId } = (await customer.call('question.post', question(1_230))).question as Json;
  await ada.call('question.claim', { questionId });
  const send = (who: Client, more: Json = {}) =>
    who.call('message.send', { questionId, clientId: clientId(), body: 'Words.', ...more });
  await send(ada, { kind: 'greeting' });
  for (let replies = 0; replies < 2; replies += 1) await send(customer);
  const offer = (amount: number) => ({
    ...{ questionId, service: { title: 'A visit' }, description: 'At home.', clientId: clientId() },
    price: { amount, currency: 'KWD' },
  });
  const fields = [{ path: 'price.amount', ...TENS }];
  expect(await ruleOf(ada.call('offer.propose', offer(4_001)))).toEqual({ fields });
  await eventually(() => codeOf(ada.call('offer.propose', offer(4_000)))).toBe('ok');
});

test.each([
  ['pricePoints.1', { pricePoints: [2_000, 2_005] }, TENS],
  ['services.0.suggestedPrice', { services: [service(2_001)] }, TENS],
  ['pricePoints.0', { pricePoints: [100_000_000] }, MOST],
  ['offerLimits.max', { offerLimits: { min: 500, max: 100_000_000 } }, MOST],
  ['pricePoints.0', { currency: 'MXN', pricePoints: [900] }, { reason: 'too_small', minimum: 1_000 }],
  [
    'offerLimits.max',
    { currency: 'CZK', offerLimits: { min: 10, max: 1_499 } },
    { reason: 'too_small', minimum: 1_500 },
  ],
])('1.3 category.save refuses %s that nobody could pay', async (path, change, rule) => {
  expect(await ruleOf(care.call('category.save', category('unpayable', change)))).toEqual({
    fields: [{ path, ...rule }],
  });
  expect(await node.ctx.stores.categories.find('unpayable')).toBeNull();
});

test('5.1 a category that was saved before the rule offers a point that can be paid, or none', async () => {
  for (const [id, pricePoints, shown] of [
    ['old-some', [1_005, 2_000, 2_005], [2_000]],
    ['old-none', [1_005], []],
  ] as const) {
    await node.ctx.stores.categories.save({
      ...category(id),
      pricePoints,
      offerLimits: { min: 500, max: 50_000 },
      pricing: 'learned',
      version: 1,
    });
    const expert = await join(node, 'expert', { categories: [id] });
    const { id: questionId } = (await customer.call('question.post', question(1_230, 'KWD', id))).question as Json;
    await expert.call('question.claim', { questionId });
    await expert.call('message.send', { questionId, clientId: clientId(), body: 'Hello.', kind: 'greeting' });
    const { offers } = await customer.call('question.get', { questionId });
    expect(offers).toMatchObject(shown.map((amount) => ({ price: { amount } })));
  }
});

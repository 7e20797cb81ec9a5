import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, greeted, login, postQuestion, visitor } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';

const here = world();
let node: Node;

beforeAll(async () => {
  node = await here.start();
});
afterAll(() => here.close());

test('5, 6.1, 6.5, 7.1, 7.4 the first expert accepts, reports yes, and both earnings are paid', async () => {
  const ada = await login(node.url, 'ada@example.test');
  const customer = await visitor(node.url);
  const question = await postQuestion(customer);
  expect(question).toMatchObject({ state: 'open', lastSeq: 0, ratingEnabled: false, rating: null });

  const offer = await greeted(customer, ada, question.id);
  expect(offer).toMatchObject({ origin: 'automatic', price: { amount: 3_900, currency: 'USD' } });
  expect(offer).not.toHaveProperty('payout');

  const { offer: requested } = await customer.call('offer.accept', { offerId: offer.id });
  expect(requested).toMatchObject({ state: 'reserved', reservedFor: ada.user.id });
  const asked = await ada.heard('request.changed', (request) => request.state === 'reserved');
  expect(asked).toMatchObject({ id: offer.id, payout: { amount: 1_950, currency: 'USD' } });

  const { request } = await ada.call('request.accept', { requestId: offer.id });
  expect(request).toMatchObject({ state: 'accepted', prefix: '[Secure Remote Assistance Accepted]' });
  await customer.heard('offer.changed', (changed) => changed.state === 'accepted');

  await ada.call('message.send', { questionId: question.id, clientId: clientId(), kind: 'answer', body: 'Do this.' });
  expect((await ada.call('earnings.list')).items).toMatchObject([{ kind: 'premium', amount: { amount: 0 } }]);

  await ada.call('request.report', { requestId: offer.id, connected: true });
  const rated = await customer.heard('question.changed', (changed) => changed.rating !== null);
  expect(rated.rating).toEqual({ stars: 5, by: 'automatic' });
  const earnings = await ada.call('earnings.list');
  expect((earnings.items as Json[]).map((item): unknown => [item.kind, item.amount])).toEqual(
    expect.arrayContaining([
      ['premium', { amount: 1_950, currency: 'USD' }],
      ['question', { amount: 500, currency: 'USD' }],
    ]),
  );
  expect(earnings.total).toEqual({ amount: 2_450, currency: 'USD' });
});

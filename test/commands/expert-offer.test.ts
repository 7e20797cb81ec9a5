// Rule 8: what an expert offers in a conversation, over real sockets.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { post, clientId, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { expectRefused, outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import {
  codeOf,
  each,
  entriesOf,
  eventually,
  idsOf,
  mailsTo,
  onDisk,
  provided,
  refused,
  scene,
} from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';

const here = world({ POLICY_OFFER_DELAY: '0s' });
let node: Node;
let people: Outsiders;

beforeAll(async () => {
  node = await here.start();
  people = await outsiders(node);
});
afterAll(() => here.close());

const PRICE = { amount: 4_000, currency: 'USD' };
const OWN = { title: 'Set up your home network' };

const say = (who: Client, questionId: string, kind?: string) =>
  who.call('message.send', { questionId, clientId: clientId(), body: 'Some words.', ...(kind && { kind }) });

type Sides = Pick<Scene, 'category' | 'customer' | 'first'>;

/** A conversation in which the customer has replied twice. */
async function conversation({ category, customer, first }: Sides, input: Json = {}): Promise<string> {
  const { id } = await postQuestion(customer, { category, ...input });
  await customer.call('question.watch', { questionId: id });
  await first.call('question.claim', { questionId: id });
  await say(first, id, 'greeting');
  await say(customer, id);
  await say(customer, id);
  return id as string;
}

const proposal = (questionId: string, input: Json = {}): Json => ({
  questionId,
  service: OWN,
  description: 'Router, cables and all.',
  price: PRICE,
  clientId: clientId(),
  ...input,
});

async function proposed(sides: Sides, questionId: string, input: Json = {}): Promise<Json> {
  return (await sides.first.call('offer.propose', proposal(questionId, input))).offer as Json;
}

describe('8.1 offering', () => {
  test('8.1 the button’s time is told after the second reply: messages before the expert’s first are none', async () => {
    const { category, customer, first } = people;
    const { id } = await postQuestion(customer, { category });
    await say(customer, id);
    await first.call('question.claim', { questionId: id });
    await say(first, id, 'greeting');
    await say(customer, id);
    expect((await first.call('question.get', { questionId: id })).question.offerAvailableAt).toBeNull();
    await refused(first.call('offer.propose', proposal(id)), 'policy.offer_too_early');
    const { message } = await say(customer, id);
    const heard = await first.heard('question.changed', (one) => one.id === id && one.offerAvailableAt !== null);
    expect(new Date(heard.offerAvailableAt).getTime()).toBe(new Date(message.at).getTime());
    await say(customer, id);
    const { question } = await first.call('question.get', { questionId: id });
    expect(question.offerAvailableAt).toBe(heard.offerAvailableAt);
  });

  test('8.1 an own service: the customer hears of it without the payout, the expert with it, others not at all', async () => {
    const sides = await scene(node, 1);
    const id = await conversation(sides);
    const offer = await proposed(sides, id);
    expect(offer).toMatchObject({
      origin: 'expert',
      state: 'offered',
      service: { key: 'own', title: OWN.title },
      description: 'Router, cables and all.',
      price: PRICE,
      payout: { amount: 2_000, currency: 'USD' },
      proposedBy: { id: sides.first.user.id },
      acceptedBy: null,
      requestedAt: null,
    });
    const shown = await sides.customer.heard('offer.changed', (one) => one.id === offer.id);
    expect(shown).toMatchObject({ state: 'offered', service: { title: OWN.title }, price: PRICE });
    expect(shown).not.toHaveProperty('payout');
    const notice = await sides.customer.heard('notice', ({ code }) => code === 'offer.proposed');
    expect(notice.text).toBe('Your expert offers you a premium service for $40.00: “Set up your home network”.');
    await sides.first.heard('offer.changed', (one) => one.id === offer.id && one.payout.amount === 2_000);
    const [other] = sides.others;
    expect(idsOf({ items: (await other!.call('question.get', { questionId: id })).offers as Json[] })).toEqual([]);
    expect(other!.events.filter(({ body }) => body.id === offer.id)).toEqual([]);
    await refused(other!.call('request.get', { requestId: offer.id }), 'not_found');
    await refused(other!.call('request.accept', { requestId: offer.id }), 'not_found');
  });

  test('8.1 a service of the category is named in each one’s language; one it does not have is refused', async () => {
    const id = await conversation(people);
    const offer = await proposed(people, id, { service: { key: 'phone_call' } });
    expect(offer.service).toEqual({ key: 'phone_call', title: 'Phone Call' });
    await people.first.call('offer.withdraw', { offerId: offer.id });
    const unknown = await refused(
      people.first.call('offer.propose', proposal(id, { service: { key: 'xray_review' } })),
      'input.invalid',
    );
    expect(unknown.details).toEqual({ fields: [{ path: 'service.key', reason: 'unknown' }] });
  });

  test('8.1 prices: zero, negative, fractional, huge, of another currency, beside the limits: nothing is offered', async () => {
    const id = await conversation(people);
    const asking = (price: Json) => codeOf(people.first.call('offer.propose', proposal(id, { price })));
    for (const amount of [0, -1, 0.5, 40.01, 1e12, Number.MAX_SAFE_INTEGER, '4000', null]) {
      expect(await asking({ amount, currency: 'USD' }), String(amount)).toBe('input.invalid');
    }
    for (const currency of ['EUR', 'usd', 'US', '']) {
      expect(await asking({ amount: 4_000, currency }), currency).toBe('input.invalid');
    }
    for (const amount of [499, 50_001]) {
      const { details } = await refused(
        people.first.call('offer.propose', proposal(id, { price: { amount, currency: 'USD' } })),
        'policy.price_limits',
      );
      expect(details).toEqual({ min: 500, max: 50_000, currency: 'USD' });
    }
    expect((await node.ctx.stores.offers.ofQuestion(id)).filter(({ origin }) => origin === 'expert')).toEqual([]);
    expect((await proposed(people, id, { price: { amount: 500, currency: 'USD' } })).price.amount).toBe(500);
  });

  test('8.1 one open offer per question, also when many come at once; the same clientId is the same offer', async () => {
    const id = await conversation(people);
    const same = proposal(id);
    const twice = await Promise.all(Array.from({ length: 4 }, () => people.first.call('offer.propose', same)));
    expect(new Set(twice.map(({ offer }) => String(offer.id))).size).toBe(1);
    const others = await Promise.all(
      Array.from({ length: 6 }, () => codeOf(people.first.call('offer.propose', proposal(id)))),
    );
    expect(others).toEqual(others.map(() => 'conflict.offer_open'));
    const offerId = String(twice[0]!.offer.id);
    await people.customer.call('offer.decline', { offerId });
    await people.first.heard('notice', ({ code, params }) => code === 'offer.declined' && params.offerId === offerId);
    const many = await Promise.all(
      Array.from({ length: 6 }, () => codeOf(people.first.call('offer.propose', proposal(id)))),
    );
    expect(many.filter((code) => code === 'ok')).toHaveLength(1);
  });

  test('8.1 fifty offers of an expert in one question are enough: the next one is refused and changes nothing', async () => {
    const sides = await scene(node, 1);
    const { first } = sides;
    const id = await conversation(sides);
    const { offers } = node.ctx.stores;
    const withdraw = (offerId: unknown) => first.call('offer.withdraw', { offerId });
    const { id: offerId } = await proposed(sides, id);
    await withdraw(offerId);
    const { record } = (await offers.read(String(offerId)))!;
    const more = Array.from({ length: 48 }, () => ({ ...record, id: `of_${clientId()}`, clientId: clientId() }));
    await Promise.all(more.map((one) => offers.insert(one, [], node.ctx.now())));

    const last = proposal(id);
    const same = await Promise.all([1, 2].map(() => first.call('offer.propose', last)));
    expect(new Set(same.map(({ offer }) => String(offer.id))).size).toBe(1);
    await withdraw(same[0]!.offer.id);
    const before = [await onDisk(node, id), await first.call('catalogue.list')];
    const { details } = await refused(
      first.call('offer.propose', proposal(id, { service: { title: 'Another' } })),
      'conflict.too_many_offers',
    );
    expect(details).toEqual({ max: 50 });
    expect([await onDisk(node, id), await first.call('catalogue.list')]).toEqual(before);
    // what was proposed before is answered, and the next expert begins anew
    expect((await first.call('offer.propose', last)).offer).toMatchObject({ state: 'withdrawn' });
    await first.call('question.release', { questionId: id });
    const next = sides.others[0]!;
    await next.call('question.claim', { questionId: id });
    await next.call('offer.propose', proposal(id));
  });

  test('8.1 only the expert of the conversation offers; the next one is not kept from it by an offer of the last', async () => {
    const sides = await scene(node, 1);
    const id = await conversation(sides);
    await expectRefused(node, people, id, ['offer.propose', proposal(id)], {
      otherCustomer: 'auth.forbidden',
      customer: 'auth.forbidden',
      stranger: 'not_found',
      admin: 'auth.forbidden',
    });
    const [next] = sides.others as [Client];
    await refused(next.call('offer.propose', proposal(id)), 'conflict.claimed');
    const offer = await proposed(sides, id);
    await sides.first.call('question.release', { questionId: id });
    await next.call('question.claim', { questionId: id });
    const second = (await next.call('offer.propose', proposal(id))).offer as Json;
    const offers = (await sides.customer.call('question.get', { questionId: id })).offers as Json[];
    const stateOf = (of: string): unknown => offers.find((one) => one.id === of)?.state;
    expect([stateOf(String(offer.id)), stateOf(String(second.id))]).toEqual(['withdrawn', 'offered']);
  });

  test('2.8, 6.8 a closed question takes no offers, and its open one is withdrawn', async () => {
    const sides = await scene(node, 0);
    const id = await conversation(sides);
    const offer = await proposed(sides, id);
    await sides.customer.call('question.close', { questionId: id });
    await eventually(async () => (await node.ctx.stores.offers.read(String(offer.id)))?.record.state).toBe('withdrawn');
    await refused(sides.first.call('offer.propose', proposal(id)), 'conflict.closed');
    await refused(sides.customer.call('offer.accept', { offerId: offer.id }), 'conflict.closed');
  });
});

test('8.1, 6.8 of more than a hundred offers the open one is shown, and goes with the question', async () => {
  const sides = await scene(node, 0);
  const id = await conversation(sides);
  const { record } = (await node.ctx.stores.offers.read(String((await proposed(sides, id)).id)))!;
  await sides.first.call('offer.withdraw', { offerId: record.id });
  const before = Array.from({ length: 110 }, (_, index) => ({
    ...record,
    id: `of_${String(index).padStart(8, '0')}-0000-7000-8000-000000000000`, // older than the one that is made now
    ...({ state: 'withdrawn', openOn: null, clientId: clientId() } as const),
    proposedBy: { id: `u_${clientId()}`, name: 'Who held it before' }, // each expert has fifty at most
  }));
  for (const one of before) await node.ctx.stores.offers.insert(one, [], node.ctx.now());
  const open = await proposed(sides, id);
  const { offers } = await sides.customer.call('question.get', { questionId: id });
  expect((offers as Json[]).find((one) => one.id === open.id)).toMatchObject({ state: 'offered' });
  await sides.customer.call('question.close', { questionId: id });
  await eventually(async () => (await node.ctx.stores.offers.read(String(open.id)))?.record.state).toBe('withdrawn');
});

describe('8.1 the form', () => {
  test('8.1 it says from when on, within which limits, what may be offered and what would be earned', async () => {
    const { category, customer, first, others } = await scene(node, 1);
    const { id } = await postQuestion(customer, { category });
    const form = () => first.call('offer.form', { questionId: id });
    await refused(form(), 'conflict.not_claimed');
    await first.call('question.claim', { questionId: id });
    await say(first, id, 'greeting');
    expect(await form()).toMatchObject({ availableAt: null, own: [], open: null });
    await refused(others[0]!.call('offer.form', { questionId: id }), 'conflict.claimed');

    await say(customer, id);
    await say(customer, id);
    const { question } = await first.call('question.get', { questionId: id });
    const like = (await node.ctx.stores.categories.find(category))!;
    const money = (amount: number) => ({ amount, currency: 'USD' });
    const { shareBasisPoints, offerDelayMs } = node.ctx.policy;
    const known = await form();
    expect(known).toMatchObject({
      availableAt: question.offerAvailableAt,
      limits: { min: money(like.offerLimits.min), max: money(like.offerLimits.max) },
      shareBasisPoints,
    });
    expect(each(known.services, 'key')).toEqual(like.services.map(({ key }) => key));
    const [service] = known.services as [Json];
    const [{ suggestedPrice, title }] = like.services as [(typeof like.services)[number]];
    expect(service).toMatchObject({ title: title.en, suggestedPrice: money(suggestedPrice) });
    expect(service.payout).toEqual(money(Math.floor((suggestedPrice * shareBasisPoints) / 10_000)));

    // a note of the second reply that was cut off: the conversation knows
    const saved = (await node.ctx.stores.questions.read(String(id)))!.record;
    const forgotten = { ...saved, version: saved.version + 1, offerAvailableAt: null };
    expect(await node.ctx.stores.questions.save(forgotten, [], node.ctx.now())).toBe(true);
    const second = (await node.ctx.stores.messages.secondReplyAt(String(id)))!;
    expect((await form()).availableAt).toBe(new Date(second.getTime() + offerDelayMs).toISOString());
    // and the form writes nothing
    expect((await node.ctx.stores.questions.read(String(id)))!.record.version).toBe(forgotten.version);
  });

  test('8.1 it names the offer that is open, unless it is one that gives way', async () => {
    const sides = await scene(node, 1);
    const id = await conversation(sides);
    const { first, others } = sides;
    const offer = await proposed(sides, id);
    const known = await first.call('offer.form', { questionId: id });
    expect(known.open).toEqual({ offerId: offer.id, state: 'offered', mine: true });
    expect(known.own).toMatchObject([{ title: OWN.title, price: PRICE }]);
    await first.call('question.release', { questionId: id });
    await others[0]!.call('question.claim', { questionId: id });
    expect(await others[0]!.call('offer.form', { questionId: id })).toMatchObject({ open: null, own: [] });
    await refused(first.call('offer.form', { questionId: id }), 'conflict.claimed');
    await refused(sides.customer.call('offer.form', { questionId: id }), 'auth.forbidden');
  });
});

describe('8.1 the personal catalogue', () => {
  test('8.1 what was offered is kept as a template; rename and remove leave the sent offer as it is', async () => {
    const sides = await scene(node, 1);
    const id = await conversation(sides);
    const offer = await proposed(sides, id);
    const list = async () => (await sides.first.call('catalogue.list')).items as Json[];
    const [kept] = await list();
    expect(kept).toMatchObject({ title: OWN.title, description: 'Router, cables and all.', price: PRICE });
    const [other] = sides.others as [Client];
    expect((await other.call('catalogue.list')).items).toEqual([]);
    await refused(other.call('catalogue.rename', { serviceId: kept!.id, title: 'Mine' }), 'not_found');
    await refused(other.call('catalogue.remove', { serviceId: kept!.id }), 'not_found');

    const { service } = await sides.first.call('catalogue.rename', { serviceId: kept!.id, title: 'Home network' });
    expect(service).toMatchObject({ id: kept!.id, title: 'Home network' });
    await sides.first.call('offer.withdraw', { offerId: offer.id });
    // the same title in other letters, at another price: the same template
    const price = { amount: 5_500, currency: 'USD' };
    await proposed(sides, id, { service: { title: 'HOME  Network' }, price });
    expect(await list()).toMatchObject([{ id: kept!.id, title: 'HOME  Network', price }]);
    await sides.first.call('catalogue.remove', { serviceId: kept!.id });
    expect(await list()).toEqual([]);
    await refused(sides.first.call('catalogue.remove', { serviceId: kept!.id }), 'not_found');
    const offers = (await sides.customer.call('question.get', { questionId: id })).offers as Json[];
    expect(offers.find((one) => one.id === offer.id)?.service).toEqual({ key: 'own', title: OWN.title });
  });

  test('8.1 two services of one expert are not called the same', async () => {
    const sides = await scene(node, 0);
    const id = await conversation(sides);
    await sides.first.call('offer.withdraw', { offerId: (await proposed(sides, id)).id });
    await proposed(sides, id, { service: { title: 'Another' } });
    const items = (await sides.first.call('catalogue.list')).items as Json[];
    expect(items.map(({ title }) => title as unknown)).toEqual(['Another', OWN.title]);
    const taken = await refused(
      sides.first.call('catalogue.rename', { serviceId: items[0]!.id, title: OWN.title.toUpperCase() }),
      'input.invalid',
    );
    expect(taken.details).toEqual({ fields: [{ path: 'title', reason: 'taken' }] });
  });
});

describe('8.2 accepting', () => {
  test('8.2 it is charged at once; five stars, both shares and the private box come with it', async () => {
    const sides = await scene(node, 0);
    const { customer, first } = sides;
    const id = await conversation(sides);
    const offer = await proposed(sides, id);
    await refused(customer.call('private-info.get', { questionId: id }), 'not_found');
    const { offer: accepted } = await customer.call('offer.accept', { offerId: offer.id });
    expect(accepted).toMatchObject({ state: 'accepted', acceptedBy: { id: first.user.id }, reportDueAt: null });
    expect(accepted).not.toHaveProperty('payout');
    const rated = await customer.heard('question.changed', (one) => one.id === id && one.rating !== null);
    expect(rated.rating).toEqual({ stars: 5, by: 'automatic' });
    expect(await provided(node, String(offer.id))).toEqual(['authorise', 'capture']);
    await eventually(() => entriesOf(node, String(offer.id))).toEqual(['authorise-1', 'capture', 'payout']);
    await eventually(() => entriesOf(node, id)).toEqual(['authorise-1', 'capture', 'payout']);
    await first.heard('notice', ({ code }) => code === 'offer.accepted');
    const earnings = await first.call('earnings.list');
    expect((earnings.items as Json[]).map(({ kind, amount }): unknown => [kind, amount.amount]).sort()).toEqual([
      ['premium', 2_000],
      ['question', 500],
    ]);
    expect(earnings.total).toEqual({ amount: 2_500, currency: 'USD' });
    expect((await customer.call('private-info.get', { questionId: id })).text ?? '').toBe('');
    expect((await first.call('request.list', { view: 'priority' })).items).toEqual([]);
    await refused(first.call('request.report', { requestId: offer.id, connected: true }), 'not_found');
  });

  test('8.2 two tabs and double clicks: one charge', async () => {
    const sides = await scene(node, 0);
    const id = await conversation(sides);
    const offer = await proposed(sides, id);
    const presses = await Promise.all(
      Array.from({ length: 8 }, () => codeOf(sides.customer.call('offer.accept', { offerId: offer.id }))),
    );
    expect(presses).toContain('ok');
    expect(presses.filter((code) => code !== 'ok' && code !== 'conflict.payment_pending')).toEqual([]);
    expect(await provided(node, String(offer.id))).toEqual(['authorise', 'capture']);
    await eventually(() => entriesOf(node, String(offer.id))).toEqual(['authorise-1', 'capture', 'payout']);
  });

  test.each([
    ['pm_card_chargeDeclined', 'at authorisation'],
    ['pm_card_chargeCustomerFail', 'at capture'],
  ])('8.2 %s: a charge that fails %s leaves the offer open and says why; another card pays it', async (card) => {
    const sides = await scene(node, 0);
    const { customer } = sides;
    const id = await conversation(sides);
    const offer = await proposed(sides, id);
    await customer.call('payment.update', { questionId: id, paymentMethod: card });
    const { details } = await refused(customer.call('offer.accept', { offerId: offer.id }), 'payment.failed');
    expect(details).toMatchObject({ reason: expect.any(String) as unknown });
    const offers = (await customer.call('question.get', { questionId: id })).offers as Json[];
    const open = offers.find((one) => one.id === offer.id);
    expect(open).toMatchObject({ state: 'offered', acceptedBy: null, paymentReason: expect.any(String) as unknown });
    await customer.call('payment.update', { questionId: id, paymentMethod: 'pm_card_visa' });
    expect((await customer.call('offer.accept', { offerId: offer.id })).offer).toMatchObject({ state: 'accepted' });
    await eventually(() => entriesOf(node, String(offer.id))).toEqual(expect.arrayContaining(['capture', 'payout']));
  });

  test('8.2 who withdraws while it is being accepted: one of the two wins, and nothing stays held', async () => {
    const sides = await scene(node, 0);
    for (let round = 0; round < 5; round += 1) {
      const id = await conversation(sides);
      const offer = await proposed(sides, id);
      const target = { offerId: offer.id };
      const [accepting, withdrawing] = await Promise.all([
        codeOf(sides.customer.call('offer.accept', target)),
        codeOf(sides.first.call('offer.withdraw', target)),
      ]);
      const saved = (await node.ctx.stores.offers.read(String(offer.id)))!.record;
      expect([accepting === 'ok', withdrawing === 'ok']).toEqual([
        saved.state === 'accepted',
        saved.state === 'withdrawn',
      ]);
      const entries = () => entriesOf(node, String(offer.id));
      if (saved.state === 'accepted') await eventually(entries).toEqual(['authorise-1', 'capture', 'payout']);
      else
        await eventually(async () =>
          (await provided(node, String(offer.id))).filter((kind) => kind === 'capture'),
        ).toEqual([]);
    }
  });

  test('8.2 another customer’s offer is not found, and nothing changes', async () => {
    const id = await conversation(people);
    const offer = await proposed(people, id);
    const outside = {
      otherCustomer: 'not_found',
      colleague: 'auth.forbidden',
      stranger: 'auth.forbidden',
      admin: 'auth.forbidden',
    };
    await expectRefused(node, people, id, ['offer.accept', { offerId: offer.id }], outside);
    await expectRefused(node, people, id, ['offer.decline', { offerId: offer.id }], outside);
    const notMine = {
      otherCustomer: 'auth.forbidden',
      customer: 'auth.forbidden',
      colleague: 'not_found',
      stranger: 'not_found',
    };
    await expectRefused(node, people, id, ['offer.withdraw', { offerId: offer.id }], notMine);
    await expectRefused(node, people, id, ['offer.unable', { offerId: offer.id, reason: 'No' }], notMine);
    await refused(people.first.call('offer.unable', { offerId: offer.id, reason: 'No' }), 'conflict.not_accepted');
  });
});

test('8.1, 8.2 its expert hears of each step what they would read', async () => {
  const { first, customer, ...sides } = await scene(node, 0);
  const id = await conversation({ first, customer, ...sides });
  const offer = await proposed({ first, customer, ...sides }, id);
  const read = async () =>
    ((await first.call('question.get', { questionId: id })).offers as Json[]).find((one) => one.id === offer.id);
  const heard = (state: string) => first.heard('offer.changed', (one) => one.id === offer.id && one.state === state);
  expect(await heard('offered')).toEqual(await read());
  await customer.call('offer.accept', { offerId: offer.id });
  expect(await heard('accepted')).toEqual(await read());
  const { offer: unable } = await first.call('offer.unable', { offerId: offer.id, reason: 'It is broken.' });
  expect(await heard('unable')).toEqual(await read());
  expect(unable).toEqual(await read());
});

describe('8.3 unable to complete', () => {
  test('8.3 the customer is told why, customer care has a case, and a refund takes the earnings back', async () => {
    const sides = await scene(node, 0);
    const { customer, first } = sides;
    const id = await conversation(sides);
    const offer = await proposed(sides, id);
    await customer.call('offer.accept', { offerId: offer.id });
    await refused(first.call('offer.unable', { offerId: offer.id, reason: ' ' }), 'input.invalid');
    const { offer: unable } = await first.call('offer.unable', { offerId: offer.id, reason: 'The router is broken.' });
    expect(unable).toMatchObject({ state: 'unable', unableReason: 'The router is broken.' });
    await refused(first.call('offer.unable', { offerId: offer.id, reason: 'Again' }), 'conflict.not_accepted');
    const told = await customer.heard('notice', ({ code }) => code === 'offer.unable');
    expect(told.text).toContain('“The router is broken.”');

    const { admin } = people;
    const cases = async () =>
      ((await admin.call('case.list', { kind: 'unable_to_complete' })).items as Json[]).filter(
        ({ offerId }) => offerId === offer.id,
      );
    await eventually(async () => (await cases()).length).toBe(1);
    const { case: asked } = await customer.call('refund.request', {
      questionId: id,
      offerId: offer.id,
      reason: 'It was not done.',
      clientId: clientId(),
    });
    await admin.call('case.resolve', { caseId: asked.id, resolution: 'grant' });
    await customer.heard('offer.changed', (one) => one.id === offer.id && one.state === 'refunded');
    await eventually(() => entriesOf(node, String(offer.id))).toEqual([
      'authorise-1',
      'capture',
      'payout',
      'refund',
      'reversal',
    ]);
    await eventually(async (): Promise<unknown> => (await first.call('earnings.list')).total).toEqual({
      amount: 500,
      currency: 'USD',
    });
  });
});

test('8.1, 8.2 the e-mails of an offer go to who is away, and only to them', async () => {
  const sides = await scene(node, 0);
  const email = `cora-${clientId()}@example.test`;
  const { token } = await post(node.url, 'session.visitor', { locale: 'en', name: 'Cora', email });
  const { question } = await post(
    node.url,
    'question.post',
    {
      category: sides.category,
      subject: 'My network is slow',
      body: 'Since today.',
      value: { amount: 1_000, currency: 'USD' },
      paymentMethod: 'pm_card_visa',
      clientId: clientId(),
    },
    token as string,
  );
  const { id } = question as { id: string };
  await sides.first.call('question.claim', { questionId: id });
  await say(sides.first, id, 'greeting');
  for (let times = 0; times < 2; times += 1) {
    const input = { questionId: id, clientId: clientId(), body: 'Some words.' };
    await post(node.url, 'message.send', input, token as string);
  }
  const offer = await proposed(sides, id);
  await eventually(async () => (await mailsTo(node, email)).map(({ subject }): unknown => subject)).toEqual([
    'An offer from your expert: Set up your home network',
  ]);
  await post(node.url, 'offer.accept', { offerId: offer.id }, token as string);
  expect(await mailsTo(node, String(sides.first.user.email))).toEqual([]);
});

test('10.1 whoever offered a service may dispute its payout, and no colleague may', async () => {
  const sides = await scene(node, 1);
  const questionId = await conversation(sides);
  const { id: offerId } = await proposed(sides, questionId);
  await sides.customer.call('offer.accept', { offerId });
  const dispute = { kind: 'payout_dispute', questionId, offerId, reason: 'It was delivered.' };
  await refused(sides.others[0]!.call('case.open', { ...dispute, clientId: clientId() }), 'not_found');
  const { case: opened } = await sides.first.call('case.open', { ...dispute, clientId: clientId() });
  expect(opened).toMatchObject({ kind: 'payout_dispute', offerId, state: 'open' });
});

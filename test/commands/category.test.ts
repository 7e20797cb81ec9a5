// category.*: what may be asked about, and at which prices (1.2, 5.2).
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { draft } from '../domain/examples.ts';
import { greeted, post, postQuestion } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { expectRefused, outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import { codeOf, each, join, refused } from '../helpers/people.ts';

const here = world();
let node: Node;
let people: Outsiders;

beforeAll(async () => {
  node = await here.start();
  people = await outsiders(node);
});
afterAll(() => here.close());

const texts = (text: string) => ({ en: text, de: `${text} (de)`, es: `${text} (es)` });
const service = (key: string) => ({
  key,
  title: texts(key),
  description: texts(`About ${key}`),
  suggestedPrice: 2_000,
});
const category = (id: string, change: Json = {}): Json => ({
  id,
  name: texts('Gardens'),
  currency: 'EUR',
  services: [service('phone_call'), service('plant_check')],
  automaticService: 'plant_check',
  pricePoints: [1_500, 2_000, 2_500],
  ...change,
});
const save = async (input: Json): Promise<Json> => (await people.admin.call('category.save', input)).category as Json;

test('1.2 category.list: anyone gets all categories, in their language', async () => {
  const { items } = await post(node.url, 'category.list', { locale: 'de' });
  const byId = new Map((items as Json[]).map((item) => [item.id as string, item]));
  expect(byId.get('computer')).toMatchObject({
    name: 'Computer',
    automaticService: 'remote_assistance',
    currency: 'USD',
  });
  expect(byId.get('law')).toMatchObject({ name: 'Recht', automaticService: 'phone_call' });
  const remote = ['networking', 'mac', 'laptop', 'programming', 'computer-hardware', 'software', 'email'];
  for (const id of [...remote, 'microsoft-office', 'printer']) {
    expect(byId.get(id)).toMatchObject({ automaticService: 'remote_assistance' });
  }
  const keys = (id: string) => each(byId.get(id)!.services, 'key');
  expect(keys('health')).toContain('xray_review');
  expect(keys('law')).toContain('legal_document_review');
  expect(keys('appraisals')).toContain('video_appraisal');
  expect(JSON.stringify(items)).not.toContain('pricePoints'); // 5.2: what else it might have cost is nobody's business
  await refused(post(node.url, 'category.list', { locale: 'fr' }), 'input.invalid');
});

test('category.save is for admins', async () => {
  await expectRefused(node, people, null, ['category.save', category('gardens-of-others')], {
    customer: 'auth.forbidden',
    otherCustomer: 'auth.forbidden',
    first: 'auth.forbidden',
    stranger: 'auth.forbidden',
  });
  expect(await node.ctx.stores.categories.find('gardens-of-others')).toBeNull();
});

test('category.save creates, replaces by version, and refuses what is stale', async () => {
  const offerLimits = { min: 500, max: 50_000 };
  expect(await save(category('gardens'))).toEqual({
    ...category('gardens'),
    ...{ offerLimits, pricing: 'learned', version: 1 },
  });
  const stale = await refused(save(category('gardens')), 'conflict.stale');
  expect(stale.details).toEqual({ version: 1 });
  const renamed = category('gardens', { version: 1, name: texts('Gardens and yards') });
  const codes = await Promise.all([1, 2, 3].map(() => codeOf(save(renamed))));
  expect(codes.toSorted()).toEqual(['conflict.stale', 'conflict.stale', 'ok']);
  expect((await refused(save(renamed), 'conflict.stale')).details).toEqual({ version: 2 });
  expect((await refused(save(category('unheard-of', { version: 3 })), 'conflict.stale')).details).toEqual({
    version: 0,
  });
  const { items } = await post(node.url, 'category.list', { locale: 'en' });
  expect(items).toContainEqual(expect.objectContaining({ id: 'gardens', name: 'Gardens and yards', version: 2 }));
});

test('1.2 category.get: all of a category in all languages, to be saved again as it is, for admins', async () => {
  const saved = await save(category('meadows'));
  const { category: read } = await people.admin.call('category.get', { id: 'meadows' });
  expect(read).toEqual(saved);
  expect(await save(read)).toEqual({ ...saved, version: 2 });
  const { category: seeded } = await people.admin.call('category.get', { id: 'law' });
  expect(seeded).toMatchObject({ name: { en: 'Law', de: 'Recht', es: 'Derecho' }, automaticService: 'phone_call' });
  expect(await save(seeded)).toMatchObject({ id: 'law', version: seeded.version + 1 });
  await expectRefused(node, people, null, ['category.get', { id: 'meadows' }], {
    customer: 'auth.forbidden',
    first: 'auth.forbidden',
  });
  await refused(people.admin.call('category.get', { id: 'unheard-of' }), 'not_found');
});

test('2.1 what an answer may be worth: suggested to everybody, kept by whoever does not know of it, and held to', async () => {
  const questionValues = { min: 700, suggested: [700, 1_500] };
  const listed = async (id: string) =>
    ((await post(node.url, 'category.list', { locale: 'en' })).items as Json[]).find((one) => one.id === id)!;
  const worth = (amount: number, more: Json = {}) =>
    postQuestion(people.customer, { category: 'pools', value: { amount, currency: 'EUR' }, ...more });
  // nobody has said anything: what a card can pay
  expect(await save(category('pools'))).not.toHaveProperty('questionValues');
  expect((await listed('pools')).questionValues).toEqual({ min: 50, suggested: [] });
  const early = { clientId: 'before-the-minimum' };
  const small = await worth(600, early);
  expect(await save(category('pools', { version: 1, questionValues }))).toMatchObject({ questionValues });
  expect(await save(category('pools', { version: 2 }))).toMatchObject({ questionValues, version: 3 });
  expect((await listed('pools')).questionValues).toEqual(questionValues);
  const refusal = await refused(worth(699), 'input.invalid');
  expect(refusal.details).toEqual({ fields: [{ path: 'value.amount', reason: 'too_small', minimum: 700 }] });
  expect((await worth(700)).state).toBe('open');
  // asked twice: it was posted, whatever is asked for since
  expect((await worth(600, early)).id).toBe(small.id);
  expect((await listed('law')).questionValues).toEqual({ min: 500, suggested: [1_000, 2_000, 3_000] });
});

test('category.save keeps a category consistent', async () => {
  const wrong: [Json, string][] = [
    [{ automaticService: 'video_call' }, 'automaticService'],
    [{ services: [service('plant_check'), service('plant_check')] }, 'services'],
    [{ services: [] }, 'services'],
    [{ pricePoints: [] }, 'pricePoints'],
    [{ pricePoints: [0] }, 'pricePoints.0'],
    [{ pricePoints: [-1] }, 'pricePoints.0'],
    [{ pricePoints: [1_000.5] }, 'pricePoints.0'],
    [{ pricePoints: [2_000, 1_000] }, 'pricePoints.1'],
    [{ pricePoints: [1_000, 2_000, 2_000] }, 'pricePoints.2'],
    [{ pricePoints: Array.from({ length: 21 }, (_, index) => index + 1) }, 'pricePoints'],
    [{ services: Array.from({ length: 21 }, (_, index) => service(`s_${index}`)) }, 'services'],
    [{ services: [{ ...service('plant_check'), suggestedPrice: 0 }] }, 'services.0.suggestedPrice'],
    [{ services: [{ ...service('plant_check'), title: { en: 'x', de: 'x' } }] }, 'services.0.title.es'],
    [
      { services: [{ ...service('plant_check'), description: { en: 'x', de: ' ', es: 'x' } }] },
      'services.0.description.de',
    ],
    [{ currency: 'euro' }, 'currency'],
    [{ currency: 'ZZZ' }, 'currency'],
    // 8.1: what experts name themselves has this key
    [{ services: [service('plant_check'), service('own')] }, 'services.1.key'],
    [{ offerLimits: { min: 2_001, max: 3_000 } }, 'services.0.suggestedPrice'],
    [{ offerLimits: { min: 500, max: 1_999 } }, 'services.0.suggestedPrice'],
    [{ pricing: { fixed: 1_501 } }, 'pricing.fixed'],
    [{ pricing: { fixed: 0 } }, 'pricing.fixed'],
    [{ pricing: 'middle' }, 'pricing'],
    [{ questionValues: { min: 0, suggested: [] } }, 'questionValues.min'],
    [{ questionValues: { min: 49, suggested: [] } }, 'questionValues.min'], // 1.3: no card pays it
    [{ questionValues: { min: 500, suggested: [500, 500] } }, 'questionValues.suggested.1'],
    [{ questionValues: { min: 500, suggested: [400, 600] } }, 'questionValues.suggested.0'],
    [{ questionValues: { min: 50, suggested: [1, 2, 3, 4, 5, 6, 7] } }, 'questionValues.suggested'],
    [{ id: 'Not An Id' }, 'id'],
    [{ name: { en: 'Only English' } }, 'name.de'],
  ];
  for (const [change, path] of wrong) {
    const refusal = await refused(save(category('wrong', change)), 'input.invalid');
    expect(refusal.details?.fields[0].path).toBe(path);
  }
  expect(await node.ctx.stores.categories.find('wrong')).toBeNull();
});

test('1.3, 5.2 new prices are those of the next offer; what was shown stays', async () => {
  const { category: id, customer, first } = people;
  const before = await postQuestion(customer, { category: id });
  const shown = await greeted(customer, first, before.id);
  const { version, ...fields } = (await node.ctx.stores.categories.find(id))!;
  await save({ ...fields, pricePoints: [1_100, 1_200, 1_300], version });
  const after = await postQuestion(customer, { category: id });
  expect((await greeted(customer, first, after.id)).price).toEqual({ amount: 1_200, currency: 'USD' });
  const { offer } = await customer.call('offer.accept', { offerId: shown.id });
  expect(offer.price).toEqual(shown.price);
});

test('8.1 category.save keeps the price limits that it is not given, and refuses those that no price can keep', async () => {
  const limits = { min: 1_000, max: 2_000 };
  expect(await save(category('orchards', { offerLimits: limits }))).toMatchObject({ offerLimits: limits });
  expect(await save(category('orchards', { version: 1 }))).toMatchObject({ offerLimits: limits, version: 2 });
  for (const wrong of [{ min: 2_001, max: 2_000 }, { min: 0, max: 1 }, { min: 1 }, { min: 1, max: 1e12 }]) {
    await refused(save(category('orchards', { version: 2, offerLimits: wrong })), 'input.invalid');
  }
});

test('5.2 category.save keeps how prices are chosen unless it is told otherwise', async () => {
  const fixed = { fixed: 2_500 };
  expect(await save(category('ponds', { pricing: fixed }))).toMatchObject({ pricing: fixed });
  expect(await save(category('ponds', { version: 1 }))).toMatchObject({ pricing: fixed, version: 2 });
  // a point that is taken away is nobody's fixed price
  const refusal = await refused(save(category('ponds', { version: 2, pricePoints: [1_500, 2_000] })), 'input.invalid');
  expect(refusal.details).toEqual({ fields: [{ path: 'pricing.fixed', reason: 'not_a_price_point' }] });
  expect(await save(category('ponds', { version: 2, pricing: 'learned' }))).toMatchObject({ pricing: 'learned' });
});

test('1.3 category.save takes only currencies of whose smallest unit everybody thinks the same', async () => {
  // charged by Stripe in another unit than ISO 4217 says, or shown to people in another one
  for (const currency of ['ISK', 'UGX', 'MGA', 'HUF', 'COP', 'IDR', 'PKR', 'SLL', 'AFN', 'IQD', 'LYD', 'XAU', 'XXX']) {
    const refusal = await refused(save(category('coins', { currency })), 'input.invalid');
    expect(refusal.details).toEqual({ fields: [{ path: 'currency', reason: 'not_supported' }] });
  }
  const codes = ['USD', 'EUR', 'GBP', 'CHF', 'MXN', 'JPY', 'KRW', 'CLP', 'KWD', 'BHD'];
  for (const [index, currency] of codes.entries())
    await save(category('coins', { currency, ...(index > 0 && { version: index }) }));
});

test('anybody hears whether somebody is there and how soon they write, not who; it is ten seconds old at most', async () => {
  let now = Date.parse('2031-01-01T12:00:00.000Z');
  const own = world({ ROLE: 'gateway' });
  const quiet = await own.start({}, () => new Date(now));
  const of = async (category?: string) =>
    (await post(quiet.url, 'category.availability', category === undefined ? {} : { category })).items as Json[];
  const there = (online: number, firstReplyMs: number | null = null) => [{ category: 'law', online, firstReplyMs }];
  expect(await of('law')).toEqual(there(0));
  expect((await of()).length).toBeGreaterThan(10);
  const experts = [await join(quiet, 'expert', { categories: ['law'] })];
  await join(quiet, 'expert', { categories: ['tax'] });
  await join(quiet, 'customer');
  expect(await of('law')).toEqual(there(0)); // of a moment ago
  now += 10_000;
  expect(await of('law')).toEqual(there(1));
  for (let n = 0; n < 4; n += 1) experts.push(await join(quiet, 'expert', { categories: ['law', 'tax'] }));
  now += 10_000;
  expect(await of('law')).toEqual(there(3)); // many
  expect(JSON.stringify(await of())).not.toContain(String(experts[0]!.user.id));

  // the waits are 1, 2, 3, 4 and 50 minutes; one of long ago, one that nobody has answered
  const waits = [1, 2, 3, 4, 50];
  const asked = (minutes: number | null, postedAt = now) => {
    const id = `q_${randomUUID()}`;
    const expertWroteAt = minutes === null ? null : new Date(postedAt + minutes * 60_000);
    const question = { ...draft, id, clientId: id, state: 'closed' as const, categoryId: 'law' };
    return quiet.ctx.stores.questions.insert(
      { ...question, postedAt: new Date(postedAt), expertWroteAt },
      [],
      new Date(now),
    );
  };
  await Promise.all(waits.slice(0, 4).map((minutes) => asked(minutes)));
  await Promise.all([asked(null), asked(900, now - 40 * 24 * 60 * 60_000)]);
  now += 10_000;
  expect(await of('law')).toEqual(there(3)); // too few to say anything
  await asked(50);
  now += 10_000;
  expect(await of('law')).toEqual(there(3, 3 * 60_000));
  await refused(post(quiet.url, 'category.availability', { category: 'nothing' }), 'input.invalid');
  await own.close();
});

// The cases of customer care, command by command (10.1), and the refunds that customers ask for (8.4).
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, greeted, postQuestion, requested } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { expectRefused, outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import {
  account,
  codeOf,
  each,
  eventually,
  heardOf,
  join,
  mailsTo,
  onDisk,
  pagesOf,
  refused,
  settled,
} from '../helpers/people.ts';

const here = world();
let node: Node;
let people: Outsiders;

beforeAll(async () => {
  node = await here.start();
  people = await outsiders(node);
});
afterAll(() => here.close());

/** A question whose value was paid for. */
async function paidQuestion(): Promise<string> {
  const { customer, first, category } = people;
  const { id: questionId } = await postQuestion(customer, { category });
  await first.call('question.claim', { questionId });
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Do this.' });
  await customer.call('question.rate', { questionId, stars: 5 });
  return String(questionId);
}

/** A case that the customer has opened by asking for the value back. */
async function refundCase(questionId: string): Promise<Json> {
  const input = { questionId, reason: 'It did not help.' };
  return (await people.customer.call('refund.request', input)).case as Json;
}

const careOnly = {
  customer: 'auth.forbidden',
  otherCustomer: 'auth.forbidden',
  first: 'auth.forbidden',
  colleague: 'auth.forbidden',
  stranger: 'auth.forbidden',
};

describe('10.1 cases are for admins', () => {
  let questionId: string;
  let caseId: string;
  beforeEach(async () => {
    questionId = await paidQuestion();
    caseId = String((await refundCase(questionId)).id);
  });

  test('10.1 nobody else lists, reads, assigns, notes or resolves', async () => {
    const calls: [string, Json][] = [
      ['case.list', {}],
      ['case.get', { caseId }],
      ['case.assign', { caseId }],
      ['case.note', { caseId, text: 'x', clientId: clientId() }],
      ['case.resolve', { caseId, resolution: 'grant' }],
    ];
    for (const call of calls) await expectRefused(node, people, questionId, call, careOnly);
  });

  test('10.1 a case has a state, an assignee, notes, a history, links and a deadline; admins hear each change', async () => {
    const { admin, customer, first } = people;
    const by = { id: admin.user.id, name: admin.user.name, role: 'admin' };
    await admin.call('case.assign', { caseId });
    await admin.call('case.note', { caseId, text: 'Called the expert.', clientId: clientId() });
    const { case: found } = await admin.call('case.get', { caseId });
    expect(found).toMatchObject({
      ...{ id: caseId, version: 3, kind: 'refund', state: 'open', questionId, offerId: null, seq: null },
      ...{ subject: 'My laptop does not start', reason: 'It did not help.', overdue: false },
      openedBy: { id: customer.user.id, role: 'customer' },
      assignee: { id: by.id },
      notes: [{ by, text: 'Called the expert.' }],
      history: [{ what: 'opened' }, { what: 'assigned', by, to: { id: by.id } }, { what: 'noted', by }],
      ...{ resolution: null, comment: null, resolvedAt: null },
    });
    expect(Date.parse(found.dueAt as string) - Date.parse(found.openedAt as string)).toBe(24 * 3_600_000);
    await settled(admin, customer, first);
    expect(each(heardOf(admin, 'case.changed', caseId), 'version')).toEqual([1, 2, 3]);
    expect(heardOf(admin, 'case.changed', caseId).at(-1)).toEqual(found);
    expect(each(heardOf(customer, 'case.changed', caseId), 'version')).toEqual([1, 2, 3]); // who has asked for it
    expect(JSON.stringify(customer.events)).not.toMatch(/assignee|notes|history/);
    expect(heardOf(first, 'case.changed', caseId)).toEqual([]);
  });

  test('10.1 it can be given to another admin or to nobody, and to no one else', async () => {
    const { admin, first } = people;
    const [second, gone] = await Promise.all([account(node, 'admin'), account(node, 'admin', { active: false })]);
    const assign = (assignee?: string | null) => admin.call('case.assign', { caseId, assignee });
    expect((await assign(second.id)).case.assignee).toEqual({ id: second.id, name: 'admin' });
    expect((await assign(null)).case.assignee).toBeNull();
    for (const wrong of [first.user.id, gone.id, `u_${clientId()}`]) {
      const refusal = await refused(assign(String(wrong)), 'input.invalid');
      expect(refusal.details).toEqual({ fields: [{ path: 'assignee', reason: 'not_an_admin' }] });
    }
  });

  test('10.1 the same click again changes nothing', async () => {
    const { admin } = people;
    const note = { caseId, text: 'Once.', clientId: clientId() };
    const noted = await Promise.all([1, 2, 3, 4].map(() => admin.call('case.note', note)));
    expect(new Set(each(each(noted, 'case'), 'version'))).toEqual(new Set([2]));
    await Promise.all([1, 2, 3].map(() => admin.call('case.assign', { caseId })));
    const { case: found } = await admin.call('case.get', { caseId });
    expect(found).toMatchObject({ version: 3, notes: [{ text: 'Once.' }] });
  });

  test('10.1 only a resolution of its kind is taken, and a refused refund needs its reason', async () => {
    const { admin } = people;
    const before = await onDisk(node, questionId);
    const resolve = (input: Json) => refused(admin.call('case.resolve', { caseId, ...input }), 'input.invalid');
    expect((await resolve({ resolution: 'done' })).details).toEqual({
      fields: [{ path: 'resolution', reason: 'not_of_kind' }],
    });
    expect((await resolve({ resolution: 'refuse' })).details).toEqual({
      fields: [{ path: 'comment', reason: 'required' }],
    });
    for (const wrong of [{}, { resolution: 'refund' }, { resolution: 'refuse', comment: '  ' }, { resolution: 7 }]) {
      await resolve(wrong);
    }
    await refused(admin.call('case.note', { caseId, text: '', clientId: clientId() }), 'input.invalid');
    await refused(admin.call('case.note', { caseId, text: 'x' }), 'input.invalid');
    expect(await onDisk(node, questionId)).toEqual(before);
  });

  test('10.1 two admins at once: one decides, the other hears what was decided', async () => {
    const second = await join(node, 'admin');
    const outcomes = await Promise.all([
      codeOf(people.admin.call('case.resolve', { caseId, resolution: 'grant' })),
      codeOf(second.call('case.resolve', { caseId, resolution: 'refuse', comment: 'No.' })),
    ]);
    expect(outcomes.toSorted()).toEqual(['conflict.case_resolved', 'ok']);
    const { case: found } = await people.admin.call('case.get', { caseId });
    const refusal = await refused(people.admin.call('case.assign', { caseId }), 'conflict.case_resolved');
    expect(refusal.details).toEqual({ state: 'resolved', resolution: found.resolution });
    await people.admin.call('case.note', { caseId, text: 'Afterwards.', clientId: clientId() });
  });
});

test('10.1 whoever has opened a case reads and hears what becomes of it, as they may see it; nobody else does', async () => {
  const { customer, otherCustomer, first, colleague, admin } = people;
  const questionId = await paidQuestion();
  const opened = await refundCase(questionId);
  const dispute = await first.call('case.open', {
    ...{ kind: 'payout_dispute', questionId, reason: 'It was paid less.', clientId: clientId() },
  });
  const mine = async (who: typeof customer) => (await who.call('case.mine')).items as Json[];
  expect((await mine(customer))[0]).toEqual(opened);
  expect((await mine(first))[0]).toEqual(dispute.case);
  for (const who of [otherCustomer, colleague]) {
    expect((await mine(who)).map(({ id }) => id as string)).not.toContain(opened.id);
  }
  await refused(admin.call('case.mine'), 'auth.forbidden');
  await customer.heard('case.changed', ({ id, state }) => id === opened.id && state === 'open');

  await admin.call('case.note', { caseId: opened.id, text: 'Between us', clientId: clientId() });
  const { case: resolved } = await admin.call('case.resolve', {
    ...{ caseId: opened.id, resolution: 'refuse', comment: 'For these reasons', clientId: clientId() },
  });
  const heard = await customer.heard('case.changed', ({ id, state }) => id === opened.id && state === 'resolved');
  expect(heard).toEqual((await mine(customer))[0]);
  expect(heard).toMatchObject({ version: resolved.version, resolution: 'refuse' });
  await first.heard('case.changed', ({ id }) => id === dispute.case.id);
  await settled(first, colleague, otherCustomer);
  for (const who of [first, colleague, otherCustomer]) expect(heardOf(who, 'case.changed', opened.id)).toEqual([]);
  expect(JSON.stringify([...customer.events, ...first.events])).not.toMatch(/Between us|assignee|openedBy/);
});

test('10.1 case.list finds by state, kind, assignee and deadline, page by page', async () => {
  const own = world();
  const quiet = await own.start();
  try {
    const { admin, customer, category, first } = await outsiders(quiet);
    const { id: questionId } = await postQuestion(customer, { category });
    for (let index = 0; index < 55; index += 1) {
      const kind = index % 2 === 0 ? 'personal_information' : 'unable_to_complete';
      await admin.call('message.list', { questionId });
      await customer.call('message.send', { questionId, clientId: clientId(), body: `${index}` });
      await admin.call('case.open', { kind, questionId, seq: index + 1, reason: `${index}`, clientId: clientId() });
      const at = quiet.ctx.now().getTime();
      await eventually(() => quiet.ctx.now().getTime() > at).toBe(true); // of two of the same moment none is the newer one
    }
    await first.call('case.open', { kind: 'payout_dispute', questionId, reason: 'dispute', clientId: clientId() });
    const pages = await pagesOf(admin, 'case.list', {});
    expect(pages.map((page) => page.length)).toEqual([50, 6]);
    const reasons = each(pages.flat(), 'reason');
    expect(reasons).toEqual(['dispute', ...Array.from({ length: 55 }, (_, index) => `${54 - index}`)]);
    const count = async (input: Json) => (await pagesOf(admin, 'case.list', input)).flat().length;
    expect(await count({ kind: 'personal_information' })).toBe(28);
    const { items } = await admin.call('case.list', { kind: 'payout_dispute' });
    await admin.call('case.assign', { caseId: items[0].id });
    expect(await count({ assignee: admin.user.id })).toBe(1);
    expect(await count({ assignee: 'nobody' })).toBe(55);
    await admin.call('case.resolve', { caseId: items[0].id, resolution: 'done', comment: 'Paid by hand.' });
    expect([await count({ state: 'resolved' }), await count({ state: 'open' })]).toEqual([1, 55]);
    expect([await count({ overdue: true }), await count({ overdue: false })]).toEqual([0, 56]);
    for (const cursor of ['x', 'now/cs_1', '2030-01-01T00:00:00.000Z/']) {
      await refused(admin.call('case.list', { cursor }), 'input.invalid');
    }
  } finally {
    await own.close();
  }
});

describe('10.1 case.open', () => {
  test('10.1 an expert disputes a payout of what they may know of, and reads nothing of the file', async () => {
    const { customer, first, category } = people;
    const request = await requested(customer, first, { category });
    const { questionId } = request;
    const dispute = { kind: 'payout_dispute', questionId, offerId: request.id, reason: 'Accepted by mistake.' };
    // reserved for the first expert: a colleague may know of the question, not of the request
    await expectRefused(node, people, questionId, ['case.open', { ...dispute, clientId: clientId() }], {
      customer: 'auth.forbidden',
      otherCustomer: 'auth.forbidden',
      stranger: 'not_found',
      colleague: 'not_found',
    });
    await first.call('request.decline', { requestId: request.id });
    const input = { ...dispute, clientId: clientId() };
    const { case: opened } = await people.colleague.call('case.open', input);
    expect(Object.keys(opened as Json).toSorted()).toEqual(
      [
        ...['id', 'kind', 'offerId', 'openedAt', 'questionId', 'reason', 'resolution', 'resolvedAt', 'seq', 'state'],
        ...['subject', 'version'],
      ].toSorted(),
    );
    expect((await people.colleague.call('case.open', input)).case).toEqual(opened);
    // one of each is open at a time
    const again = await refused(
      people.colleague.call('case.open', { ...dispute, clientId: clientId() }),
      'conflict.case_open',
    );
    expect(again.details).toEqual({ caseId: opened.id, state: 'open' });
    await first.call('case.open', { ...dispute, clientId: clientId() });
    const { items } = await people.admin.call('case.list', { kind: 'payout_dispute', state: 'open' });
    expect(each(items, 'offerId').filter((id) => id === request.id)).toHaveLength(2);
  });

  test.each([
    ['done', 'it has been settled'],
    ['dismissed', 'there was no reason to change anything'],
  ] as const)(
    '10.1 the expert hears how their dispute ended (%s), once, and not what was noted about it',
    async (resolution, words) => {
      const { admin, customer, category } = people;
      const expert = (locale: 'en' | 'de') => join(node, 'expert', { categories: [category], locale });
      const [ada, other] = await Promise.all([expert('en'), expert('de')]);
      const { id: offerId, questionId } = await requested(customer, people.first, { category });
      await people.first.call('request.decline', { requestId: offerId });
      const dispute = { kind: 'payout_dispute', questionId, offerId, reason: 'By mistake.' };
      const open = async (who: typeof ada, input: Json = {}) =>
        (await who.call('case.open', { ...dispute, ...input, clientId: clientId() })).case as Json;
      const { id: caseId } = await open(ada);
      await open(admin, { reason: 'Seen by us.' });
      const german = await open(other);
      const end = { caseId, resolution, comment: 'A secret of ours.', clientId: clientId() };
      await Promise.all([1, 2, 3].map(() => admin.call('case.resolve', end)));
      const notice = await ada.heard('notice', ({ code }) => code === 'dispute.resolved');
      expect(notice.text).toContain('“My laptop does not start”');
      expect(notice.text).toContain(words);
      const isAboutIt = ({ subject, text }: Json) =>
        String(subject).includes('payout') && !String(text).includes('We have received your dispute');
      await eventually(async () => (await mailsTo(node, String(ada.user.email))).filter(isAboutIt).length).toBe(1);
      const [letter] = (await mailsTo(node, String(ada.user.email))).filter(isAboutIt);
      expect(letter!.text).toContain(words);
      expect(letter!.text).toContain(`/questions/${String(questionId)}`);
      expect(JSON.stringify([notice, letter])).not.toContain('secret');

      await admin.call('case.resolve', { caseId: german.id, resolution });
      const said = await other.heard('notice', ({ code }) => code === 'dispute.resolved');
      expect(said.text).toContain('Der Expertendienst');
      await settled(admin, customer, ada);
      for (const who of [admin, customer]) {
        expect(each(heardOf(who, 'notice', questionId), 'code')).not.toContain('dispute.resolved');
      }
      expect(ada.events.filter(({ body }) => body.code === 'dispute.resolved')).toHaveLength(1);
    },
  );

  test('10.1 an expert opens no other kind', async () => {
    const { questionId } = await requested(people.customer, people.first, { category: people.category });
    for (const kind of ['refund', 'personal_information', 'unable_to_complete']) {
      const input = { kind, questionId, reason: 'x', clientId: clientId() };
      const refusal = await refused(people.first.call('case.open', input), 'input.invalid');
      expect(refusal.details).toEqual({ fields: [{ path: 'kind', reason: 'admins_only' }] });
    }
  });

  test('10.1 a payout dispute is about no message: there is not one open for each', async () => {
    const { admin, customer, first, category } = people;
    const { questionId } = await requested(customer, first, { category });
    const before = await onDisk(node, String(questionId));
    const open = (who: typeof first, input: Json) =>
      who.call('case.open', { questionId, reason: 'It was paid less.', clientId: clientId(), ...input });
    for (const [who, kind, seq] of [
      [first, 'payout_dispute', 1],
      [first, 'payout_dispute', 2],
      [admin, 'payout_dispute', 1],
      [admin, 'refund', 1],
    ] as const) {
      const refusal = await refused(open(who, { kind, seq }), 'input.invalid');
      expect(refusal.details).toEqual({ fields: [{ path: 'seq', reason: 'not_of_kind' }] });
    }
    expect(await onDisk(node, String(questionId))).toEqual(before);
    await open(first, { kind: 'payout_dispute' });
    await refused(open(first, { kind: 'payout_dispute' }), 'conflict.case_open');
  });

  test('10.1 admins open what is not opened by what happens, about messages and offers that exist', async () => {
    const { admin, customer, first, category } = people;
    const { id: questionId } = await postQuestion(customer, { category });
    const offer = await greeted(customer, first, questionId);
    const { id: otherId } = await postQuestion(customer, { category });
    const open = (input: Json) =>
      admin.call('case.open', { kind: 'personal_information', reason: 'A number.', clientId: clientId(), ...input });
    for (const kind of ['low_rating', 'not_connected', 'nothing']) {
      await refused(open({ questionId, kind }), 'input.invalid');
    }
    await refused(open({ questionId, seq: 2 }), 'input.invalid');
    await refused(open({ questionId, seq: 0 }), 'input.invalid');
    await refused(open({ questionId: otherId, offerId: offer.id }), 'not_found');
    await refused(open({ questionId, offerId: `of_${clientId()}` }), 'not_found');
    await refused(open({ questionId: `q_${clientId()}` }), 'not_found');
    await refused(open({ questionId, reason: 'x'.repeat(2_001) }), 'input.invalid');
    expect((await open({ questionId, seq: 1 })).case).toMatchObject({ seq: 1, openedBy: { role: 'admin' } });
    await refused(open({ questionId, kind: 'refund' }), 'conflict.not_captured');
  });
});

describe('8.4 refund.request', () => {
  test('8.4 is for the question’s customer', async () => {
    const questionId = await paidQuestion();
    const input = { questionId, reason: 'It did not help.' };
    await expectRefused(node, people, questionId, ['refund.request', input], {
      otherCustomer: 'not_found',
      first: 'auth.forbidden',
      colleague: 'auth.forbidden',
      stranger: 'auth.forbidden',
      admin: 'auth.forbidden',
    });
    const { case: asked } = await people.customer.call('refund.request', input);
    expect(asked).toMatchObject({ kind: 'refund', state: 'open', questionId, reason: 'It did not help.' });
    for (const hidden of ['notes', 'assignee', 'history', 'openedBy', 'dueAt', 'comment']) {
      expect(asked).not.toHaveProperty(hidden);
    }
  });

  test('8.4 only what was captured can be asked back', async () => {
    const { customer, otherCustomer, first, category } = people;
    const request = await requested(customer, first, { category });
    const { questionId } = request;
    const before = await onDisk(node, questionId);
    const ask = (input: Json) => customer.call('refund.request', { reason: 'x', ...input });
    expect((await refused(ask({ questionId }), 'conflict.not_captured')).details).toEqual({
      state: 'claimed',
      payment: 'authorised',
    });
    expect((await refused(ask({ questionId, offerId: request.id }), 'conflict.not_captured')).details).toEqual({
      state: 'reserved',
      payment: 'authorised',
    });
    const { id: otherId } = await postQuestion(customer, { category });
    await refused(ask({ questionId: otherId, offerId: request.id }), 'not_found');
    await refused(ask({ questionId, offerId: `of_${clientId()}` }), 'not_found');
    await refused(ask({ questionId: `q_${clientId()}` }), 'not_found');
    await refused(otherCustomer.call('refund.request', { questionId, offerId: request.id, reason: 'x' }), 'not_found');
    for (const reason of ['', '   ', 'x'.repeat(2_001), null, 7])
      await refused(ask({ questionId, reason }), 'input.invalid');
    await refused(ask({ questionId, amount: 500 }), 'input.invalid');
    expect(await onDisk(node, questionId)).toEqual(before);
  });

  test('8.4 double clicks and two tabs open one case', async () => {
    const questionId = await paidQuestion();
    const input = { questionId, reason: 'It did not help.' };
    const ask = (extra: Json = {}) => people.customer.call('refund.request', { ...input, ...extra });
    const same = { clientId: clientId() };
    const outcomes = await Promise.allSettled([
      ...[1, 2, 3].map(() => ask(same)),
      ...[1, 2, 3].map(() => ask({ clientId: clientId() })),
      ask(),
    ]);
    const cases = await node.ctx.stores.cases.ofQuestion(questionId);
    expect(cases).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') expect(outcome.value.case.id).toBe(cases[0]!.id);
      else expect(outcome.reason).toMatchObject({ code: 'conflict.case_open', details: { state: 'open' } });
    }
    // whoever opened it gets it again by the same clientId, whatever has become of it
    const { clientId: theirs } = cases[0]!;
    const { admin } = people;
    await admin.call('case.resolve', { caseId: cases[0]!.id, resolution: 'refuse', comment: 'It did.' });
    if (theirs !== null) expect((await ask({ clientId: theirs })).case).toMatchObject({ state: 'resolved' });
    // a refused one can be asked for again, once
    const again = await Promise.all([codeOf(ask()), codeOf(ask())]);
    expect(again).toEqual(['ok', 'ok']);
    await refused(ask({ reason: 'Something else.' }), 'conflict.case_open');
    expect(await node.ctx.stores.cases.ofQuestion(questionId)).toHaveLength(2);
  });

  test('8.4 however many messages were flagged: a refused one is asked for again, and shown', async () => {
    const { admin, customer } = people;
    const questionId = await paidQuestion();
    const flag = { kind: 'personal_information', questionId, seq: 1, reason: 'A number.', clientId: clientId() };
    const { case: flagged } = await admin.call('case.open', flag);
    const { cases } = node.ctx.stores;
    const { record } = (await cases.read(String(flagged.id)))!;
    const alike = Array.from({ length: 500 }, (_, index) => ({
      ...{ ...record, id: `cs_${clientId()}`, key: `flag-${questionId}-${index}`, clientId: null, dueAt: null },
    }));
    await Promise.all(alike.map((one) => cases.insert(one, [], node.ctx.now())));
    const first = await refundCase(questionId);
    const ask = () => customer.call('refund.request', { questionId, reason: 'Still not.' });
    await refused(ask(), 'conflict.case_open');
    await admin.call('case.resolve', { caseId: first.id, resolution: 'refuse', comment: 'It did.' });
    const second = (await ask()).case as Json;
    expect(second).toMatchObject({ kind: 'refund', state: 'open' });
    const { refunds } = await customer.call('question.get', { questionId });
    expect(each(refunds, 'caseId')).toEqual([first.id, second.id]);
    const line = (await pagesOf(admin, 'evidence.get', { questionId })).flat();
    const happened = JSON.stringify(line);
    for (const { id } of [first, second]) expect(happened).toContain(id);
  });
});

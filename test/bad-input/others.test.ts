// What belongs to others: every command that names a thing, called with real ids of somebody else's question, offer,
// request, case, box, catalogue and templates. Whoever has no business with it is told that there is none, and nothing changes.

import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Node } from '../../src/app.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { clientId, greeted, post, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import { codeOf, settled } from '../helpers/people.ts';

const here = world({ POLICY_OFFER_DELAY: '0s', POLICY_RESERVATION: '6h' });
let node: Node;
let people: Outsiders;
let connection: mongoose.Connection;
/** of one customer and one expert: an accepted service with a box, a case, an open offer, a reserved request */
const ids = {
  questionId: '',
  accepted: '',
  proposed: '',
  offered: '',
  reserved: '',
  caseId: '',
  serviceId: '',
  templateId: '',
};

beforeAll(async () => {
  node = await here.start();
  people = await outsiders(node);
  connection = await mongoose.createConnection(here.env['MONGODB_URI']!).asPromise();
  const { customer, first, category } = people;
  const request = await requested(customer, first, { category });
  Object.assign(ids, { questionId: request.questionId, accepted: request.id });
  await first.call('request.accept', { requestId: ids.accepted });
  const { questionId } = ids;
  await customer.call('private-info.put', { questionId, text: 'Nobody else reads this.' });
  for (let replies = 0; replies < 2; replies += 1) {
    await customer.call('message.send', { questionId, clientId: clientId(), body: 'Some words.' });
  }
  ids.proposed = (await first.call('offer.propose', proposal())).offer.id as string;
  ids.serviceId = (await first.call('catalogue.list')).items[0].id as string;
  ids.templateId = (await first.call('template.save', TEXT)).template.id as string;
  const wish = { questionId, offerId: ids.accepted, reason: 'It did not help.' };
  ids.caseId = (await customer.call('refund.request', wish)).case.id as string;
  ids.reserved = String((await requested(customer, first, { category })).id);
  const another = await postQuestion(customer, { category });
  ids.offered = (await greeted(customer, first, String(another.id))).id as string;
  await settled(customer, first);
  await vi.waitFor(isQuiet, { timeout: 180_000, interval: 20 });
});
afterAll(async () => {
  await connection.close();
  await here.close();
});

/** Nothing is owed and no letter on its way any more. */
async function isQuiet(): Promise<void> {
  const db = connection.db!;
  const owing = ['questions', 'offers', 'cases'].map((name) =>
    db.collection(name).countDocuments({ outboxAt: { $ne: null } }),
  );
  const letters = db.collection('mails').countDocuments({ state: 'pending' });
  expect(await Promise.all([...owing, letters])).toEqual([0, 0, 0, 0]);
}

const TEXT = { title: 'Hello', body: 'How are you?', locale: 'en' };
const proposal = (): Json => ({
  questionId: ids.questionId,
  service: { title: 'Set up your home network' },
  description: 'Router, cables and all.',
  price: { amount: 4_000, currency: 'USD' },
  clientId: clientId(),
});

/** For each command that names a thing: inputs that its owner, its expert or an admin could send. */
const CALLS: Record<string, () => Json[]> = {
  'question.get': ofQuestion,
  'question.watch': ofQuestion,
  'question.claim': ofQuestion,
  'question.release': ofQuestion,
  'question.rate': () => ofQuestion({ stars: 5 }),
  'question.close': ofQuestion,
  typing: ofQuestion,
  'message.send': () => ofQuestion({ clientId: clientId(), body: 'Let me in.' }),
  'message.check': () => ofQuestion({ body: 'Let me in.' }),
  'message.list': ofQuestion,
  'message.read': () => ofQuestion({ seq: 1 }),
  'message.flag': () => ofQuestion({ seq: 1, reason: 'abuse' }),
  'message.redact': () => ofQuestion({ seq: 1 }),
  'offer.form': ofQuestion,
  'offer.propose': () => [proposal()],
  'offer.withdraw': ofOffers,
  'offer.unable': () => ofOffers({ reason: 'No' }),
  'offer.accept': ofOffers,
  'offer.decline': ofOffers,
  'request.get': ofRequests,
  'request.accept': ofRequests,
  'request.decline': ofRequests,
  'request.withdraw': ofRequests,
  'request.attempt': () => ofRequests({ clientId: clientId() }),
  'request.report': () => ofRequests({ connected: true }),
  'payment.setup': ofQuestion,
  'payment.update': () => ofQuestion({ paymentMethod: 'pm_card_visa' }),
  'case.get': ofCase,
  'case.assign': ofCase,
  'case.note': () => ofCase({ text: 'Mine', clientId: clientId() }),
  'case.resolve': () => ofCase({ resolution: 'grant' }),
  'case.open': () =>
    ofOffers({ questionId: ids.questionId, kind: 'payout_dispute', reason: 'Mine', clientId: clientId() }),
  'evidence.get': ofQuestion,
  'refund.request': () => [
    ...ofQuestion({ reason: 'Mine' }),
    ...ofOffers({ questionId: ids.questionId, reason: 'Mine' }),
  ],
  'private-info.get': ofQuestion,
  'private-info.put': () => ofQuestion({ text: 'Mine' }),
  'catalogue.rename': () => [{ serviceId: ids.serviceId, title: 'Mine' }],
  'catalogue.remove': () => [{ serviceId: ids.serviceId }],
  'template.save': () => [{ templateId: ids.templateId, ...TEXT }],
  'template.remove': () => [{ templateId: ids.templateId }],
};

function ofQuestion(more: Json = {}): Json[] {
  return [{ questionId: ids.questionId, ...more }];
}
function ofOffers(more: Json = {}): Json[] {
  return [ids.accepted, ids.proposed, ids.offered, ids.reserved].map((offerId) => ({ offerId, ...more }));
}
function ofRequests(more: Json = {}): Json[] {
  return [ids.accepted, ids.reserved, ids.proposed].map((requestId) => ({ requestId, ...more }));
}
function ofCase(more: Json = {}): Json[] {
  return [{ caseId: ids.caseId, ...more }];
}

/** A command about nothing but a socket's own subscriptions: who follows nothing stops following nothing. */
const HARMLESS = ['question.unwatch'];
const THING = /^(?:question|offer|request|case|service|template)Id$/;

/** Experts of the category know of its questions; what they may do there is told where those commands are tested. */
const ABOUT_OTHERS = /^(?:offer\.(?!propose|form)|request\.|private-info\.|catalogue\.|template\.|case\.)/;

test('every command that names a thing stands in this test', () => {
  const naming = Object.entries(COMMANDS).filter(
    ([, { input }]) => input instanceof z.ZodObject && Object.keys(input.shape).some((key) => THING.test(key)),
  );
  const names = naming.map(([name]) => name).filter((name) => !HARMLESS.includes(name));
  expect(Object.keys(CALLS).toSorted()).toEqual(names.toSorted());
});

test.each(Object.keys(CALLS))('%s of what belongs to others is refused, and nothing changes', async (name) => {
  const row = COMMANDS[name]!;
  const before = await everything();
  for (const input of CALLS[name]!()) {
    for (const who of whoseNoBusiness(name)) {
      const role = who.user.role as 'customer' | 'expert';
      const expected = row.who.includes(role) ? 'not_found' : 'auth.forbidden';
      const told = [await codeOf(who.call(name, input))];
      if (row.over !== 'socket') told.push(await codeOf(post(node.url, name, input, who.token)));
      expect([name, role, input, ...new Set(told)]).toEqual([name, role, input, expected]);
    }
  }
  expect(await everything()).toEqual(before);
});

function whoseNoBusiness(name: string): Client[] {
  const { otherCustomer, stranger, colleague } = people;
  return ABOUT_OTHERS.test(name) ? [otherCustomer, stranger, colleague] : [otherCustomer, stranger];
}

/** The whole database. */
async function everything(): Promise<Record<string, unknown[]>> {
  const db = connection.db!;
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map((collection) => collection.name);
  const all = await Promise.all(names.map((name) => db.collection(name).find().sort({ _id: 1 }).toArray()));
  return Object.fromEntries(names.map((name, index) => [name, all[index]!]));
}

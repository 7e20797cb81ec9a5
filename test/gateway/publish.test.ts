import { afterEach, beforeEach, expect, test } from 'vitest';
import { Server } from 'socket.io';
import type { Socket } from 'socket.io-client';
import type { Fact } from '../../src/domain/fact.ts';
import type { Offer } from '../../src/domain/offer.ts';
import type { Question } from '../../src/domain/question.ts';
import type { Client } from '../../src/gateway/client.ts';
import { publisher } from '../../src/gateway/publish.ts';
import type { Rooms } from '../../src/gateway/publish.ts';
import { openLog } from '../../src/log.ts';
import { ask, createWorld, heard, next, settled } from './world.ts';
import type { Payload, World } from './world.ts';

let world: World;
let sockets: Record<string, Socket>;
let events: Record<string, [string, Payload][]>;

// one each: lights are told once a second at most, and so those of one test would come in the next
beforeEach(async () => {
  world = await createWorld();
});

/** Connects these people, each following the question or not, and listens. */
async function gather(watching: string[], others: string[] = []): Promise<void> {
  sockets = {};
  events = {};
  for (const name of [...watching, ...others]) sockets[name] = await world.join(name);
  for (const name of watching) await ask(sockets[name]!, 'question.watch', { questionId: 'q1' });
  await settled(...Object.values(sockets));
  for (const [name, socket] of Object.entries(sockets)) events[name] = heard(socket);
}
afterEach(() => world.close());

/** Who heard which events. */
async function whoHeard(fits: (event: string) => boolean = () => true): Promise<Record<string, string[]>> {
  await settled(...Object.values(sockets));
  return Object.fromEntries(
    Object.entries(events)
      .map(([name, list]) => [name, list.map(([event]) => event).filter(fits)] as const)
      .filter(([, list]) => list.length > 0),
  );
}

/** Lights are told once a second at most, and so those of before may come late. */
const aboutQuestions = (event: string) => event !== 'presence.changed';

const at = new Date('2026-11-22T12:00:00Z');
const money = { amount: 1_000, currency: 'USD' };
const payment = {
  state: 'authorised',
  method: 'pm_secret',
  attempt: 1,
  authorisation: 'auth_1',
  reason: null,
} as const;
const question: Question = {
  id: 'q1',
  version: 3,
  state: 'claimed',
  categoryId: 'computer',
  subject: 'Printer',
  body: 'It smokes.',
  locale: 'en',
  customer: { id: 'cora', name: 'Cora' },
  clientId: 'client-01',
  value: money,
  payout: { amount: 500, currency: 'USD' },
  payment,
  expert: { id: 'ada', name: 'Ada' },
  lockedUntil: at,
  expertWroteAt: null,
  answeredBy: null,
  ratingEnabled: false,
  rating: null,
  comment: null,
  createdAt: at,
  postedAt: at,
  closedAt: null,
  dueAt: null,
  activeAt: at,
} as Question;
const offer = {
  id: 'o1',
  version: 2,
  state: 'offered',
  origin: 'automatic',
  proposedBy: null,
  clientId: null,
  openOn: null,
  unableReason: null,
  questionId: 'q1',
  categoryId: 'computer',
  preview: 'It smokes.',
  postedAt: at,
  subject: 'Printer',
  customer: { id: 'cora', name: 'Cora' },
  locale: 'en',
  service: { key: 'remote_assistance', title: { en: 'Remote', de: 'Fern', es: 'Remota' } },
  description: { en: 'Help', de: 'Hilfe', es: 'Ayuda' },
  pricePoints: [1_000],
  priceHow: 'fixed',
  priceOutcome: 'undecided',
  price: money,
  payout: { amount: 500, currency: 'USD' },
  payment: { ...payment, state: 'capture_failed', reason: 'card_declined' },
  shownAt: at,
  requestedAt: null,
  expiresAt: null,
  reservedFor: null,
  reservedUntil: null,
  passedBy: null,
  generation: 0,
  acceptedBy: null,
  acceptedAt: null,
  reportDueAt: null,
  reminders: 0,
  report: null,
  history: [],
  dueAt: null,
} as Offer;

test('a message reaches those who follow its question, and nobody else', async () => {
  await gather(['cora', 'ada', 'care'], ['ben', 'carl']);
  world.publish({
    type: 'message.created',
    message: {
      questionId: 'q1',
      seq: 1,
      clientId: 'client-02',
      kind: 'message',
      by: { id: 'ada', name: 'Ada', role: 'expert' },
      body: 'Hi',
      at,
    },
  });
  expect(await whoHeard()).toEqual({ cora: ['message.created'], ada: ['message.created'], care: ['message.created'] });
  expect(events['cora']![0]![1]).toMatchObject({ seq: 1, body: 'Hi', at: at.toISOString() });
});

test('9.2 a redaction reaches everybody who follows, a flag admins only, wherever they are', async () => {
  await gather(['cora', 'ada', 'care'], ['ben', 'carl']);
  const message = {
    questionId: 'q1',
    seq: 1,
    clientId: 'client-02',
    kind: 'message',
    by: { id: 'ada', name: 'Ada', role: 'expert' },
    body: '',
    at,
    flags: [{ by: { id: 'cora', name: 'Cora', role: 'customer' }, reason: 'abuse', at }],
    redactedAt: at,
  } as const;
  world.publish({ type: 'message.changed', message, to: 'everybody' });
  expect(await whoHeard()).toEqual({ cora: ['message.changed'], ada: ['message.changed'], care: ['message.changed'] });
  for (const who of ['cora', 'ada']) {
    expect(events[who]![0]![1]).toMatchObject({ seq: 1, redacted: true });
    expect(events[who]![0]![1]).not.toHaveProperty('flagged');
  }
  expect(events['care']![0]![1]).toMatchObject({ seq: 1, redacted: true, flagged: [{ reason: 'abuse' }] });
  world.publish({ type: 'message.changed', message, to: 'admins' });
  expect(await whoHeard()).toEqual({
    cora: ['message.changed'],
    ada: ['message.changed'],
    care: ['message.changed', 'message.changed'],
  });
});

test('typing and presence reach the others only, a read mark also the other sockets of who read', async () => {
  await gather(['cora', 'ada'], ['ben']);
  world.publish({ type: 'typing', questionId: 'q1', by: { id: 'ada', name: 'Ada', role: 'expert' } });
  world.publish({ type: 'presence.changed', questionId: 'q1', userId: 'ada', online: true, state: 'available' });
  world.publish({ type: 'read.changed', questionId: 'q1', by: { id: 'ada', name: 'Ada' }, seq: 4 });
  expect(await whoHeard()).toEqual({ cora: ['typing', 'presence.changed', 'read.changed'], ada: ['read.changed'] });
  expect(events['cora']!.map(([, value]) => value)).toEqual([
    { questionId: 'q1', by: { id: 'ada', name: 'Ada', role: 'expert' } },
    { questionId: 'q1', userId: 'ada', online: true, state: 'available' },
    { questionId: 'q1', by: { id: 'ada', name: 'Ada' }, seq: 4 },
  ]);
});

const QUEUE = 'queue.changed';
const shown = { version: 3, at, left: null };
const changed = (change: Partial<Question>, experts: string[], lastSeq = 1): Fact => ({
  type: 'question.changed',
  question: { ...question, ...change },
  lastSeq,
  experts,
});

test('a question is shown once to its customer, the experts who have a part in it and admins, each as they may see it', async () => {
  await gather(['cora', 'ada'], ['ben', 'dan', 'carl', 'care']);
  for (const name of ['ada', 'ben', 'dan']) await sockets[name]!.emitWithAck('queue.watch', {});
  world.publish(changed({}, ['ada'], 5));
  const once = ['question.changed'];
  expect(await whoHeard(aboutQuestions)).toEqual({ cora: once, ada: once, care: once });
  expect(events['cora']![0]![1]).toMatchObject({ lastSeq: 5, payment: { state: 'authorised' } });
  expect(events['ada']![0]![1]).not.toHaveProperty('payment');
  expect(JSON.stringify(events)).not.toContain('pm_secret');
});

test('a draft is its customer’s alone, and an expert outside the category hears of the question they hold', async () => {
  await gather(['cora'], ['ada', 'dan', 'care']);
  await sockets['ada']!.emitWithAck('queue.watch', {});
  world.publish(changed({ state: 'draft', expert: null, postedAt: null }, [], 0));
  expect(await whoHeard(aboutQuestions)).toEqual({ cora: ['question.changed'] });
  events['cora']!.length = 0;
  world.publish(changed({ expert: { id: 'dan', name: 'Dan' } }, ['dan'], 0));
  const once = ['question.changed'];
  expect(await whoHeard(aboutQuestions)).toEqual({ cora: once, dan: once, care: once });
});

test('2.2 who watches the queue hears, gathered, what came into it and what left it, and nothing else of a question', async () => {
  await gather([], ['ada', 'ben', 'dan', 'cora', 'care']);
  for (const name of ['ada', 'dan']) await sockets[name]!.emitWithAck('queue.watch', {});
  const open = { state: 'open', expert: null } as const;
  world.publish(changed({ ...open, queue: shown }, [])); // posted
  world.publish(changed({ ...open, queue: shown, version: 4 }, [])); // something that is not shown
  world.publish(changed({ id: 'q2', queue: shown }, [])); // claimed
  world.publish(changed({ id: 'q3', ...open, queue: shown }, []));
  world.publish(changed({ id: 'q3', queue: { ...shown, version: 4 }, version: 4 }, [])); // claimed in the same moment
  world.publish(changed({ id: 'q4', categoryId: 'law', ...open, queue: shown }, []));
  const ofAda = await next(sockets['ada']!, QUEUE);
  expect(ofAda).toEqual({
    category: 'computer',
    at: world.now.toISOString(),
    complete: true,
    items: [
      expect.objectContaining({ id: 'q1', version: 3, state: 'open', subject: 'Printer', body: 'It smokes.' }),
      { id: 'q2', version: 3, state: 'claimed', category: 'computer', expert: { id: 'ada', name: 'Ada' } },
      { id: 'q3', version: 4, state: 'claimed', category: 'computer', expert: { id: 'ada', name: 'Ada' } },
    ],
  });
  expect(JSON.stringify(ofAda)).not.toContain('authorised');
  await expect.poll(() => whoHeard(aboutQuestions)).toMatchObject({ dan: [QUEUE] });
  expect(events['dan']![0]![1]).toMatchObject({ category: 'law', items: [{ id: 'q4' }] });
  expect((await whoHeard(aboutQuestions))['ada']).toEqual([QUEUE]);
  expect(await whoHeard(aboutQuestions)).not.toHaveProperty('ben'); // an expert of the category who does not look at it

  await sockets['ada']!.emitWithAck('queue.unwatch', {});
  await sockets['ben']!.emitWithAck('queue.watch', {});
  world.publish(changed({ ...open, queue: { ...shown, version: 9 }, version: 9 }, []));
  await next(sockets['ben']!, QUEUE);
  expect((await whoHeard(aboutQuestions))['ada']).toEqual([QUEUE]);
});

test('2.2 a flood of questions is told as far as one packet holds it, with the word that there is more', async () => {
  await gather([], ['ada']);
  await sockets['ada']!.emitWithAck('queue.watch', {});
  for (let index = 0; index < 250; index += 1) {
    world.publish(changed({ id: `q-${index}`, state: 'open', expert: null, queue: shown }, []));
  }
  const { items, complete } = await next(sockets['ada']!, QUEUE);
  expect([(items as unknown[]).length, complete]).toEqual([200, false]);
});

test('I22 after a release the former expert gets nothing more of the conversation', async () => {
  await gather(['cora', 'ada', 'care'], []);
  world.publish(changed({ state: 'open', expert: null }, ['ada']));
  world.publish({ type: 'read.changed', questionId: 'q1', by: { id: 'cora', name: 'Cora' }, seq: 1 });
  expect(await whoHeard()).toEqual({
    cora: ['question.changed', 'read.changed'],
    ada: ['question.changed'],
    care: ['question.changed', 'read.changed'],
  });
});

test('any other change of a question leaves those who follow it where they are', async () => {
  await gather(['cora', 'ada', 'care'], []);
  world.publish(changed({ state: 'answered' }, ['ada']));
  world.publish({ type: 'read.changed', questionId: 'q1', by: { id: 'cora', name: 'Cora' }, seq: 1 });
  const both = ['question.changed', 'read.changed'];
  expect(await whoHeard()).toEqual({ cora: both, ada: both, care: both });
});

test('5 an offer is its customer’s and admins’, without a payout for the customer', async () => {
  await gather([], ['cora', 'carl', 'ada', 'care']);
  world.publish({ type: 'offer.changed', offer });
  expect(await whoHeard()).toEqual({ cora: ['offer.changed'], care: ['offer.changed'] });
  expect(events['cora']![0]![1]).not.toHaveProperty('payout');
});

test('6.1 a reserved request is seen by nobody but its expert, the customer and admins', async () => {
  await gather([], ['cora', 'ada', 'ben', 'dan', 'care']);
  world.publish({ type: 'offer.changed', offer: { ...offer, state: 'reserved', requestedAt: at, reservedFor: 'ada' } });
  expect(await whoHeard()).toEqual({
    cora: ['offer.changed', 'request.changed'],
    ada: ['request.changed'],
    care: ['request.changed'],
  });
  expect(events['ada']![0]![1]).toMatchObject({ payout: { amount: 500 } });
  expect(events['ada']![0]![1]).not.toHaveProperty('paymentReason');
});

test('6.3 an open request is seen once by each expert of its category, whoever it was kept for before', async () => {
  await gather([], ['cora', 'ada', 'ben', 'dan', 'care']);
  world.publish({
    type: 'offer.changed',
    offer: { ...offer, state: 'open', requestedAt: at, reservedFor: 'ada', generation: 1 },
  });
  const once = ['request.changed'];
  expect(await whoHeard()).toEqual({ cora: ['offer.changed', 'request.changed'], ada: once, ben: once, care: once });
});

test('6.4 all who were shown it hear that it is gone; only who accepted sees the report', async () => {
  await gather([], ['cora', 'ada', 'ben', 'dan']);
  const accepted = {
    ...offer,
    state: 'accepted',
    requestedAt: at,
    reservedFor: 'ada',
    generation: 1,
    acceptedBy: { id: 'ben', name: 'Ben' },
  } as Offer;
  world.publish({ type: 'offer.changed', offer: accepted });
  const once = ['request.changed'];
  expect(await whoHeard()).toEqual({ cora: ['offer.changed', 'request.changed'], ada: once, ben: once });
  expect(events['ben']![0]![1]).toHaveProperty('report', null);
  expect(events['ada']![0]![1]).not.toHaveProperty('report');
});

test('a request accepted by the expert it was kept for is nobody else’s', async () => {
  await gather([], ['ada', 'ben']);
  const accepted = {
    ...offer,
    state: 'accepted',
    requestedAt: at,
    reservedFor: 'ada',
    acceptedBy: { id: 'ada', name: 'Ada' },
  } as Offer;
  world.publish({ type: 'offer.changed', offer: accepted });
  expect(await whoHeard()).toEqual({ ada: ['request.changed'] });
});

test('a notice is a sentence for one person', async () => {
  await gather([], ['cora', 'carl']);
  const params = { questionId: 'q1', subject: 'Printer' };
  world.publish({ type: 'notice', to: 'cora', locale: 'en', code: 'question.answered', params });
  expect(await whoHeard()).toEqual({ cora: ['notice'] });
  expect(events['cora']![0]![1]).toEqual({
    code: 'question.answered',
    params,
    text: expect.stringContaining('Printer'),
  });
});

test('a user whose rights changed is disconnected everywhere, and nobody else', async () => {
  await gather([], ['cora', 'carl']);
  const closed = new Promise((resolve) => sockets['cora']!.once('disconnect', resolve));
  world.publish({ type: 'user.revoked', userId: 'cora', tokenVersion: 2 });
  expect(await closed).toBe('io server disconnect');
  expect(sockets['carl']!.connected).toBe(true);
});

test('publishing never throws, and says so once', () => {
  const lines: string[] = [];
  const log = openLog({ level: 'info', role: 'gateway' }, { write: (line: string) => void lines.push(line) });
  const publish = publisher(new Server(), { log, now: () => new Date() });
  for (let index = 0; index < 100; index += 1) publish({ type: 'message.created', message: null as never });
  expect(lines).toHaveLength(1);
});

test('what is not in the table of events, or says something else, compiles nowhere', () => {
  const said: string[] = [];
  const emit: Rooms['emit'] = (_room, event) => void said.push(event);
  const socket: Pick<Client, 'emit'> = { emit: (event, ..._view) => said.push(event) > 0 };
  const read = { questionId: 'q1', by: { id: 'cora', name: 'Cora' }, seq: 1 };
  emit('room', 'read.changed', read);
  emit('room', 'read.changed', { toJSON: () => read });
  socket.emit('read.changed', read);
  // @ts-expect-error -- no event of this name
  emit('room', 'read.vanished', read);
  // @ts-expect-error -- no event of this name
  socket.emit('read.vanished', read);
  // @ts-expect-error -- its view has another shape
  emit('room', 'read.changed', { questionId: 'q1', seq: 1 });
  // @ts-expect-error -- its view has another shape, made when it is encoded
  emit('room', 'read.changed', { toJSON: () => ({ questionId: 'q1', seq: 1 }) });
  // @ts-expect-error -- its view has another shape
  socket.emit('read.changed', { questionId: 'q1', seq: 1 });
  expect(said).toHaveLength(8);
});

// Every write of every store, with the connection lost before it, after it was applied, and in the middle of its answer:
// once, which the driver mends by itself, and twice, which whoever asked hears of and asks again. Nothing is lost, nothing
// is done twice, and nothing is believed that was not confirmed.

import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { newCase } from '../../src/domain/case.ts';
import { authoriseEntry, captureEntry } from '../../src/domain/ledger.ts';
import { SYSTEM } from '../../src/domain/message.ts';
import type { Flag } from '../../src/domain/message.ts';
import { WELL } from '../../src/domain/webhook.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { AuditAnnouncement } from '../../src/models/audit.ts';
import { connectMongo } from '../../src/models/mongo.ts';
import type { Mongo } from '../../src/models/mongo.ts';
import type { Stores } from '../../src/models/stores.ts';
import type { NewMessage } from '../../src/models/append.ts';
import type { NewDelivery } from '../../src/models/delivery.ts';
import type { SealedSecret } from '../../src/models/webhook.ts';
import { isOutage } from '../../src/models/outcome.ts';
import type { RefusedMessage } from '../../src/models/refused-message.ts';
import type { SimulatedPayment } from '../../src/models/simulated-payment.ts';
import type { User } from '../../src/models/user.ts';
import { ada, at, customer, draft, offered, policy } from '../domain/examples.ts';
import { MOMENTS, startMongoLink } from '../helpers/mongo-link.ts';
import type { Moment, MongoLink } from '../helpers/mongo-link.ts';
import { all } from '../helpers/all.ts';

const NOW = at(0);
const LATER = at(1_000);
const money = { amount: 1_000, currency: 'USD' };
const about = (questionId: string) => ({ questionId, offerId: null, customerId: 'u_1', money });
const effect = { type: 'changed' } as const;

const question = (id: string) => ({ ...draft, id: `q_${id}`, clientId: id, customer: { id: `u_${id}`, name: 'Cora' } });
const offer = (id: string) => ({ ...offered, id: `of_${id}`, questionId: `q_${id}` });
const opened = { kind: 'low_rating', offerId: null, seq: null, openedBy: SYSTEM, reason: null } as const;
const care = (id: string) =>
  newCase(
    `cs_${id}`,
    { ...opened, key: id, questionId: `q_${id}` },
    { subject: 'It broke', customer, clientId: null },
    NOW,
    policy,
  );
const user = (id: string): User => ({
  ...{ id: `u_${id}`, version: 1, name: 'Cora', email: `${id}@example.test`, passwordHash: 'x', categories: [] },
  ...{ notify: { openRequests: true }, active: true, tokenVersion: 1, createdAt: NOW },
  role: 'customer',
  locale: 'en',
});
const message = (id: string, clientId = 'one'): NewMessage => ({
  ...{ questionId: `q_${id}`, clientId, kind: 'message', body: 'Hello', at: NOW },
  by: { id: 'u_1', name: 'Cora', role: 'customer' },
});
const refusal: RefusedMessage = {
  ...{ by: ada, clientId: 'one', at: NOW },
  kind: 'message',
  code: 'policy.rating_insistence',
};
const flag: Flag = { by: { id: 'u_2', name: 'Ada', role: 'expert' }, at: NOW, reason: 'abuse' };
const hook = (id: string): Webhook => ({
  ...{ id: `wh_${id}`, version: 1, url: 'https://example.test/', events: ['question.posted'], content: 'thin' },
  ...{ withText: false, active: true, createdAt: NOW, createdBy: customer, off: null },
  ...WELL,
});
const secret = (number: number): SealedSecret => ({
  ...{ number, kek: 1, wrapped: new Uint8Array([1]), sealed: new Uint8Array([2]), createdAt: NOW, until: null },
});
const delivery = (id: string, eventId: string): NewDelivery => ({
  ...{ webhookId: `wh_${id}`, eventId, event: 'question.posted', questionId: `q_${id}`, at: NOW, dueAt: NOW },
  data: { questionId: `q_${id}` },
});
const deliveryOf = async (s: Stores, id: string) => (await s.deliveries.list(`wh_${id}`, undefined, undefined, 1))[0];
const noticed = { at: NOW, code: 'question.answered', params: { questionId: 'q_1', subject: '$name' } } as const;
const tried = { at: NOW, ms: 3, status: 200, error: null, answer: null };
const FAR = new Date('2999-01-01');
const category = (id: string, version = 1) => ({
  ...{ id, version, name: { en: 'A', de: 'A', es: 'A' }, currency: 'USD', services: [], automaticService: 'x' },
  ...{ offerLimits: { min: 1, max: 2 }, pricePoints: [], pricing: 'learned' as const },
});
const mail = (id: string) => ({ id, to: 'u_1', template: 'offer_proposed', params: {} }) as const;
const owed = (id: string) => ({ id, dueAt: NOW });
const row = (id: string): AuditAnnouncement => ({
  ...{ call: id, action: 'user.update', targets: [], reason: null, at: NOW },
  actor: { id: 'u_care', role: 'admin' },
});
const kept = (id: string) => ({ id: `tp_${id}`, title: 'Hello', body: 'How are you?', locale: 'en' as const });
const service = (id: string) => ({ id: `s_${id}`, title: 'A visit', description: 'At home', price: money });
const sealed = (id: string, version = 1) => ({
  ...{ questionId: `q_${id}`, version, sealed: new Uint8Array([1, 2, version]), by: ada, at: NOW },
});
const key = (id: string) => ({ questionId: `q_${id}`, kek: 1, wrapped: new Uint8Array([1, 2, 3]) });
const paid = (id: string): SimulatedPayment => ({
  ...{
    key: `cap-${id}`,
    method: 'pm',
    amount: 1,
    currency: 'USD',
    authorisation: `a-${id}`,
    once: `once-${id}`,
    at: NOW,
  },
  kind: 'capture',
  outcome: 'ok',
});
const asked = (id: string) =>
  ({ key: `cap-${id}`, kind: 'capture', hold: null, authorisation: 'pi_1', once: id, at: NOW }) as const;
const told = (id: string) => ({ key: `cap-${id}`, outcome: 'ok', authorisation: 'pi_1', at: NOW }) as const;
const NEVER = new Date('2999-01-01');
const link = (id: string) =>
  ({ userId: 'u_1', questionId: `q_${id}`, purpose: 'question', tokenVersion: 1, email: null }) as const;
const letter = (id: string) => ({ id, to: 'a@b.test', from: 'c@d.test', subject: 's', text: 't', html: 'h', at: NOW });

const away = { because: 'chosen', since: NOW, until: LATER } as const;
const missed = (id: string) => ({ userId: `u_${id}`, missed: [{ offerId: 'of_1', at: NOW }] });

/** One write: what is there before it, the write itself, and how all ends, however often it was asked for. */
interface Write {
  before?(stores: Stores, id: string): Promise<unknown>;
  write(stores: Stores, id: string): Promise<unknown>;
  /** what is there in the end */
  after(stores: Stores, id: string): Promise<unknown>;
  readonly ends: unknown;
}

const own = (name: string, id: string) => `${name.replaceAll(/\W/g, '')}${id}`;
const many = (id: string, length = 30) => Array.from({ length }, (_, n) => `${id}n${n}`);
const hundreds = (id: string) => many(id, 230);

const WRITES: Record<string, Write> = {
  'users.insert': {
    write: (s, id) => s.users.insert(user(id)),
    after: async (s, id) => (await s.users.findByEmail(`${id}@example.test`))?.version,
    ends: 1,
  },
  'users.save': {
    before: (s, id) => s.users.insert(user(id)),
    write: (s, id) => s.users.save({ ...user(id), version: 2, name: 'Cleo' }),
    after: async (s, id) => ((u) => [u?.version, u?.name])(await s.users.read(`u_${id}`)),
    ends: [2, 'Cleo'],
  },
  'users.setAway': {
    before: (s, id) => s.users.insert(user(id)),
    write: (s, id) => s.users.setAway(`u_${id}`, away, LATER),
    after: async (s, id) => (await s.users.read(`u_${id}`))?.availability?.away,
    ends: away,
  },
  'users.noteAnswer': {
    before: async (s, id) => {
      await s.users.insert(user(id));
      await s.users.noteMissed([missed(id)], 3, NOW);
    },
    write: (s, id) => s.users.noteAnswer(`u_${id}`, LATER),
    after: async (s, id) => (await s.users.read(`u_${id}`))?.availability?.answeredAt,
    ends: LATER,
  },
  'users.noteMissed': {
    before: (s, id) => s.users.insert(user(id)),
    write: (s, id) => s.users.noteMissed([missed(id)], 2, NOW),
    after: async (s, id) => (await s.users.read(`u_${id}`))?.availability,
    ends: { version: 0, away: null, missed: [{ offerId: 'of_1', at: NOW }] },
  },
  'users.noteMissed of the last one': {
    before: (s, id) => s.users.insert(user(id)),
    write: (s, id) => s.users.noteMissed([missed(id)], 1, NOW),
    after: async (s, id) => {
      const told = await s.users.noteMissed([missed(id)], 1, NOW);
      return told.get(`u_${id}`);
    },
    ends: {
      version: 1,
      away: { because: 'missed', since: NOW, until: null },
      missed: [{ offerId: 'of_1', at: NOW }],
    },
  },
  'users.noteHidden': {
    before: (s, id) => s.users.insert(user(id)),
    write: (s, id) => s.users.noteHidden(`u_${id}`, NOW),
    after: async (s, id) => (await s.users.read(`u_${id}`))?.availability,
    ends: { version: 0, away: null, hiddenSince: NOW },
  },
  'users.hide': {
    before: async (s, id) => {
      await s.users.insert(user(id));
      await s.users.noteHidden(`u_${id}`, NOW);
    },
    write: (s, id) => s.users.hide(`u_${id}`, NOW, LATER),
    after: async (s, id) => (await s.users.read(`u_${id}`))?.availability,
    ends: { version: 1, away: { because: 'hidden', since: LATER, until: null }, hiddenSince: null },
  },
  'users.save beside what is said of being away': {
    before: async (s, id) => {
      await s.users.insert(user(id));
      await s.users.setAway(`u_${id}`, away, LATER);
    },
    write: (s, id) => s.users.save({ ...user(id), version: 2, name: 'Cleo' }),
    after: async (s, id) => ((u) => [u?.name, u?.availability?.away])(await s.users.read(`u_${id}`)),
    ends: ['Cleo', away],
  },
  'users.endSession': {
    before: (s, id) => s.users.insert(user(id)),
    write: (s, id) => s.users.endSession(`u_${id}`, 'a session', LATER, NOW),
    after: async (s, id) => ((u) => [u?.version, u?.endedSessions])(await s.users.read(`u_${id}`)),
    ends: [2, [{ session: 'a session', until: LATER }]],
  },
  'users.settled': {
    before: (s, id) => s.users.insert({ ...user(id), followsSince: NOW }),
    write: (s, id) => s.users.settled(user(id)),
    after: async (s, id) => ((u) => [u?.version, u?.followsSince])(await s.users.read(`u_${id}`)),
    ends: [1, undefined],
  },
  'refusedMessages.note': {
    write: (s, id) => s.refusedMessages.note(`q_${id}`, refusal),
    after: (s, id) => s.refusedMessages.ofQuestion(`q_${id}`),
    ends: [refusal],
  },
  'categories.save': {
    write: (s, id) => s.categories.save(category(id)),
    after: async (s, id) => (await s.categories.find(id))?.version,
    ends: 1,
  },
  'categories.save of the next version': {
    before: (s, id) => s.categories.save(category(id)),
    write: (s, id) => s.categories.save(category(id, 2)),
    after: async (s, id) => (await s.categories.find(id))?.version,
    ends: 2,
  },
  'catalogue.keep': {
    write: (s, id) => s.catalogue.keep(`u_${id}`, service(id)),
    after: async (s, id) => (await s.catalogue.list(`u_${id}`, undefined, 10)).length,
    ends: 1,
  },
  'catalogue.rename': {
    before: (s, id) => s.catalogue.keep(`u_${id}`, service(id)),
    write: (s, id) => s.catalogue.rename(`u_${id}`, `s_${id}`, 'Another'),
    after: async (s, id) => (await s.catalogue.list(`u_${id}`, undefined, 10)).map(({ title }) => title),
    ends: ['Another'],
  },
  'catalogue.remove': {
    before: (s, id) => s.catalogue.keep(`u_${id}`, service(id)),
    write: (s, id) => s.catalogue.remove(`u_${id}`, `s_${id}`),
    after: (s, id) => s.catalogue.list(`u_${id}`, undefined, 10),
    ends: [],
  },
  'notices.keep': {
    write: (s, id) => s.notices.keep(new Map([[`u_${id}`, [noticed]]]), NOW),
    after: async (s, id) => (await s.notices.list(`u_${id}`, NOW, undefined, 10)).map(({ key: _, ...rest }) => rest),
    ends: [noticed],
  },
  'templates.add': {
    write: (s, id) => s.templates.add(`u_${id}`, kept(id)),
    after: (s, id) => s.templates.list(`u_${id}`, undefined, 10),
    ends: [expect.objectContaining({ title: 'Hello' })],
  },
  'templates.change': {
    before: (s, id) => s.templates.add(`u_${id}`, kept(id)),
    write: (s, id) => s.templates.change(`u_${id}`, { ...kept(id), title: 'Another' }),
    after: async (s, id) => (await s.templates.list(`u_${id}`, undefined, 10)).map(({ title }) => title),
    ends: ['Another'],
  },
  'templates.remove': {
    before: (s, id) => s.templates.add(`u_${id}`, kept(id)),
    write: (s, id) => s.templates.remove(`u_${id}`, `tp_${id}`),
    after: (s, id) => s.templates.list(`u_${id}`, undefined, 10),
    ends: [],
  },
  'questions.insert': {
    write: (s, id) => s.questions.insert(question(id), [effect], NOW),
    after: async (s, id) => ((q) => [q?.record.version, q?.outbox])(await s.questions.read(`q_${id}`)),
    ends: [1, [effect]],
  },
  'offers.insert': {
    write: (s, id) => s.offers.insert(offer(id), [effect], NOW),
    after: async (s, id) => (await s.offers.ofQuestion(`q_${id}`)).length,
    ends: 1,
  },
  'cases.insert': {
    write: (s, id) => s.cases.insert(care(id), [effect], NOW),
    after: async (s, id) => (await s.cases.ofQuestion(`q_${id}`)).length,
    ends: 1,
  },
  'offers.save': {
    before: (s, id) => s.offers.insert(offer(id), [], NOW),
    write: (s, id) => s.offers.save({ ...offer(id), version: 2, state: 'declined' }, [effect], NOW),
    after: async (s, id) => ((o) => [o?.record.version, o?.record.state, o?.outbox])(await s.offers.read(`of_${id}`)),
    ends: [2, 'declined', [effect]],
  },
  'offers.saveMany': {
    before: (s, id) => Promise.all(many(id).map((one) => s.offers.insert(offer(one), [], NOW))),
    write: (s, id) =>
      s.offers.saveMany(
        many(id).map((one, n) => ({
          before: offer(one),
          next: { ...offer(one), version: 2, state: n % 2 ? 'declined' : 'withdrawn' },
          outbox: [effect],
        })),
        NOW,
      ),
    after: async (s, id) => {
      const all = await Promise.all(many(id).map((one) => s.offers.read(`of_${one}`)));
      return [...new Set(all.map((o) => `${o?.record.version} owes ${o?.outbox.length}`))];
    },
    ends: ['2 owes 1'],
  },
  'offers.clearOutbox': {
    before: (s, id) => s.offers.insert(offer(id), [effect], NOW),
    write: (s, id) => s.offers.clearOutbox([offer(id)]),
    after: async (s, id) => (await s.offers.read(`of_${id}`))?.outbox,
    ends: [],
  },
  'offers.stillOwe': {
    before: (s, id) => s.offers.insert(offer(id), [effect, { type: 'ask_provider' }], NOW),
    write: (s, id) => s.offers.stillOwe([{ record: offer(id), outbox: [{ type: 'ask_provider' }] }]),
    after: async (s, id) => (await s.offers.read(`of_${id}`))?.outbox,
    ends: [{ type: 'ask_provider' }],
  },
  'messages.append': {
    write: (s, id) => Promise.all(many(id).map((one) => s.messages.append(message(one)))),
    after: async (s, id) => {
      const all = await Promise.all(many(id).map((one) => s.messages.page(`q_${one}`, {}, 10)));
      return [...new Set(all.map((page) => page.map(({ seq }) => seq).join()))];
    },
    ends: ['1'],
  },
  'messages.append where another one stands': {
    before: (s, id) => s.messages.append(message(id, 'first')),
    write: (s, id) => s.messages.append(message(id, 'second')),
    after: async (s, id) => (await s.messages.page(`q_${id}`, {}, 10)).map(({ seq, clientId }) => [seq, clientId]),
    ends: [
      [1, 'first'],
      [2, 'second'],
    ],
  },
  'messages.flag': {
    before: (s, id) => s.messages.append(message(id)),
    write: (s, id) => s.messages.flag(`q_${id}`, 1, flag),
    after: async (s, id) => (await s.messages.last(`q_${id}`))?.flags?.length,
    ends: 1,
  },
  'messages.redact': {
    before: (s, id) => s.messages.append(message(id)),
    write: (s, id) => s.messages.redact(`q_${id}`, 1, NOW),
    after: async (s, id) => (await s.messages.last(`q_${id}`))?.body,
    ends: '',
  },
  'messages.clearOutbox': {
    before: async (s, id) => s.messages.append({ ...message(id), flags: [flag], at: at(-1_000_000 * many(id).length) }),
    write: async (s, id) => s.messages.clearOutbox([(await s.messages.last(`q_${id}`))!]),
    after: async (s, id) =>
      (await all(s.messages.unsettled(NOW, 1_000))).filter((m) => m.record.questionId === `q_${id}`),
    ends: [],
  },
  'messages.stillOwe': {
    before: async (s, id) => s.messages.append({ ...message(id), flags: [flag], at: at(-1_000_000 * many(id).length) }),
    write: async (s, id) => {
      const record = (await s.messages.last(`q_${id}`))!;
      await s.messages.stillOwe([{ record, outbox: [{ type: 'changed' }] }]);
    },
    after: async (s, id) => {
      const owing = await all(s.messages.unsettled(NOW, 1_000));
      return owing.find(({ record }) => record.questionId === `q_${id}`)?.outbox;
    },
    ends: [{ type: 'changed' }],
  },
  'readMarks.move': {
    write: (s, id) => s.readMarks.move(`q_${id}`, 'u_1', 7, NOW),
    after: async (s, id) => (await s.readMarks.ofQuestion(`q_${id}`)).map(({ seq }) => seq),
    ends: [7],
  },
  'entries.book': {
    write: (s, id) => s.entries.book([authoriseEntry(about(`q_${id}`), 1)], NOW),
    after: async (s, id) => (await s.entries.ofQuestion(`q_${id}`)).map(({ kind }) => kind),
    ends: ['authorise'],
  },
  'entries.book beside one that is there': {
    before: (s, id) => s.entries.book([authoriseEntry(about(`q_${id}`), 1)], NOW),
    write: (s, id) => s.entries.book([authoriseEntry(about(`q_${id}`), 1), captureEntry(about(`q_${id}`))], LATER),
    after: async (s, id) => (await s.entries.ofQuestion(`q_${id}`)).map(({ kind }) => kind),
    ends: ['authorise', 'capture'],
  },
  'entries.book of many': {
    write: (s, id) =>
      s.entries.book(
        many(id).map((one) => captureEntry(about(one))),
        NOW,
      ),
    after: async (s, id) => (await s.entries.findAll(many(id).map((one) => captureEntry(about(one)).key))).length,
    ends: 30,
  },
  'mails.owe': {
    write: (s, id) => s.mails.owe(many(id).map(mail), at(-9_000_000)),
    after: async (s, id) => (await s.mails.due(NOW, 10_000)).filter((one) => many(id).includes(one.id)).length,
    ends: 30,
  },
  'mails.owe beside one that is owed': {
    before: (s, id) => s.mails.owe([mail(`${id}n0`)], NOW),
    write: (s, id) => s.mails.owe(many(id).map(mail), at(-9_000_000)),
    after: async (s, id) => (await s.mails.due(NOW, 10_000)).filter((one) => many(id).includes(one.id)).length,
    ends: 30,
  },
  'mails.owe of hundreds': {
    write: (s, id) => s.mails.owe(hundreds(id).map(mail), at(-9_000_000)),
    after: async (s, id) => (await s.mails.due(NOW, 10_000)).filter((one) => hundreds(id).includes(one.id)).length,
    ends: 230,
  },
  'mails.owe of hundreds beside one that is owed': {
    before: (s, id) => s.mails.owe([mail(`${id}n0`)], NOW),
    write: (s, id) => s.mails.owe(hundreds(id).map(mail), at(-9_000_000)),
    after: async (s, id) => (await s.mails.due(NOW, 10_000)).filter((one) => hundreds(id).includes(one.id)).length,
    ends: 230,
  },
  'mails.claim': {
    before: (s, id) => s.mails.owe([mail(id)], NOW),
    write: (s, id) => s.mails.claim(owed(id), NOW, LATER),
    after: async (s, id) => (await s.mails.due(LATER, 10_000)).find((one) => one.id === id)?.attempts,
    ends: 1,
  },
  'mails.hold': {
    before: async (s, id) => (await s.mails.owe([mail(id)], NOW), s.mails.claim(owed(id), NOW, LATER)),
    write: (s, id) => s.mails.hold({ id, takenAt: NOW }, at(2_000), 'quiet_hours'),
    after: async (s, id) => {
      const one = (await s.mails.due(at(2_000), 10_000)).find((other) => other.id === id);
      return [one?.state, one?.why, one?.attempts];
    },
    ends: ['held', 'quiet_hours', 0],
  },
  'mails.retry': {
    before: async (s, id) => (await s.mails.owe([mail(id)], NOW), s.mails.claim(owed(id), NOW, LATER)),
    write: (s, id) => s.mails.retry({ id, takenAt: NOW }, at(2_000), 'not_taken'),
    after: async (s, id) => {
      const one = (await s.mails.due(at(2_000), 10_000)).find((other) => other.id === id);
      return [one?.state, one?.why, one?.attempts];
    },
    ends: ['pending', 'not_taken', 1],
  },
  'mails.tells': {
    before: (s, id) => s.mails.owe([mail(id)], NOW),
    write: (s, id) => s.mails.tells(id, 'answer_received', 3),
    after: async (s, id) => ((one) => [one?.template, one?.upTo])(await s.mails.find(id)),
    ends: ['answer_received', 3],
  },
  'mails.hasten': {
    before: (s, id) => s.mails.owe([{ ...mail(id), notBefore: LATER }], NOW),
    write: (s, id) => s.mails.hasten(id, true, NOW),
    after: async (s, id) => ((one) => [one?.dueAt, one?.forced])(await s.mails.find(id)),
    ends: [NOW, true],
  },
  'mails.settle': {
    before: (s, id) => s.mails.owe([mail(id)], NOW),
    write: (s, id) => s.mails.settle(id, { state: 'sent' }, NOW, LATER),
    after: async (s, id) => (await s.mails.due(LATER, 10_000)).find((one) => one.id === id),
    ends: undefined,
  },
  'webhooks.insert': {
    write: (s, id) => s.webhooks.insert(hook(id), secret(1), 1_000),
    after: async (s, id) => (await s.webhooks.find(`wh_${id}`))?.secrets.length,
    ends: 1,
  },
  'webhooks.change': {
    before: (s, id) => s.webhooks.insert(hook(id), secret(1), 1_000),
    write: (s, id) => s.webhooks.change(`wh_${id}`, 1, { ...hook(id), url: 'https://other.example.test/' }, NOW),
    after: async (s, id) => (({ url, version }) => [url, version])((await s.webhooks.find(`wh_${id}`))!.webhook),
    ends: ['https://other.example.test/', 2],
  },
  'webhooks.rotate': {
    before: (s, id) => s.webhooks.insert(hook(id), secret(1), 1_000),
    write: (s, id) => s.webhooks.rotate(`wh_${id}`, 1, [secret(2), secret(1)]),
    after: async (s, id) => (await s.webhooks.find(`wh_${id}`))?.secrets.map(({ number }) => number),
    ends: [2, 1],
  },
  'webhooks.rewrap': {
    before: (s, id) => s.webhooks.insert(hook(id), secret(1), 1_000),
    write: (s, id) => s.webhooks.rewrap(`wh_${id}`, secret(1), { kek: 2, wrapped: new Uint8Array([4]) }),
    after: async (s, id) =>
      (({ webhook, secrets }) => [webhook.version, secrets[0]?.kek])((await s.webhooks.find(`wh_${id}`))!),
    ends: [2, 2],
  },
  'webhooks.remove': {
    before: (s, id) => s.webhooks.insert(hook(id), secret(1), 1_000),
    write: (s, id) => s.webhooks.remove(`wh_${id}`),
    after: (s, id) => s.webhooks.find(`wh_${id}`),
    ends: null,
  },
  'webhooks.lease': {
    before: (s, id) => s.webhooks.insert(hook(id), secret(1), 1_000),
    write: (s, id) => s.webhooks.lease(`wh_${id}`, 60_000),
    after: (s, id) => s.webhooks.lease(`wh_${id}`, 60_000),
    ends: null, // of another process
  },
  'webhooks.release': {
    before: (s, id) => s.webhooks.insert(hook(id), secret(1), 1_000),
    async write(s, id) {
      await s.webhooks.lease(`wh_${id}`, 60_000);
      await s.webhooks.release(`wh_${id}`);
    },
    after: async (s, id) => (await s.webhooks.lease(`wh_${id}`, 1))?.webhook.id.slice(3) === id,
    ends: true,
  },
  'webhooks.note': {
    before: (s, id) => s.webhooks.insert(hook(id), secret(1), 1_000),
    write: (s, id) => s.webhooks.note(`wh_${id}`, WELL, { ...WELL, failures: 1, failingSince: NOW }),
    after: async (s, id) => (await s.webhooks.find(`wh_${id}`))?.webhook.failures,
    ends: 1,
  },
  'webhooks.switchOff': {
    before: (s, id) => s.webhooks.insert(hook(id), secret(1), 1_000),
    write: (s, id) => s.webhooks.switchOff(`wh_${id}`, 'failing', NOW),
    after: async (s, id) => (({ active, version }) => [active, version])((await s.webhooks.find(`wh_${id}`))!.webhook),
    ends: [false, 2],
  },
  'deliveries.owe': {
    write: (s, id) => s.deliveries.owe(many(id).map((one) => delivery(id, one))),
    after: (s, id) => s.deliveries.waiting(`wh_${id}`, 100),
    ends: 30,
  },
  'deliveries.owe beside one that is owed': {
    before: (s, id) => s.deliveries.owe([delivery(id, `${id}n0`)]),
    write: (s, id) => s.deliveries.owe(many(id).map((one) => delivery(id, one))),
    after: (s, id) => s.deliveries.waiting(`wh_${id}`, 100),
    ends: 30,
  },
  'deliveries.settle': {
    before: (s, id) => s.deliveries.owe([delivery(id, id)]),
    write: async (s, id) => s.deliveries.settle((await deliveryOf(s, id))!, tried, 'delivered', null, FAR),
    after: async (s, id) => (({ state, log }) => [state, log.length])((await deliveryOf(s, id))!),
    ends: ['delivered', 1],
  },
  'deliveries.note': {
    write: (s, id) =>
      s.deliveries.note({ ...delivery(id, id), state: 'delivered', tries: 1, log: [tried], dueAt: null }, FAR),
    after: async (s, id) => (await deliveryOf(s, id))?.state,
    ends: 'delivered',
  },
  'deliveries.hasten': {
    before: (s, id) => s.deliveries.owe([{ ...delivery(id, id), dueAt: FAR }]),
    write: (s, id) => s.deliveries.hasten(`wh_${id}`, NOW),
    after: async (s, id) => (await s.deliveries.due(`wh_${id}`, NOW, [], 10)).length,
    ends: 1,
  },
  'deliveries.replay': {
    before: (s, id) =>
      s.deliveries.note({ ...delivery(id, id), state: 'failed', tries: 11, log: [], dueAt: null }, FAR),
    write: async (s, id) => s.deliveries.replay((await deliveryOf(s, id))!.id, NOW),
    after: async (s, id) => (({ state, tries }) => [state, tries])((await deliveryOf(s, id))!),
    ends: ['pending', 0],
  },
  'deliveries.replaySince': {
    before: (s, id) =>
      s.deliveries.note({ ...delivery(id, id), state: 'failed', tries: 11, log: [], dueAt: null }, FAR),
    write: (s, id) => s.deliveries.replaySince(`wh_${id}`, 'failed', NOW, NOW, 10),
    after: async (s, id) => (({ state, tries }) => [state, tries])((await deliveryOf(s, id))!),
    ends: ['pending', 0],
  },
  'deliveries.removeOf': {
    before: (s, id) => s.deliveries.owe([delivery(id, id)]),
    write: (s, id) => s.deliveries.removeOf(`wh_${id}`),
    after: async (s, id) => (await deliveryOf(s, id)) ?? null,
    ends: null,
  },
  'inbox.save': {
    write: (s, id) => s.inbox.save({ ...letter(id), to: id }),
    after: async (s, id) => (await s.inbox.list(id)).length,
    ends: 1,
  },
  'links.make': {
    write: (s, id) => s.links.make(id, { ...link(id), expiresAt: NEVER }),
    after: async (s, id) => (await s.links.find(id, 'question'))?.userId,
    ends: 'u_1',
  },
  'links.use': {
    before: (s, id) => s.links.make(id, { ...link(id), expiresAt: NEVER }),
    write: async (s, id) => expect(await s.links.use(id, 'client-1')).toBe(true),
    after: async (s, id) => [
      (await s.links.find(id, 'question'))?.usedAt instanceof Date,
      await s.links.use(id, 'client-2'),
    ],
    ends: [true, false],
  },
  'simulatedPayments.insert': {
    write: (s, id) => s.simulatedPayments.insert(paid(id)),
    after: async (s, id) => (await s.simulatedPayments.byAuthorisation(`a-${id}`)).length,
    ends: 1,
  },
  'stripePayments.ask': {
    write: (s, id) => s.stripePayments.ask(asked(id)),
    after: async (s, id) => ((p) => [p.asked?.once === id, p.answered])(await s.stripePayments.find(`cap-${id}`)),
    ends: [true, null],
  },
  'stripePayments.answer': {
    write: (s, id) => s.stripePayments.answer(told(id)),
    after: async (s, id) => (await s.stripePayments.find(`cap-${id}`)).answered?.outcome,
    ends: 'ok',
  },
  'stripeEvents.note': {
    write: (s, id) => s.stripeEvents.note(id, NOW),
    after: (s, id) => s.stripeEvents.isKnown(id),
    ends: true,
  },
  'audit.announce': {
    write: (s, id) => s.audit.announce(row(id)),
    after: async (s, id) => (await s.audit.unheardOf(NOW, 1_000)).filter(({ call }) => call === id).length,
    ends: 1,
  },
  'audit.append': {
    write: (s, id) => s.audit.append({ ...row(id), targets: [{ what: 'x', id }], outcome: 'done' }),
    after: async (s, id) => [(await s.audit.list(id, undefined, 10)).length, (await s.audit.verify()).broken],
    ends: [1, null],
  },
  'audit.withdraw': {
    before: (s, id) => s.audit.announce(row(id)),
    write: (s, id) => s.audit.withdraw(id),
    after: async (s, id) => (await s.audit.unheardOf(NOW, 1_000)).filter(({ call }) => call === id),
    ends: [],
  },
  'privateInfo.save': {
    write: (s, id) => s.privateInfo.save(sealed(id)),
    after: async (s, id) => await s.privateInfo.find(`q_${id}`),
    ends: expect.objectContaining({ version: 1 }),
  },
  'privateInfo.save of the next version': {
    before: (s, id) => s.privateInfo.save(sealed(id)),
    write: (s, id) => s.privateInfo.save(sealed(id, 2)),
    after: async (s, id) => await s.privateInfo.find(`q_${id}`),
    ends: expect.objectContaining({ version: 2 }),
  },
  'privateInfo.destroy': {
    before: (s, id) => s.privateInfo.save(sealed(id)),
    write: (s, id) => s.privateInfo.destroy(`q_${id}`, NOW),
    after: (s, id) => s.privateInfo.find(`q_${id}`),
    ends: 'destroyed',
  },
  'dataKeys.keep': {
    write: (s, id) => s.dataKeys.keep(key(id), NOW),
    after: async (s, id) => await s.dataKeys.find(`q_${id}`),
    ends: expect.objectContaining({ kek: 1 }),
  },
  'dataKeys.destroy': {
    before: (s, id) => s.dataKeys.keep(key(id), NOW),
    write: (s, id) => s.dataKeys.destroy(`q_${id}`, NOW),
    after: (s, id) => s.dataKeys.find(`q_${id}`),
    ends: 'destroyed',
  },
  'dataKeys.rewrap': {
    before: (s, id) => s.dataKeys.keep(key(id), NOW),
    write: (s, id) => s.dataKeys.rewrap(key(id), { kek: 2, wrapped: new Uint8Array([4]) }),
    after: async (s, id) => await s.dataKeys.find(`q_${id}`),
    ends: expect.objectContaining({ kek: 2 }),
  },
};

let good: Mongo;
const name = `t${randomBytes(6).toString('hex')}`;
const port = () => Number(/:(\d+)\//.exec(inject('mongodbUri'))?.[1]);

beforeAll(async () => {
  good = await connectMongo(`mongodb://127.0.0.1:${port()}/${name}?directConnection=true`);
});
afterAll(() => good.close());

describe.each([1, 2])('a connection that is lost %i times', (times) => {
  describe.each(MOMENTS)('%s', (moment) => {
    let link: MongoLink;
    let mongo: Mongo;
    beforeAll(async () => {
      link = await startMongoLink({ port: port() });
      mongo = await connectMongo(link.uri(name));
    });
    afterAll(async () => {
      await mongo.close();
      await link.close();
    });

    test.each(Object.keys(WRITES))('%s', (which) => lose(link, mongo.stores, which, moment, times));
  });
});

/** What changes nothing. */
const READS = new Set(
  [
    'users.read isTaken hasOtherAdmin findByEmail revokedSince unsettled expertsToNotify hasExpertsToNotify admins list availabilityOf findHidden activeExperts',
    'categories.find all',
    'catalogue.list',
    'templates.list',
    'questions.read undecided unmoved unsettled changedSince lastChange due dueWithin dueBetween all many findStanding findByClientId writtenIn idsOf heldBy ratingsOf list listByActivity firstReplies queueChangedSince',
    'offers.read undecided unmoved unsettled changedSince lastChange due dueWithin dueBetween all many ofQuestion findProposal countProposed openOn reservedFor waitingIn openOf shownPrices priceShown list count acceptedBy',
    'cases.read unmoved unsettled changedSince lastChange due dueWithin dueBetween all many findByClientId ofQuestion list',
    'messages.find findChanged findRedactedSince findPlaces lastSeq last unreplied hasWritten experts secondReplyAt unsettled outline page pageAndMore overview',
    'refusedMessages.ofQuestion',
    'readMarks.ofQuestion findMovedSince',
    'entries.find valuesPaidTo ofQuestion all findAll paidAbout totalsPaidTo paidToByTime',
    'mails.due takenBefore toldUpTo find list',
    'mailings.due',
    'inbox.list find read',
    'webhooks.subscriptions knownEverywhere find all',
    'deliveries.due list waiting',
    'links.find',
    'notices.list',
    'simulatedPayments.find byAuthorisation all',
    'stripePayments.find keyOf',
    'stripeEvents.isKnown',
    'audit.unheardOf list verify',
    'privateInfo.find findChangedSince filled lastChange',
    'dataKeys.find samples notWrappedBy without',
  ].flatMap((line) => {
    const [store, rest] = [line.slice(0, line.indexOf('.')), line.slice(line.indexOf('.') + 1)];
    return rest.split(' ').map((one) => `${store}.${one}`);
  }),
);

test('every write of every store is tried', () => {
  const all = Object.entries(good.stores).flatMap(([store, functions]) =>
    namesOf(functions).map((one) => `${store}.${one}`),
  );
  // the three kinds of record share theirs, and so do those of what is owed
  const shared = (one: string) =>
    one
      .replace(/^(questions|cases)\.(save|saveMany|clearOutbox|stillOwe)$/, 'offers.$2')
      .replace(/^mailings\.(owe|claim|hold|retry|settle)$/, 'mails.$1');
  const tried = new Set(Object.keys(WRITES).map((one) => one.split(' ')[0]));
  expect(all.filter((one) => !READS.has(one) && !tried.has(shared(one)))).toEqual([]);
  expect([...tried].filter((one) => one !== undefined && READS.has(one))).toEqual([]);
});

function namesOf(store: object): string[] {
  const members: [string, unknown][] = Object.entries(store);
  return members.flatMap(([member, value]) =>
    typeof value === 'object' && value !== null ? namesOf(value).map((one) => `${member}.${one}`) : [member],
  );
}

async function lose(link: MongoLink, stores: Stores, which: string, moment: Moment, times: number): Promise<void> {
  const { before, write, after, ends } = WRITES[which]!;
  const id = own(which, randomUUID().slice(0, 8));
  await before?.(good.stores, id);
  link.written();
  link.lose(({ command }) => isWrite(command), moment, times);
  const outcome = await Promise.allSettled([write(stores, id)]);
  expect(link.lost()).toBeGreaterThan(0);
  if (outcome[0].status === 'rejected') {
    expect(outcome[0].reason).toSatisfy(isOutage);
    link.lose(() => false, moment, 0);
    await write(stores, id);
  }
  // what nobody waits for is seen a moment later
  await vi.waitFor(async () => expect(await after(good.stores, id)).toEqual(ends), { timeout: 180_000, interval: 5 });
}

const isWrite = (command: string) =>
  ['insert', 'update', 'findAndModify', 'delete', 'commitTransaction'].includes(command);

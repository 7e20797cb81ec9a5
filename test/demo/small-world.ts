// A little database as two requests leave it, and what their clients saw: one fulfilled and paid, one that expired.

import type { Offer as OfferSeen } from '../../demo/client.ts';
import type { PriceCurve } from '../../demo/prices.ts';
import type { Db, StoredOffer, StoredQuestion } from '../../demo/snapshot.ts';
import type { Witness } from '../../demo/witness.ts';
import { authoriseEntry, captureEntry, payoutEntry, releaseEntry } from '../../src/domain/ledger.ts';
import type { Entry, Subject } from '../../src/domain/ledger.ts';
import type { Payment } from '../../src/domain/payment.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second));
const usd = (amount: number) => ({ amount, currency: 'USD' });
const MIA = { id: 'u_mia', name: 'Mia' };
export const ADA = { id: 'u_ada', name: 'Ada' };
export const BEN = { id: 'u_ben', name: 'Ben' };

const payment = (id: string, state: Payment['state']): Payment => {
  return { state, method: 'pm_card_visa', attempt: 1, authorisation: `sim_auth-${id}-1`, reason: null };
};

const question = (id: string, change: Partial<StoredQuestion>): StoredQuestion => ({
  id,
  state: 'answered',
  customer: MIA,
  expert: ADA,
  answeredBy: ADA,
  payout: usd(500),
  payment: payment(id, 'authorised'),
  rating: null,
  ...change,
});

const offer = (id: string, change: Partial<StoredOffer>): StoredOffer => ({
  id,
  state: 'fulfilled',
  categoryId: 'computer',
  customer: MIA,
  pricePoints: [2_900, 3_400, 3_900, 4_400, 4_900],
  priceHow: 'fixed',
  price: usd(3_900),
  payout: usd(1_950),
  payment: payment(id, 'captured'),
  requestedAt: at(2),
  expiresAt: at(22),
  reservedFor: ADA.id,
  reservedUntil: at(7),
  passedBy: null,
  acceptedBy: BEN,
  acceptedAt: at(8),
  reportDueAt: at(20),
  ...change,
});

const QUESTIONS = [
  question('q_1', {
    state: 'closed',
    rating: { stars: 5, by: 'automatic' },
    payment: payment('q_1', 'captured'),
  }),
  question('q_2', {}),
];
const OFFERS = [
  offer('of_1', {}),
  offer('of_2', {
    state: 'expired',
    payment: payment('of_2', 'released'),
    acceptedBy: null,
    acceptedAt: null,
    reportDueAt: null,
  }),
];

export const subjectOf = (id: string, amount: number): Subject => ({
  questionId: id.replace('of', 'q'),
  offerId: id.startsWith('of') ? id : null,
  customerId: MIA.id,
  money: usd(amount),
});

const ENTRIES: readonly Entry[] = [
  authoriseEntry(subjectOf('q_1', 1_000), 1),
  authoriseEntry(subjectOf('q_2', 1_000), 1),
  authoriseEntry(subjectOf('of_1', 3_900), 1),
  authoriseEntry(subjectOf('of_2', 3_900), 1),
  captureEntry(subjectOf('of_1', 3_900)),
  captureEntry(subjectOf('q_1', 1_000)),
  payoutEntry(subjectOf('of_1', 3_900), BEN.id, usd(1_950)),
  payoutEntry(subjectOf('q_1', 1_000), ADA.id, usd(500)),
  releaseEntry(subjectOf('of_2', 3_900), 1),
];

export const call = (key: string, kind: string, id: string, amount: number) => {
  return { _id: key, kind, amount, authorisation: `sim_auth-${id}-1`, outcome: 'ok' };
};

const CALLS = [
  call('auth-q_1-1', 'authorise', 'q_1', 1_000),
  call('auth-q_2-1', 'authorise', 'q_2', 1_000),
  call('auth-of_1-1', 'authorise', 'of_1', 3_900),
  call('auth-of_2-1', 'authorise', 'of_2', 3_900),
  call('cap-of_1-1', 'capture', 'of_1', 3_900),
  call('cap-q_1-1', 'capture', 'q_1', 1_000),
  call('void-auth-of_2-1', 'void', 'of_2', 3_900),
];

export const line = (questionId: string, seq: number, by: string, kind = 'message') => ({
  _id: `${questionId}/${String(seq).padStart(9, '0')}`,
  questionId,
  clientId: `${by}-${seq}`,
  kind,
  by: { id: by },
  body: `text ${seq}`,
});

const LINES = [
  line('q_1', 1, ADA.id, 'greeting'),
  line('q_1', 2, MIA.id),
  line('q_1', 3, ADA.id, 'answer'),
  line('q_1', 4, 'system', 'closed'),
  line('q_2', 1, ADA.id, 'answer'),
];

type Doc = Record<string, unknown> & { _id: string };

const owing = <T extends { id: string }>({ id, ...rest }: T) => ({ _id: id, ...rest, outbox: [], outboxAt: null });
const keyed = ({ key, ...rest }: Entry) => ({ _id: key, ...rest });

export const docs = (db: Db, name: string) => db.collection<Doc>(name);

/** Whatever was planted before is gone. */
export async function refill(db: Db): Promise<void> {
  const names = ['questions', 'offers', 'messages', 'entries', 'simulated_payments', 'mails'];
  await Promise.all(names.map((name) => docs(db, name).deleteMany({})));
  await docs(db, 'questions').insertMany(QUESTIONS.map(owing));
  await docs(db, 'offers').insertMany(OFFERS.map(owing));
  await docs(db, 'messages').insertMany(LINES);
  await docs(db, 'entries').insertMany(ENTRIES.map(keyed));
  await docs(db, 'simulated_payments').insertMany(CALLS);
  await docs(db, 'mails').insertOne({ _id: 'open-of_1', state: 'sent' });
}

/** The fields of an offer that the checks look at, as `who` saw them. */
export function seen(who: string, id: string, state: string, second: number, change: object = {}) {
  const offerSeen = { id, version: second, state, price: usd(3_900), reservedFor: ADA.id, ...change };
  return { userId: who, at: at(second).getTime(), offer: offerSeen as unknown as OfferSeen };
}

/** What admins are told of the price that both offers had. */
export function curve(shown: number, counts: Partial<PriceCurve['points'][number]> = {}): PriceCurve {
  const none = { requested: 0, expired: 0, declined: 0, unanswered: 0, undecided: 0, takenBack: 0 };
  const unknown = { likely: null, low: null, high: null, share: 1 };
  return {
    ...{ category: 'computer', service: 'remote_assistance', currency: 'USD', since: at(0).toISOString() },
    ...{ pricing: 'learned', objective: 'acceptance' },
    points: [{ amount: 3_900, allowed: true, shown, ...none, ...unknown, ...counts }],
  };
}

/** What the clients of the little database saw. */
export function witness(): Witness {
  const lines = LINES.filter(({ questionId }) => questionId === 'q_1');
  const screen = lines.map(({ clientId }, index) => ({ seq: index + 1, clientId }));
  return {
    experts: [
      { id: ADA.id, categories: ['computer'] },
      { id: BEN.id, categories: ['computer'] },
      { id: 'u_dan', categories: ['law'] },
    ],
    acked: LINES.filter(({ by }) => by.id !== 'system').map(({ questionId, clientId, by, body, _id }) => {
      return { questionId, clientId, by: by.id, body, seq: Number(_id.slice(-9)) };
    }),
    screens: [
      { userId: MIA.id, questionId: 'q_1', lines: screen, gaps: 0 },
      { userId: ADA.id, questionId: 'q_1', lines: screen, gaps: 1 },
    ],
    heard: [
      seen(MIA.id, 'of_1', 'reserved', 2),
      seen(ADA.id, 'of_1', 'reserved', 2, { payout: usd(1_950) }),
      seen(BEN.id, 'of_1', 'open', 8, { payout: usd(1_950) }),
      seen(MIA.id, 'of_2', 'expired', 22),
    ],
    presses: [
      { requestId: 'of_1', round: 1, expert: BEN.id, outcome: 'won' },
      { requestId: 'of_1', round: 1, expert: ADA.id, outcome: 'conflict.already_accepted' },
    ],
    peeks: [{ requestId: 'of_1', expert: BEN.id, listed: false, read: 'not_found', accepted: 'not_found' }],
    deliveries: [3],
    curves: [curve(2, { requested: 1, expired: 1 })],
  };
}

// Everything the database holds that the invariants speak of, read with the driver alone: a checker that used the
// stores would share their mistakes.

import { setTimeout as sleep } from 'node:timers/promises';
import type mongoose from 'mongoose';
import type { Entry } from '../src/domain/ledger.ts';
import type { Message } from '../src/domain/message.ts';
import type { Offer } from '../src/domain/offer.ts';
import type { Question } from '../src/domain/question.ts';

export type Db = mongoose.mongo.Db;

export interface ProviderRecord {
  readonly key: string;
  readonly kind: 'authorise' | 'capture' | 'void' | 'refund';
  readonly amount: number;
  readonly authorisation: string;
  readonly outcome: string;
}

/** What the checks look at; the records know more. */
export type StoredQuestion = Pick<
  Question,
  'id' | 'state' | 'customer' | 'expert' | 'answeredBy' | 'payout' | 'payment' | 'rating'
>;
type Terms = 'pricePoints' | 'priceHow' | 'price' | 'payout' | 'payment';
type Times = 'requestedAt' | 'expiresAt' | 'reservedUntil' | 'acceptedAt' | 'reportDueAt';
export type StoredOffer = Pick<
  Offer,
  'id' | 'state' | 'categoryId' | 'customer' | 'reservedFor' | 'passedBy' | 'acceptedBy' | Terms | Times
>;

export interface Snapshot {
  readonly questions: readonly StoredQuestion[];
  readonly offers: readonly StoredOffer[];
  /** in the order of the log */
  readonly messages: readonly Message[];
  readonly entries: readonly Entry[];
  /** the simulated provider's own list */
  readonly provider: readonly ProviderRecord[];
  /** records with effects that nobody has settled, e-mails that nobody has sent */
  readonly owed: number;
}

const QUIET_WITHIN_MS = 15_000;

export async function snapshotOf(db: Db): Promise<Snapshot> {
  const [questions, offers, messages, entries, provider, owed] = await Promise.all([
    all<StoredQuestion>(db, 'questions', 'id'),
    all<StoredOffer>(db, 'offers', 'id'),
    all<Message & { place: string }>(db, 'messages', 'place'),
    all<Entry>(db, 'entries', 'key'),
    all<ProviderRecord>(db, 'simulated_payments', 'key'),
    owedIn(db),
  ]);
  return { questions, offers, messages: messages.map(placed), entries, provider, owed };
}

/** Effects and e-mails may still be on their way when the last robot has gone. */
export async function untilQuiet(db: Db): Promise<void> {
  const giveUp = Date.now() + QUIET_WITHIN_MS;
  while ((await owedIn(db)) > 0 && Date.now() < giveUp) await sleep(100);
}

async function owedIn(db: Db): Promise<number> {
  const owing = { outboxAt: { $ne: null } };
  const counts = await Promise.all([
    db.collection('questions').countDocuments(owing),
    db.collection('offers').countDocuments(owing),
    db.collection('cases').countDocuments(owing),
    // one that nobody has tried and that is due later is not late: it gathers what comes meanwhile (2.6)
    db.collection('mails').countDocuments({
      state: 'pending',
      $or: [{ attempts: { $gt: 0 } }, { dueAt: { $lte: new Date() } }],
    }),
  ]);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** `_id` under the name that the domain gives it. */
async function all<T>(db: Db, collection: string, id: string): Promise<T[]> {
  const docs = await db.collection(collection).find().sort({ _id: 1 }).toArray();
  return docs.map(({ _id, ...rest }) => ({ ...rest, [id]: _id }) as unknown as T); // the collection's own shape
}

/** A message's place is its _id: "<question>/<seq>". */
function placed({ place, ...message }: Message & { place: string }): Message {
  return { ...message, seq: Number(place.slice(place.lastIndexOf('/') + 1)) };
}

// Records that an earlier version stored, made complete when a newer one starts: numbered steps, each repeatable, noted in
// `migrations` when it is done. One node at a time works through them; the others wait, because they would read records
// that lack fields.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type mongoose from 'mongoose';
import { account } from '../domain/ledger.ts';
import { skeletonOf } from '../domain/names.ts';
import type { Offer } from '../domain/offer.ts';
import type { Question } from '../domain/question.ts';
import { inAllLanguages } from '../domain/people.ts';
import { withoutUnseen } from '../domain/text.ts';
import { OFFER_LIMITS } from './category.ts';
import type { Category } from './category.ts';
import { oweFlagCases } from './migrate-flags.ts';
import { rememberHistory } from './migrate-history.ts';
import { laneMails } from './migrate-mails.ts';
import { previewQuestions } from './migrate-previews.ts';
import { learnFromOffers } from './migrate-prices.ts';
import { planReminders } from './migrate-reminders.ts';
import { isDuplicate } from './outcome.ts';

type Db = mongoose.mongo.Db;
type Docs = mongoose.mongo.Collection<{ _id: string } & Record<string, unknown>>;

interface Step {
  /** what it makes of the records; stays in the note */
  readonly name: string;
  /** May be cut off at any point, and run again or twice at once. */
  run(db: Db): Promise<void>;
}

/** Their place is their number. Steps are added at the end and never changed once they were released. */
const STEPS: readonly Step[] = [
  {
    name: 'questions know whom they paid, for whom they were rated, and when an expert may offer',
    async run(db) {
      const questions: Docs = db.collection('questions');
      await findPayees(db, questions);
      await fill(questions, { offerAvailableAt: null } satisfies Partial<Question>);
      await rememberRated(questions);
    },
  },
  {
    name: 'offers know who proposed them, and why they could not be completed',
    async run(db) {
      const none = { proposedBy: null, clientId: null, openOn: null, unableReason: null } satisfies Partial<Offer>;
      await fill(db.collection('offers'), none);
    },
  },
  {
    name: 'categories limit what experts may ask',
    run: (db) => fill(db.collection('categories'), { offerLimits: OFFER_LIMITS }),
  },
  {
    name: 'questions and offers know what they went through, as far as their fields still tell',
    run: rememberHistory,
  },
  {
    name: 'questions know who has earned their value before it is paid: where it was not kept, the expert of the conversation',
    run: (db) => fill(db.collection('questions'), { earnedBy: null } satisfies Partial<Question>),
  },
  {
    name: 'offers are described in all languages: in the words of the category while it still says the same, or as they were',
    run: describeOffers,
  },
  {
    name: 'names are in one form, without what is not seen; those of experts and admins are known by what they look like',
    run: rewriteNames,
  },
  {
    name: 'refunds know whether earnings were reversed with them, and those not confirmed yet are asked about again',
    async run(db) {
      for (const name of ['questions', 'offers'] as const) {
        await askAgainForRefunds(db.collection(name));
        await rememberReturns(db, db.collection(name));
      }
    },
  },
  {
    name: 'the payment of an offer that is being charged says so itself, as that of a question does',
    run: (db) => noteCaptures(db.collection('offers')),
  },
  {
    name: 'messages owe the cases of their flags as records owe what they do',
    run: oweFlagCases,
  },
  {
    name: 'e-mails that are owed know in which lane, and since when',
    run: laneMails,
  },
  {
    name: 'questions know when they were answered, and of those that wait for a rating when the next reminder is due',
    run: planReminders,
  },
  {
    name: 'automatic offers say what their customers thought of the price, and categories that it is learned',
    run: learnFromOffers,
  },
  {
    name: 'offers know how their question begins, and when it was posted',
    run: previewQuestions,
  },
];

const LOCK_S = 60; // whoever holds it longer is thought dead: two at once do no harm
const WAIT_MS = 100;

interface Note {
  /** the number of a step, or the lock */
  _id: number | 'lock';
  name?: string;
  at?: Date;
  /** the lock: who holds it, and until when by the clock of the database */
  holder?: string;
  until?: Date;
}

/**
 * Resolves when all steps are done, by this node or by another one.
 * @throws Error when a newer version has been here: what this one would write would lack what that one's steps gave its records, for
 *   good, because they are noted as done
 */
export async function migrate(db: Db, steps: readonly Step[] = STEPS): Promise<void> {
  const notes = db.collection<Note>('migrations');
  await assertNotNewer(db, notes, steps);
  const holder = randomUUID();
  while ((await missing(notes, steps)).length > 0) {
    if (await lock(notes, holder)) {
      try {
        for (const number of await missing(notes, steps)) await take(db, notes, steps, number);
      } finally {
        await notes.deleteOne({ _id: 'lock', holder });
      }
    } else {
      await sleep(WAIT_MS);
    }
  }
}

/**
 * Whoever takes the steps beside running nodes of the version before leaves what these write afterwards without them, for good.
 * @throws Error when there is no installation here, or none of this version
 */
export async function assertMigrated(db: Db, steps: readonly Step[] = STEPS): Promise<void> {
  const notes = db.collection<Note>('migrations');
  await assertNotNewer(db, notes, steps);
  const lacking = await missing(notes, steps);
  if (lacking.length === 0) return;
  const what =
    lacking.length === steps.length ? 'there is no installation' : 'the installation is of an earlier version';
  throw new Error(
    `MONGODB_URI: ${what} in the database "${db.databaseName}": a tool is that of the version which runs there`,
  );
}

async function assertNotNewer(db: Db, notes: mongoose.mongo.Collection<Note>, steps: readonly Step[]): Promise<void> {
  if ((await notes.findOne({ _id: { $gt: steps.length } })) === null) return;
  throw new Error(
    `MONGODB_URI: a newer version has been at work in the database "${db.databaseName}": start that one, or go back to a backup of before`,
  );
}

/** The numbers of the steps that are not noted, in order. */
async function missing(notes: mongoose.mongo.Collection<Note>, steps: readonly Step[]): Promise<number[]> {
  const done = new Set((await notes.find({}, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id));
  return steps.map((_, index) => index + 1).filter((number) => !done.has(number));
}

async function take(db: Db, notes: mongoose.mongo.Collection<Note>, steps: readonly Step[], number: number) {
  const step = steps[number - 1];
  if (step === undefined) return;
  await step.run(db);
  await notes.updateOne({ _id: number }, [{ $set: { name: step.name, at: { $ifNull: ['$at', '$$NOW'] } } }], {
    upsert: true,
  });
}

/** False while another node holds it. */
async function lock(notes: mongoose.mongo.Collection<Note>, holder: string): Promise<boolean> {
  const isFree = { $lt: [{ $ifNull: ['$until', new Date(0)] }, '$$NOW'] };
  const until = { $dateAdd: { startDate: '$$NOW', unit: 'second', amount: LOCK_S } };
  const taken = { holder: { $cond: [isFree, holder, '$holder'] }, until: { $cond: [isFree, until, '$until'] } };
  try {
    const note = await notes.findOneAndUpdate({ _id: 'lock' }, [{ $set: taken }], {
      upsert: true,
      returnDocument: 'after',
    });
    return note?.holder === holder;
  } catch (error) {
    if (isDuplicate(error)) return false; // several made it at once: one of them has
    throw error;
  }
}

/** Gives fields that are not there a value; those that are stay. */
async function fill(collection: Docs, values: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [field, value] of Object.entries(values)) {
    await collection.updateMany({ [field]: { $exists: false } }, { $set: { [field]: value } });
  }
}

const TIDY_NAME = /^[!-~]+(?: [!-~]+)*$/; // of ASCII and one blank between words: most are

/** NOTE: e-mails are in their form already: until now a domain in another script was refused. */
async function rewriteNames(db: Db): Promise<void> {
  const users = db.collection<{ _id: string; name: string; role: string }>('users');
  const some = { $or: [{ name: { $not: TIDY_NAME } }, { role: { $ne: 'customer' } }] };
  for await (const { _id, name, role } of users.find(some, { projection: { name: 1, role: 1 } })) {
    const seen = withoutUnseen(name) || role;
    const nameKey = role === 'customer' ? {} : { nameKey: skeletonOf(seen) };
    await users.updateOne({ _id, name }, { $set: { name: seen, ...nameKey } });
  }
}

/** The journal knows who was paid. */
async function findPayees(db: Db, questions: Docs): Promise<void> {
  const entries = db.collection<{ _id: string; legs: { account: string }[] }>('entries');
  const paid = { paidTo: { $exists: false }, 'payment.state': { $in: ['captured', 'refunded'] } };
  const prefix = account.payable('');
  for await (const { _id } of questions.find(paid, { projection: { _id: 1 } })) {
    const entry = await entries.findOne({ _id: `payout-${_id}` });
    const leg = entry?.legs.find((one) => one.account.startsWith(prefix));
    const paidTo = leg?.account.slice(prefix.length) ?? null;
    await questions.updateOne({ _id, paidTo: { $exists: false } }, { $set: { paidTo } });
  }
  await fill(questions, { paidTo: null } satisfies Partial<Question>);
}

/** What the customer was shown is known in their language only; the category knows the others, unless it was changed since. */
async function describeOffers(db: Db): Promise<void> {
  const offers = db.collection<
    Pick<Offer, 'categoryId' | 'service' | 'locale'> & { _id: string; description: unknown }
  >('offers');
  const categories = new Map(
    (await db.collection<Category & { _id: string }>('categories').find().toArray()).map((one) => [one._id, one]),
  );
  for await (const { _id, categoryId, service, locale, description } of offers.find({
    description: { $type: 'string' },
  })) {
    const said = String(description);
    const known = categories.get(categoryId)?.services.find(({ key }) => key === service.key)?.description;
    const all = known?.[locale] === said ? known : inAllLanguages(said);
    await offers.updateOne({ _id, description: said }, { $set: { description: all } });
  }
}

/** Whoever was paid; without a payment, the expert of the conversation (7.4). */
async function rememberRated(questions: Docs): Promise<void> {
  const expert = { $ifNull: ['$paidTo', '$answeredBy.id', '$expert.id', '$firstExpert.id', null] };
  const ratedExpert = { $cond: [{ $eq: [{ $ifNull: ['$rating', null] }, null] }, null, expert] };
  await questions.updateMany({ ratedExpert: { $exists: false } }, [{ $set: { ratedExpert } }]);
}

/** What an earlier version owed for a refund it had not heard of yet: the answer owes it now. */
const OWED_FOR_REFUND = ['refund', 'notice', 'mail', 'entry'];

/** Its outbox still asks the provider: then nothing is known, and whoever takes the step asks again. */
async function askAgainForRefunds(records: Docs): Promise<void> {
  await records.updateMany({ 'payment.state': 'refunded', 'outbox.type': 'refund' }, [
    {
      $set: {
        state: { $cond: [{ $eq: ['$state', 'refunded'] }, 'refunding', '$state'] },
        'payment.state': 'refunding',
        'payment.returned': { asked: 1, moves: [], disputes: [] },
        dueAt: '$$NOW',
        outbox: { $filter: { input: '$outbox', cond: { $not: [{ $in: ['$$this.type', OWED_FOR_REFUND] }] } } },
        version: { $add: ['$version', 1] },
      },
    },
  ]);
}

/** The journal knows whether somebody's earnings went back with the money. */
async function rememberReturns(db: Db, records: Docs): Promise<void> {
  const entries = db.collection<{ _id: string }>('entries');
  const lacking = { 'payment.state': 'refunded', 'payment.returned': { $exists: false } };
  for await (const found of records.find(lacking)) {
    const { value, price } = found as { value?: { amount: number }; price?: { amount: number } };
    const reversed = (await entries.findOne({ _id: `reversal-${found._id}` })) !== null;
    const move = { kind: 'refund', amount: (price ?? value)?.amount, dispute: null, reversed, undone: false };
    const returned = { asked: 1, moves: [move], disputes: [] };
    await records.updateOne({ _id: found._id, ...lacking }, { $set: { 'payment.returned': returned } });
  }
}

/**
 * What was taken before (7.1) is asked for once more: the provider knows the answer, and the journal the entry.
 * NOTE: whoever still writes the version before loses.
 */
async function noteCaptures(offers: Docs): Promise<void> {
  await offers.updateMany({ state: 'capturing', 'payment.state': { $in: ['authorised', 'captured'] } }, [
    { $set: { 'payment.state': 'capturing', version: { $add: ['$version', 1] } } },
  ]);
}

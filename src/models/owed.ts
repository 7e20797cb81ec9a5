// What is owed to the world outside: one document per key, done once. A worker claims it for a while and settles it, or it
// comes back. E-mails are such; what a letter says is the rest of its document. What became of it is kept for a while.

import type mongoose from 'mongoose';
import { duplicatesOf, isDuplicate } from './outcome.ts';

export const OWED_STATES = ['pending', 'held', 'sent', 'dropped', 'failed'] as const;

/** `held`: not before `dueAt`, because of `why`. `dropped`: not wanted any more. `failed`: given up. */
export type OwedState = (typeof OWED_STATES)[number];

export interface Progress {
  /** idempotency key */
  readonly id: string;
  readonly attempts: number;
  readonly state: OwedState;
  /** why it is held, was dropped or failed: a word; null: there is nothing to say */
  readonly why: string | null;
  /** when it was owed first */
  readonly at: Date;
  /** when it is looked at next; null: settled */
  readonly dueAt: Date | null;
  /** when a worker took it last; null: none has */
  readonly takenAt: Date | null;
  /** when it was settled; null: it is not */
  readonly settledAt: Date | null;
  /** what is of a lower one goes first */
  readonly lane: number;
}

/** `Work` and how far it has come. */
export type Owed<Work extends object> = Work & Progress;
export type OwedStore<Work extends object> = ReturnType<typeof owedStore<Work>>;

export interface Owing {
  readonly id: string;
  /** it is not due earlier; default: now */
  readonly notBefore?: Date;
  /** default: 0 */
  readonly lane?: number;
  /** while one of these waits untouched, what is owed under the same word is in it already */
  readonly gather?: string;
}

export type OwedDoc = Omit<Progress, 'id'> & {
  _id: string;
  /** while it waits */
  gather?: string;
  /** the same word, for when it waits again */
  gatherAs?: string;
  goneAt?: Date;
};

export const OWED_INDEXES: readonly mongoose.mongo.IndexDescription[] = [
  { key: { lane: 1, dueAt: 1 }, name: 'due_in_lane', partialFilterExpression: { dueAt: { $type: 'date' } } },
  { key: { gather: 1 }, name: 'gathered', unique: true, partialFilterExpression: { gather: { $type: 'string' } } },
  { key: { goneAt: 1 }, name: 'gone', expireAfterSeconds: 0 },
];

// Of an insert of many, MongoDB writes up to 500 as one, and until those are written no majority has what came behind them. A
// transaction takes its place in the log at its end only: nobody waits for what is written before (docs/decisions.md, 133).
const APART = 50; // written one by one, so few at once
const TOGETHER = 100; // in a transaction
const LANES: readonly number[] = [0, 1, 2];

export function owedStore<Work extends object>(db: mongoose.mongo.Db, name: string) {
  const collection = db.collection<OwedDoc>(name);
  return {
    /**
     * Owes each once, however often it is asked for. `gather`: together with what waits under that word: whoever hands it over
     * claims it first, so what was owed before is in what is read then. Cut off, it is asked for again.
     */
    async owe(works: readonly (Work & Owing)[], now: Date): Promise<void> {
      const docs = works.map((work) => toDoc(work, now));
      const [gathered, others] = [docs.filter(isGathered), docs.filter((doc) => !isGathered(doc))];
      for (const piece of piecesOf(others, TOGETHER)) {
        if (piece.length <= APART || !(await insertTogether(piece))) await insertApart(piece);
      }
      await insertApart(gathered); // one is refused where another waits, which is likely
    },

    /** By lane, then the longest due first. */
    async due(now: Date, limit: number, lanes = LANES): Promise<Owed<Work>[]> {
      const docs = await collection
        .find({ lane: { $in: [...lanes] }, dueAt: { $lte: now, $type: 'date' } })
        .sort({ lane: 1, dueAt: 1 })
        .limit(limit)
        .toArray();
      return docs.map(fromDoc<Work>);
    },

    /** Takes it to do it; false when another worker has it. It comes back at `retryAt` unless it is settled. */
    async claim({ id, dueAt }: Pick<Progress, 'id' | 'dueAt'>, now: Date, retryAt: Date): Promise<boolean> {
      const claimed = await collection.updateOne(
        { _id: id, dueAt },
        {
          $set: { dueAt: retryAt, takenAt: now, state: 'pending', why: null },
          $inc: { attempts: 1 },
          $unset: { gather: '' },
        },
      );
      return claimed.modifiedCount === 1;
    },

    /** It was claimed for nothing: not before `until`, and that was no attempt. Nothing when another worker has it since. */
    async hold(one: Taken, until: Date, why: string): Promise<void> {
      const attempts = { $subtract: ['$attempts', 1] };
      await putBack({ ...taken(one), dueAt: { $ne: until } }, { dueAt: until, state: 'held', why, attempts });
    },

    /** It was not taken: again at `retryAt`. Nothing when another worker has it since. */
    async retry(one: Taken, retryAt: Date, why: string): Promise<void> {
      await putBack(taken(one), { dueAt: retryAt, why });
    },

    /** `goneAt`: until when it is known what became of it. */
    async settle(id: string, { state, why }: Settled, now: Date, goneAt: Date): Promise<void> {
      await collection.updateOne(
        { _id: id },
        { $set: { state, why: why ?? null, dueAt: null, settledAt: now, goneAt } },
      );
    },
  };

  /** All of them, in a transaction; false: none. @throws what leaves it open: whoever asked asks again */
  function insertTogether(docs: readonly OwedDoc[]): Promise<boolean> {
    return db.client.withSession(async (session) => {
      session.startTransaction();
      try {
        await collection.insertMany(docs, { session });
      } catch {
        return false; // it ends with its session
      }
      await session.commitTransaction();
      return true;
    });
  }

  /** Those that are not there yet. */
  async function insertApart(docs: readonly OwedDoc[]): Promise<void> {
    for (const piece of piecesOf(docs, APART)) {
      try {
        await collection.insertMany(piece, { ordered: false });
      } catch (error) {
        const known = duplicatesOf(error, piece.length);
        if (known === null) throw error;
        for (const index of known) {
          const doc = piece[index];
          if (doc !== undefined) await wake(doc);
        }
      }
    }
  }

  /** What has failed waits no longer than what comes to it, and has all its tries again: it is the only one that tells of it. */
  async function wake({ _id, gather, dueAt }: OwedDoc): Promise<void> {
    if (gather === undefined) return;
    const failed = { gather, _id: { $ne: _id }, state: 'pending', attempts: { $gt: 0 } } as const;
    await collection.updateOne(failed, { $set: { attempts: 0 }, $min: { dueAt } });
  }

  /** It waits again, and gathers again, unless another one does by now. */
  async function putBack(filter: mongoose.mongo.Filter<OwedDoc>, change: Readonly<Record<string, unknown>>) {
    const gathering = { gather: { $ifNull: ['$gatherAs', '$$REMOVE'] } };
    try {
      await collection.updateOne(filter, [{ $set: { ...change, ...gathering } }]);
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      await collection.updateOne(filter, [{ $set: change }]);
    }
  }
}

const toDoc = <Work extends object>(
  { id, notBefore, lane = 0, gather, ...work }: Work & Owing,
  now: Date,
): OwedDoc => ({
  _id: id,
  ...work,
  ...NEW,
  ...(gather !== undefined && { gather, gatherAs: gather }),
  at: now,
  dueAt: notBefore ?? now,
  lane,
});

const isGathered = ({ gather }: OwedDoc) => gather !== undefined;

const piecesOf = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));

const NEW = { attempts: 0, state: 'pending', why: null, takenAt: null, settledAt: null } as const;

interface Taken extends Pick<Progress, 'id'> {
  readonly takenAt: Date;
}

const taken = ({ id, takenAt }: Taken) => ({ _id: id, takenAt });

export interface Settled {
  readonly state: 'sent' | 'dropped' | 'failed';
  readonly why?: string;
}

/** As it was owed. */
export function fromDoc<Work extends object>(doc: OwedDoc): Owed<Work> {
  const { _id, gather: _gather, gatherAs: _gatherAs, goneAt: _goneAt, ...rest } = doc;
  return { id: _id, ...rest } as unknown as Owed<Work>;
}

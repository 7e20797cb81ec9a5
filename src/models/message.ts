// Conversations in MongoDB. A message's place is its _id (question and seq), so the database itself refuses a second
// message at the same place, and one insert is all that a message costs. Messages that arrive together share it.

import { setTimeout as sleep } from 'node:timers/promises';
import type mongoose from 'mongoose';
import { Refusal } from '../domain/errors.ts';
import type { Flag, Message } from '../domain/message.ts';
import type { Role } from '../domain/people.ts';
import { gather } from './gather.ts';
import { firstOf } from './page.ts';
import { duplicatesOf } from './outcome.ts';
import type { StoreKind } from './store.ts';

type MessageDoc = Omit<Message, 'seq'> & {
  _id: string;
  /** 9.2: since when the cases of its flags are owed; absent when none is */
  caseOwedAt?: Date;
};

export type NewMessage = Omit<Message, 'seq'>;

export interface Appended {
  readonly message: Message;
  /** it stood there already: the same author sent this clientId before */
  readonly replayed: boolean;
}

/** The last line of a conversation, as far as this process knows. A hint: the unique place decides. */
interface Tail {
  readonly seq: number;
  readonly closed: boolean;
}

interface Range {
  readonly afterSeq?: number | undefined;
  readonly beforeSeq?: number | undefined;
  readonly until?: Date | null | undefined;
}

const SEQ_DIGITS = 9;
const MAX_BATCH = 100; // past 50 a document costs no less, and the batch before it is waited for
const PATIENCE_MS = 1_000; // a batch takes some 10: a connection has gone dead, or the primary
const TAILS_KEPT = 50_000; // about 5 MB
const READ_AT_ONCE = 64; // of a page: most have no more, and of the longest texts it is a megabyte
const MAX_TRIES = 20; // each lost race means that somebody else's message was written

export const MESSAGES = {
  collection: 'messages',
  indexes: [
    { key: { questionId: 1, 'by.id': 1, clientId: 1 }, name: 'once', unique: true },
    // what was changed after it was written, and is seldom
    { key: { redactedAt: 1 }, name: 'redacted_at', partialFilterExpression: { redactedAt: { $type: 'date' } } },
    {
      key: { questionId: 1, redactedAt: 1 },
      name: 'redacted',
      partialFilterExpression: { redactedAt: { $type: 'date' } },
    },
    { key: { questionId: 1, _id: 1 }, name: 'flagged', partialFilterExpression: { flags: { $exists: true } } },
    { key: { caseOwedAt: 1 }, name: 'case_owed', partialFilterExpression: { caseOwedAt: { $type: 'date' } } },
  ],
  open: messageStore,
} satisfies StoreKind;

function messageStore(db: mongoose.mongo.Db) {
  const collection = db.collection<MessageDoc>('messages');
  const tails = new Map<string, Tail>();

  /** At most one message of a conversation is in a batch, so that a lost race leaves no gap and no wrong order. */
  const append = gather<NewMessage, Appended | Refusal>({
    run: appendAll,
    maxBatch: MAX_BATCH,
    lanes: 2,
    keyOf: (message) => message.questionId,
    patienceMs: PATIENCE_MS,
  });

  return {
    /**
     * 2.3: writes a message at the end of its conversation; resolves when a majority has it.
     * @throws Refusal `conflict.closed` after the last line (I9)
     */
    async append(message: NewMessage): Promise<Appended> {
      const appended = await append(message);
      if (appended instanceof Refusal) throw appended;
      return appended;
    },

    /** What this author stored under this clientId before. */
    async find(questionId: string, authorId: string, clientId: string): Promise<Message | null> {
      const doc = await collection.findOne({ questionId, 'by.id': authorId, clientId });
      return doc === null ? null : fromDoc(doc);
    },

    /** The seq of the last message, 0 when there is none. */
    async lastSeq(questionId: string): Promise<number> {
      return (await readTail(questionId)).seq;
    },

    async last(questionId: string): Promise<Message | null> {
      const [doc] = await newest(questionId, 1);
      return doc ? fromDoc(doc) : null;
    },

    /** 8.1: when the customer had replied twice to what an expert wrote; null before that. */
    async secondReplyAt(questionId: string): Promise<Date | null> {
      const first = await earliest(questionId, 'expert', placeOf(questionId, 0), 1);
      const [greeting] = first;
      const replies = greeting === undefined ? [] : await earliest(questionId, 'customer', greeting._id, 2);
      return replies[1]?.at ?? null;
    },

    /** 9.2: notes a flag, once for each person; null when there is no such message with a text. */
    async flag(questionId: string, seq: number, flag: Flag): Promise<Message | null> {
      const _id = placeOf(questionId, seq);
      const doc = await collection.findOneAndUpdate(
        { _id, kind: { $ne: 'closed' }, redactedAt: { $exists: false }, 'flags.by.id': { $ne: flag.by.id } },
        { $push: { flags: flag }, $set: { caseOwedAt: flag.at } },
        { returnDocument: 'after' },
      );
      return doc === null ? at(_id) : fromDoc(doc);
    },

    /** 9.2: takes the text away and leaves its place; null when there is no such message. Repeatable. */
    async redact(questionId: string, seq: number, now: Date): Promise<Message | null> {
      const _id = placeOf(questionId, seq);
      const doc = await collection.findOneAndUpdate(
        { _id, kind: { $ne: 'closed' }, redactedAt: { $exists: false } },
        { $set: { body: '', redactedAt: now }, $unset: { personal: '' } },
        { returnDocument: 'after' },
      );
      return doc === null ? at(_id) : fromDoc(doc);
    },

    /** 9.2: what was redacted or flagged among the messages up to `seq`, ascending; of more than `limit` the newest. */
    async findChanged(questionId: string, seq: number, limit: number): Promise<Message[]> {
      const among = { questionId, _id: { $gt: placeOf(questionId, 0), $lte: placeOf(questionId, seq) } };
      const find = (filter: mongoose.mongo.Filter<MessageDoc>) =>
        collection
          .find({ ...among, ...filter })
          .sort({ _id: -1 })
          .limit(limit)
          .toArray();
      const found = await Promise.all([
        find({ redactedAt: { $type: 'date' } }),
        find({ flags: { $exists: true }, redactedAt: { $exists: false } }),
      ]);
      const docs = found.flat().toSorted((one, other) => (one._id < other._id ? -1 : 1));
      return docs.slice(-limit).map(fromDoc);
    },

    /** 9.2: what was redacted after this instant, the newest first. */
    async findRedactedSince(since: Date, limit: number): Promise<Message[]> {
      const docs = await collection
        .find({ redactedAt: { $gt: since, $type: 'date' } })
        .sort({ redactedAt: -1 })
        .limit(limit)
        .toArray();
      return docs.map(fromDoc);
    },

    /** 2.3: those of these places, of questions and seqs, at which a message stands. */
    async findPlaces(places: readonly (readonly [questionId: string, seq: number])[]): Promise<Set<string>> {
      const ids = places.map(([questionId, seq]) => placeOf(questionId, seq));
      const docs = await collection.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray();
      return new Set(docs.map(({ _id }) => _id.slice(0, -SEQ_DIGITS - 1)));
    },

    /** 9.2: flagged messages whose cases somebody began to open before `before` and did not finish. */
    async casesOwed(before: Date, limit: number): Promise<Message[]> {
      const docs = await collection
        .find({ caseOwedAt: { $lte: before, $type: 'date' } })
        .sort({ caseOwedAt: 1 })
        .limit(limit)
        .toArray();
      return docs.map(fromDoc);
    },

    /** The cases of these flags are open; of one that was set meanwhile it stays owed. */
    async casesOpened({ questionId, seq, flags = [] }: Message): Promise<void> {
      await collection.updateOne(
        { _id: placeOf(questionId, seq), flags: { $size: flags.length } },
        { $unset: { caseOwedAt: '' } },
      );
    },

    /** The whole conversation in order, without what was said. */
    async outline(questionId: string): Promise<Omit<Message, 'body' | 'personal'>[]> {
      const inside = { _id: { $gt: placeOf(questionId, 0), $lt: endOf(questionId) } };
      const docs = await collection
        .find(inside, { projection: { body: 0, personal: 0 } })
        .sort({ _id: 1 })
        .toArray();
      return docs.map(fromDoc);
    },

    /**
     * Ascending. After `afterSeq` the first `limit`; otherwise the last `limit` before `beforeSeq` or the end. `until`: only
     * what was written before this instant. A page ends at its size as well.
     */
    async page(questionId: string, range: Range, limit: number): Promise<Message[]> {
      return (await pageAndMore(questionId, range, limit)).items;
    },

    /** As `page`; `more`: there are others in the same direction. */
    pageAndMore,
  };

  async function pageAndMore(questionId: string, { afterSeq, beforeSeq, until = null }: Range, limit: number) {
    const bounds = {
      $gt: placeOf(questionId, afterSeq ?? 0),
      $lt: beforeSeq === undefined ? endOf(questionId) : placeOf(questionId, beforeSeq),
    };
    const forward = afterSeq !== undefined;
    const found = collection
      .find({ _id: bounds, ...(until && { at: { $lt: until } }) }, { batchSize: READ_AT_ONCE })
      .sort({ _id: forward ? 1 : -1 });
    const { entries: docs, more } = await firstOf(found.limit(limit + 1), limit, ({ body }) => body);
    return { items: (forward ? docs : docs.reverse()).map(fromDoc), more };
  }

  /** A message that people wrote. */
  async function at(_id: string): Promise<Message | null> {
    const doc = await collection.findOne({ _id, kind: { $ne: 'closed' } });
    return doc === null ? null : fromDoc(doc);
  }

  async function appendAll(batch: readonly NewMessage[]): Promise<(Appended | Refusal)[]> {
    const known = await Promise.all(batch.map(async (message) => knownTail(message.questionId)));
    return appendAt(batch, known, 1);
  }

  async function appendAt(
    batch: readonly NewMessage[],
    known: readonly Tail[],
    attempt: number,
  ): Promise<(Appended | Refusal)[]> {
    const docs = batch.map((message, index) => toDoc(message, (known[index]?.seq ?? 0) + 1));
    const writable = docs.filter((_, index) => !known[index]?.closed);
    const failed = await insert(writable);
    return Promise.all(
      docs.map(async (doc, index) => {
        const message = batch[index] as NewMessage; // docs are made from the batch, one each
        if (known[index]?.closed)
          return (await replayOf(message)) ?? new Refusal('conflict.closed', { state: 'closed' });
        if (!failed.has(doc._id)) {
          remember(doc);
          return { message: fromDoc(doc), replayed: false };
        }
        return retry(message, attempt);
      }),
    );
  }

  /** The place was taken, or this very message stands already. */
  async function retry(message: NewMessage, attempt: number): Promise<Appended | Refusal> {
    tails.delete(message.questionId);
    const replay = await replayOf(message);
    if (replay !== null) return replay;
    if (attempt >= MAX_TRIES) return new Refusal('unavailable');
    await sleep(attempt - 1); // whoever took the place becomes visible to majority reads meanwhile
    const [outcome] = await appendAt([message], [await readTail(message.questionId)], attempt + 1);
    return outcome ?? new Refusal('unavailable');
  }

  /** Answers the ids of the documents that were not inserted because their place or clientId was taken. */
  async function insert(docs: readonly MessageDoc[]): Promise<ReadonlySet<string>> {
    if (docs.length === 0) return new Set();
    try {
      await collection.insertMany(docs, { ordered: false });
      return new Set();
    } catch (error) {
      const failed = duplicatesOf(error, docs.length);
      if (failed !== null) return new Set(failed.map((index) => docs[index]?._id ?? ''));
      for (const doc of docs) tails.delete(doc.questionId);
      throw error; // unknown outcome: nobody is told anything, the senders send again
    }
  }

  async function replayOf(message: NewMessage): Promise<Appended | null> {
    const { questionId, clientId, by } = message;
    const doc = await collection.findOne({ questionId, 'by.id': by.id, clientId });
    return doc === null ? null : { message: fromDoc(doc), replayed: true };
  }

  function knownTail(questionId: string): Tail | Promise<Tail> {
    return tails.get(questionId) ?? readTail(questionId);
  }

  async function readTail(questionId: string): Promise<Tail> {
    const [doc] = await newest(questionId, 1);
    if (doc === undefined) return { seq: 0, closed: false };
    return { seq: seqOf(doc._id), closed: doc.kind === 'closed' };
  }

  function newest(questionId: string, limit: number): Promise<MessageDoc[]> {
    return collection
      .find({ _id: { $gt: placeOf(questionId, 0), $lt: endOf(questionId) } })
      .sort({ _id: -1 })
      .limit(limit)
      .toArray();
  }

  function earliest(questionId: string, role: Role, after: string, limit: number): Promise<MessageDoc[]> {
    return collection
      .find({ _id: { $gt: after, $lt: endOf(questionId) }, 'by.role': role })
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
  }

  function remember(doc: MessageDoc): void {
    tails.delete(doc.questionId); // the newest stand last
    tails.set(doc.questionId, { seq: seqOf(doc._id), closed: doc.kind === 'closed' });
    if (tails.size > TAILS_KEPT) {
      const [oldest] = tails.keys();
      if (oldest !== undefined) tails.delete(oldest);
    }
  }
}

const placeOf = (questionId: string, seq: number) => `${questionId}/${String(seq).padStart(SEQ_DIGITS, '0')}`;
const endOf = (questionId: string) => `${questionId}/:`; // ":" follows "9"
const seqOf = (id: string) => Number(id.slice(-SEQ_DIGITS));

function toDoc(message: NewMessage, seq: number): MessageDoc {
  const _id = placeOf(message.questionId, seq);
  return message.flags === undefined ? { _id, ...message } : { _id, ...message, caseOwedAt: message.at };
}

function fromDoc(doc: MessageDoc): Message {
  const { _id, caseOwedAt: _owed, ...rest } = doc;
  return { ...rest, seq: seqOf(_id) };
}

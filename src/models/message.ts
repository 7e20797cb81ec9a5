// Conversations in MongoDB, as they are read and as they are changed after they were written (append.ts writes them).

import type mongoose from 'mongoose';
import { flagEffect } from '../domain/flag.ts';
import type { Flag, Message } from '../domain/message.ts';
import type { Role } from '../domain/people.ts';
import { SEQ_DIGITS, appending, endOf, fromDoc, placeOf } from './append.ts';
import type { MessageDoc } from './append.ts';
import { inBatches, inPieces } from './batch.ts';
import { OUTLINE_INDEX, outlineIn } from './outline.ts';
import type { Moment } from './outline.ts';
import { overviewIn } from './overview.ts';
import type { Wanted } from './overview.ts';
import { firstOf } from './page.ts';
import type { Saved } from './record.ts';
import type { StoreKind } from './store.ts';

interface Range {
  readonly afterSeq?: number | undefined;
  readonly beforeSeq?: number | undefined;
  readonly until?: Date | null | undefined;
}

interface Writing {
  readonly questionId: string;
  readonly authorId: string;
  readonly since: Date;
}

const ASKED_AT_ONCE = 100; // conversations in one query
const READ_AT_ONCE = 64; // of a page: most have no more, and of the longest texts it is a megabyte

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
    { key: { outboxAt: 1 }, name: 'owing', partialFilterExpression: { outboxAt: { $type: 'date' } } },
    OUTLINE_INDEX,
  ],
  open: messageStore,
} satisfies StoreKind;

function messageStore(db: mongoose.mongo.Db) {
  const collection = db.collection<MessageDoc>('messages');
  const { append, lastSeq, unreplied, newest } = appending(collection);
  const hasWritten = inBatches<Writing, boolean>({
    run: async (asked) => {
      const any = asked.map(({ questionId, authorId, since }) => ({
        questionId,
        'by.id': authorId,
        at: { $gt: since },
      }));
      const found = collection.aggregate<{ _id: string }>([
        { $match: { $or: any } },
        { $group: { _id: { $concat: ['$questionId', ' ', '$by.id'] } } },
      ]);
      const written = new Set((await found.toArray()).map(({ _id }) => _id));
      return asked.map(({ questionId, authorId }) => written.has(`${questionId} ${authorId}`));
    },
    maxBatch: ASKED_AT_ONCE,
    lanes: 2,
    keyOf: ({ questionId }) => questionId, // two instants of one conversation would be mixed up
  });

  return {
    append,
    lastSeq,
    unreplied,

    /** What this author stored under this clientId before. */
    async find(questionId: string, authorId: string, clientId: string): Promise<Message | null> {
      const doc = await collection.findOne({ questionId, 'by.id': authorId, clientId });
      return doc === null ? null : fromDoc(doc);
    },

    /** 4.2: has this person written in the conversation since? Questions that come together share a round trip. */
    hasWritten,
    /** 2.3: of each of these conversations, in their order, in one query. */
    overview: (wanted: readonly Wanted[]) => overviewIn(db, wanted),

    /** 3.3: the experts who have written in a conversation, and who of them has followed up. */
    async experts(questionId: string): Promise<{ id: string; followedUp: boolean }[]> {
      const authors = collection.aggregate<{ _id: string; followedUp: boolean }>([
        { $match: { _id: { $gt: placeOf(questionId, 0), $lt: endOf(questionId) }, 'by.role': 'expert' } },
        { $group: { _id: '$by.id', followedUp: { $max: { $eq: ['$kind', 'follow_up'] } } } },
      ]);
      return (await authors.toArray()).map(({ _id: id, followedUp }) => ({ id, followedUp }));
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

    /** 9.2: notes a flag, once for each person, and answers all that is owed then; null: there is no such message with a text. */
    async flag(questionId: string, seq: number, flag: Flag): Promise<Saved<Message> | null> {
      const _id = placeOf(questionId, seq);
      const isNew = { 'flags.by.id': { $ne: flag.by.id } };
      const outbox = flagEffect({ questionId, seq }, flag);
      const doc =
        (await changed(
          _id,
          { ...isNew, 'flags.reason': { $ne: flag.reason } },
          {
            $push: { flags: flag, outbox },
            $set: { outboxAt: flag.at },
          },
        )) ?? (await changed(_id, isNew, { $push: { flags: flag } }));
      const found = doc ?? (await at(_id));
      return found === null ? null : savedOf(found);
    },

    /** 9.2: takes the text away and leaves its place; null when there is no such message. Repeatable. */
    async redact(questionId: string, seq: number, now: Date): Promise<Message | null> {
      const _id = placeOf(questionId, seq);
      const doc =
        (await changed(_id, {}, { $set: { body: '', redactedAt: now }, $unset: { personal: '' } })) ?? (await at(_id));
      return doc === null ? null : fromDoc(doc);
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

    /** Messages whose effects somebody began to settle before `before` and did not finish, the oldest first. */
    async *unsettled(before: Date, batchSize: number): AsyncIterable<Saved<Message>[]> {
      const owing = { outboxAt: { $lte: before, $type: 'date' } } as const;
      yield* inPieces(collection.find(owing, { batchSize }).sort({ outboxAt: 1 }), batchSize, savedOf);
    },

    /** Nothing of these is owed any more; what one owes that was flagged meanwhile stays owed. */
    async clearOutbox(messages: readonly Message[]): Promise<void> {
      await Promise.all(
        messages.map((one) => collection.updateOne(asRead(one), { $unset: { outbox: '', outboxAt: '' } })),
      );
    },

    /** The rest of what these owe, in the same way. */
    async stillOwe(some: readonly Saved<Message>[]): Promise<void> {
      await Promise.all(
        some.map(({ record, outbox }) =>
          collection.updateOne({ ...asRead(record), outboxAt: { $type: 'date' } }, { $set: { outbox } }),
        ),
      );
    },

    /** What of a conversation comes behind a moment of its time line, `limit` of each kind, without what was said. */
    outline: (questionId: string, after: Moment | null, limit: number) =>
      outlineIn(collection, questionId, after, limit),

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

  /** Of people, with a text. */
  function changed(
    _id: string,
    filter: mongoose.mongo.Filter<MessageDoc>,
    update: mongoose.mongo.UpdateFilter<MessageDoc>,
  ): Promise<MessageDoc | null> {
    const its = { _id, kind: { $ne: 'closed' as const }, redactedAt: { $exists: false }, ...filter };
    return collection.findOneAndUpdate(its, update, { returnDocument: 'after' });
  }

  /** A message that people wrote. */
  function at(_id: string): Promise<MessageDoc | null> {
    return collection.findOne({ _id, kind: { $ne: 'closed' } });
  }

  function earliest(questionId: string, role: Role, after: string, limit: number): Promise<MessageDoc[]> {
    return collection
      .find({ _id: { $gt: after, $lt: endOf(questionId) }, 'by.role': role })
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
  }
}

const savedOf = (doc: MessageDoc): Saved<Message> => ({ record: fromDoc(doc), outbox: doc.outbox ?? [] });

const asRead = ({ questionId, seq, flags = [] }: Message): mongoose.mongo.Filter<MessageDoc> => ({
  _id: placeOf(questionId, seq),
  flags: flags.length === 0 ? { $exists: false } : { $size: flags.length },
});

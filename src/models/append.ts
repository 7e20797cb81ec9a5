// Writing at the end of a conversation. A message's place is its _id (question and seq), so the database itself refuses a
// second message at the same place, and one insert is all that a message costs. Messages that arrive together share it.

import { setTimeout as sleep } from 'node:timers/promises';
import type mongoose from 'mongoose';
import { Refusal } from '../domain/errors.ts';
import type { Message } from '../domain/message.ts';
import { inBatches } from './batch.ts';
import { duplicatesOf } from './outcome.ts';

export type MessageDoc = Omit<Message, 'seq'> & {
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

export const SEQ_DIGITS = 9;
const MAX_BATCH = 100; // past 50 a document costs no less, and the batch before it is waited for
const PATIENCE_MS = 1_000; // a batch takes some 10: a connection has gone dead, or the primary
const TAILS_KEPT = 50_000; // about 5 MB
const MAX_TRIES = 20; // each lost race means that somebody else's message was written

export function appending(collection: mongoose.mongo.Collection<MessageDoc>) {
  const tails = new Map<string, Tail>();

  /** At most one message of a conversation is in a batch, so that a lost race leaves no gap and no wrong order. */
  const appendOne = inBatches<NewMessage, Appended | Refusal>({
    run: appendAll,
    maxBatch: MAX_BATCH,
    lanes: 2,
    keyOf: (message) => message.questionId,
    patienceMs: PATIENCE_MS,
  });

  return { append, lastSeq, newest };

  /**
   * 2.3: writes a message at the end of its conversation; resolves when a majority has it.
   * @throws Refusal `conflict.closed` after the last line (I9)
   */
  async function append(message: NewMessage): Promise<Appended> {
    const appended = await appendOne(message);
    if (appended instanceof Refusal) throw appended;
    return appended;
  }

  /** The seq of the last message, 0 when there is none. */
  async function lastSeq(questionId: string): Promise<number> {
    return (await readTail(questionId)).seq;
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

  function remember(doc: MessageDoc): void {
    tails.delete(doc.questionId); // the newest stand last
    tails.set(doc.questionId, { seq: seqOf(doc._id), closed: doc.kind === 'closed' });
    if (tails.size > TAILS_KEPT) {
      const [oldest] = tails.keys();
      if (oldest !== undefined) tails.delete(oldest);
    }
  }
}

export const placeOf = (questionId: string, seq: number) => `${questionId}/${String(seq).padStart(SEQ_DIGITS, '0')}`;
export const endOf = (questionId: string) => `${questionId}/:`; // ":" follows "9"
const seqOf = (id: string) => Number(id.slice(-SEQ_DIGITS));

function toDoc(message: NewMessage, seq: number): MessageDoc {
  const _id = placeOf(message.questionId, seq);
  return message.flags === undefined ? { _id, ...message } : { _id, ...message, caseOwedAt: message.at };
}

export function fromDoc(doc: MessageDoc): Message {
  const { _id, caseOwedAt: _owed, ...rest } = doc;
  return { ...rest, seq: seqOf(_id) };
}

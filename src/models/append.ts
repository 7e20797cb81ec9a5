// Writing at the end of a conversation. A message's place is its _id (question and seq), so the database itself refuses a
// second message at the same place, and one insert is all that a message costs. Messages that arrive together share it.

import { setTimeout as sleep } from 'node:timers/promises';
import type mongoose from 'mongoose';
import { ALL_REPLIED, unrepliedAfter } from '../domain/conduct/conduct.ts';
import type { Unreplied } from '../domain/conduct/conduct.ts';
import type { Effect } from '../domain/effects.ts';
import { Refusal } from '../domain/errors.ts';
import { flagEffects } from '../domain/flag.ts';
import type { Message } from '../domain/message.ts';
import { inBatches } from './batch.ts';
import { duplicatesOf } from './outcome.ts';

export type MessageDoc = Omit<Message, 'seq'> & {
  _id: string;
  /** what it owes, and since when; absent when it owes nothing */
  outbox?: readonly Effect[];
  outboxAt?: Date;
  /** 3: of an expert's message: what stood unreplied before it; absent when nothing did */
  unreplied?: Unreplied;
};

export type NewMessage = Omit<Message, 'seq'>;

/** What a message is judged by where it is about to stand (3): refused, or written with what is added to it. */
export type Judge = (unreplied: Unreplied) => Refusal | Pick<Message, 'confirmed'>;

/** What a message owes at the place where it stands, in the same write. */
export type Owes = (placed: Message) => readonly Effect[];

interface Line {
  readonly message: NewMessage;
  readonly judge: Judge;
  readonly owes: Owes;
}

const everythingGoes: Judge = () => ({});

export interface Appended {
  readonly message: Message;
  /** it stood there already: the same author sent this clientId before */
  readonly replayed: boolean;
}

/** Of a line: at once, or once it has found its place. */
type Outcome = Appended | Refusal | Promise<Appended | Refusal>;

/** The last line of a conversation, as far as this process knows. A hint: the unique place decides. */
interface Tail {
  readonly seq: number;
  readonly closed: boolean;
  readonly unreplied: Unreplied;
}

/** For the place of a line: how many tries were lost, and when it is given up, as `performance.now()`. */
interface Race {
  readonly lost: number;
  readonly until: number;
}

export const SEQ_DIGITS = 9;
const MAX_BATCH = 100; // past 50 a document costs no less, and the batch before it is waited for
const PATIENCE_MS = 1_000; // a batch takes some 10: a connection has gone dead, or the primary
const TAILS_KEPT = 50_000; // 5 to 15 MB
const LONGEST_RACE_MS = 10_000; // less than callers wait for an answer
const WAITS_MS = 16; // before another try: always another while, or whoever writes at a steady pace always comes first

/**
 * `racing`, ms: for how long the place behind the last message is tried for. Not how often: each lost race means that somebody
 * else's message was written, and who writes at once at another gateway, without waiting, wins many of them in a row.
 */
export function appending(collection: mongoose.mongo.Collection<MessageDoc>, racing = LONGEST_RACE_MS) {
  const tails = new Map<string, Tail>();

  /** At most one message of a conversation is in a batch, so that a lost race leaves no gap and no wrong order. */
  const appendOne = inBatches<Line, Appended | Refusal>({
    run: appendAll,
    maxBatch: MAX_BATCH,
    lanes: 2,
    keyOf: ({ message }) => message.questionId,
    patienceMs: PATIENCE_MS,
  });

  return { append, lastSeq, unreplied, newest };

  /**
   * 2.3: writes a message at the end of its conversation; resolves when a majority has it. `judge` decides together with the
   * place: of two messages at once the second is judged by what the first has made of the conversation. What it `owes` is
   * written with it.
   * @throws Refusal `conflict.closed` after the last line (I9), or that of `judge`
   */
  async function append(
    message: NewMessage,
    judge: Judge = everythingGoes,
    owes: Owes = flagEffects,
  ): Promise<Appended> {
    const appended = await appendOne({ message, judge, owes });
    if (appended instanceof Refusal) throw appended;
    return appended;
  }

  /** The seq of the last message, 0 when there is none. */
  async function lastSeq(questionId: string): Promise<number> {
    return (await readTail(questionId)).seq;
  }

  /** 3: what stands unreplied at the end of a conversation now. */
  async function unreplied(questionId: string): Promise<Unreplied> {
    return (await readTail(questionId)).unreplied;
  }

  async function appendAll(batch: readonly Line[]): Promise<Outcome[]> {
    const known = await Promise.all(batch.map(async ({ message }) => knownTail(message.questionId)));
    return appendAt(batch, known, { lost: 0, until: performance.now() + racing });
  }

  /** A line whose place was taken goes on alone: nobody waits for the races of other conversations. */
  async function appendAt(batch: readonly Line[], known: readonly Tail[], race: Race): Promise<Outcome[]> {
    const placed = batch.map((line, index) => place(line, known[index] ?? EMPTY));
    const failed = await insert(placed.flatMap((doc) => (doc instanceof Refusal ? [] : [doc])));
    return placed.map((doc, index) => {
      const line = batch[index] as Line; // placed is made from the batch, one each
      if (!(doc instanceof Refusal) && !failed.has(doc._id)) {
        remember(doc);
        return { message: fromDoc(doc), replayed: false };
      }
      // the end of a conversation is for good; what else is refused may have been replied to at another gateway
      if (!(doc instanceof Refusal) || (race.lost === 0 && !known[index]?.closed)) return retry(line, race);
      return replayOf(line.message).then((replay) => replay ?? doc);
    });
  }

  /** The place was taken, or this very message stands already. */
  async function retry(line: Line, { lost, until }: Race): Promise<Appended | Refusal> {
    const { message } = line;
    tails.delete(message.questionId);
    const replay = await replayOf(message);
    if (replay !== null) return replay;
    if (performance.now() >= until) return new Refusal('unavailable');
    await sleep(lost % WAITS_MS); // whoever took the place becomes visible to majority reads meanwhile
    const [outcome] = await appendAt([line], [await readTail(message.questionId)], { lost: lost + 1, until });
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
    return doc === undefined ? EMPTY : tailOf(doc);
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
    tails.set(doc.questionId, tailOf(doc));
    if (tails.size > TAILS_KEPT) {
      const [oldest] = tails.keys();
      if (oldest !== undefined) tails.delete(oldest);
    }
  }
}

export const placeOf = (questionId: string, seq: number) => `${questionId}/${String(seq).padStart(SEQ_DIGITS, '0')}`;
export const endOf = (questionId: string) => `${questionId}/:`; // ":" follows "9"
export const seqOf = (id: string) => Number(id.slice(-SEQ_DIGITS));

const EMPTY: Tail = { seq: 0, closed: false, unreplied: ALL_REPLIED };

function tailOf(doc: MessageDoc): Tail {
  const unreplied = unrepliedAfter(doc.unreplied ?? ALL_REPLIED, doc);
  return { seq: seqOf(doc._id), closed: doc.kind === 'closed', unreplied };
}

/** The message behind this tail, or why it may not stand there. */
function place({ message, judge, owes }: Line, { seq, closed, unreplied }: Tail): MessageDoc | Refusal {
  if (closed) return new Refusal('conflict.closed', { state: 'closed' });
  const judged = judge(unreplied);
  if (judged instanceof Refusal) return judged;
  // an expert's carries along what stood before it, so that the last message tells all
  const carries = message.by.role === 'expert' && unreplied !== ALL_REPLIED;
  return { ...toDoc({ ...message, ...judged }, seq + 1, owes), ...(carries && { unreplied }) };
}

function toDoc(message: NewMessage, seq: number, owes: Owes): MessageDoc {
  const _id = placeOf(message.questionId, seq);
  const outbox = owes({ ...message, seq });
  return outbox.length === 0 ? { _id, ...message } : { _id, ...message, outbox, outboxAt: message.at };
}

export function fromDoc(doc: MessageDoc): Message {
  const { _id, outbox: _owed, outboxAt: _since, unreplied: _unreplied, ...rest } = doc;
  return { ...rest, seq: seqOf(_id) };
}

// A conversation as a time line: what was written, flagged and redacted, without what was said. Read page by page, because
// nobody bounds how long a conversation gets.

import type mongoose from 'mongoose';
import type { Flag, Message } from '../domain/message.ts';
import { SEQ_DIGITS, endOf, fromDoc, placeOf } from './append.ts';
import type { MessageDoc } from './append.ts';

/** Of something in a time line: by time; what happened in the same millisecond by id. */
export interface Moment {
  readonly at: Date;
  readonly id: string;
}

/** The first of each that come behind a moment, in their order, with the ids that they have in the time line. */
export interface Outline {
  readonly written: readonly (Moment & Omit<Message, 'body' | 'personal'>)[];
  readonly flagged: readonly (Moment & Pick<Message, 'seq'> & Pick<Flag, 'by' | 'reason'>)[];
  readonly redacted: readonly (Moment & Pick<Message, 'seq'>)[];
}

type Collection = mongoose.mongo.Collection<MessageDoc>;

const IN_LINE = 'message-'; // and the seq with all its digits: ids sort as numbers do

// NOTE: an entry more for each message, which makes an insert of many a hundredth slower; without it each page looks at all of them
export const OUTLINE_INDEX: mongoose.mongo.IndexDescription = {
  key: { questionId: 1, at: 1, _id: 1 },
  name: 'time_line',
};

/** `after`: null: from the beginning. */
export async function outlineIn(
  collection: Collection,
  questionId: string,
  after: Moment | null,
  limit: number,
): Promise<Outline> {
  const [written, flagged, redacted] = await Promise.all([
    writtenIn(collection, questionId, after, limit),
    flaggedIn(collection, questionId, after, limit),
    redactedIn(collection, questionId, after, limit),
  ]);
  return { written, flagged, redacted };
}

/** What comes behind a moment, of documents that stand in the line as `prefix` and what follows `root` in their `_id`. */
export function behind(
  after: Moment | null,
  prefix: string,
  root = '',
): mongoose.mongo.Filter<{ _id: string; at: Date }> {
  if (after === null) return {};
  const { at, id } = after;
  if (!id.startsWith(prefix)) return { at: id < prefix ? { $gte: at } : { $gt: at } };
  return { $or: [{ at: { $gt: at } }, { at, _id: { $gt: root + id.slice(prefix.length) } }] };
}

async function writtenIn(
  collection: Collection,
  questionId: string,
  after: Moment | null,
  limit: number,
): Promise<Outline['written']> {
  const docs = await collection
    .find(
      { questionId, ...behind(after, IN_LINE, placeOf(questionId, 0).slice(0, -SEQ_DIGITS)) },
      { projection: { body: 0, personal: 0 } },
    )
    .sort({ at: 1, _id: 1 })
    .limit(limit)
    .toArray();
  return docs.map((doc) => ({ ...fromDoc(doc), id: IN_LINE + doc._id.slice(-SEQ_DIGITS) }));
}

function flaggedIn(
  collection: Collection,
  questionId: string,
  after: Moment | null,
  limit: number,
): Promise<Outline['flagged']> {
  const whole = { _id: { $gt: placeOf(questionId, 0), $lt: endOf(questionId) } };
  const since = after && { 'flags.at': { $gte: after.at } };
  return collection
    .aggregate<Outline['flagged'][number]>([
      { $match: { questionId, ...whole, flags: { $exists: true }, ...since } },
      { $project: { flags: 1 } },
      { $unwind: { path: '$flags', includeArrayIndex: 'nth' } },
      {
        $project: {
          ...inLine({ $concat: ['-flag-', { $toString: '$nth' }] }),
          at: '$flags.at',
          by: '$flags.by',
          reason: '$flags.reason',
        },
      },
      ...firstBehind(after, limit),
    ])
    .toArray();
}

function redactedIn(
  collection: Collection,
  questionId: string,
  after: Moment | null,
  limit: number,
): Promise<Outline['redacted']> {
  return collection
    .aggregate<Outline['redacted'][number]>([
      { $match: { questionId, redactedAt: { $type: 'date', ...(after && { $gte: after.at }) } } },
      { $project: { ...inLine('-redacted'), at: '$redactedAt' } },
      ...firstBehind(after, limit),
    ])
    .toArray();
}

/** A message's seq, and its id in the line with what happened to it behind. */
function inLine(happened: string | mongoose.mongo.Document): mongoose.mongo.Document {
  const digits = { $substrBytes: ['$_id', { $subtract: [{ $strLenBytes: '$_id' }, SEQ_DIGITS] }, SEQ_DIGITS] };
  return { _id: 0, seq: { $toInt: digits }, id: { $concat: [IN_LINE, digits, happened] } };
}

function firstBehind(after: Moment | null, limit: number): mongoose.mongo.Document[] {
  const later = after && { $or: [{ at: { $gt: after.at } }, { at: after.at, id: { $gt: after.id } }] };
  return [...(later ? [{ $match: later }] : []), { $sort: { at: 1, id: 1 } }, { $limit: limit }];
}

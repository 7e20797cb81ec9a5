// What a list says of conversations: the last line of each and how many of them its reader has not read. All of a page is one
// query over the places of messages and the marks; nothing is counted while messages are written.

import type mongoose from 'mongoose';
import type { Message } from '../domain/message.ts';
import { SEQ_DIGITS, endOf, placeOf, seqOf } from './append.ts';

export interface Overview {
  /** of the last message; 0 when there is none */
  readonly lastSeq: number;
  readonly last: Pick<Message, 'seq' | 'kind' | 'by' | 'at'> | null;
  /** what others wrote beyond the reader's mark, `MOST_UNREAD` at most */
  readonly unread: number;
}

/** `reader`: whose unread messages are counted; null: nobody's */
export interface Wanted {
  readonly questionId: string;
  readonly reader: string | null;
}

const MOST_UNREAD = 100; // more is "many" to anybody
const MOST_LOOKED_AT = 1_000; // one's own among them are not counted

interface Found {
  /** its place among what is wanted */
  _id: number;
  last: { _id: string; kind: Message['kind']; by: Message['by']; at: Date }[];
  unread: { count: number }[];
}

/** In the order of what is wanted. */
export async function overviewIn(db: mongoose.mongo.Db, wanted: readonly Wanted[]): Promise<Overview[]> {
  if (wanted.length === 0) return [];
  const questions = wanted.map(({ questionId, reader }, index) => ({
    ...{ _id: index, questionId, reader },
    from: placeOf(questionId, 0),
    to: endOf(questionId),
    mark: `${questionId}/${reader ?? ''}`,
  }));
  const docs = await db
    .aggregate<Found>([
      { $documents: questions },
      lookUp('last', { from: '$from', to: '$to' }, [
        { $sort: { _id: -1 } },
        { $limit: 1 },
        { $project: { kind: 1, by: 1, at: 1 } },
      ]),
      { $lookup: { from: 'read_marks', localField: 'mark', foreignField: '_id', as: 'mark' } },
      lookUp('unread', { from: READ_TO, to: { $cond: ['$reader', '$to', '$from'] }, reader: '$reader' }, [
        { $limit: MOST_LOOKED_AT },
        { $match: { kind: { $ne: 'closed' }, $expr: { $ne: ['$by.id', '$$reader'] } } },
        { $limit: MOST_UNREAD },
        { $count: 'count' },
      ]),
      { $project: { last: 1, unread: 1 } },
    ])
    .toArray();
  const found = new Map(docs.map((doc) => [doc._id, overviewOf(doc)]));
  return wanted.map((_, index) => found.get(index) ?? NOTHING);
}

const NOTHING: Overview = { lastSeq: 0, last: null, unread: 0 };

function overviewOf({ last: [last], unread: [unread] }: Found): Overview {
  if (last === undefined) return NOTHING;
  const { _id, kind, by, at } = last;
  return { lastSeq: seqOf(_id), last: { seq: seqOf(_id), kind, by, at }, unread: unread?.count ?? 0 };
}

/** NOTE: bounds in `$expr` use the index of `_id`, as MongoDB has it from version 5 on. */
function lookUp(as: string, bounds: Record<string, unknown>, pipeline: object[]): mongoose.mongo.Document {
  const within = { $and: [{ $gt: ['$_id', '$$from'] }, { $lt: ['$_id', '$$to'] }] };
  return { $lookup: { from: 'messages', let: bounds, pipeline: [{ $match: { $expr: within } }, ...pipeline], as } };
}

/** The place that the mark is at, as `placeOf` writes it. */
const READ_SEQ = { $toString: { $ifNull: [{ $first: '$mark.seq' }, 0] } };
const READ_TO = {
  $concat: [
    '$questionId',
    '/',
    { $substrBytes: ['0'.repeat(SEQ_DIGITS), 0, { $subtract: [SEQ_DIGITS, { $strLenBytes: READ_SEQ }] }] },
    READ_SEQ,
  ],
};

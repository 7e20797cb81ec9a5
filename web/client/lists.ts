// The lists that views show: which events are of which, as the server decides it.

import type { ReadonlySignal } from '@preact/signals-core';
import type { Answer, Input } from './calls.ts';
import { LiveList } from './list.ts';
import type { Belongs, ListSource, Live, TalkParts } from './list.ts';
import type { Case, Events, Question, QuestionEntry, RequestEntry, Taken, User } from './protocol.ts';
import { queueOf } from './queue.ts';
import type { Spoken } from './spoken.ts';

export interface Sources extends ListSource {
  readonly user: ReadonlySignal<User | null>;
}

/** What lists are made by: the client. */
export interface Lister {
  listed<List extends { forget(): void }>(make: (sources: Sources) => List): List;
}

/** What a page may list. Beside the client, so that pages without lists do not load them. */
export const listsOf = (parley: Lister) => ({
  questions: (input: Omit<Input<'question.list'>, 'cursor'>): Live<QuestionEntry> =>
    parley.listed((sources) => questionList(sources, input)),
  requests: (view: Input<'request.list'>['view']): Live<RequestEntry> =>
    parley.listed((sources) => requestList(sources, view)),
  cases: (input: Omit<Input<'case.list'>, 'cursor'> = {}): Live<Case> =>
    parley.listed((sources) => caseList(sources, input)),
});

interface Identified {
  readonly id: string;
}

/** Ids ascend with time. */
const newestFirst = (one: Identified, other: Identified) => one.id > other.id;

const yesIf = (holds: boolean): Belongs => (holds ? 'yes' : 'no');

/** When something happened in it last, as the server sorts by it. */
const activeAt = ({ state, lastMessage, closedAt, postedAt }: QuestionEntry) =>
  (state === 'closed' ? null : lastMessage?.at) ?? closedAt ?? postedAt ?? '';

const mostActiveFirst = (one: QuestionEntry, other: QuestionEntry) =>
  `${activeAt(one)}/${one.id}` > `${activeAt(other)}/${other.id}`;

export function questionList(
  { user, ...source }: Sources,
  input: Omit<Input<'question.list'>, 'cursor'>,
  told?: Told,
): LiveList<QuestionEntry, Question | Taken> {
  const isOwn = input.view === 'mine'; // what is unread is said of one's own
  return new LiveList<QuestionEntry, Question | Taken>(source, {
    page: (line, cursor) => line.call('question.list', { ...input, ...(cursor !== undefined && { cursor }) }),
    hear: (connection, take) => [
      connection.on('question.changed', take),
      ...(isOwn ? [] : [connection.on('queue.changed', ({ items }) => take(...items))]),
    ],
    source: isOwn ? undefined : queueOf(user),
    belongs(question, before) {
      const me = user.peek();
      if (input.category !== undefined && question.category !== input.category) return 'no';
      if (input.state !== undefined && question.state !== input.state) return 'no';
      if (me?.role === 'customer') return yesIf('customer' in question && question.customer.id === me.id);
      if (input.view === 'open') return yesIf(question.state === 'open');
      if (me?.role === 'admin') return 'yes';
      if (input.view === 'all') return yesIf(question.state !== 'draft');
      if (question.expert?.id === me?.id) return 'yes';
      return before === undefined ? 'no' : 'unknown'; // released; whether it was answered before, nobody here knows
    },
    merge(question, before) {
      if (isTaken(question)) return before === undefined ? null : { ...before, ...question };
      if (before === undefined) return isOwn && question.lastSeq > 0 ? null : question;
      const { lastMessage, unread } = before;
      return {
        ...question,
        ...(lastMessage !== undefined && { lastMessage }),
        ...(unread !== undefined && { unread }),
      };
    },
    isBefore: input.order === 'activity' ? mostActiveFirst : newestFirst,
    talks: isOwn ? talksOf(user, told) : undefined,
  });
}

/** Less is told of one that is in the queue no more. */
const isTaken = (question: Question | Taken): question is Taken => !('subject' in question);

/** What each was when the list began to follow it. */
type Told = (answer: Answer<'question.watch'>) => void;

const talksOf = (user: ReadonlySignal<User | null>, told: Told = () => undefined): TalkParts<QuestionEntry> => ({
  told,
  isFollowed: ({ state }) => state !== 'draft' && state !== 'closed',
  hear: (connection, change) => [
    connection.on('message.created', (message) =>
      change(message.questionId, (entry) => withMessage(entry, message, user.peek()?.id)),
    ),
    connection.on('read.changed', ({ questionId, by, seq }) => {
      if (by.id === user.peek()?.id) change(questionId, (entry) => withMark(entry, seq));
    }),
  ],
  isBehind: ({ lastMessage }, lastSeq) => lastSeq > (lastMessage?.seq ?? 0),
});

/** After a hole only the server knows how many there are. */
function withMessage(entry: QuestionEntry, message: Events['message.created'], me?: string): QuestionEntry | null {
  const { seq, by, kind, at } = message;
  const last = entry.lastMessage?.seq ?? 0;
  if (seq <= last) return entry;
  if (seq > last + 1) return null;
  const isNew = by.id !== me && kind !== 'closed';
  const unread = isNew ? (entry.unread ?? 0) + 1 : (entry.unread ?? 0);
  return { ...entry, lastSeq: Math.max(seq, entry.lastSeq), lastMessage: { seq, by, kind, at }, unread };
}

function withMark(entry: QuestionEntry, seq: number): QuestionEntry | null {
  if (entry.unread === 0) return entry;
  return seq >= (entry.lastMessage?.seq ?? 0) ? { ...entry, unread: 0 } : null;
}

function requestList(
  { user, ...source }: Sources,
  view: Input<'request.list'>['view'],
): LiveList<RequestEntry, Spoken['request.changed']> {
  return new LiveList<RequestEntry, Spoken['request.changed']>(source, {
    page: (line, cursor) => line.call('request.list', { view, ...(cursor !== undefined && { cursor }) }),
    hear: (connection, take) => [connection.on('request.changed', take)],
    belongs({ state, reservedFor, acceptedBy, origin }) {
      const id = user.peek()?.id;
      if (view === 'open') return yesIf(state === 'open' || (state === 'reserved' && reservedFor === id));
      return yesIf(origin === 'automatic' && acceptedBy?.id === id && (view === 'priority') === (state === 'accepted'));
    },
    merge: (request) => ('prefix' in request ? request : null),
    isBefore: newestFirst,
  });
}

function caseList(source: Sources, input: Omit<Input<'case.list'>, 'cursor'>): LiveList<Case, Case> {
  return new LiveList<Case, Case>(source, {
    page: (line, cursor) => line.call('case.list', { ...input, ...(cursor !== undefined && { cursor }) }),
    hear: (connection, take) => [connection.on('case.changed', take)],
    belongs({ state, kind, assignee, overdue }) {
      if (input.state !== undefined && state !== input.state) return 'no';
      if (input.kind !== undefined && kind !== input.kind) return 'no';
      if (input.assignee !== undefined && (assignee?.id ?? 'nobody') !== input.assignee) return 'no';
      return yesIf(input.overdue === undefined || overdue === input.overdue);
    },
    merge: (changed) => changed,
    isBefore: (one, other) => `${one.openedAt}/${one.id}` > `${other.openedAt}/${other.id}`,
  });
}

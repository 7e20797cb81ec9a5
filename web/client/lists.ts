// The lists that views show: which events are of which, as the server decides it.

import type { ReadonlySignal } from '@preact/signals-core';
import type { Input } from './calls.ts';
import { LiveList } from './list.ts';
import type { Belongs, ListSource } from './list.ts';
import type { Case, Question, RequestEntry, User } from './protocol.ts';

export interface Sources extends ListSource {
  readonly user: ReadonlySignal<User | null>;
}

interface Identified {
  readonly id: string;
}

/** Ids ascend with time. */
const newestFirst = (one: Identified, other: Identified) => one.id > other.id;

const yesIf = (holds: boolean): Belongs => (holds ? 'yes' : 'no');

export function questionList(
  { user, ...source }: Sources,
  input: Omit<Input<'question.list'>, 'cursor'>,
): LiveList<Question, 'question.changed'> {
  return new LiveList<Question, 'question.changed'>(source, {
    page: (line, cursor) => line.call('question.list', { ...input, ...(cursor !== undefined && { cursor }) }),
    event: 'question.changed',
    belongs(question, before) {
      const me = user.peek();
      if (input.category !== undefined && question.category !== input.category) return 'no';
      if (me?.role === 'customer') return yesIf(question.customer.id === me.id);
      if (input.view === 'open') return yesIf(question.state === 'open');
      if (me?.role === 'admin') return 'yes';
      if (input.view === 'all') return yesIf(question.state !== 'draft');
      if (question.expert?.id === me?.id) return 'yes';
      return before === undefined ? 'no' : 'unknown'; // released; whether it was answered before, nobody here knows
    },
    merge: (question) => question,
    isBefore: newestFirst,
  });
}

export function requestList(
  { user, ...source }: Sources,
  view: Input<'request.list'>['view'],
): LiveList<RequestEntry, 'request.changed'> {
  return new LiveList<RequestEntry, 'request.changed'>(source, {
    page: (line, cursor) => line.call('request.list', { view, ...(cursor !== undefined && { cursor }) }),
    event: 'request.changed',
    belongs({ state, reservedFor, acceptedBy, origin }) {
      const id = user.peek()?.id;
      if (view === 'open') return yesIf(state === 'open' || (state === 'reserved' && reservedFor === id));
      return yesIf(origin === 'automatic' && acceptedBy?.id === id && (view === 'priority') === (state === 'accepted'));
    },
    merge: (request) => ('prefix' in request ? request : null),
    isBefore: newestFirst,
  });
}

export function caseList(source: Sources, input: Omit<Input<'case.list'>, 'cursor'>): LiveList<Case, 'case.changed'> {
  return new LiveList<Case, 'case.changed'>(source, {
    page: (line, cursor) => line.call('case.list', { ...input, ...(cursor !== undefined && { cursor }) }),
    event: 'case.changed',
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

// What the queue of a category shows of a question (2.2), for experts who have no part in it: that it came in, that somebody took
// it, that it is back, that it is over. Whatever else happens to it is no business of theirs.

import type { Question, QueueChange } from './question.ts';

/** What has changed in the queue when `next` has become of a question; nothing: it shows the same. */
export function queueChanged(question: Question, next: Question, now: Date): { readonly queue?: QueueChange } {
  if (shown(question) === shown(next)) return {};
  const { expert } = question;
  const left = expert !== null && expert.id !== next.expert?.id ? expert.id : null;
  return { queue: { version: next.version, at: now, left } };
}

function shown({ state, expert, postedAt }: Question): string {
  if (postedAt === null) return 'nothing';
  return state === 'claimed' || state === 'answered' ? `of ${expert?.id ?? ''}` : state;
}

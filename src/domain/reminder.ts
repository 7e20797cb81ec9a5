// Rule 4: when a customer is reminded of an answer that they have neither rated nor replied to. The schedule counts from the
// last answer; the next of its steps stands on the question. Pure.

import type { Applied, QuestionEffect } from './effects.ts';
import { Refusal } from './errors.ts';
import { later, reached } from './instant.ts';
import type { Policy } from './policy.ts';
import { conversationExpertOf, stateOf } from './question.ts';
import type { Question } from './question.ts';

type Numbers = Pick<Policy, 'remindersMs' | 'reminderEveryMs' | 'reminderMax'>;

/** When this step is due, the first is 0; null: the schedule has ended before it. */
export function reminderAt(answeredAt: Date, step: number, { remindersMs, reminderEveryMs, reminderMax }: Numbers) {
  const listed = remindersMs[step];
  if (listed !== undefined) return later(answeredAt, listed);
  const further = step - remindersMs.length + 1;
  return further > reminderMax ? null : later(answeredAt, (remindersMs.at(-1) ?? 0) + further * reminderEveryMs);
}

/** 4.2: an answer begins the schedule anew; one that is known already changes nothing. */
export function beginReminders({ answeredAt }: Question, at: Date, policy: Policy): Partial<Question> {
  if (answeredAt !== null && at <= answeredAt) return {};
  return { answeredAt: at, reminders: 0, remindAt: reminderAt(at, 0, policy) };
}

/** 4.2: when the next reminder is due, if nothing has ended them. */
export const nextReminderOf = (question: Question): Date | null => (isSettled(question) ? null : question.remindAt);

/** 4.2: a rating, also an automatic one, a refund (or its bank's), closing. */
function isSettled({ state, rating, payment: { returned } }: Question): boolean {
  const isGivenBack = returned !== undefined && returned.asked + returned.disputes.length > 0;
  return state === 'closed' || rating !== null || isGivenBack;
}

/**
 * 4.1, 4.2: the newest step that is due, and none of those before it. What stands on the record is due even when the settings
 * have changed since; a schedule that has become shorter than what was sent has ended.
 * @throws Refusal `conflict.stale` when none is due
 */
export function remind(question: Question, now: Date, policy: Policy): Applied<Question, QuestionEffect> {
  const { answeredAt, remindAt } = question;
  if (answeredAt === null || remindAt === null || remindAt > now)
    throw new Refusal('conflict.stale', stateOf(question));
  const step = newestDue(answeredAt, question.reminders, now, policy);
  if (reminderAt(answeredAt, step, policy) === null) return endReminders(question, now);
  const next = reminderAt(answeredAt, step + 1, policy);
  const mail: QuestionEffect = {
    type: 'mail',
    key: keyOf(question.id, answeredAt, step + 1),
    to: question.customer.id,
    template: 'reminder',
    params: {
      questionId: question.id,
      subject: question.subject,
      expert: conversationExpertOf(question)?.name ?? '',
      step: next === null && step > 0 ? 'last' : step + 1,
    },
    ifAway: false,
  };
  return { change: { reminders: step + 1, remindAt: next }, effects: [mail] };
}

/**
 * 4.2: what the conversation knows, or the account, and the question does not: a reply, an address that is gone.
 * @throws Refusal `conflict.stale` when none is due
 */
export function endReminders(question: Question, now: Date): Applied<Question, QuestionEffect> {
  if (!reached(question.remindAt, now)) throw new Refusal('conflict.stale', stateOf(question));
  return { change: { remindAt: null }, effects: [] };
}

/** 4.2: is this still the newest reminder, and has nothing ended them? Of its key, for whoever is about to send it. */
export function isStillDue(question: Question, key: string): boolean {
  const { answeredAt, reminders } = question;
  return answeredAt !== null && key === keyOf(question.id, answeredAt, reminders) && !isSettled(question);
}

/** Question, answer and step: a reminder is owed once, however often it is asked for. */
const keyOf = (questionId: string, answeredAt: Date, nth: number) =>
  `reminder-${questionId}-${answeredAt.getTime()}-${nth}`;

/** Of the steps from this one on; itself when none is. */
function newestDue(answeredAt: Date, from: number, now: Date, policy: Policy): number {
  let newest = from;
  while (reached(reminderAt(answeredAt, newest + 1, policy), now)) newest += 1;
  return newest;
}

// Rule 4.2: what the question does not know when a reminder is due, or about to go out.

import type { Ctx } from '../context.ts';
import type { Question } from '../domain/question.ts';
import { isStillDue } from '../domain/reminder.ts';

/** Has the customer not replied since the last answer, and can they be written to? */
export async function isAwaited(
  { messages, users }: Ctx['stores'],
  { id: questionId, customer, answeredAt }: Pick<Question, 'id' | 'customer' | 'answeredAt'>,
): Promise<boolean> {
  if (answeredAt === null) return false;
  const [hasReplied, user] = await Promise.all([
    messages.hasWritten({ questionId, authorId: customer.id, since: answeredAt }),
    users.read(customer.id),
  ]);
  return !hasReplied && user?.active === true && user.email !== null;
}

/** Asked again before a reminder is handed over: it may have waited, and what it reminds of may be done. */
export async function stillReminds({ stores }: Ctx, questionId: string, key: string): Promise<boolean> {
  const saved = await stores.questions.read(questionId);
  return saved !== null && isStillDue(saved.record, key) && (await isAwaited(stores, saved.record));
}

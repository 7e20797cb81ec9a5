// Rules 2.8 and 7.4: a closed question holds its value as long as a service can still earn it, and no longer.

import type { Ctx } from '../context.ts';
import type { Effect } from '../domain/effects.ts';
import { mayEarnValue } from '../domain/offer.ts';
import { isUnused } from '../domain/question.ts';
import type { Question } from '../domain/question.ts';
import { changeQuestion, commitQuestion, unlessMoved } from './commit.ts';

/** Of a question that was just closed. `outbox`: all that it still owes beside this, so the same write clears the rest. */
export async function letGoWhenClosed(ctx: Ctx, question: Question, outbox: readonly Effect[]): Promise<void> {
  if (!(await canLetGo(ctx, question))) return;
  // when somebody else has moved it first, what it owes went along
  await commitQuestion(ctx, { record: question, outbox }, { type: 'let_go' }, ctx.now());
}

/** Of the question of a service that was given up. */
export async function letGoWhenGivenUp(ctx: Ctx, questionId: string): Promise<void> {
  const saved = await ctx.stores.questions.read(questionId);
  if (saved === null || !(await canLetGo(ctx, saved.record))) return;
  await unlessMoved(changeQuestion(ctx, questionId, { type: 'let_go' }));
}

async function canLetGo(ctx: Ctx, question: Question): Promise<boolean> {
  if (!isUnused(question)) return false;
  const offers = await ctx.stores.offers.ofQuestion(question.id);
  return !offers.some(mayEarnValue);
}

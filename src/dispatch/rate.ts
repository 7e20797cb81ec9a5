// Rules 2.5 and 7.4: what a rating earns is captured and paid out.

import type { Ctx } from '../context.ts';
import type { Question } from '../domain/question.ts';
import { changeQuestion } from './commit.ts';
import { captureValue } from './payment.ts';

/** 2.5 @throws Refusal `conflict.not_answered`, `conflict.rating_lowered` */
export async function rate(ctx: Ctx, questionId: string, stars: number, comment: string | null): Promise<Question> {
  return captureValue(ctx, await changeQuestion(ctx, questionId, { type: 'rate', stars, comment }));
}

/** 7.4 */
export async function rateAutomatically(ctx: Ctx, questionId: string): Promise<void> {
  await captureValue(ctx, await changeQuestion(ctx, questionId, { type: 'rate_automatic' }));
}

/** 2.5: customer care has decided that the expert is paid. */
export async function payValue(ctx: Ctx, questionId: string): Promise<void> {
  await captureValue(ctx, await changeQuestion(ctx, questionId, { type: 'pay' }));
}

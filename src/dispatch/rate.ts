// Rule 2.5: what a rating earns is captured and paid out.

import type { Ctx } from '../context.ts';
import type { Question } from '../domain/question.ts';
import { change } from './change.ts';
import { QUESTION } from './machines.ts';
import { captureValue } from './payment.ts';

/** 2.5 @throws Refusal `conflict.not_answered`, `conflict.rating_lowered` */
export async function rate(ctx: Ctx, questionId: string, stars: number, comment: string | null): Promise<Question> {
  return captureValue(ctx, await change(ctx, QUESTION, questionId, { type: 'rate', stars, comment }));
}

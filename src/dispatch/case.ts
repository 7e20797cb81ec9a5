// Rule 10.1: cases are opened here.

import type { Ctx } from '../context.ts';
import { newCase } from '../domain/case.ts';
import type { Case, NewCase } from '../domain/case.ts';
import { Refusal } from '../domain/errors.ts';
import { caseIdOf } from '../models/case.ts';

/**
 * The case of this key: opened now, or as it has become since. Repeatable; admins hear of it.
 * @throws Refusal `not_found` when there is no such question
 */
export async function openCase(ctx: Ctx, wanted: NewCase): Promise<Case> {
  const id = caseIdOf(wanted.key);
  const before = await ctx.stores.cases.read(id);
  if (before !== null) return before.record;
  const question = await ctx.stores.questions.read(wanted.questionId);
  if (question === null) throw new Refusal('not_found');
  const now = ctx.now();
  const opened = newCase(id, wanted, question.record, now, ctx.policy);
  if (await ctx.stores.cases.insert(opened, [], now)) {
    ctx.publish({ type: 'case.changed', changed: opened });
    return opened;
  }
  return (await ctx.stores.cases.read(id))?.record ?? opened;
}

// How a question comes and goes (2.1, 2.8).

import type { CardTry, Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import { shareOf } from '../domain/ledger.ts';
import { authorOf } from '../domain/message.ts';
import type { Actor } from '../domain/people.ts';
import { newQuestion } from '../domain/question.ts';
import type { Question } from '../domain/question.ts';
import { assertMayTry, tryingCard } from './card-tries.ts';
import { change } from './change.ts';
import { QUESTION } from './machines.ts';
import { authoriseValue, holdValue } from './payment.ts';

type Asked = Pick<Question, 'id' | 'categoryId' | 'subject' | 'body' | 'value' | 'paymentMethod' | 'clientId'>;

/**
 * 2.1: a draft that is paid and so becomes open. The same `clientId` again is the same question, or the same failure.
 * @throws Refusal `payment.failed` (the question stays a draft), `unavailable`, or as `assertMayTry`
 */
export async function post(ctx: Ctx, actor: Actor, asked: Asked, address: string): Promise<Question> {
  const tried = { person: actor.id, card: asked.paymentMethod, address };
  if ((await ctx.stores.questions.findByClientId(actor.id, asked.clientId)) === null) {
    await assertMayTry(ctx, tried);
    const payout = shareOf(asked.value, ctx.policy.shareBasisPoints);
    const customer = { id: actor.id, name: actor.name };
    const draft = newQuestion({ ...asked, payout, locale: actor.locale, customer }, ctx.now(), ctx.policy);
    await ctx.stores.questions.insert(draft, [], draft.createdAt);
  }
  return completePost(ctx, actor, asked.clientId, tried);
}

/** 2.8, 6.8. Answers it with what was let go since. @throws Refusal as `stepQuestion` */
export async function close(ctx: Ctx, actor: Actor, questionId: string): Promise<Question> {
  const by = actor.role === 'admin' ? 'admin' : 'customer';
  const closed = await change(ctx, QUESTION, questionId, { type: 'close', by, author: authorOf(actor) });
  return (await ctx.stores.questions.read(questionId))?.record ?? closed;
}

const MOST_POSTS = 10; // of the same question at once: each waits for one step of another

/** The same post again is the same question, or the same failure; a post that was cut off is finished. */
async function completePost(ctx: Ctx, actor: Actor, clientId: string, tried: CardTry): Promise<Question> {
  for (let tries = 0; tries < MOST_POSTS; tries += 1) {
    const saved = await ctx.stores.questions.findByClientId(actor.id, clientId);
    if (saved === null) break;
    const { id, payment, paymentMethod } = saved.record;
    if (payment.state === 'declined') throw new Refusal('payment.failed', { reason: payment.reason, questionId: id });
    if (payment.state === 'authorising') return holdValue(ctx, saved.record);
    if (payment.state !== 'none') return saved.record;
    const paid = await tryingCard(ctx, { ...tried, card: paymentMethod }, id, () =>
      authoriseUnlessUnderWay(ctx, id, paymentMethod),
    );
    if (paid !== null) return paid;
  }
  throw new Refusal('unavailable');
}

/** Null when the same post has come twice and the other one has just begun to pay. */
async function authoriseUnlessUnderWay(ctx: Ctx, questionId: string, method: string): Promise<Question | null> {
  try {
    return await authoriseValue(ctx, questionId, method);
  } catch (error) {
    if (error instanceof Refusal && error.code.startsWith('conflict.')) return null;
    throw error;
  }
}

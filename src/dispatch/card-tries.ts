// Every command of a customer that can try a card goes through here: declines are counted, and whoever has too many waits
// before the next one (`rate.limited`). What looks like stolen cards being tried out is a case.

import type { CardTry, Ctx, DeclinePort } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import { SYSTEM } from '../domain/message.ts';
import { openCase } from './case.ts';

/** @throws Refusal `rate.limited` (details: retryAfter, seconds): no card is tried, nothing is changed */
export async function assertMayTry(ctx: Ctx, tried: CardTry): Promise<void> {
  const retryAfter = await ctx.declines.wait(tried);
  if (retryAfter !== null) throw new Refusal('rate.limited', { retryAfter });
}

/** `work`: commits to the try, then asks the provider. @throws Refusal `rate.limited`, or as `work` */
export async function tryingCard<T>(ctx: Ctx, tried: CardTry, questionId: string, work: () => Promise<T>): Promise<T> {
  const leave = await enter(ctx, tried.person);
  try {
    await assertMayTry(ctx, tried);
    return await work();
  } catch (error) {
    if (error instanceof Refusal && error.code === 'payment.failed') await noteDecline(ctx, tried, questionId);
    throw error;
  } finally {
    leave();
  }
}

/** The answer to whoever tried it does not wait for customer care. */
async function noteDecline(ctx: Ctx, tried: CardTry, questionId: string): Promise<void> {
  const about = { questionId, offerId: null, seq: null, openedBy: SYSTEM } as const;
  for (const scope of await ctx.declines.declined(tried)) {
    openCase(ctx, { ...about, key: `card-testing-${scope}-${questionId}`, kind: 'card_testing', reason: scope }).catch(
      (error: unknown) => {
        ctx.log.error({ err: error, questionId }, 'many declined cards, and no case could be opened');
      },
    );
  }
}

/** The last try of each person at each node. One at a time: each must count before the next one is let in. */
const lastTries = new WeakMap<DeclinePort, Map<string, Promise<void>>>();

/** Resolves, when it is this person's turn, to what ends it. */
async function enter({ declines }: Ctx, person: string): Promise<() => void> {
  const lanes = lastTries.get(declines) ?? new Map<string, Promise<void>>();
  lastTries.set(declines, lanes);
  const before = lanes.get(person);
  let leave = (): void => undefined;
  const own = new Promise<void>((resolve) => (leave = resolve));
  const lane = (before ?? Promise.resolve()).then(() => own);
  lanes.set(person, lane);
  await before;
  return () => {
    leave();
    if (lanes.get(person) === lane) lanes.delete(person);
  };
}

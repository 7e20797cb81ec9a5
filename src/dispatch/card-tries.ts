// Every command of a customer that can try a card goes through here: declines are counted, and whoever has too many waits
// before the next one (`rate.limited`). What looks like stolen cards being tried out is a case.

import type { CardTry, Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import { SYSTEM } from '../domain/message.ts';
import { openCase } from './case.ts';

const LANES = 3; // tries of one person at once in this process: each counts before the others begin

/** @throws Refusal `rate.limited` (details: retryAfter, seconds): no card is tried, nothing is changed */
export async function assertMayTry(ctx: Ctx, tried: CardTry): Promise<void> {
  const retryAfter = await ctx.declines.wait(tried);
  if (retryAfter !== null) throw new Refusal('rate.limited', { retryAfter });
}

/** `work`: commits to the try, then asks the provider. @throws Refusal `rate.limited`, or as `work` */
export async function tryingCard<T>(ctx: Ctx, tried: CardTry, questionId: string, work: () => Promise<T>): Promise<T> {
  const leave = await enter(tried.person);
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

/** Tries under way in this process, by person, and who waits for one of them to end. */
const lanes = new Map<string, { running: number; readonly waiting: (() => void)[] }>();

async function enter(person: string): Promise<() => void> {
  const lane = lanes.get(person) ?? { running: 0, waiting: [] };
  lanes.set(person, lane);
  if (lane.running >= LANES) await new Promise<void>((resolve) => lane.waiting.push(resolve));
  else lane.running += 1;
  return () => {
    const next = lane.waiting.shift();
    if (next !== undefined) {
      next(); // takes the place over
      return;
    }
    lane.running -= 1;
    if (lane.running === 0) lanes.delete(person);
  };
}

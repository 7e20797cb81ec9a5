// What is owed to the receivers of webhooks goes out here, beside everything else. One worker at a time sends for a webhook, a
// few deliveries at once, of one question one after the other; so order is kept while the receiver answers in time, and a
// receiver that hangs holds up nobody but itself.

import type { Ctx } from '../context.ts';
import { later, reached } from '../domain/instant.ts';
import { chanceOf, isProbing, nextTry } from '../domain/webhook.ts';
import type { Standing, Webhook } from '../domain/webhook.ts';
import type { Delivery } from '../models/delivery.ts';
import type { Signed } from '../models/webhook.ts';
import { sendOnce } from './webhook-sending.ts';
import type { Tried } from './webhook-sending.ts';
import { noteFailure, noteGone, noteSuccess } from './webhook-standing.ts';

const LEASE_MS = 30_000; // after the death of a worker others wait for so long
const RENEW_MS = 2_000; // what an admin has changed counts from then on, as for whoever reads subscriptions
const LOOK_AT = 64; // due deliveries, of which each question's first is sent

export interface Deliverer {
  /** Sends what is due to everybody; resolves when nothing is under way any more that it has begun. Never throws. */
  look(): Promise<void>;
  /** Begins nothing more. */
  stop(): void;
}

export function deliverer(ctx: Ctx): Deliverer {
  const pumps = new Map<string, Pump>();
  const again = new Set<string>();
  let isStopped = false;

  async function pump(id: string): Promise<void> {
    const known = pumps.get(id);
    if (known !== undefined) {
      known.nudge();
      again.add(id); // it may have found nothing a moment ago, and be about to end
      return; // whoever began it waits for it: many who look while a receiver lags would only be remembered
    }
    do {
      const one = startPump(ctx, id, () => isStopped);
      pumps.set(id, one);
      await one.ended;
      pumps.delete(id);
    } while (again.delete(id) && !isStopped);
  }

  return {
    async look() {
      if (isStopped) return;
      try {
        const subscriptions = await ctx.stores.webhooks.subscriptions();
        await Promise.all(subscriptions.map(({ id }) => pump(id)));
      } catch (error) {
        ctx.log.warn({ err: error }, 'webhooks are looked at again');
      }
    },
    stop() {
      isStopped = true;
    },
  };
}

interface Pump {
  /** never rejects */
  readonly ended: Promise<void>;
  /** something further may be due */
  nudge(): void;
}

function startPump(ctx: Ctx, id: string, isStopped: () => boolean): Pump {
  const { webhooks, deliveries } = ctx.stores;
  let nudge = () => {};
  const nudged = () => new Promise<void>((resolve) => (nudge = resolve));

  async function run(): Promise<void> {
    // looked at again after the lease was given back: another worker may have been turned away meanwhile
    while (!isStopped() && (await deliveries.due(id, ctx.now(), [], 1)).length > 0) {
      const signed = await webhooks.lease(id, LEASE_MS);
      if (signed === null) return;
      try {
        if ((await sendAll(ctx, signed, isStopped, nudged)) === 'left') return;
      } finally {
        await webhooks.release(id);
      }
    }
  }

  const ended = run().catch((error: unknown) => {
    ctx.log.warn({ err: error, webhook: id }, 'deliveries wait until they are looked at again');
  });
  return {
    ended,
    nudge() {
      nudge();
    },
  };
}

/** Until nothing is due for it, or it is paused; `left`: this worker must not, or cannot, send to it now. */
async function sendAll(
  ctx: Ctx,
  first: Signed,
  isStopped: () => boolean,
  nudged: () => Promise<void>,
): Promise<'through' | 'left'> {
  const underWay = new Map<string | null, Promise<void>>();
  const { id } = first.webhook;
  let signed = first;
  let receiver = new Receiver(ctx, signed.webhook);
  let leasedAt = ctx.now();
  for (;;) {
    const room = (isProbing(receiver.standing) ? 1 : ctx.webhookLimits.concurrency) - underWay.size;
    const mayStart = room > 0 && !isStopped() && receiver.isTaking(ctx.now());
    const due = mayStart ? await ctx.stores.deliveries.due(id, ctx.now(), [...underWay.keys()], LOOK_AT) : [];
    for (const delivery of firstOfEach(due).slice(0, room)) {
      const sending = receiver.send(signed, delivery).finally(() => underWay.delete(delivery.questionId));
      underWay.set(delivery.questionId, sending);
    }
    if (underWay.size === 0) return receiver.hasLeft ? 'left' : 'through';
    await Promise.race([...underWay.values(), nudged()]);
    if (reached(later(leasedAt, RENEW_MS), ctx.now())) {
      leasedAt = ctx.now();
      const renewed = await ctx.stores.webhooks.lease(id, LEASE_MS);
      if (renewed === null) {
        receiver.leave();
      } else if (renewed.webhook.version !== signed.webhook.version) {
        signed = renewed;
        receiver = new Receiver(ctx, renewed.webhook);
      }
    }
  }
}

/** Of each question the oldest. */
function firstOfEach(due: readonly Delivery[]): Delivery[] {
  const questions = new Set<string | null>();
  return due.filter(({ questionId }) => !questions.has(questionId) && questions.add(questionId));
}

/** A receiver while this worker sends to it. */
class Receiver {
  /** null: nothing is to be sent any more */
  private known: Standing | null;
  /** what is noted of it, one after the other */
  private noting: Promise<void> = Promise.resolve();
  private readonly ctx: Ctx;
  private readonly webhook: Webhook;

  constructor(ctx: Ctx, webhook: Webhook) {
    [this.ctx, this.webhook, this.known] = [ctx, webhook, webhook];
  }

  get standing(): Pick<Standing, 'failures'> {
    return this.known ?? this.webhook;
  }

  isTaking(now: Date): boolean {
    return this.known !== null && (this.known.pausedUntil === null || reached(this.known.pausedUntil, now));
  }

  get hasLeft(): boolean {
    return this.known === null;
  }

  leave(): void {
    this.known = null;
  }

  /** Never throws: what could not be sent or noted here is due again later. */
  async send(signed: Signed, delivery: Delivery): Promise<void> {
    try {
      const tried = await sendOnce(this.ctx, signed, delivery);
      const isGone = tried.answer.status === GONE && (await this.isMeant());
      await this.settle(delivery, tried, isGone);
      this.noting = this.noting.then(() => this.note(tried, isGone));
      await this.noting;
    } catch (error) {
      this.ctx.log.warn({ err: error, delivery: delivery.id }, 'a delivery is tried again');
      this.leave();
    }
  }

  /** An address that is not the webhook's any more says nothing about it. */
  private async isMeant(): Promise<boolean> {
    const { id, version } = this.webhook;
    return (await this.ctx.stores.webhooks.find(id))?.webhook.version === version;
  }

  private async settle(delivery: Delivery, { succeeded, one, answer }: Tried, isGone: boolean): Promise<void> {
    const now = this.ctx.now();
    const tries = delivery.tries + 1;
    const dueAt = succeeded || isGone ? null : nextTry(tries, now, chanceOf(delivery.id, tries), answer.retryAfterMs);
    const state = succeeded ? 'delivered' : dueAt === null ? 'failed' : 'pending';
    const keptUntil = dueAt === null ? later(now, this.ctx.webhookLimits.keepMs) : null;
    await this.ctx.stores.deliveries.settle(delivery, one, state, dueAt, keptUntil);
    this.ctx.metrics.job('delivery', state);
    if (dueAt !== null) this.ctx.setAlarm(dueAt);
  }

  private async note({ succeeded, answer }: Tried, isGone: boolean): Promise<void> {
    if (this.known === null) return;
    if (isGone) {
      await noteGone(this.ctx, this.webhook);
      this.known = null;
    } else if (succeeded) {
      this.known = await noteSuccess(this.ctx, this.webhook, this.known);
    } else {
      this.known = await noteFailure(this.ctx, this.webhook, this.known, answer.retryAfterMs);
    }
  }
}

const GONE = 410;

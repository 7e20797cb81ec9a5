// What operators hear of: noted on the record in the write of the step itself, while somebody wants to hear of it, and owed to
// their receivers before the record's outbox is cleared. So nothing is missed, and nothing is owed twice.

import type { Ctx } from '../context.ts';
import type { Effect, EffectOf } from '../domain/effects.ts';
import type { MachineRecord } from '../domain/machine.ts';
import { gathered } from '../domain/instant.ts';
import type { WebhookEvent } from '../domain/webhook.ts';
import type { Outward, Stepwise, ThinData } from '../domain/webhook-event.ts';
import { eventIdOf } from '../models/delivery.ts';
import type { NewDelivery } from '../models/delivery.ts';
import type { Subscription } from '../models/subscriptions.ts';

/** What a step owes to whom it may concern; `before`: null for a new record. Nothing while nobody has subscribed to it. */
export function webhookEffects<R extends MachineRecord>(
  subscriptions: readonly Subscription[],
  outward: Stepwise<R> | undefined,
  before: R | null,
  next: R,
  at: Date,
): Effect[] {
  if (subscriptions.length === 0 || outward === undefined) return [];
  const events = outward.happened(before, next).filter((event) => isWanted(subscriptions, event));
  return events.length === 0 ? [] : [{ type: 'webhooks', events, version: next.version, state: next.state, at }];
}

/** The same of a message, which is written once. */
export function effectsOfMessage(subscriptions: readonly Subscription[], at: Date): Effect[] {
  return isWanted(subscriptions, 'message.created') ? [{ type: 'webhooks', events: ['message.created'], at }] : [];
}

const isWanted = (subscriptions: readonly Subscription[], event: WebhookEvent) =>
  subscriptions.some(({ events }) => events.includes(event));

/** Owes it to everybody who wants it. Repeatable: once for each webhook and event. */
export async function oweDeliveries<R>(
  ctx: Ctx,
  outward: Outward<R> | undefined,
  record: R,
  { events, version, state, at }: EffectOf<'webhooks'>,
): Promise<void> {
  if (outward === undefined) return;
  const { deliveries, webhooks } = ctx.stores;
  const subscriptions = await webhooks.subscriptions();
  const data: ThinData = { ...outward.thin(record), ...(version !== undefined && { version, state: state ?? null }) };
  const { questionId, offerId, caseId, seq } = data;
  const [about, step] = [String(caseId ?? offerId ?? questionId), Number(version ?? seq)];
  const dueAt = gathered(ctx.now()); // what happens together is sent in order: it is given this long to be owed
  const owed = events.flatMap((event): NewDelivery[] =>
    subscriptions
      .filter((one) => one.events.includes(event))
      .map(({ id: webhookId }) => ({
        ...{ webhookId, event, eventId: eventIdOf(event, about, step), questionId: String(questionId) },
        ...{ at, data, dueAt },
      })),
  );
  await deliveries.owe(owed);
  if (owed.length > 0) ctx.setAlarm(dueAt);
}

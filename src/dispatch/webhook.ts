// What admins do with webhooks. Whoever gets an answer may rely on it: of what happens from then on, nothing is missed.

import type { Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import { later } from '../domain/instant.ts';
import type { Actor } from '../domain/people.ts';
import { TEST_EVENT, WELL } from '../domain/webhook.ts';
import type { Webhook, WebhookWish } from '../domain/webhook.ts';
import { eventIdOf } from '../models/delivery.ts';
import type { Delivery, DeliveryState } from '../models/delivery.ts';
import type { SealedSecret, Signed } from '../models/webhook.ts';
import { sendOnce } from './webhook-sending.ts';
import { noteSuccess } from './webhook-standing.ts';

/** Of what an admin may replay at once. */
const MOST_REPLAYED = 10_000;

export interface Shown {
  readonly webhook: Signed;
  /** as the receiver is told it: this once */
  readonly secret?: string;
}

/**
 * Subscribes. The same id again is the same webhook, whose secret is not told again.
 * @throws Refusal `input.invalid` (url), `conflict.too_many_webhooks`
 */
export async function subscribe(ctx: Ctx, actor: Actor, id: string, wish: WebhookWish): Promise<Shown> {
  const { webhooks } = ctx.stores;
  await assertReachable(ctx, wish.url);
  const { max } = ctx.webhookLimits;
  const now = ctx.now();
  const off = wish.active ? null : ({ why: 'admin', at: now } as const);
  const createdBy = { id: actor.id, name: actor.name };
  const webhook: Webhook = { ...wish, ...WELL, id, version: 1, createdAt: now, createdBy, off };
  const { sealed, secret } = makeSecret(ctx, id, 1);
  const inserted = await webhooks.insert(webhook, sealed, max);
  if (inserted === 'full') throw new Refusal('conflict.too_many_webhooks', { max });
  if (inserted === 'there') return { webhook: await found(ctx, id) };
  await webhooks.knownEverywhere();
  return { webhook: { webhook, secrets: [sealed] }, secret };
}

/**
 * Changes it; whoever is switched on is sent what waited. `version`: the one that was read.
 * @throws Refusal `not_found`, `input.invalid` (url), `conflict.stale` with the current version
 */
export async function resubscribe(ctx: Ctx, id: string, version: number | undefined, wish: WebhookWish) {
  const before = await found(ctx, id);
  await assertReachable(ctx, wish.url);
  const { webhooks, deliveries } = ctx.stores;
  const webhook = await webhooks.change(id, version ?? before.webhook.version, wish, ctx.now());
  if (webhook === null) throw await stale(ctx, id);
  await webhooks.knownEverywhere();
  if (wish.active) {
    await deliveries.hasten(id, ctx.now());
    ctx.setAlarm(ctx.now());
  }
  return { webhook, secrets: before.secrets };
}

/** A new secret; the one before signs beside it for a while. @throws Refusal `not_found`, `conflict.stale` */
export async function rotateSecret(ctx: Ctx, id: string): Promise<Required<Shown>> {
  const { webhook, secrets } = await found(ctx, id);
  const [newest] = secrets;
  const now = ctx.now();
  const { sealed, secret } = makeSecret(ctx, id, (newest?.number ?? 0) + 1);
  const { overlapMs } = ctx.webhookLimits;
  const replaced = newest && overlapMs > 0 ? [{ ...newest, until: later(now, overlapMs) }] : [];
  const next = [sealed, ...replaced];
  if (!(await ctx.stores.webhooks.rotate(id, webhook.version, next))) throw await stale(ctx, id);
  return { webhook: { webhook: { ...webhook, version: webhook.version + 1 }, secrets: next }, secret };
}

/** With all that was owed to it, and its log. @throws Refusal `not_found` */
export async function unsubscribe(ctx: Ctx, id: string): Promise<void> {
  await found(ctx, id);
  const { webhooks, deliveries } = ctx.stores;
  await webhooks.switchOff(id, 'admin', ctx.now());
  await webhooks.knownEverywhere(); // from here on nothing is owed to it any more
  await deliveries.removeOf(id);
  await webhooks.remove(id);
}

/** Sends something at once, also while it is off; a success counts as the receiver's being back. @throws Refusal `not_found` */
export async function testWebhook(ctx: Ctx, id: string): Promise<Delivery> {
  const signed = await found(ctx, id);
  const at = ctx.now();
  const delivery: Omit<Delivery, 'id'> = {
    ...{ webhookId: id, event: TEST_EVENT, eventId: eventIdOf(TEST_EVENT, id, at.getTime()), questionId: null },
    ...{ at, data: { webhookId: id }, tries: 1, log: [], dueAt: null },
    state: 'failed',
  };
  const { one, succeeded } = await sendOnce(ctx, signed, delivery);
  if (succeeded && signed.webhook.active) {
    await noteSuccess(ctx, signed.webhook, signed.webhook);
    ctx.setAlarm(ctx.now());
  }
  const state = succeeded ? 'delivered' : 'failed';
  return ctx.stores.deliveries.note({ ...delivery, log: [one], state }, later(at, ctx.webhookLimits.keepMs));
}

/** Sends one again, or those that ended so since an instant. Answers how many. @throws Refusal `not_found` */
export async function replay(
  ctx: Ctx,
  wanted: { deliveryId: string } | { webhookId: string; since: Date; state: DeliveryState },
): Promise<number> {
  const now = ctx.now();
  const { deliveries } = ctx.stores;
  let count = 1;
  if ('deliveryId' in wanted) {
    if (!(await deliveries.replay(wanted.deliveryId, now))) throw new Refusal('not_found');
  } else {
    const { webhookId, since, state } = wanted;
    await found(ctx, webhookId);
    count = await deliveries.replaySince(webhookId, state, since, now, MOST_REPLAYED);
  }
  ctx.setAlarm(now);
  return count;
}

/** @throws Refusal `not_found` */
export async function found(ctx: Ctx, id: string): Promise<Signed> {
  const signed = await ctx.stores.webhooks.find(id);
  if (signed === null) throw new Refusal('not_found');
  return signed;
}

async function stale(ctx: Ctx, id: string): Promise<Refusal> {
  return new Refusal('conflict.stale', { version: (await found(ctx, id)).webhook.version });
}

async function assertReachable(ctx: Ctx, url: string): Promise<void> {
  const reason = await ctx.webhooks.problemOf(url);
  if (reason !== null) throw new Refusal('input.invalid', { fields: [{ path: 'url', reason }] });
}

function makeSecret(
  { vault, webhooks, now }: Ctx,
  id: string,
  number: number,
): { sealed: SealedSecret; secret: string } {
  const secret = webhooks.makeSecret();
  const key = vault.makeKey(id);
  const sealed = vault.seal(id, number, key, secret);
  return { secret, sealed: { ...key, number, sealed, createdAt: now(), until: null } };
}

// How a receiver does: whether it is probed, paused, or switched off, and what admins are told of it. One worker at a time asks.

import type { Ctx } from '../context.ts';
import { WELL, afterFailure, isProbing, letterAbout } from '../domain/webhook.ts';
import type { OffReason, Standing, Webhook } from '../domain/webhook.ts';
import { oweMails } from './owe-mails.ts';

/** 2xx: whatever waited for the receiver to come back is due. */
export async function noteSuccess(ctx: Ctx, { id }: Webhook, before: Standing): Promise<Standing | null> {
  if (before.failures === 0) return before;
  if (!(await ctx.stores.webhooks.note(id, before, WELL))) return null;
  if (isProbing(before)) await ctx.stores.deliveries.hasten(id, ctx.now());
  return WELL;
}

/** Null: nothing is to be sent any more by whoever knows it as it was `before`. */
export async function noteFailure(
  ctx: Ctx,
  webhook: Webhook,
  before: Standing,
  retryAfterMs: number | null,
): Promise<Standing | null> {
  const now = ctx.now();
  const next = afterFailure(before, now, retryAfterMs);
  const letter = letterAbout(next, now, ctx.webhookLimits.offAfterMs);
  // told first: whoever dies here tells it again, by the same key
  if (letter !== null) await tellAdmins(ctx, letter, webhook, next.failingSince ?? now);
  const noted = { ...next, ...(letter === 'webhook_failing' && { warnedAt: now }) };
  if (!(await ctx.stores.webhooks.note(webhook.id, before, noted))) return null;
  if (letter === 'webhook_off') {
    await ctx.stores.webhooks.switchOff(webhook.id, 'failing', now);
    return null;
  }
  if (noted.pausedUntil !== null) ctx.setAlarm(noted.pausedUntil);
  return noted;
}

/** The receiver wants nothing any more (410). */
export async function noteGone(ctx: Ctx, webhook: Webhook): Promise<void> {
  const now = ctx.now();
  await tellAdmins(ctx, 'webhook_off', webhook, webhook.failingSince ?? now);
  await ctx.stores.webhooks.switchOff(webhook.id, 'gone' satisfies OffReason, now, webhook.version);
}

async function tellAdmins(ctx: Ctx, template: 'webhook_failing' | 'webhook_off', webhook: Webhook, since: Date) {
  const key = `${template.replace('_', '-')}-${webhook.id}-${webhook.version}-${since.getTime()}`;
  const params = { url: webhook.url, webhookId: webhook.id, since: since.toISOString() };
  await oweMails(ctx, [{ type: 'mail_admins', key, template, params }]);
}

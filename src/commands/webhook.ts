// Outgoing webhooks: where operators are told of what happens (docs/webhooks.md).

import { v5 as uuidFrom, v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Ctx } from '../context.ts';
import { found, replay, resubscribe, rotateSecret, subscribe, testWebhook, unsubscribe } from '../dispatch/webhook.ts';
import { WEBHOOK_EVENTS } from '../domain/webhook.ts';
import { DELIVERY_STATES } from '../models/delivery.ts';
import type { Signed } from '../models/webhook.ts';
import { command } from './command.ts';
import { ClientId, Cursor, Id, Instant, PAGE, cursorOf, invalid, paged } from './fields.ts';
import { DeliveryView, WebhookView, deliveryView, webhookView } from './views/webhook.ts';

const WebhookId = Id;
/** What it leads to is judged by `webhook.save` itself. */
const Url = z
  .string()
  .max(2_000)
  .regex(/^[\x21-\x7e]+$/)
  .meta({ format: 'uri' });
const One = z.strictObject({ webhook: WebhookView });
const Secret = z.string().meta({ description: 'What signs; it is told this once.' });
const MOST_WAITING = 10_000; // that are counted

export const webhook = {
  'webhook.list': command({
    summary: 'All webhooks: where they lead, what they want, and how their receivers do.',
    who: ['admin'],
    reads: true,
    input: z.strictObject({}),
    output: z.strictObject({ items: z.array(WebhookView) }),
    run: async (ctx) => {
      const all = await ctx.stores.webhooks.all();
      return { items: await Promise.all(all.map((one) => shown(ctx, one))) };
    },
  }),

  'webhook.save': command({
    summary: 'Subscribes, or changes a webhook. From the answer on nothing is missed.',
    who: ['admin'],
    input: z.strictObject({
      webhookId: WebhookId.optional().meta({ description: 'Absent for a new one.' }),
      version: z.int().min(1).optional().meta({ description: 'The one that was read; another one is stale.' }),
      url: Url,
      events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(WEBHOOK_EVENTS.length),
      content: z
        .enum(['thin', 'full'])
        .optional()
        .meta({ description: '`thin` (the default): ids, state and version; `full`: the record as well.' }),
      withText: z.boolean().optional().meta({ description: 'Messages say what was written. Not by default.' }),
      active: z.boolean().optional().meta({ description: 'By default it is.' }),
      clientId: ClientId.optional(),
    }),
    output: One.extend({ secret: Secret.optional() }),
    run: async (ctx, actor, { webhookId, version, clientId, events, ...given }) => {
      const { content = 'thin', withText = false, active = true } = given;
      const wish = { url: given.url, events: [...new Set(events)], content, withText, active };
      if (webhookId !== undefined)
        return { webhook: await shown(ctx, await resubscribe(ctx, webhookId, version, wish)) };
      if (version !== undefined) throw invalid('version', 'without_webhook');
      const id = clientId === undefined ? uuid() : uuidFrom(`${actor.id}/${clientId}`, uuidFrom.URL);
      const { webhook: saved, secret } = await subscribe(ctx, actor, `wh_${id}`, wish);
      return { webhook: await shown(ctx, saved), ...(secret !== undefined && { secret }) };
    },
  }),

  'webhook.remove': command({
    summary: 'Ends a webhook, with its log and what was still owed to it.',
    who: ['admin'],
    input: z.strictObject({ webhookId: WebhookId }),
    output: z.strictObject({}),
    run: async (ctx, _actor, { webhookId }) => {
      await unsubscribe(ctx, webhookId);
      return {};
    },
  }),

  'webhook.rotate': command({
    summary: 'A new secret. The one before signs beside it for WEBHOOK_OVERLAP; an older one no more.',
    who: ['admin'],
    input: z.strictObject({ webhookId: WebhookId }),
    output: One.extend({ secret: Secret }),
    run: async (ctx, _actor, { webhookId }) => {
      const { webhook: rotated, secret } = await rotateSecret(ctx, webhookId);
      return { webhook: await shown(ctx, rotated), secret };
    },
  }),

  'webhook.test': command({
    summary: 'Sends `webhook.test` at once, and answers what came of it.',
    who: ['admin'],
    input: z.strictObject({ webhookId: WebhookId }),
    output: z.strictObject({ delivery: DeliveryView }),
    run: async (ctx, _actor, { webhookId }) => ({ delivery: deliveryView(await testWebhook(ctx, webhookId)) }),
  }),

  'webhook.deliveries': command({
    summary: 'What was sent to a webhook or waits for it, with every try; the newest event first.',
    who: ['admin'],
    reads: true,
    input: z.strictObject({
      webhookId: WebhookId,
      state: z.enum(DELIVERY_STATES).optional(),
      cursor: Cursor.optional(),
    }),
    output: z.strictObject({ items: z.array(DeliveryView), nextCursor: z.string().optional() }),
    run: async (ctx, _actor, { webhookId, state, cursor }) => {
      await found(ctx, webhookId);
      const before = cursor === undefined ? undefined : cursorOf(cursor);
      const list = await ctx.stores.deliveries.list(webhookId, state, before, PAGE + 1);
      const page = paged(list, ({ at, id }) => `${at.toISOString()}/${id}`);
      return { ...page, items: page.items.map(deliveryView) };
    },
  }),

  'webhook.replay': command({
    summary: 'Sends again: one delivery, or those of a webhook that failed since an instant, 10,000 at most.',
    who: ['admin'],
    input: z.strictObject({
      deliveryId: Id.optional(),
      webhookId: WebhookId.optional(),
      since: Instant.optional(),
      state: z.enum(['failed', 'delivered']).optional().meta({ description: 'Those that failed by default.' }),
    }),
    output: z.strictObject({ count: z.int() }),
    run: async (ctx, _actor, { deliveryId, webhookId, since, state = 'failed' }) => {
      if (deliveryId !== undefined) {
        if (webhookId !== undefined || since !== undefined) throw invalid('deliveryId', 'one_or_many');
        return { count: await replay(ctx, { deliveryId }) };
      }
      if (webhookId === undefined) throw invalid('webhookId', 'missing');
      if (since === undefined) throw invalid('since', 'missing');
      return { count: await replay(ctx, { webhookId, since: new Date(since), state }) };
    },
  }),
};

async function shown(ctx: Ctx, signed: Signed) {
  return webhookView(signed, await ctx.stores.deliveries.waiting(signed.webhook.id, MOST_WAITING));
}

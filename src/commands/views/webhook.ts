// A webhook and its deliveries, for admins. Never a secret: the commands that make one tell it once.

import { z } from 'zod';
import { WEBHOOK_EVENTS } from '../../domain/webhook.ts';
import { DELIVERY_STATES } from '../../models/delivery.ts';
import type { Delivery } from '../../models/delivery.ts';
import type { Signed } from '../../models/webhook.ts';
import { Instant, PersonView, instant, personView } from './fields.ts';

export const WebhookView = z
  .strictObject({
    id: z.string(),
    version: z.int(),
    url: z.string(),
    events: z.array(z.enum(WEBHOOK_EVENTS)),
    content: z.enum(['thin', 'full']),
    withText: z.boolean(),
    active: z.boolean(),
    off: z
      .strictObject({ why: z.enum(['admin', 'failing', 'gone']), at: Instant })
      .nullable()
      .meta({ description: 'Why nothing is sent; `gone`: its receiver answered 410.' }),
    failingSince: Instant.nullable().meta({ description: 'Null while the last try succeeded.' }),
    failures: z.int().meta({ description: 'In a row.' }),
    waiting: z.int().meta({ description: 'Deliveries that are not settled, 10,000 at most.' }),
    secrets: z
      .array(z.strictObject({ createdAt: Instant, until: Instant.nullable() }))
      .meta({ description: 'Which sign, the newest first: never what they are.' }),
    createdAt: Instant,
    createdBy: PersonView,
  })
  .meta({ id: 'Webhook' });

export function webhookView({ webhook, secrets }: Signed, waiting: number): z.input<typeof WebhookView> {
  const { id, version, url, events, content, withText, active, off, failingSince, failures } = webhook;
  return {
    ...{ id, version, url, events: [...events], content, withText, active, failures, waiting },
    off: off && { why: off.why, at: off.at.toISOString() },
    failingSince: instant(failingSince),
    secrets: secrets.map(({ createdAt, until }) => ({ createdAt: createdAt.toISOString(), until: instant(until) })),
    createdAt: webhook.createdAt.toISOString(),
    createdBy: personView(webhook.createdBy),
  };
}

export const DeliveryView = z
  .strictObject({
    id: z.string(),
    webhookId: z.string(),
    eventId: z.string().meta({ description: 'The `webhook-id` of every try.' }),
    event: z.string(),
    at: Instant.meta({ description: 'When it happened.' }),
    data: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
    state: z.enum(DELIVERY_STATES),
    dueAt: Instant.nullable().meta({ description: 'When it is tried next.' }),
    tries: z.array(
      z.strictObject({
        at: Instant,
        ms: z.int(),
        status: z.int().nullable(),
        error: z.string().nullable(),
        answer: z.string().nullable().meta({ description: 'The first kilobyte of an answer that was no success.' }),
      }),
    ),
  })
  .meta({ id: 'Delivery' });

export function deliveryView({ id, webhookId, eventId, event, at, data, state, dueAt, log }: Delivery) {
  return {
    ...{ id, webhookId, eventId, event, at: at.toISOString(), data: { ...data }, state, dueAt: instant(dueAt) },
    tries: log.map((one) => ({ ...one, at: one.at.toISOString() })),
  };
}

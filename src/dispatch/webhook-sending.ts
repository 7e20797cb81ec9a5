// One delivery: what it says, and by which secrets it is signed.

import type { Ctx, WebhookAnswer } from '../context.ts';
import { reached } from '../domain/instant.ts';
import { textOf } from '../domain/webhook-event.ts';
import type { FullData } from '../domain/webhook-event.ts';
import type { Webhook } from '../domain/webhook.ts';
import { maskCards } from '../domain/personal-data/card-number.ts';
import type { Delivery, Try } from '../models/delivery.ts';
import type { Signed } from '../models/webhook.ts';
import { CASE, MESSAGE, OFFER, QUESTION } from './machines.ts';

const FORMAT = 1; // of the body: fields may come, names never change

export interface Tried {
  readonly answer: WebhookAnswer;
  readonly one: Try;
  readonly succeeded: boolean;
}

/**
 * Sends it once.
 * @throws Error when it cannot be said or signed here and now: that is no failure of the receiver
 */
export async function sendOnce(ctx: Ctx, signed: Signed, delivery: Omit<Delivery, 'id'>): Promise<Tried> {
  const { webhook } = signed;
  const data = { ...delivery.data, ...(await recordBeside(ctx, webhook, delivery)) };
  const said = { id: delivery.eventId, type: delivery.event, version: FORMAT, timestamp: delivery.at.toISOString() };
  const at = ctx.now();
  const answer = await ctx.webhooks.send({
    ...{ url: webhook.url, eventId: delivery.eventId, at, body: JSON.stringify({ ...said, data }) },
    secrets: secretsOf(ctx, signed, at),
  });
  const { status, error, ms, body } = answer;
  const succeeded = status !== null && status >= 200 && status < 300;
  const refusal = succeeded || body === '' ? null : maskCards(body);
  return { answer, succeeded, one: { at, ms, status, error, answer: refusal } };
}

/** Of a secret that was replaced only while it signs as well. */
function secretsOf({ vault }: Ctx, { webhook, secrets }: Signed, now: Date): string[] {
  return secrets
    .filter(({ until }) => !reached(until, now))
    .map((secret) => vault.open(webhook.id, secret.number, secret, secret.sealed));
}

/** What the webhook wants beside: as it is now, so that nothing is said that was taken away meanwhile (9.2). */
async function recordBeside(ctx: Ctx, webhook: Webhook, { event, data }: Omit<Delivery, 'id'>): Promise<FullData> {
  const isFull = webhook.content === 'full';
  if (event === 'message.created') {
    if (!isFull && !webhook.withText) return {};
    const [message] = await ctx.stores.messages.page(
      String(data['questionId']),
      { afterSeq: Number(data['seq']) - 1 },
      1,
    );
    if (message === undefined) return {};
    return { ...(isFull && MESSAGE.outward?.full(message)), ...(webhook.withText && textOf(message)) };
  }
  return isFull ? { record: await recordOf(ctx, data) } : {};
}

async function recordOf({ stores }: Ctx, data: Delivery['data']): Promise<FullData | null> {
  const { caseId, offerId, questionId } = data;
  if (typeof caseId === 'string') return described(CASE, await CASE.store(stores).read(caseId));
  if (typeof offerId === 'string') return described(OFFER, await OFFER.store(stores).read(offerId));
  return typeof questionId === 'string' ? described(QUESTION, await QUESTION.store(stores).read(questionId)) : null;
}

function described<R extends { readonly version: number; readonly state: string }>(
  { outward }: { readonly outward?: { full(record: R): FullData } },
  saved: { readonly record: R } | null,
): FullData | null {
  if (saved === null || outward === undefined) return null;
  const { version, state } = saved.record;
  return { version, state, ...outward.full(saved.record) };
}

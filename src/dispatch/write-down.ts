// What the payment provider has answered comes to the record that it is about: to a question or an offer alike.

import type { Ctx } from '../context.ts';
import type { PaymentEvent, ReturnEvent } from '../domain/payment.ts';
import { isOffer, isSameTryAs } from './ask-provider.ts';
import type { Payable } from './ask-provider.ts';
import { change, orTheirs, unlessMoved } from './change.ts';
import { OFFER, QUESTION } from './machines.ts';

/** Answers the record as it is then. A hold that was made leads each further in its own way. */
export async function writeDown<R extends Payable>(
  ctx: Ctx,
  record: R,
  event: Exclude<PaymentEvent, { type: 'authorised' | 'abandon' | 'take' | 'let_go' }>,
): Promise<R> {
  const { id } = record;
  const about = { isAbout: isSameTryAs(record) };
  const next = isOffer(record)
    ? await orTheirs(ctx, OFFER, id, change(ctx, OFFER, id, event, about))
    : await orTheirs(ctx, QUESTION, id, change(ctx, QUESTION, id, event, about));
  return next as R; // of the same kind
}

/** What was seen at the provider after the record had been read, as its next step; null when it has moved since. */
export function writeNext(ctx: Ctx, record: Payable, event: ReturnEvent): Promise<Payable | null> {
  const { id, version } = record;
  const asRead = { isAbout: (one: Payable) => one.version === version };
  return isOffer(record)
    ? unlessMoved<Payable>(change(ctx, OFFER, id, event, asRead))
    : unlessMoved<Payable>(change(ctx, QUESTION, id, event, asRead));
}

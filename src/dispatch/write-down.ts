// What the payment provider has answered comes to the record that it is about: to a question or an offer alike.

import type { Ctx } from '../context.ts';
import type { PaymentEvent } from '../domain/payment.ts';
import { isOffer, isSameTryAs } from './ask-provider.ts';
import type { Payable } from './ask-provider.ts';
import { change, orTheirs } from './change.ts';
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

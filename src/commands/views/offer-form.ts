// What the form of an expert's offer is drawn from (8.1).

import { z } from 'zod';
import type { OfferForm } from '../../dispatch/expert-offer.ts';
import { shareOf } from '../../domain/ledger.ts';
import { OFFER_STATES } from '../../domain/offer.ts';
import type { Actor } from '../../domain/people.ts';
import type { OwnService } from '../../models/catalogue.ts';
import type { Category } from '../../models/category.ts';
import { OwnServiceView, ownServiceView } from './catalogue.ts';
import { Instant, MoneyView, instant } from './fields.ts';

export const OfferFormView = z
  .strictObject({
    availableAt: Instant.nullable().meta({ description: 'Null: the customer has not replied twice yet.' }),
    limits: z.strictObject({ min: MoneyView, max: MoneyView }),
    shareBasisPoints: z.int().meta({
      description: 'What the expert earns of a price: so many ten-thousandths, rounded down to minor units.',
    }),
    services: z.array(
      z.strictObject({
        key: z.string(),
        title: z.string(),
        description: z.string(),
        suggestedPrice: MoneyView,
        payout: MoneyView.meta({ description: 'What the expert earns at the suggested price.' }),
      }),
    ),
    own: z.array(OwnServiceView).meta({
      description: 'The newest 50 of the expert’s own services; `catalogue.list` has all of them.',
    }),
    open: z
      .strictObject({ offerId: z.string(), state: z.enum(OFFER_STATES), mine: z.boolean() })
      .nullable()
      .meta({ description: 'The offer that stands in the way of another: `offer.propose` is `conflict.offer_open`.' }),
  })
  .meta({ id: 'OfferForm' });

export function offerFormView(
  { availableAt, open }: OfferForm,
  { currency, offerLimits, services }: Category,
  own: readonly OwnService[],
  { id, locale }: Actor,
  shareBasisPoints: number,
): z.input<typeof OfferFormView> {
  const money = (amount: number) => ({ amount, currency });
  return {
    availableAt: instant(availableAt),
    limits: { min: money(offerLimits.min), max: money(offerLimits.max) },
    shareBasisPoints,
    services: services.map(({ key, title, description, suggestedPrice }) => ({
      ...{ key, title: title[locale], description: description[locale], suggestedPrice: money(suggestedPrice) },
      payout: shareOf(money(suggestedPrice), shareBasisPoints),
    })),
    own: own.map(ownServiceView),
    open: open && { offerId: open.id, state: open.state, mine: open.proposedBy?.id === id },
  };
}

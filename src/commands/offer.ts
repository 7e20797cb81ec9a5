// Offers in a conversation: what the customer does with them (5.3, 8.2), and what an expert offers (8).

import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { offerFor, questionFor } from '../dispatch/access.ts';
import { change } from '../dispatch/change.ts';
import { formOf, propose } from '../dispatch/expert-offer.ts';
import { OFFER } from '../dispatch/machines.ts';
import type { Proposal } from '../dispatch/expert-offer.ts';
import { acceptOffer } from '../dispatch/offer.ts';
import { receiverOf } from '../domain/access.ts';
import { Refusal } from '../domain/errors.ts';
import { OWN_SERVICE } from '../domain/offer.ts';
import type { Service } from '../domain/offer.ts';
import { inAllLanguages } from '../domain/people.ts';
import type { Category } from '../models/category.ts';
import { command } from './command.ts';
import { Amount, ClientId, Currency, Id, PAGE, ServiceTitle, Text, assertPayable, invalid } from './fields.ts';
import { OfferView, offerView } from './views/offer.ts';
import { OfferFormView, offerFormView } from './views/offer-form.ts';

const Target = z.strictObject({ offerId: Id });
const One = z.strictObject({ offer: OfferView });

/** 8.1: a service of the category, or one that the expert names. */
const ServiceChoice = z.union([
  z.strictObject({ key: z.string().min(1).max(40) }),
  z.strictObject({ title: ServiceTitle }),
]);

export const offer = {
  'offer.form': command({
    summary: 'What the form of an offer is drawn from: from when on, within which limits, what may be offered (8.1).',
    who: ['expert'],
    reads: true,
    input: z.strictObject({ questionId: Id }),
    output: OfferFormView,
    run: async (ctx, actor, { questionId }) => {
      const asked = await questionFor(ctx, actor, questionId);
      const form = await formOf(ctx, actor, asked);
      const [category, own] = await Promise.all([
        ctx.stores.categories.find(asked.categoryId),
        ctx.stores.catalogue.list(actor.id, undefined, PAGE),
      ]);
      if (category === null) throw new Refusal('not_found');
      return offerFormView(form, category, own, actor, ctx.policy.shareBasisPoints);
    },
  }),

  'offer.propose': command({
    summary:
      'The expert of the conversation offers a premium service, a while after the customer’s second reply (8.1). One open offer per question.',
    who: ['expert'],
    input: z.strictObject({
      questionId: Id,
      service: ServiceChoice,
      description: Text(2_000),
      price: z.strictObject({ amount: Amount, currency: Currency }),
      clientId: ClientId,
    }),
    output: One,
    run: async (ctx, actor, { questionId, service, description, price, clientId }) => {
      const asked = await questionFor(ctx, actor, questionId);
      const earlier = await ctx.stores.offers.findProposal(actor.id, clientId);
      if (earlier !== null) return { offer: offerView(earlier, 'expert', actor.locale) };
      const category = await ctx.stores.categories.find(asked.categoryId);
      if (category === null) throw new Refusal('not_found');
      if (price.currency !== category.currency) throw invalid('price.currency', 'not_of_category');
      assertPayable('price.amount', price);
      const proposal: Proposal = {
        id: `of_${uuid()}`,
        service: serviceOf(service, category),
        description,
        price,
        limits: category.offerLimits,
        clientId,
      };
      return { offer: offerView(await propose(ctx, actor, asked, proposal), 'expert', actor.locale) };
    },
  }),

  'offer.withdraw': command({
    summary: 'The expert takes an offer back that nobody has accepted yet.',
    who: ['expert'],
    input: Target,
    output: One,
    run: async (ctx, actor, { offerId }) => {
      await offerFor(ctx, actor, offerId, 'answer_for');
      const withdrawn = await change(ctx, OFFER, offerId, { type: 'withdraw' });
      return { offer: offerView(withdrawn, 'expert', actor.locale) };
    },
  }),

  'offer.unable': command({
    summary: 'The expert is unable to complete what was paid: the customer is told, customer care gets a case (8.3).',
    who: ['expert'],
    input: z.strictObject({ offerId: Id, reason: Text(1_000) }),
    output: One,
    run: async (ctx, actor, { offerId, reason }) => {
      await offerFor(ctx, actor, offerId, 'answer_for');
      const unable = await change(ctx, OFFER, offerId, { type: 'unable', reason });
      return { offer: offerView(unable, receiverOf(actor, unable), actor.locale) };
    },
  }),

  'offer.accept': command({
    summary:
      'Accepts an offer. The automatic one becomes a request (5.3), again after "could not connect" (7.1); an expert’s is charged at once (8.2).',
    who: ['customer'],
    input: Target,
    output: One,
    run: async (ctx, actor, { offerId }, { address }) => {
      const accepted = await acceptOffer(ctx, actor, offerId, address);
      return { offer: offerView(accepted, 'customer', actor.locale) };
    },
  }),

  'offer.decline': command({
    summary: 'Closes the offer with X; the conversation goes on (5.3).',
    who: ['customer'],
    input: Target,
    output: One,
    run: async (ctx, actor, { offerId }) => {
      await offerFor(ctx, actor, offerId, 'decide');
      return { offer: offerView(await change(ctx, OFFER, offerId, { type: 'decline' }), 'customer', actor.locale) };
    },
  }),
};

/** @throws Refusal `input.invalid` when the category has no such service */
function serviceOf(chosen: z.output<typeof ServiceChoice>, category: Category): Service {
  if ('title' in chosen) {
    const { title } = chosen;
    return { key: OWN_SERVICE, title: inAllLanguages(title) };
  }
  const known = category.services.find(({ key }) => key === chosen.key);
  if (known === undefined) throw invalid('service.key', 'unknown');
  return { key: known.key, title: known.title };
}

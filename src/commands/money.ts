// Cards and earnings (6.5, 7.5).

import { z } from 'zod';
import type { Actor, Ctx } from '../context.ts';
import { updatePayment } from '../dispatch/route.ts';
import { account } from '../domain/ledger.ts';
import type { Offer } from '../domain/offer.ts';
import type { BookedEntry } from '../models/entry.ts';
import { command } from './command.ts';
import { Cursor, Id, PAGE, PaymentMethod, invalid, paged } from './fields.ts';
import { findFor, offersFor, shown } from './question.ts';
import { MoneyView, OfferView, QuestionView } from './views.ts';

const EarningView = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['question', 'premium']),
    questionId: z.string(),
    offerId: z.string().optional(),
    subject: z.string(),
    state: z.string(),
    amount: MoneyView,
    at: z.iso.datetime(),
  })
  .meta({ id: 'Earning' });

export type Earning = z.input<typeof EarningView>;

const Instant = z.iso.datetime({ offset: true });
const EarningsInput = z.strictObject({ from: Instant.optional(), to: Instant.optional(), cursor: Cursor.optional() });
/** A file has all pages. */
export const EarningsRange = EarningsInput.omit({ cursor: true });

export const money = {
  'payment.update': command({
    summary: 'Another payment method: pays a draft, reopens a failed request (6.5), and is used from now on.',
    who: ['customer'],
    input: z.strictObject({ questionId: Id, paymentMethod: PaymentMethod }),
    output: z.strictObject({ question: QuestionView, offers: z.array(OfferView) }),
    run: async (ctx, actor, { questionId, paymentMethod }) => {
      const updated = await updatePayment(ctx, await findFor(ctx, actor, questionId), paymentMethod);
      return { ...(await shown(ctx, actor, updated)), offers: await offersFor(ctx, actor, questionId) };
    },
  }),

  'earnings.list': command({
    summary: 'The Earnings Report: every accepted service and paid question; 0 until it is earned (7.5).',
    who: ['expert'],
    reads: true,
    input: EarningsInput,
    output: z.strictObject({
      items: z.array(EarningView),
      nextCursor: z.string().optional(),
      total: MoneyView.meta({ description: 'Earned in the range, in the currency earned most in.' }),
      totals: z.array(MoneyView).meta({ description: 'The same for every currency.' }),
    }),
    run: async (ctx, actor, { from, to, cursor }) => {
      const range = rangeOf({ from, to, cursor });
      const totals = await ctx.stores.entries.totalsPaidTo(actor.id, range);
      const [most = { amount: 0, currency: 'USD' }] = totals.toSorted((a, b) => b.amount - a.amount);
      return { ...(await earningsPage(ctx, actor, range)), total: most, totals };
    },
  }),
};

interface Range {
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly before: { at: Date; id: string } | undefined;
}

export function rangeOf({ from, to, cursor }: z.output<typeof EarningsInput>): Range {
  return {
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
    before: cursor === undefined ? undefined : cursorOf(cursor),
  };
}

/** 7.5: services and questions together, the newest first. */
export async function earningsPage(ctx: Ctx, actor: Actor, range: Range) {
  const all = [...(await services(ctx, actor, range)), ...(await questions(ctx, actor, range))];
  all.sort((a, b) => (a.at === b.at ? (a.id < b.id ? 1 : -1) : a.at < b.at ? 1 : -1));
  return paged(all, (last) => `${last.at}/${last.id}`);
}

/** Every accepted service; its amount is what the journal says was paid out for it. */
async function services(ctx: Ctx, actor: Actor, range: Range): Promise<Earning[]> {
  const offers = await ctx.stores.offers.acceptedBy(actor.id, range, PAGE + 1);
  const paid = await ctx.stores.entries.findAll(offers.map(({ id }) => `payout-${id}`));
  return offers.map((offer) =>
    serviceEarning(
      offer,
      actor,
      paid.find(({ offerId }) => offerId === offer.id),
    ),
  );
}

function serviceEarning(offer: Offer, actor: Actor, paid: BookedEntry | undefined): Earning {
  return {
    id: offer.id,
    kind: 'premium',
    questionId: offer.questionId,
    offerId: offer.id,
    subject: offer.subject,
    state: offer.state,
    amount: { amount: paid ? paidTo(actor, paid) : 0, currency: offer.price.currency },
    at: (offer.acceptedAt ?? offer.shownAt).toISOString(),
  };
}

/** Questions whose rating has paid. */
async function questions(ctx: Ctx, actor: Actor, range: Range): Promise<Earning[]> {
  const before = range.before && { at: range.before.at, id: `payout-${range.before.id}` };
  const payouts = await ctx.stores.entries.valuesPaidTo(actor.id, { ...range, before }, PAGE + 1);
  const about = await Promise.all(payouts.map(({ questionId }) => ctx.stores.questions.read(questionId)));
  return payouts.flatMap((entry, index): Earning[] => {
    const question = about[index]?.record;
    if (question === undefined) return [];
    const amount = { amount: paidTo(actor, entry), currency: entry.currency };
    const { id, subject, state } = question;
    return [{ id, kind: 'question', questionId: id, subject, state, amount, at: entry.at.toISOString() }];
  });
}

function paidTo(actor: Actor, entry: BookedEntry): number {
  const name = account.payable(actor.id);
  return -entry.legs.filter((leg) => leg.account === name).reduce((sum, leg) => sum + leg.amount, 0);
}

function cursorOf(text: string): { at: Date; id: string } {
  const [at = '', id = ''] = text.split('/');
  const date = new Date(at);
  if (Number.isNaN(date.getTime()) || id === '') throw invalid('cursor', 'unknown');
  return { at: date, id };
}

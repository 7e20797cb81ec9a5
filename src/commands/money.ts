// Cards and earnings (6.5, 7.5).

import { z } from 'zod';
import type { Ctx } from '../context.ts';
import { questionFor } from '../dispatch/access.ts';
import { tryingCard } from '../dispatch/card-tries.ts';
import { updatePayment } from '../dispatch/route.ts';
import { account } from '../domain/ledger.ts';
import type { Actor } from '../domain/people.ts';
import { command } from './command.ts';
import { Cursor, Id, Instant, PAGE, PaymentMethod, cursorOf, paged } from './fields.ts';
import { offersFor, shown } from './question.ts';
import { EarningView, serviceEarning } from './views/earning.ts';
import type { Earning } from './views/earning.ts';
import { MoneyView } from './views/fields.ts';
import { OfferView } from './views/offer.ts';
import { QuestionView } from './views/question.ts';

const EarningsInput = z.strictObject({ from: Instant.optional(), to: Instant.optional(), cursor: Cursor.optional() });
/** A file has all pages. */
export const EarningsRange = EarningsInput.omit({ cursor: true });

export const money = {
  'payment.update': command({
    summary: 'Another payment method: pays a draft, reopens a failed request (6.5), and is used from now on.',
    who: ['customer'],
    input: z.strictObject({ questionId: Id, paymentMethod: PaymentMethod }),
    output: z.strictObject({ question: QuestionView, offers: z.array(OfferView) }),
    run: async (ctx, actor, { questionId, paymentMethod }, _watcher, address) => {
      const found = await questionFor(ctx, actor, questionId);
      const tried = { person: actor.id, card: paymentMethod, address };
      const updated = await tryingCard(ctx, tried, questionId, () => updatePayment(ctx, found, paymentMethod));
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

/** Every accepted service; its amount is what the journal says was paid out for it and not taken back (8.4). */
async function services(ctx: Ctx, actor: Actor, range: Range): Promise<Earning[]> {
  const offers = await ctx.stores.offers.acceptedBy(actor.id, range, PAGE + 1);
  const remains = await remaining(
    ctx,
    actor,
    offers.map(({ questionId }) => questionId),
  );
  return offers.map((offer) => serviceEarning(offer, remains.get(offer.id) ?? 0));
}

/** What is said instead of the question's own state, which a refund does not change. */
const SHOWN: ReadonlySet<string> = new Set(['refunding', 'refund_pending', 'refunded', 'refund_failed']);

/** Questions whose rating has paid; a refunded one shows what remains (8.4). */
async function questions(ctx: Ctx, actor: Actor, range: Range): Promise<Earning[]> {
  const before = range.before && { at: range.before.at, id: `payout-${range.before.id}` };
  const payouts = await ctx.stores.entries.valuesPaidTo(actor.id, { ...range, before }, PAGE + 1);
  const ids = payouts.map(({ questionId }) => questionId);
  const [about, remains] = await Promise.all([
    Promise.all(ids.map((id) => ctx.stores.questions.read(id))),
    remaining(ctx, actor, ids),
  ]);
  return payouts.flatMap((entry, index): Earning[] => {
    const question = about[index]?.record;
    if (question === undefined) return [];
    const { id, subject, payment } = question;
    const state = SHOWN.has(payment.state) ? payment.state : question.state;
    const amount = { amount: remains.get(id) ?? 0, currency: entry.currency };
    return [{ id, kind: 'question', questionId: id, subject, state, amount, at: entry.at.toISOString() }];
  });
}

/** What was paid to this expert and not taken back, for each question and offer; `questionIds`: of all that is asked about. */
async function remaining(ctx: Ctx, actor: Actor, questionIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const name = account.payable(actor.id);
  const sums = new Map<string, number>();
  for (const { offerId, questionId, legs } of await ctx.stores.entries.paidAbout(name, questionIds)) {
    const owed = legs.filter((leg) => leg.account === name).reduce((sum, { amount }) => sum - amount, 0);
    sums.set(offerId ?? questionId, (sums.get(offerId ?? questionId) ?? 0) + owed);
  }
  return sums;
}

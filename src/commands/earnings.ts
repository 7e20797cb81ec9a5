// What experts have earned (7.5), as a list and as a file.

import { z } from 'zod';
import type { Ctx } from '../context.ts';
import { BUCKETS, calendarOf } from '../domain/calendar.ts';
import { account } from '../domain/ledger.ts';
import type { Actor } from '../domain/people.ts';
import { command } from './command.ts';
import { Cursor, Instant, PAGE, TimeZone, cursorOf, invalid, paged } from './fields.ts';
import { EarningView, EarningsSummaryView, earningsCsv, earningsSummaryView, serviceEarning } from './views/earning.ts';
import type { Earning } from './views/earning.ts';
import { MoneyView } from './views/fields.ts';

const MOST_BUCKETS = 400; // a year of days, and some

const EarningsInput = z.strictObject({ from: Instant.optional(), to: Instant.optional(), cursor: Cursor.optional() });
/** A file has all pages. */
const EarningsRange = EarningsInput.omit({ cursor: true });

export const earnings = {
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

  'earnings.summary': command({
    summary:
      'What was earned by day, week or month of a time zone, by kind (7.5). Each bucket is there, also an empty one.',
    who: ['expert'],
    reads: true,
    input: z.strictObject({ from: Instant, to: Instant, bucket: z.enum(BUCKETS), timeZone: TimeZone }),
    output: EarningsSummaryView,
    run: async (ctx, actor, { from, to, bucket, timeZone }) => {
      const range = { from: new Date(from), to: new Date(to) };
      const calendar = calendarOf(timeZone, bucket);
      const days = calendar.between(range, MOST_BUCKETS);
      if (days === null) throw invalid('to', 'too_far');
      const paid = days.length === 0 ? [] : await ctx.stores.entries.paidToByTime(actor.id, range);
      return earningsSummaryView(days, paid, calendar.bucketOf);
    },
  }),

  'earnings.csv': command({
    summary: 'The Earnings Report as a file for spreadsheets, all of it (7.5). Amounts are decimals of the currency.',
    who: ['expert'],
    reads: true,
    gives: 'text/csv; charset=utf-8',
    over: 'http',
    input: EarningsRange,
    output: z.string(),
    run: async (ctx, actor, range) => earningsCsv(await allEarnings(ctx, actor, range)),
  }),
};

interface Range {
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly before: { at: Date; id: string } | undefined;
}

function rangeOf({ from, to, cursor }: z.output<typeof EarningsInput>): Range {
  return {
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
    before: cursor === undefined ? undefined : cursorOf(cursor),
  };
}

/** 7.5: services and questions together, the newest first. */
async function earningsPage(ctx: Ctx, actor: Actor, range: Range) {
  const all = [...(await services(ctx, actor, range)), ...(await questions(ctx, actor, range))];
  all.sort((a, b) => (a.at === b.at ? (a.id < b.id ? 1 : -1) : a.at < b.at ? 1 : -1));
  return paged(all, (last) => `${last.at}/${last.id}`);
}

async function allEarnings(ctx: Ctx, actor: Actor, range: z.output<typeof EarningsRange>): Promise<Earning[]> {
  const all: Earning[] = [];
  let cursor: string | undefined;
  do {
    const page = await earningsPage(ctx, actor, rangeOf({ ...range, cursor }));
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return all;
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

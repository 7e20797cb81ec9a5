// What the installation has learned about the price of its service in so short a time, as an admin reads it (5.2), beside what its
// customers would really have paid.

import type { Answer } from '../web/client/calls.ts';
import { cents } from './checks/money.ts';
import { signInCare } from './people.ts';
import type { Db } from './snapshot.ts';

export type PriceCurve = Answer<'price.curve'>;
type Point = PriceCurve['points'][number];

/** Of every category in which somebody was offered it. */
export async function curvesIn(db: Db, gateway: string): Promise<PriceCurve[]> {
  const categories = await db.collection('offers').distinct('categoryId');
  const care = await signInCare(gateway);
  try {
    return await Promise.all(categories.map((category) => care.call('price.curve', { category: String(category) })));
  } finally {
    await care.close();
  }
}

const COLUMNS = ['price', 'shown', 'yes', 'no', 'likely', '9 times of 10', 'next offers', 'all shown', 'yes', 'truth'];

/** `limits`: the most that each customer would pay, minor units. */
export function priceLines(curves: readonly PriceCurve[], limits: readonly number[]): string[] {
  const shownIn = ({ points }: PriceCurve) => total(points.map(({ shown }) => shown));
  const [biggest] = curves.toSorted((one, other) => shownIn(other) - shownIn(one));
  if (biggest === undefined) return [];
  const all = curves.flatMap(({ points }) => points);
  const rows = biggest.points.map((point) => {
    const everywhere = all.filter(({ amount }) => amount === point.amount);
    const wouldPay = limits.filter((limit) => limit >= point.amount).length / limits.length;
    return [
      cents(point.amount),
      ...[point.shown, yes(point), point.declined + point.unanswered].map(String),
      point.likely === null ? '–' : percent(point.likely),
      point.low === null || point.high === null ? '–' : `${percent(point.low)} to ${percent(point.high)}`,
      percent(point.share),
      String(total(everywhere.map(({ shown }) => shown))),
      String(total(everywhere.map(yes))),
      percent(wouldPay),
    ];
  });
  const table = [COLUMNS, ...rows];
  const widths = COLUMNS.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return [
    `  In “${biggest.category}”, with ${shownIn(biggest)} offers, and in all ${curves.length} categories:`,
    ...table.map((line) => `  ${line.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')}`),
    '  So few offers tell little: where the ranges overlap, nothing is known to be better. “truth” is what the robots',
    '  would have paid, which nobody has told the server (docs/pricing.md).',
  ];
}

const yes = ({ requested, expired }: Point) => requested + expired;
const percent = (part: number) => `${Math.round(part * 100)} %`;
const total = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0);

// docs/images/learned-price.svg: what the rule of the product (5.2) has learned from made-up customers after 300 offers and after
// 10,000. Drawn from a run that is the same each time; `npm run docs` writes it, and a test fails when it is another one.

import { priceCurve } from '../src/domain/price-curve.ts';
import type { CurvePoint } from '../src/domain/price-curve.ts';
import { evidenceOf } from '../src/domain/price-statistics.ts';
import type { ShownPrices } from '../src/domain/price-statistics.ts';
import { POINTS, offersTo } from './price-simulation.ts';
import type { Demand, Rule } from './price-simulation.ts';

const DEMAND: Demand = [0.32, 0.27, 0.21, 0.15, 0.1];
const RULE: Rule = { objective: 'acceptance', tolerance: 0.05, explore: 0.05 };
const STAGES = [300, 10_000];
const RUN = 0;
const NOW = new Date(0);
const MONTH_MS = 2_592_000_000;

const PANEL = { width: 360, left: 46, top: 34, height: 200, gap: 20 };
const MOST_RATE = 0.5;
const COLUMN = (PANEL.width - PANEL.left) / POINTS.length;

export function pricePicture(): string {
  const shown = [...offersTo(DEMAND, RULE, RUN, Math.max(...STAGES))];
  const panels = STAGES.map((count, index) => {
    const counted = POINTS.flatMap((amount) =>
      [true, false].map((accepted): ShownPrices => {
        const those = shown.slice(0, count).filter((one) => one.amount === amount && one.accepted === accepted);
        return { day: NOW, amount, outcome: accepted ? 'requested' : 'declined', count: those.length };
      }),
    );
    const curve = priceCurve(POINTS, counted, { own: evidenceOf(counted, NOW, MONTH_MS), beside: [] }, RULE);
    return panel(curve, count, index * (PANEL.width + PANEL.gap));
  });
  const width = STAGES.length * PANEL.width + (STAGES.length - 1) * PANEL.gap + 14;
  const height = PANEL.top + PANEL.height + 64;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>What was learned about five prices after 300 offers and after 10,000</title>',
    '<style>',
    'text{font:12px system-ui,sans-serif;fill:#334155}.t{font-weight:600;font-size:13px}.b{fill:#cbd5e1}',
    '.i{stroke:#1d4ed8;stroke-width:2}.p{fill:#1d4ed8}.x{stroke:#b45309;stroke-width:2}.g{stroke:#e2e8f0}',
    '</style>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...panels.flat(),
    ...legend(height - 10),
    '</svg>',
    '',
  ].join('\n');
}

function panel(curve: readonly CurvePoint[], count: number, x: number): string[] {
  const bottom = PANEL.top + PANEL.height;
  const y = (rate: number) => round(bottom - (rate / MOST_RATE) * PANEL.height);
  const most = Math.max(...curve.map(({ shown }) => shown));
  return [
    `<text class="t" x="${x + PANEL.left}" y="18">after ${count.toLocaleString('en')} offers</text>`,
    ...[0, 0.1, 0.2, 0.3, 0.4, 0.5].flatMap((rate) => [
      `<line class="g" x1="${x + PANEL.left}" x2="${x + PANEL.width}" y1="${y(rate)}" y2="${y(rate)}"/>`,
      `<text x="${x + PANEL.left - 6}" y="${y(rate) + 4}" text-anchor="end">${rate * 100} %</text>`,
    ]),
    ...curve.flatMap(({ amount, shown, likely, low, high }, index) => {
      const middle = round(x + PANEL.left + (index + 0.5) * COLUMN);
      const bar = round((shown / most) * PANEL.height * 0.55);
      const truth = y(DEMAND[index] ?? 0);
      return [
        `<rect class="b" x="${middle - 17}" y="${round(bottom - bar)}" width="34" height="${bar}"/>`,
        `<line class="i" x1="${middle}" x2="${middle}" y1="${y(low ?? 0)}" y2="${y(high ?? 0)}"/>`,
        `<circle class="p" cx="${middle}" cy="${y(likely ?? 0)}" r="4.5"/>`,
        `<path class="x" d="M${middle - 14} ${truth - 4}l8 8m0 -8l-8 8"/>`,
        `<text x="${middle}" y="${bottom + 16}" text-anchor="middle">$${amount / 100}</text>`,
        `<text x="${middle}" y="${bottom + 31}" text-anchor="middle" font-size="10">${shown.toLocaleString('en')}</text>`,
      ];
    }),
  ];
}

function legend(y: number): string[] {
  return [
    `<rect class="b" x="46" y="${y - 10}" width="14" height="11"/><text x="66" y="${y}">shown so often</text>`,
    `<line class="i" x1="192" x2="192" y1="${y - 12}" y2="${y + 3}"/><circle class="p" cx="192" cy="${y - 4}" r="4"/>`,
    `<text x="202" y="${y}">part that says yes: likely, and nine times of ten between</text>`,
    `<path class="x" d="M556 ${y - 8}l8 8m0 -8l-8 8"/><text x="570" y="${y}">true, unknown to the rule</text>`,
  ];
}

const round = (value: number) => Math.round(value * 10) / 10;

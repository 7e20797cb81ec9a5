// What a run was, in the end: numbers, races, money, and every invariant with a ✓ or a ✗.

import { cents } from './checks/money.ts';
import { grouped } from './grouped.ts';
import type { Verdict } from './invariants.ts';
import { ledgerTotals } from './ledger.ts';
import { milliseconds, percentile } from './percentile.ts';
import { priceLines } from './prices.ts';
import type { Snapshot } from './snapshot.ts';
import type { Witness } from './witness.ts';

export interface Run {
  readonly seconds: number;
  readonly conversations: number;
  /** the most that each customer would have paid for the service, minor units */
  readonly limits: readonly number[];
  readonly witness: Witness;
  readonly snapshot: Snapshot;
  readonly verdicts: readonly Verdict[];
  /** conversations that broke off, nodes that failed */
  readonly problems: readonly string[];
  /** of the nodes' logs; no fault as long as the promises are kept */
  readonly warnings: readonly string[];
  readonly nameOf: (userId: string) => string;
}

const FAULTS_SHOWN = 5;

export function summaryOf(run: Run): string {
  return [
    ...['', 'Summary', ...numbers(run)],
    ...['', 'Money (ledger)', ...money(run)],
    ...['', 'What was learned about the price (5.2)', ...priceLines(run.witness.curves, run.limits)],
    ...['', 'Invariants, from the database and from what the clients saw', ...run.verdicts.flatMap(verdictLines)],
    ...problems(run),
    '',
    outcome(run),
    '',
  ].join('\n');
}

/** Is everything as it must be? */
export function isWell({ verdicts, problems: broken }: Pick<Run, 'verdicts' | 'problems'>): boolean {
  return broken.length === 0 && verdicts.every(({ faults }) => faults.length === 0);
}

function numbers({ seconds, conversations, witness, snapshot, nameOf }: Run): string[] {
  const { deliveries } = witness;
  const requested = snapshot.offers.filter(({ requestedAt }) => requestedAt !== null).length;
  return [
    row('conversations', `${conversations} in ${seconds.toFixed(0)} s, ${requested} of them with a request`),
    row('messages', `${snapshot.messages.length}, of which ${deliveries.length} were measured on their way`),
    row(
      'delivered in',
      `p50 ${milliseconds(percentile(deliveries, 50))}, p99 ${milliseconds(percentile(deliveries, 99))}`,
    ),
    row('', 'from sending to the other side’s screen, always across the two gateways'),
    row('races', races(witness, nameOf)),
  ];
}

function races({ presses }: Witness, nameOf: (userId: string) => string): string {
  const all = [...grouped(presses, ({ requestId, round }) => `${requestId} ${round}`).values()];
  const contested = all.filter((race) => race.length > 1);
  const sizes = contested.map((race) => race.length);
  const winners = contested.flatMap((race) =>
    race.filter(({ outcome }) => outcome === 'won').map(({ expert }) => expert),
  );
  const won = [...grouped(winners, (expert) => expert)]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([expert, times]) => `${nameOf(expert)} ${times.length}`);
  if (contested.length === 0) return 'none';
  return `${contested.length}, of ${Math.min(...sizes)} to ${Math.max(...sizes)} experts, won by ${won.join(', ')}`;
}

function money({ snapshot }: Run): string[] {
  const { captured, payouts, platform, refunds, unearned, held } = ledgerTotals(snapshot.entries);
  return [
    row('in', `${cents(captured)} captured from customers`),
    row('out', `${cents(payouts)} to experts, ${cents(platform)} to the platform, ${cents(refunds)} refunded,`),
    row('', `${cents(unearned)} not yet earned: ${cents(payouts + platform + refunds + unearned)} in all`),
    row('held', `${cents(held)} on cards, for answers that nobody has rated well yet`),
  ];
}

function verdictLines({ id, claim, examined, faults }: Verdict): string[] {
  const head = `  ${faults.length === 0 ? '✓' : '✗'} ${id.padEnd(4)} ${claim.padEnd(56)} ${examined}`;
  const more = faults.length - FAULTS_SHOWN;
  return [
    head,
    ...faults.slice(0, FAULTS_SHOWN).map((fault) => `         ${fault}`),
    ...(more > 0 ? [`         and ${more} more`] : []),
  ];
}

function problems({ problems: broken, warnings }: Run): string[] {
  const shown = (title: string, mark: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', title, ...lines.slice(0, FAULTS_SHOWN).map((line) => `  ${mark} ${line}`)];
  return [
    ...shown(`Problems (${broken.length})`, '✗', broken),
    ...shown(`Warnings in the logs of the nodes (${warnings.length})`, '·', warnings),
  ];
}

function outcome(run: Run): string {
  if (isWell(run)) return `All ${run.verdicts.length} checks hold.`;
  const failed = run.verdicts.filter(({ faults }) => faults.length > 0).length;
  return `${failed} of ${run.verdicts.length} checks failed, ${run.problems.length} problems.`;
}

const row = (name: string, text: string) => `  ${name.padEnd(14)} ${text}`;

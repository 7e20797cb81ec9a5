// What a run leaves behind: the table on the screen, the JSON, the table in docs/performance.md, and the verdict.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Outcome, Row } from './bench.ts';
import { ROOT } from './servers.ts';

export interface Run {
  /** the folder of bench/results */
  readonly results: string;
  readonly quick: boolean;
  readonly writeDocs: boolean;
  readonly versions: { readonly mongodb: string; readonly redis: string };
}

const HEAD = ['figure', 'Parley', 'bare', 'ratio', 'floor', 'goal', 'A/A', ''];
const DOCS = join(ROOT, 'docs/performance.md');
const BEGIN = '<!-- bench: written by npm run bench -- --write-docs -->';
const END = '<!-- bench: end -->';

/** Answers the exit code: 1 when something is below its floor, or happened that may not. */
export function report(outcomes: Readonly<Record<string, Outcome>>, run: Run): number {
  const all = Object.values(outcomes);
  const rows = all.flatMap((outcome) => outcome.rows);
  const violations = [
    ...all.flatMap((outcome) => outcome.violations),
    ...rows.filter((row) => verdict(row) === 'BELOW THE FLOOR').map(({ figure }) => `${figure}: below the floor`),
  ];
  const facts = all.flatMap((outcome) => outcome.facts);
  const machine = machineOf(run);
  const table = [HEAD, ...rows.map(cells)];
  process.stdout.write(`\n${machine}\n\n${plain(table)}\n\n${facts.map((fact) => `- ${fact}`).join('\n')}\n`);
  if (run.quick) process.stdout.write('\nA quick run: it shows that the bench works and measures nothing.\n');
  for (const violation of violations) process.stdout.write(`\nFAILED ${violation}\n`);
  const record = { at: new Date().toISOString(), commit: commit(), quick: run.quick, machine, rows, violations, facts };
  writeFileSync(join(run.results, 'latest.json'), `${JSON.stringify(record, null, 2)}\n`);
  if (run.writeDocs) writeDocs(machine, markdown(table), facts);
  return violations.length === 0 || run.quick ? 0 : 1;
}

function cells(row: Row): string[] {
  const { figure, unit, parley, baseline, ratio, noise, floor, goal, note } = row;
  const sign = row.better === 'higher' ? '≥' : '≤';
  return [
    note === undefined ? figure : `${figure} (${note})`,
    parley === null ? '–' : `${short(parley)} ${unit}`,
    baseline === null ? '–' : `${short(baseline)} ${unit}`,
    ratio === null ? '–' : ratio.toFixed(2),
    `${sign} ${floor}`,
    `${sign} ${goal}`,
    noise === null ? '–' : `${noise.ratio.toFixed(2)} ± ${Math.round(noise.spread * 100)} %`,
    verdict(row),
  ];
}

function verdict({ ratio, better, floor, goal }: Row): string {
  if (ratio === null) return 'not measured';
  const reaches = (limit: number) => (better === 'higher' ? ratio >= limit : ratio <= limit);
  if (reaches(goal)) return 'goal reached';
  return reaches(floor) ? 'above the floor' : 'BELOW THE FLOOR'; // NaN too
}

const short = (value: number) => (value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3))));

function plain(table: readonly (readonly string[])[]): string {
  return padded(table)
    .map((line) => line.join('  ').trimEnd())
    .join('\n');
}

/** As prettier would write it. */
function markdown(table: readonly (readonly string[])[]): string {
  const [head, ...lines] = padded(table);
  const rule = head!.map((cell) => '-'.repeat(Math.max(3, cell.length)));
  return [head!, rule, ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function padded(table: readonly (readonly string[])[]): string[][] {
  const widths = HEAD.map((_, column) => Math.max(3, ...table.map((line) => line[column]!.length)));
  return table.map((line) => line.map((cell, column) => cell.padEnd(widths[column]!)));
}

function writeDocs(machine: string, table: string, facts: readonly string[]): void {
  const text = readFileSync(DOCS, 'utf8');
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from < 0 || to < from) throw new Error(`${DOCS} has lost its markers`);
  const block = [BEGIN, '', `Commit ${commit()}, ${new Date().toISOString().slice(0, 10)}. ${machine}.`, '', table, ''];
  writeFileSync(
    DOCS,
    text.slice(0, from) +
      [...block, ...facts.map((fact) => `- ${fact}`), '', END].join('\n') +
      text.slice(to + END.length),
  );
}

function machineOf({ versions }: Run): string {
  const [cpu] = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores (${cpu?.model ?? 'unknown'}), ${gib} GiB, Node ${process.versions.node}, MongoDB ${versions.mongodb}, Redis ${versions.redis}`;
}

/** `-dirty` when something is not committed, apart from what a run itself writes. */
function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', '.', ':!docs/performance.md') !== '';
  return git('rev-parse', '--short', 'HEAD') + (changed ? '-dirty' : '');
}

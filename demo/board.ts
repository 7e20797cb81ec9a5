// The live board in the terminal: redrawn in place on a TTY, a plain line every few seconds otherwise. All it knows it
// has from customer care's socket, which hears of everything, and from the robots' own words.

import type { Client, Offer, Question } from './client.ts';
import type { Path } from './paths.ts';
import type { Witness } from './witness.ts';
import { milliseconds, percentile } from './percentile.ts';

const REDRAW_MS = 250;
const LINE_MS = 5_000;
const QUESTION_STATES = ['open', 'claimed', 'answered', 'closed'];
const LIVE_STATES: Offer['state'][] = ['offered', 'reserved', 'open', 'capturing', 'payment_failed', 'accepted'];
const SETTLED_STATES: Offer['state'][] = [
  ...(['declined', 'withdrawn', 'fulfilled', 'unfulfilled', 'refunded', 'report_overdue', 'expired'] as const),
];

export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export interface Board {
  begins(path: Path): void;
  ends(path: Path): void;
  say(line: string): void;
  /** draws it a last time; what is said afterwards is not shown */
  stop(): void;
}

interface Tally {
  readonly path: Path;
  planned: number;
  live: number;
  done: number;
}

export function openBoard(screen: Screen, paths: readonly Path[], care: Client, witness: Witness): Board {
  const startedAt = performance.now();
  const questions = newest(care.questions);
  const offers = newest(care.offers);
  const tallies = [...new Set(paths)].map((path): Tally => {
    return { path, planned: paths.filter((one) => one === path).length, live: 0, done: 0 };
  });
  const said: string[] = [];
  let drawn = 0;
  let stopped = false;

  const clock = () => {
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
  };
  const sum = (part: 'planned' | 'live' | 'done') => tallies.reduce((total, tally) => total + tally[part], 0);
  const delivery = () => {
    const { deliveries } = witness;
    return `p50 ${milliseconds(percentile(deliveries, 50))}, p99 ${milliseconds(percentile(deliveries, 99))}`;
  };

  function lines(): string[] {
    const head = [
      bold(`Parley demo  ${clock()}`),
      '',
      `Conversations  ${sum('live')} under way, ${sum('done')} of ${sum('planned')} done`,
      `Messages       ${witness.acked.length} sent; to the other side’s screen ${delivery()}`,
      `Questions      ${counts(questions.values(), QUESTION_STATES)}`,
      `Requests       ${counts(offers.values(), LIVE_STATES)}`,
      `Settled        ${counts(offers.values(), SETTLED_STATES)}`,
      '',
      ...tallies.map(tallyLine),
      '',
    ];
    const room = Math.max(3, (screen.rows ?? 24) - head.length - 1);
    return [...head, ...said.slice(-Math.min(room, 12)).map(dim)];
  }

  function draw(): void {
    const width = (screen.columns ?? 100) - 1;
    const up = drawn === 0 ? '' : `\u001B[${drawn}A`;
    const rows = lines().slice(0, Math.max(1, (screen.rows ?? 24) - 1));
    const text = rows.map((line) => `\u001B[2K${cut(line, width)}\n`).join('');
    screen.write(`${up}${text}\u001B[J`);
    drawn = rows.length;
  }

  function line(): void {
    const { length } = witness.acked;
    screen.write(
      `${clock()}  ${sum('done')}/${sum('planned')} done, ${sum('live')} live; ${length} messages, ${delivery()}; requests: ${counts(offers.values(), [...LIVE_STATES, ...SETTLED_STATES])}\n`,
    );
  }

  const show = screen.isTTY ? draw : line;
  const timer = setInterval(show, screen.isTTY ? REDRAW_MS : LINE_MS);
  show();
  const tallyOf = (path: Path) =>
    tallies.find((tally) => tally.path === path) ?? { path, planned: 0, live: 0, done: 0 };
  return {
    begins: (path) => {
      tallyOf(path).live += 1;
    },
    ends: (path) => {
      tallyOf(path).live -= 1;
      tallyOf(path).done += 1;
    },
    say: (what) => {
      said.push(`${clock()}  ${what}`);
    },
    stop: () => {
      if (stopped) return;
      stopped = true;
      clearInterval(timer);
      show();
    },
  };
}

/** The newest version of each record. */
function newest<T extends Question | Offer>(feed: { each(listener: (item: T) => void): unknown }): Map<string, T> {
  const known = new Map<string, T>();
  feed.each((item) => {
    const before = known.get(item.id);
    if (before === undefined || before.version < item.version) known.set(item.id, item);
  });
  return known;
}

function counts(records: Iterable<{ readonly state: string }>, states: readonly string[]): string {
  const found = [...records].map(({ state }) => state);
  const parts = states
    .map((state) => ({ state, count: found.filter((one) => one === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${state} ${count}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function tallyLine({ path, planned, live, done }: Tally): string {
  const marks = `${'●'.repeat(done)}${'◐'.repeat(live)}${'·'.repeat(Math.max(0, planned - done - live))}`;
  return `  ${path.title.padEnd(40)} ${marks}`;
}

const bold = (text: string) => `\u001B[1m${text}\u001B[0m`;
const dim = (text: string) => `\u001B[2m${text}\u001B[0m`;

/** To the width of the terminal; the two styles above are closed again. */
function cut(line: string, width: number): string {
  const styled = /^(\u001B\[\dm)(.*)(\u001B\[0m)$/s.exec(line);
  const [, open = '', text = line, shut = ''] = styled ?? [];
  return `${open}${text.length > width ? `${text.slice(0, width - 1)}…` : text}${shut}`;
}

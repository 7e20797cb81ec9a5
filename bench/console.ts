// (x) What the console costs an expert's browser whose CPU is slowed fourfold, beside what is allowed (decision 128): a day's worth of
// events, a category with 2,000 open questions, and how soon it is right again after its line was lost.

import type { Bench, Outcome, Row } from './bench.ts';
import { SLOWER, allowed, launch } from './browser.ts';
import { crowded } from './console-crowd.ts';
import type { Crowded } from './console-crowd.ts';
import { dayOf } from './console-day.ts';
import type { Day } from './console-day.ts';
import { returns } from './console-line.ts';
import type { Returned } from './console-line.ts';
import { median, most, percentile } from './stats.ts';

/** What is allowed, in the units of the figures. */
const MOST = { growth: 1.05, key: 50, first: 2_000, page: 1_000, frame: 50, nodes: 3_000, again: 2_000 };
const DAY_EVENTS = 10_000; // 1,000 a minute for ten minutes
const MINUTES = 2; // in which they come, unless somebody wants them slower
const QUICK = 20; // so many times less of everything

export async function atConsole(bench: Bench): Promise<Outcome> {
  const { quick, say } = bench;
  const minutes = bench.minutes ?? MINUTES;
  const browser = await launch();
  try {
    const events = quick ? DAY_EVENTS / QUICK : DAY_EVENTS;
    const day = await dayOf(bench, browser, { events, minutes: quick ? minutes / QUICK : minutes });
    say(`x: ${day.heard} events in ${day.seconds.toFixed(0)} s; key → frame ${shown(day.keys)}`);
    const crowd = await crowded(bench, browser, quick ? QUICK : 1);
    say(`x: ${crowd.waiting} wait; first list ${crowd.first.toFixed(0)} ms, key → frame ${shown(crowd.keys)}`);
    const again = await returns(bench, browser, quick ? 1 : 3);
    return { rows: rowsOf(day, crowd, again), violations: [], facts: factsOf(day, crowd, again) };
  } finally {
    await browser.close();
  }
}

const slow = `CPU slowed ${SLOWER}-fold`;

function rowsOf({ before, after, keys, heard }: Day, crowd: Crowded, again: Returned): Row[] {
  const events = `after ${heard.toLocaleString('en')} events`;
  const waiting = `${crowd.waiting.toLocaleString('en')} open questions`;
  return [
    allowed(`x. what the console holds ${events}, without compiled code`, 'MB', after.held, before.held * MOST.growth),
    allowed(`x. nodes of the console ${events}`, '', after.nodes, before.nodes * MOST.growth),
    allowed(`x. key → frame at 1,000 events a minute, ${slow}`, 'ms', median(keys), MOST.key, keys.length),
    allowed(`x. page opened → list, ${waiting}, ${slow}`, 'ms', crowd.first, MOST.first),
    allowed(`x. key → frame beside ${waiting}, ${slow}`, 'ms', median(crowd.keys), MOST.key, crowd.keys.length),
    allowed(`x. nodes of the page, ${waiting}`, '', crowd.nodes, MOST.nodes),
    allowed(`x. "Show more" → drawn, ${slow}, the slowest`, 'ms', most(crowd.pages), MOST.page, crowd.pages.length),
    allowed(`x. frame while scrolling, p95, ${slow}`, 'ms', percentile(crowd.frames, 95), MOST.frame),
    allowed('x. line cut → right again, the slowest', 'ms', most(again.cut), MOST.again, again.cut.length),
    allowed(
      'x. server is back → right again, the slowest',
      'ms',
      most(again.restart),
      MOST.again,
      again.restart.length,
    ),
    allowed('x. an hour asleep → right again, the slowest', 'ms', most(again.sleep), MOST.again, again.sleep.length),
  ];
}

function factsOf(day: Day, crowd: Crowded, again: Returned): string[] {
  const { before, after } = day;
  return [
    `x: ${day.heard} events heard in ${day.seconds.toFixed(0)} s (a day has 1,000 a minute for ten minutes), the steps of ${day.told} ` +
      `questions of the queue in them; ${day.lives} lives; held ${before.held.toFixed(2)} → ${after.held.toFixed(2)} MB, with compiled code ` +
      `${before.heap.toFixed(2)} → ${after.heap.toFixed(2)} MB, nodes ` +
      `${before.nodes} → ${after.nodes}, listeners ${before.listeners} → ${after.listeners}; key → frame ${shown(day.keys)}`,
    `x: with ${crowd.rows} of ${crowd.waiting} rows shown: nodes ${crowd.nodesAll}, key → frame ${shown(crowd.keysAll)}; ` +
      `"Show more" ${shown(crowd.pages)}; frames while scrolling ${shown(crowd.frames)}`,
    `x: right again: cut ${shown(again.cut)}, restarted ${shown(again.restart)}, asleep ${shown(again.sleep)}`,
  ];
}

const shown = (ms: readonly number[]) =>
  `${median(ms).toFixed(0)}, ${percentile(ms, 95).toFixed(0)} and ${most(ms).toFixed(0)} ms (median, p95, the longest)`;

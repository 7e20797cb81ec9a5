// The browser that pages are measured in: Chromium, with its CPU slowed as that of a cheap phone or an old laptop.

import { access } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { CHROMIUM, CHROMIUM_ARGS } from '../test/helpers/chromium.ts';
import type { Row } from './bench.ts';
import { sleep } from './client.ts';

export const SLOWER = 4;
const MB = 1_000_000;
const LOOK_MS = 50;
const PATIENCE_MS = 180_000;

/** @throws when there is none */
export async function launch(): Promise<Browser> {
  await access(CHROMIUM);
  return chromium.launch({ executablePath: CHROMIUM, args: [...CHROMIUM_ARGS] });
}

const devtools = (page: Page): Promise<CDPSession> => page.context().newCDPSession(page);

/** `rate`: 1 is as fast as it is. */
export async function slowed(page: Page, rate = SLOWER): Promise<void> {
  await (await devtools(page)).send('Emulation.setCPUThrottlingRate', { rate });
}

export interface Metrics {
  /** MB in use after a collection */
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
}

export async function metricsOf(page: Page): Promise<Metrics> {
  const session = await devtools(page);
  await session.send('Performance.enable');
  // twice: what the first round finalises, the second one frees
  for (let round = 0; round < 2; round += 1) await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  const named = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? NaN;
  return { heap: named('JSHeapUsedSize') / MB, nodes: named('Nodes'), listeners: named('JSEventListeners') };
}

interface Snapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: string[]; readonly node_types: [string[]] } };
  /** so many numbers for each node as it has fields */
  readonly nodes: readonly number[];
}

/** MB that the page holds after a collection, without what the engine has compiled of it: that comes and goes for hours. */
export async function heldBy(page: Page): Promise<number> {
  const session = await devtools(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  for (let round = 0; round < 2; round += 1) await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  const { snapshot, nodes } = JSON.parse(chunks.join('')) as Snapshot; // as DevTools writes it
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, size, code] = [fields.indexOf('type'), fields.indexOf('self_size'), types[0].indexOf('code')];
  let bytes = 0;
  for (let at = 0; at < nodes.length; at += fields.length)
    if (nodes[at + type] !== code) bytes += nodes[at + size] ?? 0;
  return bytes / MB;
}

/**
 * Asked seldom: asking costs the page something too. And by DevTools alone: the policy of a page forbids it to read an expression by
 * itself, and Playwright's own ways of asking put its scripts into the page, 0.9 MB of the heap that is measured.
 */
export async function until(page: Page, holds: string): Promise<void> {
  const session = await devtools(page);
  const end = performance.now() + PATIENCE_MS;
  while (!(await isSo(session, holds))) {
    if (performance.now() > end) throw new Error(`it never was: ${holds}`);
    await sleep(LOOK_MS);
  }
  await session.detach();
}

async function isSo(session: CDPSession, expression: string): Promise<boolean> {
  const { result } = await session.send('Runtime.evaluate', { expression, returnByValue: true });
  return result.value === true;
}

/** A figure that is no race: beside it stands what is allowed. */
export const allowed = (figure: string, unit: string, parley: number, most: number, rounds = 1): Row => ({
  ...{ figure, unit, parley, baseline: most, ratio: parley / most, noise: null, better: 'lower' },
  ...{ floor: 1, goal: 0.8, rounds, note: 'beside it what is allowed' },
});

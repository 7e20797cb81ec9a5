import type { Socket as Line } from 'node:net';
import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { Backlog } from '../../src/gateway/backlog.ts';

const KIB = 1024;

/** A connection, as far as a backlog looks at it: what was written to it, and how much of that waits. */
function line(waits: number) {
  const looked = { destroyed: false, writableLength: waits, bytesWritten: waits };
  return { as: looked as unknown as Line, take: (bytes: number) => void (looked.writableLength -= bytes) };
}

function world(budget: number) {
  const backlog = new Backlog(() => {}, budget);
  const [drips, reads] = [line(512 * KIB), line(512 * KIB)];
  for (const one of [drips, reads]) backlog.note(one.as, 512 * KIB, null);
  const from = performance.now();
  const after = (seconds: number) => backlog.stalled(from + seconds * 1_000);
  return { drips, reads, after };
}

test('17 while the budget is used up who takes next to nothing is cut, and who reads is not', () => {
  const { drips, reads, after } = world(256 * KIB);
  expect(after(4)).toEqual([]);
  drips.take(1 * KIB);
  reads.take(64 * KIB);
  expect(after(6)).toEqual([drips.as]);
  reads.take(64 * KIB);
  expect(after(12)).toEqual([drips.as]);
  expect(after(18)).toEqual([drips.as, reads.as]); // it has stopped reading
});

test('17 with room for all who takes a little stays, and who has taken nothing for half a minute does not', () => {
  const { drips, reads, after } = world(2_048 * KIB);
  for (let seconds = 5; seconds <= 60; seconds += 5) {
    drips.take(1);
    expect(after(seconds)).toEqual(seconds < 30 ? [] : [reads.as]);
  }
});

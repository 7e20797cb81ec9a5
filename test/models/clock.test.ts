// The clock that follows the database's: never ahead of what the database has shown, never back by a little.

import { describe, expect, inject, test } from 'vitest';
import { connectMongo } from '../../src/models/mongo.ts';
import { estimation } from '../../src/models/clock.ts';

const START = 1_800_000_000_000;

/** A database whose clock shows `START` at steady time 0, and is asked over a line that takes its time. */
function asking(clock = estimation()) {
  let ahead = START;
  return {
    clock,
    set: (ms: number) => {
      ahead += ms;
    },
    /** Asked at steady time `at`; the question and the answer are on their way for so long. */
    ask: (at: number, there: number, back: number) => {
      clock.learn({ asked: at, told: Math.floor(at + there + ahead), heard: at + there + back });
    },
    truth: (at: number) => at + ahead,
  };
}

describe('the estimate', () => {
  test('is behind the truth by no more than the way of the answer and the part of a millisecond that is not told', () => {
    const { clock, ask, truth } = asking();
    ask(100, 40, 7);
    expect(truth(200) - clock.at(200)).toBeGreaterThanOrEqual(0);
    expect(truth(200) - clock.at(200)).toBeLessThanOrEqual(8);
  });

  test('the quickest answer of the last ones counts, a slow one changes nothing', () => {
    const { clock, ask, truth } = asking();
    ask(0, 1, 1);
    for (const at of [5_000, 10_000, 15_000]) ask(at, 500, 900);
    expect(truth(20_000) - clock.at(20_000)).toBeLessThanOrEqual(2);
  });

  test('whatever the ways are, it is never ahead', () => {
    const { clock, ask, truth } = asking();
    for (let round = 0; round < 500; round += 1) {
      ask(round * 10, (round * 7) % 23, (round * 13) % 31);
      expect(clock.at(round * 10 + 60)).toBeLessThanOrEqual(truth(round * 10 + 60));
    }
  });

  test('a primary with another clock is followed with the next answer, forward and back', () => {
    const { clock, ask, set, truth } = asking();
    ask(0, 1, 1);
    expect(clock.at(10)).toBeCloseTo(truth(10), -1);
    for (const [at, ms] of [
      [5_000, 3_600_000],
      [10_000, -7_200_000],
      [15_000, 5_000],
    ] as const) {
      set(ms);
      ask(at, 1, 1);
      expect(truth(at + 10) - clock.at(at + 10)).toBeGreaterThanOrEqual(0);
      expect(truth(at + 10) - clock.at(at + 10)).toBeLessThanOrEqual(2);
    }
  });

  test('a clock that was set back a little stands still meanwhile: no instant comes twice', () => {
    const { clock, ask, set, truth } = asking();
    ask(0, 1, 1);
    const before = clock.at(1_000);
    set(-300);
    ask(1_000, 1, 1);
    expect(clock.at(1_010)).toBe(before);
    expect(clock.at(1_200)).toBe(before);
    expect(clock.at(1_400)).toBeGreaterThan(before);
    expect(clock.at(1_400)).toBeLessThanOrEqual(truth(1_400));
  });
});

test('a node’s clock is the database’s, whatever is done to that of its machine', async () => {
  const mongo = await connectMongo(inject('mongodbUri'));
  const before = mongo.now().getTime();
  const right = Date.now;
  try {
    Date.now = () => right() + 3_600_000;
    expect(mongo.now().getTime() - before).toBeLessThan(60_000);
    expect(mongo.now().getTime()).toBeGreaterThanOrEqual(before);
  } finally {
    Date.now = right;
    await mongo.close();
  }
  expect(Math.abs(before - Date.now())).toBeLessThan(60_000);
});

test('a clock that is handed in is the database’s', async () => {
  const then = new Date('2030-01-01T00:00:00.000Z');
  const mongo = await connectMongo(inject('mongodbUri'), { now: () => then });
  expect(mongo.now()).toBe(then);
  await mongo.close();
});

// The server's clock, read off its answers.
import { expect, test } from 'vitest';
import { ServerTime } from '../../web/client/time.ts';

const START = Date.parse('2026-01-01T00:00:00Z');

/** A server that is ahead of this machine by so much, and answers after `took` ms, half of them on the way back. */
function answering(time: ServerTime, own: { at: number }, aheadMs: number, took: number): void {
  const asked = time.asked();
  own.at += took / 2;
  const date = new Date(Math.floor((own.at + aheadMs) / 1_000) * 1_000).toUTCString();
  own.at += took / 2;
  time.learn(date, asked);
}

test.each([3_600_000, -3_600_000, 350, 0])(
  'a clock that is off by %d ms is known within a second, then better',
  (ahead) => {
    const own = { at: START };
    const time = new ServerTime(() => own.at);
    const error = () => Math.abs(time.now() - (own.at + ahead));
    answering(time, own, ahead, 40);
    expect(error()).toBeLessThanOrEqual(540);
    for (let tries = 0; tries < 50; tries += 1) {
      own.at += 370;
      answering(time, own, ahead, 40);
    }
    expect(error()).toBeLessThanOrEqual(50);
  },
);

test('a clock that is set meanwhile is believed', () => {
  const own = { at: START };
  const time = new ServerTime(() => own.at);
  answering(time, own, 0, 40);
  own.at += 7_200_000;
  answering(time, own, -7_200_000, 40);
  expect(Math.abs(time.now() - START)).toBeLessThan(1_500);
});

test('until an answer has told it, it is this machine’s own', () => {
  const time = new ServerTime(() => START);
  expect(time.now()).toBe(START);
  time.learn(null, START);
  time.learn('some day', START);
  expect(time.now()).toBe(START);
});

test.each([600_000, -600_000])(
  'what time.get answers tells a clock that is off by %d ms to the millisecond',
  (ahead) => {
    const own = { at: START };
    const time = new ServerTime(() => own.at);
    for (const took of [300, 20, 80]) {
      const asked = time.asked();
      own.at += took;
      time.learnExactly(new Date(own.at - took / 2 + ahead).toISOString(), asked);
    }
    // the quickest of the three has the last word
    expect(Math.abs(time.now() - (own.at + ahead))).toBeLessThanOrEqual(10);
  },
);

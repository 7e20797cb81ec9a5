import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { coalesced } from '../../src/jobs/coalesced.ts';

/** Work that ends when it is told to. It answers its number and knows how many ran at once. */
function working() {
  const runs: { end(): void; fail(error: Error): void }[] = [];
  let underWay = 0;
  let most = 0;
  const ask = coalesced(() => {
    underWay += 1;
    most = Math.max(most, underWay);
    const number = runs.length + 1;
    return new Promise<number>((resolve, reject) => {
      runs.push({
        end: () => {
          underWay -= 1;
          resolve(number);
        },
        fail: (error) => {
          underWay -= 1;
          reject(error);
        },
      });
    });
  });
  return { ask, runs, most: () => most };
}

describe('coalesced', () => {
  test('runs at once when nothing runs', async () => {
    const { ask, runs } = working();
    const one = ask();
    expect(runs).toHaveLength(1);
    runs[0]!.end();
    expect(await one).toBe(1);
  });

  test('whoever asks while it runs shares the next run, which begins after they asked', async () => {
    const { ask, runs } = working();
    const one = ask();
    const others = [ask(), ask(), ask()];
    await turn();
    expect(runs).toHaveLength(1);
    runs[0]!.end();
    expect(await one).toBe(1);
    await turn();
    expect(runs).toHaveLength(2);
    const late = ask();
    runs[1]!.end();
    expect(await Promise.all(others)).toEqual([2, 2, 2]);
    await turn();
    runs[2]!.end();
    expect(await late).toBe(3);
    expect(runs).toHaveLength(3);
  });

  test('does not run again when nobody asked', async () => {
    const { ask, runs } = working();
    const one = ask();
    runs[0]!.end();
    await one;
    await turn();
    expect(runs).toHaveLength(1);
    void ask();
    expect(runs).toHaveLength(2);
  });

  test('a run that fails fails for those who shared it, and the next one goes on', async () => {
    const { ask, runs } = working();
    const one = ask();
    const other = ask();
    runs[0]!.fail(new Error('down'));
    await expect(one).rejects.toThrow('down');
    await turn();
    expect(runs).toHaveLength(2);
    runs[1]!.end();
    expect(await other).toBe(2);
    const again = ask();
    runs[2]!.fail(new Error('down again'));
    await expect(again).rejects.toThrow('down again');
    void ask();
    expect(runs).toHaveLength(4);
  });

  test('is never under way twice, also when somebody asks in the moment in which it ends', async () => {
    const { ask, runs, most } = working();
    const one = ask();
    const insistent = one.then(() => ask()); // learns of the end before the shared run has begun
    const other = ask();
    for (let ended = 0; ended < runs.length; ended += 1) {
      runs[ended]!.end();
      await turn();
    }
    await Promise.all([insistent, other]);
    expect(most()).toBe(1);
  });
});

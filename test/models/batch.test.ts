import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { inBatches } from '../../src/models/batch.ts';
import type { BatchOptions } from '../../src/models/batch.ts';

interface Batch {
  readonly items: readonly string[];
  answer(): Promise<void>;
  fail(error: Error): Promise<void>;
}

/** Whose batches are answered by hand: each item with itself in capitals. */
function answering(options: Partial<Omit<BatchOptions<string, string>, 'run'>> = {}) {
  const { maxBatch = 100, lanes = 1, ...others } = options;
  const batches: Batch[] = [];
  const ask = inBatches<string, string>({
    maxBatch,
    lanes,
    ...others,
    run: (items) =>
      new Promise((resolve, reject) => {
        batches.push({
          items,
          answer: () => {
            resolve(items.map((item) => item.toUpperCase()));
            return settled();
          },
          fail: (error) => {
            reject(error);
            return settled();
          },
        });
      }),
  });
  return { ask, batches, asked: () => batches.map(({ items }) => items.join('')) };
}

/** Every batch that can begin has begun. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await turn();
}

/** Lets time pass for the tests of a group. */
function withTime(): (ms: number) => Promise<void> {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());
  return (ms) => {
    vi.advanceTimersByTime(ms);
    return settled();
  };
}

const first = (key: string) => key[0]!;

describe('in batches', () => {
  test('what one turn of the event loop brings in is one batch', async () => {
    const { ask, batches, asked } = answering();
    const answers = Promise.all(['a', 'b', 'c'].map(ask));
    expect(asked()).toEqual([]);
    await settled();
    expect(asked()).toEqual(['abc']);
    await batches[0]!.answer();
    expect(await answers).toEqual(['A', 'B', 'C']);
  });

  test('what comes while a batch is under way shares the next one', async () => {
    const { ask, batches, asked } = answering();
    const one = ask('a');
    await settled();
    const others = [ask('b')];
    await settled();
    others.push(ask('c'));
    await settled();
    expect(asked()).toEqual(['a']);
    await batches[0]!.answer();
    expect(asked()).toEqual(['a', 'bc']);
    await batches[1]!.answer();
    expect(await Promise.all([one, ...others])).toEqual(['A', 'B', 'C']);
  });

  test('begins again after it has been idle', async () => {
    const { ask, batches, asked } = answering();
    for (const item of ['a', 'b']) {
      const answer = ask(item);
      await settled();
      await batches.at(-1)!.answer();
      expect(await answer).toBe(item.toUpperCase());
    }
    expect(asked()).toEqual(['a', 'b']);
  });

  test('a batch is never larger than allowed, and nothing is left behind or turned around', async () => {
    const { ask, batches, asked } = answering({ maxBatch: 2 });
    const answers = Promise.all([...'abcde'].map(ask));
    for (let index = 0; index < 3; index += 1) {
      await settled();
      await batches[index]!.answer();
    }
    expect(asked()).toEqual(['ab', 'cd', 'e']);
    expect(await answers).toEqual([...'ABCDE']);
  });

  test('no more batches are under way than there are lanes', async () => {
    const { ask, batches, asked } = answering({ maxBatch: 1, lanes: 2 });
    const answers = Promise.all([...'abcd'].map(ask));
    await settled();
    expect(asked()).toEqual(['a', 'b']);
    await batches[1]!.answer();
    expect(asked()).toEqual(['a', 'b', 'c']);
    await batches[0]!.answer();
    expect(asked()).toEqual(['a', 'b', 'c', 'd']);
    await batches[2]!.answer();
    await batches[3]!.answer();
    expect(await answers).toEqual([...'ABCD']);
  });

  test('answers find their askers, whichever batch is answered first', async () => {
    const { ask, batches } = answering({ maxBatch: 2, lanes: 2 });
    const answers = Promise.all([...'abcd'].map(ask));
    await settled();
    await batches[1]!.answer();
    await batches[0]!.answer();
    expect(await answers).toEqual([...'ABCD']);
  });

  test('a batch that fails rejects all who are in it, and the next one goes on', async () => {
    const { ask, batches, asked } = answering();
    const failing = Promise.allSettled([ask('a'), ask('b')]);
    await settled();
    const after = ask('c');
    const down = new Error('the store is down');
    await batches[0]!.fail(down);
    expect(await failing).toEqual([
      { status: 'rejected', reason: down },
      { status: 'rejected', reason: down },
    ]);
    expect(asked()).toEqual(['ab', 'c']);
    await batches[1]!.answer();
    expect(await after).toBe('C');
  });

  test('a lane is free again after a failure, and so is a key', async () => {
    const { ask, batches, asked } = answering({ lanes: 2, keyOf: first });
    const failing = Promise.allSettled([ask('a1')]);
    await settled();
    const after = ask('a2');
    await settled();
    expect(asked()).toEqual(['a1']);
    await batches[0]!.fail(new Error('down'));
    await failing;
    expect(asked()).toEqual(['a1', 'a2']);
    await batches[1]!.answer();
    expect(await after).toBe('A2');
  });
});

describe('in batches with keys', () => {
  test('never two of one key in a batch, and each key in its order', async () => {
    const { ask, batches, asked } = answering({ keyOf: first });
    const answers = Promise.all(['a1', 'a2', 'b1', 'a3', 'b2'].map(ask));
    for (let index = 0; index < 3; index += 1) {
      await settled();
      await batches[index]!.answer();
    }
    expect(asked()).toEqual(['a1b1', 'a2b2', 'a3']);
    expect(await answers).toEqual(['A1', 'A2', 'B1', 'A3', 'B2']);
  });

  test('a key that is under way in one lane waits, another one does not', async () => {
    const { ask, batches, asked } = answering({ lanes: 3, keyOf: first });
    const answers = Promise.all(['a1', 'a2', 'b1'].map(ask));
    await settled();
    expect(asked()).toEqual(['a1b1']);
    const later = Promise.all(['b2', 'c1'].map(ask));
    await settled();
    expect(asked()).toEqual(['a1b1', 'c1']);
    await batches[0]!.answer();
    expect(asked()).toEqual(['a1b1', 'c1', 'a2b2']);
    await batches[1]!.answer();
    await batches[2]!.answer();
    expect(await answers).toEqual(['A1', 'A2', 'B1']);
    expect(await later).toEqual(['B2', 'C1']);
  });

  test('a full batch turns no key around', async () => {
    const { ask, batches, asked } = answering({ maxBatch: 2, keyOf: first });
    const answers = Promise.all(['a1', 'b1', 'c1', 'c2', 'a2'].map(ask));
    for (let index = 0; index < 3; index += 1) {
      await settled();
      await batches[index]!.answer();
    }
    expect(asked()).toEqual(['a1b1', 'c1a2', 'c2']);
    await answers;
  });

  test('many items of few keys: all are answered, each key in order, never two at once', async () => {
    const underWay = new Set<string>();
    const done: Record<string, number[]> = { a: [], b: [], c: [] };
    const ask = inBatches<string, string>({
      maxBatch: 3,
      lanes: 2,
      keyOf: first,
      run: async (items) => {
        expect(items.length).toBeLessThanOrEqual(3);
        for (const item of items) {
          expect(underWay.has(first(item)), `${item} alone`).toBe(false);
          underWay.add(first(item));
        }
        await turn();
        for (const item of items) {
          underWay.delete(first(item));
          done[first(item)]!.push(Number(item.slice(1)));
        }
        return items;
      },
    });
    const items = Array.from({ length: 300 }, (_, index) => `${'abc'[index % 3]!}${index}`);
    expect(await Promise.all(items.map(ask))).toEqual(items);
    for (const order of Object.values(done)) expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(Object.values(done).flat()).toHaveLength(300);
  });
});

describe('in batches where an item goes on alone', () => {
  test.each(['answered', 'refused'])('the others and the lane do not wait for it, its key does: %s', async (how) => {
    const asked: string[] = [];
    let end = (): void => undefined;
    const alone = new Promise<string>((resolve, reject) => {
      end = () => {
        if (how === 'answered') resolve('A1, late');
        else reject(new Error('A1, never'));
      };
    });
    const ask = inBatches<string, string>({
      maxBatch: 100,
      lanes: 1,
      keyOf: first,
      run: (items) => {
        asked.push(items.join(''));
        return Promise.resolve(items.map((item) => (item === 'a1' ? alone : item.toUpperCase())));
      },
    });
    const [a1, b1, a2, b2] = ['a1', 'b1', 'a2', 'b2'].map(ask);
    expect(await Promise.all([b1, b2])).toEqual(['B1', 'B2']);
    expect(asked).toEqual(['a1b1', 'b2']);
    end();
    if (how === 'answered') expect(await a1).toBe('A1, late');
    else await expect(a1).rejects.toThrow('A1, never');
    expect(await a2).toBe('A2');
    expect(asked).toEqual(['a1b1', 'b2', 'a2']);
  });
});

describe('in batches with patience', () => {
  const pass = withTime();

  test('a batch that hangs gives its lane to the others, once, and is answered when its answer comes', async () => {
    const { ask, batches, asked } = answering({ maxBatch: 1, lanes: 1, patienceMs: 1_000 });
    const answers = Promise.all([...'abc'].map(ask));
    await settled();
    expect(asked()).toEqual(['a']);
    await pass(999);
    expect(asked()).toEqual(['a']);
    await pass(1);
    expect(asked()).toEqual(['a', 'b']);
    await batches[0]!.answer(); // late: it has no lane to give any more
    expect(asked()).toEqual(['a', 'b']);
    await batches[1]!.answer();
    expect(asked()).toEqual(['a', 'b', 'c']);
    await batches[2]!.answer();
    expect(await answers).toEqual(['A', 'B', 'C']);
  });

  test('what has the key of one that hangs waits for it all the same', async () => {
    const { ask, batches, asked } = answering({ lanes: 1, keyOf: first, patienceMs: 1_000 });
    const hung = ask('a1');
    await settled();
    const later = Promise.all(['a2', 'b1'].map(ask));
    const failed = expect(hung).rejects.toThrow('gone');
    await pass(1_000);
    expect(asked()).toEqual(['a1', 'b1']);
    await batches[1]!.answer();
    await batches[0]!.fail(new Error('the connection is gone'));
    await failed;
    expect(asked()).toEqual(['a1', 'b1', 'a2']);
    await batches[2]!.answer();
    expect(await later).toEqual(['A2', 'B1']);
  });
});

describe('in batches that gather', () => {
  const pass = withTime();

  test('the first begins at once; while they follow each other they keep their distance, and what comes meanwhile is in the next', async () => {
    const { ask, batches, asked } = answering({ gatherMs: 4 });
    const answers = [ask('a')];
    await settled();
    expect(asked()).toEqual(['a']);
    await batches[0]!.answer();
    answers.push(ask('b'));
    await pass(3);
    expect(asked()).toEqual(['a']);
    answers.push(ask('c'));
    await pass(1);
    expect(asked()).toEqual(['a', 'bc']);
    await batches[1]!.answer();
    await pass(4);
    answers.push(ask('d')); // it has been idle
    await settled();
    expect(asked()).toEqual(['a', 'bc', 'd']);
    await batches[2]!.answer();
    expect(await Promise.all(answers)).toEqual(['A', 'B', 'C', 'D']);
  });
});

// 2.3: what is asked before a message is stored lets no message overtake another.
import { expect, test } from 'vitest';
import { inTurn } from '../../src/dispatch/in-turn.ts';

const here = {};

test('2.3 answers come in the order of the asking, whichever is known first, and others do not wait for them', async () => {
  const order: string[] = [];
  const note = (name: string) => (value: unknown) => void order.push(`${name} ${String(value)}`);
  const late = held();
  const first = inTurn(here, 'one', late.promise).then(note('first'));
  const second = inTurn(here, 'one', Promise.resolve(2)).then(note('second'));
  await inTurn(here, 'other', Promise.resolve(3)).then(note('other'));
  await inTurn({}, 'one', Promise.resolve(5)).then(note('elsewhere'));
  expect(order.splice(0)).toEqual(['other 3', 'elsewhere 5']);
  late.resolve(1);
  await Promise.all([first, second]);
  expect(order).toEqual(['first 1', 'second 2']);
  await inTurn(here, 'one', Promise.resolve(4)).then(note('again'));
  expect(order.at(-1)).toBe('again 4');
});

test('one that fails keeps nobody from their turn', async () => {
  const late = held();
  const failing = inTurn(here, 'one', late.promise);
  const next = inTurn(here, 'one', Promise.resolve(2));
  late.reject(new Error('not known'));
  await expect(failing).rejects.toThrow('not known');
  expect(await next).toBe(2);
});

function held() {
  const [resolve, reject] = [{ now: (_: number) => undefined as void }, { now: (_: Error) => undefined as void }];
  const promise = new Promise<number>((done, failed) => {
    resolve.now = done;
    reject.now = failed;
  });
  return { promise, resolve: (value: number) => resolve.now(value), reject: (error: Error) => reject.now(error) };
}

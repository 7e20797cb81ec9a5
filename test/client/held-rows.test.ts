// The rows that are shown of a list: what goes says so before it goes, and what is only not here any more says nothing.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HeldRows } from '../../web/console/home/held-rows.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const entries = (ids: string) => [...ids].map((id) => ({ id }));
const shown = (rows: HeldRows<{ id: string }>) =>
  rows.rows.value.map(({ item, isGone }) => (isGone ? `(${item.id})` : item.id)).join('');

test('E2 a row that has gone stays a while where it was, and says so', () => {
  const left: string[] = [];
  const rows = new HeldRows<{ id: string }>((id) => left.push(id));
  rows.take(entries('abc'), false, false);
  rows.take(entries('ac'), false, false);
  expect(shown(rows)).toBe('a(b)c');
  rows.take(entries('a'), false, false);
  expect(shown(rows)).toBe('a(b)(c)');
  vi.runAllTimers();
  expect(shown(rows)).toBe('a');
  expect(left).toEqual(['b', 'c']);
});

test('E2 the end of a list that has more goes without a word: nobody knows whether it is gone', () => {
  const left: string[] = [];
  const rows = new HeldRows<{ id: string }>((id) => left.push(id));
  rows.take(entries('abcde'), false, true);
  rows.take(entries('xyac'), false, true); // two are new, and the page is as long as before
  expect(shown(rows)).toBe('xya(b)c');
  expect(left).toEqual(['d', 'e']); // whoever was there with the focus is led away
  vi.runAllTimers();
  expect(shown(rows)).toBe('xyac');
});

test('E2 what says goodbye does so to its end, also at the end of a list that has more', () => {
  const rows = new HeldRows<{ id: string }>(() => undefined);
  rows.take(entries('abc'), true, false);
  rows.take(entries('ab'), true, false);
  rows.take(entries('ab'), true, true);
  expect(shown(rows)).toBe('ab(c)');
  rows.end();
});

test('E2 a row of which nothing has changed is the same object, so that it is not drawn again', () => {
  const rows = new HeldRows<{ id: string }>(() => undefined);
  const [a, b, c, d] = entries('abcd') as [{ id: string }, { id: string }, { id: string }, { id: string }];
  rows.take([a, b], false, true);
  const before = rows.rows.value;
  rows.take([a, b, c], true, true);
  expect(rows.rows.value.slice(0, 2).every((row, place) => row === before[place])).toBe(true);
  rows.take([a, { ...b }, c, d], false, false);
  expect(rows.rows.value.map((row) => before.includes(row))).toEqual([true, false, false, false]);
  rows.take([{ ...b }, c, d], false, false); // what is gone is another row than it was
  expect(shown(rows)).toBe('(a)bcd');
  expect(rows.rows.value[0]).not.toBe(before[0]);
  rows.end();
});

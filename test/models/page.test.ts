import { expect, test } from 'vitest';
import { paged } from '../../src/commands/fields.ts';
import { PAGE_BYTES, firstOf, pageRoom } from '../../src/models/page.ts';

/** As a driver hands them over: in batches. */
function found(texts: readonly string[], batch: number) {
  const rest = [...texts];
  const asked = { batches: 0, closed: false };
  const buffered: string[] = [];
  return {
    asked,
    async hasNext() {
      if (buffered.length === 0 && rest.length > 0) {
        asked.batches += 1;
        buffered.push(...rest.splice(0, batch));
      }
      return buffered.length > 0;
    },
    readBufferedDocuments: () => buffered.splice(0),
    async close() {
      asked.closed = true;
    },
  };
}

const text = (one: string) => one;
const page = async (texts: readonly string[], limit: number, batch = 10) => {
  const { asked, ...cursor } = found(texts, batch);
  const { entries, more } = await firstOf(cursor, limit, text);
  expect(asked.closed).toBe(true);
  return { count: entries.length, more, batches: asked.batches };
};

test('a page ends at its count, and says whether something follows', async () => {
  expect(await page(Array<string>(25).fill('a'), 30)).toEqual({ count: 25, more: false, batches: 3 });
  expect(await page(Array<string>(25).fill('a'), 25)).toEqual({ count: 25, more: false, batches: 3 });
  expect(await page(Array<string>(26).fill('a'), 25)).toEqual({ count: 25, more: true, batches: 3 });
  expect(await page([], 5)).toEqual({ count: 0, more: false, batches: 0 });
});

test('a page ends at its size, and what comes behind it is not fetched', async () => {
  const quarter = 'x'.repeat(PAGE_BYTES / 4);
  expect(await page(Array<string>(100).fill(quarter), 50)).toEqual({ count: 4, more: true, batches: 1 });
  expect(await page(Array<string>(100).fill('漢'.repeat(PAGE_BYTES / 4)), 50)).toMatchObject({ count: 1, more: true });
  expect(await page(['x'.repeat(10 * PAGE_BYTES), 'y'], 50)).toMatchObject({ count: 1, more: true });
});

test('every list ends at its size, with a cursor', () => {
  const questions = Array.from({ length: 51 }, (_, n) => ({ id: String(n), body: '漢'.repeat(10_000) }));
  const { items, nextCursor } = paged(questions, (last) => last.id);
  expect(items.length).toBe(8);
  expect(nextCursor).toBe('7');
  expect(paged(questions.slice(0, 8), (last) => last.id)).toEqual({ items: questions.slice(0, 8) });
  expect(paged([{ id: '1', body: 'x'.repeat(2 * PAGE_BYTES) }], (last) => last.id).items).toHaveLength(1);
});

test('empty texts take room as well', () => {
  const room = pageRoom();
  expect([room.takes(''), room.takes('x'.repeat(PAGE_BYTES)), room.takes('')]).toEqual([true, false, true]);
});

// The journal (1.4): what is booked twice is there once, and nothing that was refused is taken for booked.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { authoriseEntry, captureEntry } from '../../src/domain/ledger.ts';
import type { Entry } from '../../src/domain/ledger.ts';
import { world } from '../helpers/node.ts';

const here = world({ ROLE: 'gateway' });
let node: Node;

beforeAll(async () => {
  node = await here.start();
});
afterAll(() => here.close());

const about = (questionId: string) => ({
  questionId,
  offerId: null,
  customerId: 'u_1',
  money: { amount: 1_000, currency: 'USD' },
});

test('1.4 the same movement is booked once, also beside new ones', async () => {
  const { entries } = node.ctx.stores;
  const [first, second] = [authoriseEntry(about('q_1'), 1), captureEntry(about('q_1'))];
  await entries.book([first], node.ctx.now());
  await entries.book([first, second], node.ctx.now());
  expect((await entries.ofQuestion('q_1')).map(({ key }) => key)).toEqual([first.key, second.key]);
});

test('1.4 an entry that the database refuses is not lost among those that are there already', async () => {
  const { entries } = node.ctx.stores;
  const known = authoriseEntry(about('q_2'), 1);
  const refused: Entry = { ...captureEntry(about('q_2')), currency: 'dollars' };
  await entries.book([known], node.ctx.now());
  await expect(entries.book([refused], node.ctx.now())).rejects.toMatchObject({ code: 121 });
  await expect(entries.book([known, refused], node.ctx.now())).rejects.toThrow();
  await expect(entries.book([refused, known], node.ctx.now())).rejects.toThrow();
});

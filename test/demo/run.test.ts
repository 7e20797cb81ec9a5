// The whole demo, small: four conversations over two gateways and a worker.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import type { Conversation } from '../../demo/conversation.ts';
import { checkInvariants } from '../../demo/invariants.ts';
import { PATHS, planOf } from '../../demo/paths.ts';
import { runDemo } from '../../demo/run.ts';

const SOONEST = ['the first expert accepts', 'No Thanks', 'offer declined', 'taken back'];

test('the deal of sixty has every path at least twice', async () => {
  const dealt = planOf(await conversations()).map(({ path }) => path);
  expect(dealt).toHaveLength(60);
  for (const path of PATHS) expect(dealt.filter((one) => one === path).length).toBeGreaterThanOrEqual(2);
});

test(
  'keeps every promise, and ends with 1 when somebody has tampered with the database',
  { timeout: 600_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-demo-'));
    const closers = [() => rm(folder, { recursive: true, force: true })];
    const short = (await conversations()).toSorted((a, b) => a.turns.length - b.turns.length);
    const plan = SOONEST.map((title, index) => {
      return {
        index,
        path: PATHS.find((path) => path.title.startsWith(title))!,
        conversation: short[index]!,
        pays: Infinity,
      };
    });
    let printed = '';
    let faultsBefore: string[] = ['nobody looked'];
    try {
      const code = await runDemo({
        mongodbUri: inject('mongodbUri'),
        redisUrl: inject('redisUrl'),
        folder,
        plan,
        parallel: 4,
        speed: 240,
        settings: { POLICY_RESERVATION: '60s', POLICY_REQUEST_TTL: '120s' }, // nobody here waits until one is over
        screen: { write: (text) => (printed += text) },
        closers,
        beforeVerdict: async (db, witness) => {
          faultsBefore = (await checkInvariants(db, witness)).flatMap(({ faults }) => faults);
          await db.collection('messages').deleteOne({ kind: 'greeting' });
        },
      });
      expect(faultsBefore).toEqual([]);
      expect(code).toBe(1);
      expect(printed).toContain('✗ I8   messages are numbered');
      expect(printed).toContain('✓ I3   accepted ⇔ captured exactly once');
      expect(printed).toContain('✓ 5.2  what admins are told of prices');
      expect(printed).not.toContain('Problems');
    } finally {
      for (const closer of closers.reverse()) await closer();
    }
  },
);

async function conversations(): Promise<Conversation[]> {
  const file = new URL('../../demo/conversations.json', import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')) as Conversation[];
}

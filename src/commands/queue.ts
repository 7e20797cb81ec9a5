// The queue of an expert's categories while it is looked at (2.2).

import { z } from 'zod';
import { may } from '../domain/access.ts';
import { command } from './command.ts';
import { Instant } from './fields.ts';
import { MOST_READ, QueueNewsView, queueNewsView } from './views/queue.ts';

const OVERLAP_MS = 60_000; // clocks of processes are apart, and a write may take a while: what was told already is told again

export const queue = {
  'queue.watch': command({
    summary:
      'From now on `queue.changed` of one’s categories (2.2), and what was missed since the instant that was said last.',
    who: ['expert'],
    over: 'socket',
    input: z.strictObject({ since: Instant.optional() }),
    output: QueueNewsView,
    run: async (ctx, actor, { since }, { watcher }) => {
      // watched before it is read, so that nothing falls between
      await watcher?.watchQueue();
      const now = ctx.now();
      if (since === undefined) return { at: now.toISOString(), items: [], complete: false };
      const { questions, messages } = ctx.stores;
      const from = new Date(Date.parse(since) - OVERLAP_MS);
      const found = await questions.queueChangedSince(actor.categories, from, MOST_READ);
      const seen = found.filter((one) => may(actor, 'find', one, now));
      const last = await messages.overview(seen.map(({ id }) => ({ questionId: id, reader: null })));
      return queueNewsView(
        seen.map((question, index) => ({ question, lastSeq: last[index]?.lastSeq ?? 0 })),
        now,
      );
    },
  }),

  'queue.unwatch': command({
    summary: 'No more `queue.changed`.',
    who: ['expert'],
    over: 'socket',
    input: z.strictObject({}),
    output: z.strictObject({}),
    run: async (_ctx, _actor, _input, { watcher }) => {
      await watcher?.unwatchQueue();
      return {};
    },
  }),
};

// What a worker does about one question that somebody has died on, and about nothing else: the product's own sweep, or
// what a webhook of the provider makes it do, on stores in which only this question is due.

import type { Ctx } from '../../src/context.ts';
import { eventNoticed } from '../../src/dispatch/provider-notice.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import { authoriseKey } from '../../src/domain/payment.ts';
import type { Stores } from '../../src/models/stores.ts';
import type { Saved } from '../../src/models/record.ts';
import type { Stopping } from './stopping.ts';

/** `sweep`: found by the sweep; `notice`: told by the provider first */
export type Recovery = 'sweep' | 'notice';

const MOST_SWEEPS = 30; // far more than any path needs

/** Until there is nothing left to do; never, when it was stopped in that. */
export async function recover(ctx: Ctx, recovery: Recovery, questionId: string, stopping: Stopping): Promise<null> {
  if (recovery === 'notice') await noticed(ctx, questionId);
  for (let sweeps = 0, before = -1; before !== stopping.count(); sweeps += 1) {
    if (sweeps === MOST_SWEEPS) throw new Error('a sweep that always finds something to do');
    before = stopping.count();
    await sweep(ctx);
    await stopping.quiet();
  }
  return null;
}

/** As the provider speaks of everything that was authorised for this question. */
async function noticed(ctx: Ctx, questionId: string): Promise<void> {
  const question = await ctx.stores.questions.read(questionId);
  const offers = await ctx.stores.offers.ofQuestion(questionId);
  const records = [...(question === null ? [] : [question.record]), ...offers];
  for (const { id, payment } of records) {
    const key = authoriseKey(id, payment);
    await eventNoticed(ctx, { id: `evt_${key}`, key });
  }
}

/** The same stores; what is looked for without being named is found when it is about this question. */
export function onlyAbout(questionId: string, stores: Stores): Stores {
  const { questions, offers, cases, messages, mails, audit } = stores;
  return {
    ...stores,
    questions: { ...questions, ...only((filter, limit) => questions.many({ ...filter, _id: questionId }, {}, limit)) },
    offers: { ...offers, ...only((filter, limit) => offers.many({ ...filter, questionId }, {}, limit)) },
    cases: { ...cases, ...only((filter, limit) => cases.many({ ...filter, questionId }, {}, limit)) },
    // no money hangs on these
    messages: { ...messages, unsettled: () => pieces(async () => []) },
    mails: { ...mails, due: async () => [] },
    audit: { ...audit, unheardOf: async () => [] },
  };
}

type Filter = { readonly outboxAt: { $lte: Date } } | { readonly dueAt: { $lte: Date } };

function only<R>(many: (filter: Filter, limit: number) => Promise<Saved<R>[]>) {
  return {
    unsettled: (before: Date, batchSize: number) => pieces(() => many({ outboxAt: { $lte: before } }, batchSize)),
    due: (now: Date, batchSize: number) => pieces(() => many({ dueAt: { $lte: now } }, batchSize)),
  };
}

async function* pieces<R>(read: () => Promise<R[]>): AsyncIterable<R[]> {
  const one = await read();
  if (one.length > 0) yield one;
}

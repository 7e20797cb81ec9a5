// The Request Center and the landing page: what experts do with requests (6, 7).

import { z } from 'zod';
import { accept } from '../dispatch/accept.ts';
import { offerFor } from '../dispatch/access.ts';
import { noteAnswer } from '../dispatch/availability.ts';
import { logAttempt, report } from '../dispatch/report.ts';
import { change } from '../dispatch/change.ts';
import { OFFER } from '../dispatch/machines.ts';
import { withdraw } from '../dispatch/request.ts';
import { receiverOf } from '../domain/access.ts';
import { Refusal } from '../domain/errors.ts';
import { authorOf } from '../domain/message.ts';
import type { Offer } from '../domain/offer.ts';
import type { Actor } from '../domain/people.ts';
import type { Attempt } from '../domain/report.ts';
import { command } from './command.ts';
import { ClientId, Cursor, Id, Instant, PAGE, Text, invalid, paged } from './fields.ts';
import { OfferView, RequestEntryView, offerView, requestEntryView } from './views/offer.ts';

const MOST_COUNTED = 1_000; // more is "many" to anybody
const CLOCKS_APART_MS = 300_000; // an expert's clock may be this much ahead of ours

const Target = z.strictObject({ requestId: Id });
const Entry = z.strictObject({ request: RequestEntryView });
const Attempts = z
  .union([z.int().min(0).max(20), z.array(z.strictObject({ at: Instant, note: Text(500).optional() })).max(20)])
  .meta({
    description: 'Attempts beside those of `request.attempt`, or how many there were in all.',
  });

export const request = {
  'request.list': command({
    summary: 'The Request Center: what the caller may accept now, has to report, or is done with.',
    who: ['expert'],
    reads: true,
    input: z.strictObject({ view: z.enum(['open', 'priority', 'done']), cursor: Cursor.optional() }),
    output: z.strictObject({
      items: z.array(RequestEntryView),
      nextCursor: z.string().optional(),
      counts: z
        .strictObject({ open: z.int(), priority: z.int() })
        .meta({ description: 'Of the views, whichever is asked for; 1,000 says at least that many.' }),
    }),
    run: async (ctx, actor, { view, cursor }) => {
      const { offers } = ctx.stores;
      const [found, open, priority] = await Promise.all([
        offers.list(actor, view, cursor, PAGE + 1),
        offers.count(actor, 'open', MOST_COUNTED),
        offers.count(actor, 'priority', MOST_COUNTED),
      ]);
      const page = paged(found, (last) => last.id);
      return { ...page, items: page.items.map((one) => entryView(one, actor)), counts: { open, priority } };
    },
  }),

  'request.get': command({
    summary: 'One request as its landing page shows it, also when it is taken already.',
    who: ['expert', 'admin'],
    reads: true,
    input: Target,
    output: Entry,
    run: async (ctx, actor, { requestId }) => ({
      request: entryView(await offerFor(ctx, actor, requestId, 'see_request'), actor),
    }),
  }),

  'request.accept': command({
    summary: 'First come, first served: one expert wins, the payment is captured (6.4, 6.5).',
    who: ['expert'],
    input: Target,
    output: Entry,
    run: async (ctx, actor, { requestId }) => ({ request: entryView(await accept(ctx, actor, requestId), actor) }),
  }),

  'request.decline': command({
    summary: 'No Thanks: the reserved expert passes, and the request opens at once (6.2).',
    who: ['expert'],
    input: Target,
    output: Entry,
    run: async (ctx, actor, { requestId }) => {
      await offerFor(ctx, actor, requestId, 'see_request');
      await noteAnswer(ctx, actor.id);
      const event = { type: 'pass', expertId: actor.id, author: authorOf(actor) } as const;
      return { request: entryView(await change(ctx, OFFER, requestId, event), actor) };
    },
  }),

  'request.withdraw': command({
    summary: 'Takes a request back until it is accepted (6.8); after "could not connect" it is the refund (7.1).',
    who: ['customer'],
    input: Target,
    output: z.strictObject({ request: OfferView }),
    run: async (ctx, actor, { requestId }) => {
      const found = await offerFor(ctx, actor, requestId, 'decide');
      if (found.requestedAt === null) throw new Refusal('conflict.not_open', { state: found.state });
      return { request: offerView(await withdraw(ctx, requestId), 'customer', actor.locale) };
    },
  }),

  'request.attempt': command({
    summary:
      'The accepting expert has tried to reach the customer, now: it counts for the report (7.1). The same `clientId` again is the same attempt.',
    who: ['expert'],
    input: z.strictObject({ requestId: Id, note: Text(500).optional(), clientId: ClientId }),
    output: Entry,
    run: async (ctx, actor, { requestId, note = null, clientId }) => ({
      request: entryView(await logAttempt(ctx, actor, requestId, { note, clientId }), actor),
    }),
  }),

  'request.report': command({
    summary:
      'Were you able to connect? Within the report window by the expert, afterwards by expert support (7.1, 7.2).',
    who: ['expert', 'admin'],
    input: z.strictObject({
      requestId: Id,
      connected: z.boolean(),
      attempts: Attempts.optional(),
      reason: Text(200).optional(),
      comment: Text(2_000).optional(),
    }),
    output: Entry,
    run: async (ctx, actor, { requestId, connected, attempts, reason, comment }) => {
      const said = {
        connected,
        attempts: attemptsOf(attempts ?? [], ctx.now()),
        reason: reason ?? null,
        comment: comment ?? null,
      };
      if (!connected && said.reason === null) throw invalid('reason', 'required');
      if (!connected && said.comment === null) throw invalid('comment', 'required');
      return { request: entryView(await report(ctx, actor, requestId, said), actor) };
    },
  }),
};

function entryView(offer: Offer, actor: Actor): z.input<typeof RequestEntryView> {
  return requestEntryView(offer, receiverOf(actor, offer), actor.locale);
}

function attemptsOf(said: z.output<typeof Attempts>, now: Date): Attempt[] | number {
  if (typeof said === 'number') return said;
  return said.map(({ at, note }, index) => {
    const instant = new Date(at);
    const plausible = instant.getTime() >= 0 && instant.getTime() <= now.getTime() + CLOCKS_APART_MS;
    if (!plausible) throw invalid(`attempts.${index}.at`, 'not_in_the_past');
    return { at: instant, note: note ?? null };
  });
}

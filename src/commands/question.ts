// Questions and their conversation as a whole (rule 2).

import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CardTry, Ctx } from '../context.ts';
import { changeQuestion } from '../dispatch/commit.ts';
import { assertFollows, questionFor, standingToFollow } from '../dispatch/access.ts';
import { assertMayTry, tryingCard } from '../dispatch/card-tries.ts';
import { rate } from '../dispatch/rate.ts';
import { authoriseValue, finishAuthorisation } from '../dispatch/value.ts';
import { may, mayByOffer, mayByPart, receiverOf } from '../domain/access.ts';
import { Refusal } from '../domain/errors.ts';
import { shareOf } from '../domain/ledger.ts';
import { authorOf } from '../domain/message.ts';
import type { Message } from '../domain/message.ts';
import type { Offer } from '../domain/offer.ts';
import type { Actor } from '../domain/people.ts';
import { newQuestion } from '../domain/question.ts';
import type { Question } from '../domain/question.ts';
import { command } from './command.ts';
import {
  Amount,
  CategoryId,
  ClientId,
  Currency,
  Cursor,
  Id,
  Line,
  PAGE,
  PaymentMethod,
  Seq,
  Text,
  Written,
  assertPayable,
  invalid,
  paged,
} from './fields.ts';
import { MessageView, messageViewFor } from './views/message.ts';
import { OfferView, offerView } from './views/offer.ts';
import { PrivateInfoChangeView, privateInfoChange } from './views/private-info.ts';
import { QuestionView, questionView } from './views/question.ts';
import { ReadView, readViews } from './views/read.ts';

const WATCH_PAGE = 200; // messages in the answer to a watch; more come by message.list

const Target = z.strictObject({ questionId: Id });
const One = z.strictObject({ question: QuestionView });
/** All that live events tell of a question: who was away reads it here. */
const OneWithOffers = z.strictObject({
  question: QuestionView,
  offers: z.array(OfferView),
  reads: z.array(ReadView).optional().meta({ description: 'The two sides and admins only.' }),
  privateInfo: PrivateInfoChangeView.optional().meta({
    description: 'Whoever reads the box by being a side of it (9.1).',
  }),
});

export const question = {
  'question.post': command({
    summary: 'Posts a question (2.1). A failed authorisation is `payment.failed`, and the question stays a draft.',
    who: ['customer'],
    input: z.strictObject({
      category: CategoryId,
      subject: Line(200),
      body: Written(10_000),
      value: z.strictObject({ amount: Amount, currency: Currency }),
      paymentMethod: PaymentMethod,
      clientId: ClientId,
    }),
    output: One,
    run: async (ctx, actor, input, { address }) => {
      const category = await ctx.stores.categories.find(input.category);
      if (category === null) throw invalid('category', 'unknown');
      if (input.value.currency !== category.currency) throw invalid('value.currency', 'not_of_category');
      assertPayable('value.amount', input.value);
      const tried = { person: actor.id, card: input.paymentMethod, address };
      if ((await ctx.stores.questions.findByClientId(actor.id, input.clientId)) === null) {
        await assertMayTry(ctx, tried);
        const { subject, body, value, paymentMethod, clientId } = input;
        const payout = shareOf(value, ctx.policy.shareBasisPoints);
        const draft = newQuestion(
          {
            ...{ id: `q_${uuid()}`, categoryId: category.id, subject, body, value, payout, paymentMethod, clientId },
            ...{ locale: actor.locale, customer: { id: actor.id, name: actor.name } },
          },
          ctx.now(),
          ctx.policy,
        );
        await ctx.stores.questions.insert(draft, [], draft.createdAt);
      }
      return shown(ctx, actor, await completePost(ctx, actor, input.clientId, tried));
    },
  }),

  'question.get': command({
    summary:
      'A question with the offers that the caller may see, how far the sides have read, and the version of the box.',
    who: ['customer', 'expert', 'admin'],
    reads: true,
    input: Target,
    output: OneWithOffers,
    run: async (ctx, actor, { questionId }) => {
      return caughtUp(ctx, actor, await questionFor(ctx, actor, questionId, 'get'));
    },
  }),

  'question.list': command({
    summary: 'Questions, the newest first: one’s own, those to claim, or all that one may see.',
    who: ['customer', 'expert', 'admin'],
    reads: true,
    input: z.strictObject({
      view: z.enum(['mine', 'open', 'all']),
      category: CategoryId.optional(),
      cursor: Cursor.optional(),
    }),
    output: z.strictObject({ items: z.array(QuestionView), nextCursor: z.string().optional() }),
    run: async (ctx, actor, { view, category, cursor }) => {
      const filter = { view, categoryId: category, before: cursor, limit: PAGE + 1 };
      const page = paged(await ctx.stores.questions.list(actor, filter), (last) => last.id);
      return { ...page, items: await Promise.all(page.items.map((one) => viewFor(ctx, actor, one))) };
    },
  }),

  'question.watch': command({
    summary: 'What was missed since `afterSeq`, and from then on the events of the question.',
    who: ['customer', 'expert', 'admin'],
    over: 'socket',
    input: z.strictObject({ questionId: Id, afterSeq: Seq.optional() }),
    output: OneWithOffers.extend({
      messages: z.array(MessageView),
      changed: z
        .array(MessageView)
        .meta({ description: 'Up to `afterSeq`: what was redacted or flagged since it was written; the newest 200.' }),
    }),
    run: async (ctx, actor, { questionId, afterSeq }, { watcher }) => {
      const asked = await questionFor(ctx, actor, questionId);
      assertFollows(ctx, actor, asked);
      // followed before it is read, so that nothing falls between
      await watcher?.watch(questionId, actor.role, asked.version);
      const messages = await ctx.stores.messages.page(questionId, { afterSeq }, WATCH_PAGE);
      const changed = await changedFor(ctx, actor, questionId, afterSeq);
      const found = await questionFor(ctx, actor, questionId);
      assertFollows(ctx, actor, found); // released meanwhile: refused, and followed no more (I22)
      const views = (list: readonly Message[]) => list.map((one) => messageViewFor(actor, one));
      return { ...(await caughtUp(ctx, actor, found)), messages: views(messages), changed: views(changed) };
    },
  }),

  'question.unwatch': command({
    summary: 'No more events of the question.',
    who: ['customer', 'expert', 'admin'],
    over: 'socket',
    input: Target,
    output: z.strictObject({}),
    run: async (_ctx, _actor, { questionId }, { watcher }) => {
      await watcher?.unwatch(questionId);
      return {};
    },
  }),

  'question.claim': command({
    summary: 'Locks an open question for this expert, or renews the lock (2.2).',
    who: ['expert'],
    input: Target,
    output: One,
    run: async (ctx, actor, { questionId }) => {
      await questionFor(ctx, actor, questionId);
      const expert = { id: actor.id, name: actor.name };
      return shown(ctx, actor, await changeQuestion(ctx, questionId, { type: 'claim', expert }));
    },
  }),

  'question.release': command({
    summary: 'Gives the question back to all experts of its category (2.2).',
    who: ['expert'],
    input: Target,
    output: One,
    run: async (ctx, actor, { questionId }) => {
      await questionFor(ctx, actor, questionId);
      return shown(ctx, actor, await changeQuestion(ctx, questionId, { type: 'release', expertId: actor.id }));
    },
  }),

  'question.rate': command({
    summary: 'Rates the answer, 1 to 5 stars; raised, never lowered (2.4, 2.5).',
    who: ['customer'],
    input: z.strictObject({ questionId: Id, stars: z.int().min(1).max(5), comment: Text(2_000).optional() }),
    output: One,
    run: async (ctx, actor, { questionId, stars, comment }) => {
      await questionFor(ctx, actor, questionId);
      return shown(ctx, actor, await rate(ctx, questionId, stars, comment ?? null));
    },
  }),

  'question.close': command({
    summary: 'Ends the conversation for good and withdraws what nobody has accepted (2.8, 6.8).',
    who: ['customer', 'admin'],
    input: Target,
    output: One,
    run: async (ctx, actor, { questionId }) => {
      await questionFor(ctx, actor, questionId);
      const by = actor.role === 'admin' ? 'admin' : 'customer';
      const author = authorOf(actor);
      const closed = await changeQuestion(ctx, questionId, { type: 'close', by, author });
      // what it held may have been let go since
      return shown(ctx, actor, (await ctx.stores.questions.read(questionId))?.record ?? closed);
    },
  }),

  typing: command({
    summary: 'Tells the others in the conversation that the caller is typing. Not stored.',
    who: ['customer', 'expert'],
    over: 'socket',
    input: Target,
    output: z.strictObject({}),
    run: async (ctx, actor, { questionId }) => {
      await standingToFollow(ctx, actor, questionId);
      ctx.publish({ type: 'typing', questionId, by: authorOf(actor) });
      return {};
    },
  }),
};

export async function shown(ctx: Ctx, actor: Actor, found: Question) {
  return { question: await viewFor(ctx, actor, found) };
}

/** 2.3, 9.1: the question with all that events tell of it, as this actor may see it. */
async function caughtUp(ctx: Ctx, actor: Actor, found: Question): Promise<z.input<typeof OneWithOffers>> {
  const offers = await ctx.stores.offers.ofQuestion(found.id);
  const now = ctx.now();
  const box = actor.role !== 'admin' && found.state !== 'closed' && mayByPart(actor, 'box', found, offers, now);
  return {
    ...(await shown(ctx, actor, found)),
    offers: viewsOf(actor, offers, now),
    ...(may(actor, 'follow', found, now) && {
      reads: readViews(found, await ctx.stores.readMarks.ofQuestion(found.id)),
    }),
    ...(box && {
      privateInfo: privateInfoChange((await ctx.stores.privateInfo.lastChange(found.id)) ?? empty(found.id)),
    }),
  };
}

const empty = (questionId: string) => ({ questionId, version: 0, by: null, at: null });

/** 9.2: of what the caller has already; sides hear of redactions and of their own flags, admins of all flags. */
async function changedFor(ctx: Ctx, actor: Actor, questionId: string, afterSeq = 0): Promise<Message[]> {
  if (afterSeq === 0) return [];
  const changed = await ctx.stores.messages.findChanged(questionId, afterSeq, WATCH_PAGE);
  const isOwn = ({ flags = [] }: Message) => flags.some(({ by }) => by.id === actor.id);
  return changed.filter((one) => actor.role === 'admin' || one.redactedAt !== undefined || isOwn(one));
}

/** The offers of a question that this actor may see: an expert only requests they may know of (6.1). */
export async function offersFor(ctx: Ctx, actor: Actor, questionId: string) {
  return viewsOf(actor, await ctx.stores.offers.ofQuestion(questionId), ctx.now());
}

function viewsOf(actor: Actor, offers: readonly Offer[], now: Date) {
  return offers
    .filter((offer) => mayByOffer(actor, 'see', offer, now))
    .map((offer) => offerView(offer, receiverOf(actor, offer), actor.locale));
}

async function viewFor(ctx: Ctx, actor: Actor, found: Question) {
  return questionView(found, await ctx.stores.messages.lastSeq(found.id), actor.role);
}

const MOST_POSTS = 10; // of the same question at once: each waits for one step of another

/** The same post again is the same question, or the same failure; a post that was cut off is finished. */
async function completePost(ctx: Ctx, actor: Actor, clientId: string, tried: CardTry): Promise<Question> {
  for (let tries = 0; tries < MOST_POSTS; tries += 1) {
    const saved = await ctx.stores.questions.findByClientId(actor.id, clientId);
    if (saved === null) break;
    const { id, payment, paymentMethod } = saved.record;
    if (payment.state === 'declined') throw new Refusal('payment.failed', { reason: payment.reason, questionId: id });
    if (payment.state === 'authorising') return finishAuthorisation(ctx, saved.record);
    if (payment.state !== 'none') return saved.record;
    const paid = await tryingCard(ctx, { ...tried, card: paymentMethod }, id, () =>
      authoriseUnlessUnderWay(ctx, id, paymentMethod),
    );
    if (paid !== null) return paid;
  }
  throw new Refusal('unavailable');
}

/** Null when the same post has come twice and the other one has just begun to pay. */
async function authoriseUnlessUnderWay(ctx: Ctx, questionId: string, method: string): Promise<Question | null> {
  try {
    return await authoriseValue(ctx, questionId, method);
  } catch (error) {
    if (error instanceof Refusal && error.code.startsWith('conflict.')) return null;
    throw error;
  }
}

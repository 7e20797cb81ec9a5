// Questions and their conversation as a whole (rule 2).

import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Ctx } from '../context.ts';
import { assertFollows, questionFor, standingToFollow } from '../dispatch/access.ts';
import { awayAmong, noteAnswer } from '../dispatch/availability.ts';
import { change } from '../dispatch/change.ts';
import { QUESTION } from '../dispatch/machines.ts';
import { close, post } from '../dispatch/question.ts';
import { rate } from '../dispatch/rate.ts';
import { authorOf } from '../domain/message.ts';
import type { Actor } from '../domain/people.ts';
import { QUESTION_STATES } from '../domain/question.ts';
import type { Message } from '../domain/message.ts';
import { CaughtUp, catchUp, changesFor, entriesFor, show } from './catch-up.ts';
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
  cursorOf,
  invalid,
  paged,
} from './fields.ts';
import { MessageView, messageViewFor } from './views/message.ts';
import { QuestionEntryView, QuestionView } from './views/question.ts';

const WATCH_PAGE = 200; // messages in the answer to a watch; more come by message.list

/** Asked twice: what is asked for now does not undo it. */
const isPosted = async (ctx: Ctx, { id }: Actor, clientId: string) =>
  (await ctx.stores.questions.findByClientId(id, clientId)) !== null;

const Target = z.strictObject({ questionId: Id });
const One = z.strictObject({ question: QuestionView });

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
    run: async (ctx, actor, { category: categoryId, ...asked }, { address }) => {
      const category = await ctx.stores.categories.find(categoryId);
      if (category === null) throw invalid('category', 'unknown');
      if (asked.value.currency !== category.currency) throw invalid('value.currency', 'not_of_category');
      assertPayable('value.amount', asked.value);
      const minimum = category.questionValues?.min ?? 0;
      if (asked.value.amount < minimum && !(await isPosted(ctx, actor, asked.clientId))) {
        throw invalid('value.amount', 'too_small', { minimum });
      }
      return show(ctx, actor, await post(ctx, actor, { ...asked, id: `q_${uuid()}`, categoryId }, address));
    },
  }),

  'question.get': command({
    summary:
      'A question with the offers that the caller may see, how far the sides have read, and the version of the box.',
    who: ['customer', 'expert', 'admin'],
    reads: true,
    input: Target,
    output: CaughtUp,
    run: async (ctx, actor, { questionId }) => {
      return catchUp(ctx, actor, await questionFor(ctx, actor, questionId, 'get'));
    },
  }),

  'question.list': command({
    summary: 'Questions, the newest first: one’s own, those to claim, or all that one may see.',
    who: ['customer', 'expert', 'admin'],
    reads: true,
    input: z.strictObject({
      view: z.enum(['mine', 'open', 'all']),
      category: CategoryId.optional(),
      state: z.enum(QUESTION_STATES).optional(),
      order: z
        .enum(['newest', 'activity'])
        .optional()
        .meta({ description: 'By activity: one’s own, those first in which something was written last.' }),
      cursor: Cursor.optional(),
    }),
    output: z.strictObject({ items: z.array(QuestionEntryView), nextCursor: z.string().optional() }),
    run: async (ctx, actor, { view, category: categoryId, state, order, cursor }) => {
      if (order !== 'activity') {
        const filter = { view, categoryId, state, before: cursor, limit: PAGE + 1 };
        const page = paged(await ctx.stores.questions.list(actor, filter), (last) => last.id);
        return { ...page, items: await entriesFor(ctx, actor, page.items) };
      }
      if (view !== 'mine' || actor.role === 'admin') throw invalid('order', 'only_mine');
      const before = cursor === undefined ? undefined : cursorOf(cursor);
      const filter = { categoryId, state, before, limit: PAGE + 1 };
      const found = await ctx.stores.questions.listByActivity(actor, filter);
      const page = paged(found, ({ question, activeAt }) => `${activeAt.toISOString()}/${question.id}`);
      const questions = page.items.map(({ question }) => question);
      return { ...page, items: await entriesFor(ctx, actor, questions) };
    },
  }),

  'question.watch': command({
    summary: 'What was missed since `afterSeq`, and from then on the events of the question.',
    who: ['customer', 'expert', 'admin'],
    over: 'socket',
    input: z.strictObject({ questionId: Id, afterSeq: Seq.optional() }),
    output: CaughtUp.extend({
      messages: z.array(MessageView),
      changed: z
        .array(MessageView)
        .meta({ description: 'Up to `afterSeq`: what was redacted or flagged since it was written; the newest 200.' }),
      online: z.array(z.string()).meta({ description: 'Which of the two sides are connected now.' }),
      away: z.array(z.string()).meta({ description: 'Which of them say that they are away (6.1).' }),
    }),
    run: async (ctx, actor, { questionId, afterSeq }, { watcher }) => {
      const asked = await questionFor(ctx, actor, questionId);
      assertFollows(ctx, actor, asked);
      // followed before it is read, so that nothing falls between
      await watcher?.watch(questionId, asked.version);
      const messages = await ctx.stores.messages.page(questionId, { afterSeq }, WATCH_PAGE);
      const changed = await changesFor(ctx, actor, questionId, afterSeq ?? 0, WATCH_PAGE);
      const found = await questionFor(ctx, actor, questionId);
      assertFollows(ctx, actor, found); // released meanwhile: refused, and followed no more (I22)
      const views = (list: readonly Message[]) => list.map((one) => messageViewFor(actor, one));
      const sides = [found.customer.id, ...(found.expert ? [found.expert.id] : [])];
      const [caughtUp, online, away] = await Promise.all([
        catchUp(ctx, actor, found),
        ctx.connected(sides),
        awayAmong(ctx, sides),
      ]);
      const lights = { online: [...online], away };
      return { ...caughtUp, messages: views(messages), changed: views(changed), ...lights };
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
      await noteAnswer(ctx, actor.id);
      const expert = { id: actor.id, name: actor.name };
      return show(ctx, actor, await change(ctx, QUESTION, questionId, { type: 'claim', expert }));
    },
  }),

  'question.release': command({
    summary: 'Gives the question back to all experts of its category (2.2).',
    who: ['expert'],
    input: Target,
    output: One,
    run: async (ctx, actor, { questionId }) => {
      await questionFor(ctx, actor, questionId);
      return show(ctx, actor, await change(ctx, QUESTION, questionId, { type: 'release', expertId: actor.id }));
    },
  }),

  'question.rate': command({
    summary: 'Rates the answer, 1 to 5 stars; raised, never lowered (2.4, 2.5).',
    who: ['customer'],
    input: z.strictObject({ questionId: Id, stars: z.int().min(1).max(5), comment: Text(2_000).optional() }),
    output: One,
    run: async (ctx, actor, { questionId, stars, comment }) => {
      await questionFor(ctx, actor, questionId);
      return show(ctx, actor, await rate(ctx, questionId, stars, comment ?? null));
    },
  }),

  'question.close': command({
    summary: 'Ends the conversation for good and withdraws what nobody has accepted (2.8, 6.8).',
    who: ['customer', 'admin'],
    input: Target,
    output: One,
    run: async (ctx, actor, { questionId }) => {
      await questionFor(ctx, actor, questionId);
      return show(ctx, actor, await close(ctx, actor, questionId));
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

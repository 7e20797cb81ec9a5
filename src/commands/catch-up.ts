// A question with all that its live events tell, as somebody may see it: who was away reads it here (2.3, 9.1).

import { z } from 'zod';
import type { Ctx } from '../context.ts';
import { may, mayByOffer, mayByPart, mayKnowFlag, receiverOf } from '../domain/access.ts';
import type { Message } from '../domain/message.ts';
import type { Offer } from '../domain/offer.ts';
import type { Actor } from '../domain/people.ts';
import type { Question } from '../domain/question.ts';
import type { Overview } from '../models/overview.ts';
import { OfferView, offerView } from './views/offer.ts';
import { PrivateInfoChangeView, privateInfoChange } from './views/private-info.ts';
import { QuestionView, overviewView, questionView } from './views/question.ts';
import { ReadView, readViews } from './views/read.ts';
import { RefundView, refundViews } from './views/refund.ts';

export const CaughtUp = z.strictObject({
  question: QuestionView,
  offers: z.array(OfferView),
  reads: z.array(ReadView).optional().meta({ description: 'The two sides and admins only.' }),
  refunds: z.array(RefundView).optional().meta({ description: 'What was asked for (8.4). The customer only.' }),
  privateInfo: PrivateInfoChangeView.optional().meta({
    description: 'Whoever reads the box by being a side of it (9.1).',
  }),
});

export async function show(ctx: Ctx, actor: Actor, found: Question) {
  return { question: await viewFor(ctx, actor, found) };
}

export async function catchUp(ctx: Ctx, actor: Actor, found: Question): Promise<z.input<typeof CaughtUp>> {
  const now = ctx.now();
  const mayFollow = may(actor, 'follow', found, now);
  const [shown, offers, marks, refunds] = await Promise.all([
    show(ctx, actor, found),
    ctx.stores.offers.ofQuestion(found.id),
    mayFollow ? ctx.stores.readMarks.ofQuestion(found.id) : [],
    actor.role === 'customer' ? ctx.stores.cases.ofQuestion(found.id, 'refund') : [],
  ]);
  const box = actor.role !== 'admin' && found.state !== 'closed' && mayByPart(actor, 'box', found, offers, now);
  return {
    ...shown,
    offers: viewsOf(actor, offers, now),
    ...(mayFollow && { reads: readViews(found, marks) }),
    ...(actor.role === 'customer' && { refunds: refundViews(refunds, actor.id) }),
    ...(box && {
      privateInfo: privateInfoChange((await ctx.stores.privateInfo.lastChange(found.id)) ?? empty(found.id)),
    }),
  };
}

const empty = (questionId: string) => ({ questionId, version: 0, by: null, at: null });

/** 9.2: of what the caller has already; sides hear of redactions and of their own flags, admins of all flags. */
export async function changesFor(
  ctx: Ctx,
  actor: Actor,
  questionId: string,
  afterSeq: number,
  limit: number,
): Promise<Message[]> {
  if (afterSeq === 0) return [];
  const changed = await ctx.stores.messages.findChanged(questionId, afterSeq, limit);
  const isKnown = ({ flags = [] }: Message) => flags.some((flag) => mayKnowFlag(actor, flag));
  return changed.filter((one) => one.redactedAt !== undefined || isKnown(one));
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

/** As lists have them: with the last line and what is unread, of conversations that this person is in. */
export async function entriesFor(ctx: Ctx, actor: Actor, questions: readonly Question[]) {
  const now = ctx.now();
  const isIn = (one: Question) => may(actor, 'follow', one, now);
  const reads = (one: Question) => actor.role !== 'admin' && isIn(one);
  const wanted = questions.map((one) => ({ questionId: one.id, reader: reads(one) ? actor.id : null }));
  const overviews = await ctx.stores.messages.overview(wanted);
  return questions.map((one, index) => {
    const overview = overviews[index] as Overview; // one each
    const view = questionView(one, overview.lastSeq, actor.role);
    return isIn(one) ? { ...view, ...overviewView(overview, actor.role) } : view;
  });
}

async function viewFor(ctx: Ctx, actor: Actor, found: Question) {
  return questionView(found, await ctx.stores.messages.lastSeq(found.id), actor.role);
}

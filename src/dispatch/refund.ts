// Rule 8.4: the whole value of a question, or the whole price of a premium service, back to the customer. The case
// decides, the question or the offer follows: whatever stops between two of these steps is finished by the sweep.

import type { Ctx } from '../context.ts';
import type { Case, CaseEvent } from '../domain/case.ts';
import { Refusal } from '../domain/errors.ts';
import type { Author } from '../domain/message.ts';
import type { Offer } from '../domain/offer.ts';
import type { Question } from '../domain/question.ts';
import { isRefundable, isTaken, refundsAsked } from '../domain/returns.ts';
import { openOne, openedBefore } from './case.ts';
import { change } from './change.ts';
import { CASE } from './machines.ts';

/** What is asked for; `offer` null: the question's value. */
export interface RefundWish {
  readonly by: Author;
  readonly question: Question;
  readonly offer: Offer | null;
  readonly reason: string;
  readonly clientId: string | null;
}

/**
 * Opens the case that an admin decides. One is open at a time; a refused one can be asked for again.
 * @throws Refusal `conflict.not_captured` (details: state, payment), `conflict.case_open`
 */
export async function requestRefund(ctx: Ctx, wish: RefundWish): Promise<Case> {
  const { by, question, offer, reason, clientId } = wish;
  const before = await openedBefore(ctx, by.id, clientId);
  if (before !== null) return before;
  const granted = await grantedBefore(ctx, wish);
  if (granted !== null) return granted;
  const subject = offer ?? question;
  if (!isRefundable(subject.payment)) throw notCaptured(subject);
  const about = { kind: 'refund', questionId: question.id, offerId: offer?.id ?? null, seq: null } as const;
  return openOne(ctx, `refund-${offer?.id ?? question.id}`, { ...about, openedBy: by, reason }, clientId);
}

/** The same wish without a clientId, granted meanwhile: it is answered and not refused as already refunded. */
async function grantedBefore(ctx: Ctx, { by, question, offer, reason, clientId }: RefundWish): Promise<Case | null> {
  if (clientId !== null || isRefundable((offer ?? question).payment)) return null;
  const found = (await ctx.stores.cases.ofQuestion(question.id, 'refund')).find(
    (one) =>
      one.offerId === (offer?.id ?? null) &&
      one.openedBy.id === by.id &&
      one.clientId === null &&
      one.reason === reason &&
      one.resolved?.resolution === 'grant',
  );
  return found ?? null;
}

type Said = Omit<Extract<CaseEvent, { type: 'resolve' }>, 'type'>;

/**
 * An admin's decision about a case.
 * @throws Refusal `conflict.case_resolved`; granting a refund `conflict.not_captured` when there is nothing to refund, and so
 *   is paying all the same what has gone back
 */
export async function resolve(ctx: Ctx, found: Case, said: Said): Promise<Case> {
  if (said.resolution === 'pay') await assertPayable(ctx, found);
  if (said.resolution !== 'grant' && said.resolution !== 'retry') {
    return change(ctx, CASE, found.id, { type: 'resolve', ...said });
  }
  const subject = await grantable(ctx, found);
  return change(ctx, CASE, found.id, { type: 'resolve', ...said, asked: refundsAsked(subject.payment) });
}

async function grantable(ctx: Ctx, found: Case): Promise<Question | Offer> {
  const subject = await subjectOf(ctx, found);
  if (!isRefundable(subject.payment)) await refuseWhileOpen(ctx, found, subject);
  return subject;
}

/** 2.5: what was taken, and has gone back since, earns nothing any more. */
async function assertPayable(ctx: Ctx, found: Case): Promise<void> {
  const subject = await subjectOf(ctx, found);
  if (isTaken(subject.payment) && !isRefundable(subject.payment)) await refuseWhileOpen(ctx, found, subject);
}

/** A case that is resolved by now says so itself, to whoever clicks again. */
async function refuseWhileOpen(ctx: Ctx, found: Case, subject: Question | Offer): Promise<void> {
  const current = await ctx.stores.cases.read(found.id);
  if (current?.record.state === 'open') throw notCaptured(subject);
}

/** The question or the offer that a case is about. @throws Refusal `not_found` */
async function subjectOf(ctx: Ctx, { questionId, offerId }: Case): Promise<Question | Offer> {
  const saved = offerId === null ? await ctx.stores.questions.read(questionId) : await ctx.stores.offers.read(offerId);
  if (saved === null) throw new Refusal('not_found');
  return saved.record;
}

const notCaptured = ({ state, payment }: Question | Offer) =>
  new Refusal('conflict.not_captured', { state, payment: payment.state });

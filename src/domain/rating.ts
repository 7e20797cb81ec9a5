// Rules 2.4, 2.5 and 7.4: what the customer says of an answer, and the value that it earns, whoever grants it in the end.

import type { Applied, EffectOf, QuestionEffect } from './effects.ts';
import { Refusal } from './errors.ts';
import { SYSTEM } from './message.ts';
import { stepPayment } from './payment-step.ts';
import type { Policy } from './policy.ts';
import { billOfQuestion, conversationExpertOf, needsPayment, stateOf } from './question.ts';
import type { Question, Rating } from './question.ts';
import { isRefundable } from './returns.ts';

/** 2.5: from three stars on (a setting) it pays; a rating can be raised, never lowered, an automatic one neither. */
export function rate(
  question: Question,
  { stars, comment }: { readonly stars: number; readonly comment: string | null },
  policy: Policy,
): Applied<Question, QuestionEffect> {
  if (!question.ratingEnabled) throw new Refusal('conflict.not_answered', stateOf(question));
  const before = question.rating?.stars ?? 0;
  if (stars < before) throw new Refusal('conflict.rating_lowered', { ...stateOf(question), stars: before });
  const isSame = stars === before && question.rating?.by === 'customer';
  const said = comment ?? question.comment;
  const change = { ...(isSame ? {} : rated(question, { stars, by: 'customer' })), comment: said };
  if (stars >= policy.payingStars)
    return { change: { ...change, ...earned(question, conversationExpertOf(question)?.id) }, effects: [] };
  const mail: QuestionEffect = {
    type: 'mail_admins',
    key: `care-low-rating-${question.id}-${stars}`,
    template: 'care_low_rating',
    params: { questionId: question.id, subject: question.subject, stars },
  };
  return { change, effects: [mail, lowRatingCase(question, said)] };
}

/** 7.4: a fulfilled service earns the written conversation five stars; what the customer said stays the customer's. */
export function rateAutomatically(question: Question): Applied<Question, QuestionEffect> {
  const given = question.rating === null ? rated(question, { stars: 5, by: 'automatic' }) : {};
  return { change: { ...given, ...earned(question, conversationExpertOf(question)?.id) }, effects: [] };
}

/** 2.5: what the rating did not earn, customer care grants. */
export function pay(question: Question): Applied<Question, QuestionEffect> {
  if (question.rating === null) throw new Refusal('conflict.not_answered', stateOf(question));
  const change = earned(question, question.ratedExpert);
  return { change, effects: grantedEffects({ ...question, ...change }) };
}

/**
 * 2.5: what care has granted is told to whoever was rated once the money is here and theirs, and to care when it could not be
 * taken. Nothing while that is open, and nothing of what has gone back.
 */
export function grantedEffects(question: Question): QuestionEffect[] {
  const { id, subject, rating, payment, paidTo, ratedExpert } = question;
  if (isRefundable(payment)) return paidTo === ratedExpert ? reviewed(question, 'pay') : [];
  if (!needsPayment(question) || rating === null) return [];
  return [
    {
      type: 'mail_admins',
      key: `care-low-rating-${id}-unpaid-${payment.attempt}`,
      template: 'care_low_rating',
      params: { questionId: id, subject, stars: rating.stars, resolution: 'pay' },
    },
  ];
}

/** Whether care has had it paid although the rating is low. */
export const isGranted = ({ history }: Question): boolean => history.some(({ what }) => what === 'pay');

/** 2.5: what whoever was rated hears of a low rating that stands; nothing once the value is earned after all. */
export function upheldEffects(question: Question): Reviewed[] {
  return question.earned ? [] : reviewed(question, 'dismissed');
}

type Reviewed = EffectOf<'notice' | 'mail'>;

function reviewed({ id: questionId, subject, ratedExpert: to }: Question, resolution: 'pay' | 'dismissed'): Reviewed[] {
  if (to === null) return [];
  const params = { questionId, subject, resolution };
  const key = `rating-${resolution === 'pay' ? 'reviewed' : 'upheld'}-${questionId}`;
  return [
    { type: 'notice', to, code: 'rating.reviewed', params },
    { type: 'mail', key, to, template: 'rating_reviewed', params, ifAway: false },
  ];
}

function rated(question: Question, rating: Rating): Partial<Question> {
  return { rating, ratedExpert: conversationExpertOf(question)?.id ?? null };
}

/** 2.5: one for each question, whatever the stars: a rating raised to another low one is the same matter. */
function lowRatingCase({ id }: Question, reason: string | null): QuestionEffect {
  const about = { questionId: id, offerId: null, seq: null };
  return {
    type: 'case',
    opened: { key: `low-rating-${id}`, kind: 'low_rating', ...about, openedBy: SYSTEM, reason },
  };
}

/** The value is taken once, however often it is earned (I16); what is not held yet is taken when it is. */
function earned(question: Question, by: string | null = null): Partial<Question> {
  const change = { earned: true, earnedBy: question.earned ? question.earnedBy : by };
  if (question.payment.state !== 'authorised') return change;
  return { ...change, payment: stepPayment(billOfQuestion(question), { type: 'take' }).payment };
}

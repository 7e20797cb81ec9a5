// Whether a letter still has its reason, asked just before it is handed over, each time anew: nobody gets a letter about what is
// over. One row for each e-mail; one that has none does not compile. What is about money that was taken, given back or lost
// stays true.

import type { Ctx } from '../context.ts';
import type { CaseKind, Params } from '../domain/effects.ts';
import { reached } from '../domain/instant.ts';
import type { MailTemplate } from '../domain/mail.ts';
import type { OfferState } from '../domain/offer.ts';
import { isPaid } from '../domain/private-info.ts';
import { firstKey } from '../models/mail.ts';
import type { OwedMail } from '../models/mail.ts';
import type { User } from '../models/user.ts';
import { digest } from './digest.ts';
import { isOpenTo, offerOf, questionIdOf, questionOf, requestIsOver } from './mail-look.ts';
import type { Look } from './mail-look.ts';
import { messages } from './mail-messages.ts';
import { stillReminds } from './reminder.ts';

/** It is about what was done for good. */
export const stays: Look = async () => AS_OWED;

const AS_OWED = { gone: null, said: {} } as const;

/** What `gone` finds; otherwise as it was owed. */
const unless =
  (gone: (ctx: Ctx, mail: OwedMail, to: User) => Promise<string | null>): Look =>
  async (ctx, mail, to) => ({ gone: await gone(ctx, mail, to), said: {} });

const whileOffer = (...states: OfferState[]) =>
  unless(async (ctx, { params }) => {
    const offer = await offerOf(ctx, params);
    return offer === null || states.includes(offer.state) ? null : offer.state;
  });

const whileCase = (kindOf: (params: Params) => CaseKind) =>
  unless(async (ctx, { params }) => {
    const alike = await ctx.stores.cases.ofQuestion(questionIdOf(params), kindOf(params));
    // one that is about to be opened is not there yet
    return alike.length > 0 && alike.every(({ state }) => state === 'resolved') ? 'resolved' : null;
  });

const UNPAID: ReadonlySet<string> = new Set(['declined', 'capture_failed']);

const whileUnpaid = unless(async (ctx, { params }) => {
  const question = await questionOf(ctx, params);
  if (question === null || UNPAID.has(question.payment.state)) return null;
  return question.payment.state;
});

const whileLow = whileCase(() => 'low_rating');

export const REASONS: { readonly [T in MailTemplate]: Look } = {
  answer_received: messages,
  message_received: messages,
  follow_up_received: messages,
  reminder: unless(async (ctx, { id, params }) =>
    (await stillReminds(ctx, questionIdOf(params), firstKey(id))) ? null : 'over',
  ),
  box_opened: unless(async (ctx, { params }) => {
    const [offer, question] = await Promise.all([offerOf(ctx, params), questionOf(ctx, params)]);
    if (question?.state === 'closed') return 'closed';
    return offer === null || isPaid(offer) ? null : offer.payment.state;
  }),

  request_reserved: unless(async (ctx, { params, to }) => {
    const offer = await offerOf(ctx, params);
    if (offer === null) return null;
    if (offer.state !== 'reserved') return offer.state;
    return offer.reservedFor === to && !reached(offer.reservedUntil, ctx.now()) ? null : 'open';
  }),
  request_open: unless(async (ctx, { params }, to) => {
    const offer = await offerOf(ctx, params);
    if (offer === null) return null;
    return (await requestIsOver(ctx, params)) ?? (isOpenTo(to, offer, ctx.now()) ? null : 'not_theirs');
  }),
  request_digest: digest,
  request_passed: whileOffer('open'),
  request_accepted: stays,
  request_payment_failed: whileOffer('payment_failed'),
  request_expired: whileOffer('expired'),
  request_unfulfilled: whileOffer('unfulfilled'),
  request_refunded: stays,
  report_reminder: unless(async (ctx, { params, to }) => {
    const offer = await offerOf(ctx, params);
    if (offer === null) return null;
    if (offer.state !== 'accepted') return offer.state;
    // 7.1: "could not connect", had again, and accepted by another expert, or for another time
    return offer.acceptedBy?.id === to && offer.reportDueAt?.toISOString() === params.until ? null : 'not_theirs';
  }),
  report_overdue: whileOffer('report_overdue'),

  question_payment_failed: whileUnpaid,
  offer_proposed: whileOffer('offered'),
  offer_accepted: stays,
  offer_payment_failed: whileOffer('offered'),
  offer_unable: stays,

  refund_received: whileCase(() => 'refund'),
  refund_granted: stays,
  refund_refused: stays,
  refund_failed: stays,
  rating_reviewed: unless(async (ctx, { params }) => {
    const isUpheld = params.resolution === 'dismissed';
    return isUpheld && (await questionOf(ctx, params))?.earned === true ? 'earned' : null;
  }),
  earnings_reversed: stays,
  earnings_disputed: stays,
  earnings_restored: stays,
  dispute_received: whileCase(() => 'payout_dispute'),
  dispute_resolved: stays,

  // 2.5: the case is resolved when what was granted in it could not be taken
  care_low_rating: (ctx, mail, to) => (mail.params.resolution === 'pay' ? whileUnpaid : whileLow)(ctx, mail, to),
  care_not_connected: whileCase(() => 'not_connected'),
  care_unable_to_complete: whileCase(() => 'unable_to_complete'),
  care_case_overdue: whileCase(({ kind }) => kind as CaseKind), // as it was owed
  care_refund_failed: stays,
  care_chargeback: stays,
  care_card_testing: stays,

  password_changed: stays,

  webhook_failing: stays,
  webhook_off: stays,
};

// All that a machine may ask of the world. Effects are written to disk together with the state that asked for them
// (the record's outbox) and may be settled more than once: each is keyed, or harmless when repeated.

import type { Entry } from './ledger.ts';
import type { MailTemplate } from './mail.ts';
import type { Author } from './message.ts';
import type { Localized } from './people.ts';
import type { WebhookEvent } from './webhook.ts';

/** A sentence for a person; its text stands in texts/notices.ts under the same code. */
export type NoticeCode =
  | 'question.answered'
  | 'question.claim_lapsed'
  | 'question.closed'
  | 'question.payment_failed'
  | 'offer.proposed'
  | 'offer.declined'
  | 'offer.accepted'
  | 'offer.charged'
  | 'offer.payment_failed'
  | 'offer.unable'
  | 'request.passed'
  | 'request.opened'
  | 'request.accepted'
  | 'request.payment_failed'
  | 'request.expired'
  | 'request.fulfilled'
  | 'request.unfulfilled'
  | 'request.report_overdue'
  | 'request.capture_failed'
  | 'request.refunded'
  | 'refund.granted'
  | 'refund.refused'
  | 'refund.dismissed'
  | 'refund.failed'
  | 'earnings.reversed'
  | 'earnings.disputed'
  | 'earnings.restored'
  | 'dispute.resolved'
  | 'rating.reviewed'
  | 'presence.away_missed'
  | 'presence.away_hidden';

/**
 * Numbers and words that fill a text. Money is `amount` and `currency`; a service is called by its `title`, as its record
 * has it, because its receivers read different languages.
 */
export type Params = Readonly<Record<string, string | number | Localized>>;

/** What a case is about (10.1). */
export type CaseKind =
  | 'personal_information'
  | 'low_rating'
  | 'unable_to_complete'
  | 'not_connected'
  | 'refund'
  | 'payout_dispute'
  | 'refund_failed'
  | 'chargeback'
  | 'card_testing';

/** A case that a machine or a command asks for. */
export interface NewCase {
  /** idempotency key: one case per key, its id is made from it */
  readonly key: string;
  readonly kind: CaseKind;
  readonly questionId: string;
  readonly offerId: string | null;
  /** the message it is about */
  readonly seq: number | null;
  /** the platform itself is `SYSTEM` */
  readonly openedBy: Author;
  readonly reason: string | null;
  /** when somebody else than we says until when; without, the policy does */
  readonly respondBy?: Date;
}

export type Effect =
  /** the record has changed: everyone who may see it is told, each in their own view */
  | { readonly type: 'changed' }
  /** operators who subscribe to any of these hear of it: with the record's version and state, as it was at `at` */
  | {
      readonly type: 'webhooks';
      readonly events: readonly WebhookEvent[];
      /** absent of what is written once */
      readonly version?: number;
      readonly state?: string;
      readonly at: Date;
    }
  | { readonly type: 'notice'; readonly to: string; readonly code: NoticeCode; readonly params: Params }
  /**
   * one e-mail to one person; `ifAway`: only when they are not connected now; `gather` (2.6): not before the window ends, and
   * together with what waits under this word then
   */
  | {
      readonly type: 'mail';
      readonly key: string;
      readonly to: string;
      readonly template: MailTemplate;
      readonly params: Params;
      readonly ifAway: boolean;
      readonly gather?: string;
    }
  /** 6.3: to every expert of the category who wants it, but not to `except` */
  | {
      readonly type: 'mail_experts';
      readonly key: string;
      readonly categoryId: string;
      readonly except: string | null;
      readonly template: MailTemplate;
      readonly params: Params;
    }
  /** 6.2, 6.3: a request is open: `openedEffects` says what that means, so that many lapses can be written as one */
  | { readonly type: 'opened'; readonly generation: number; readonly told: NoticeCode | null }
  /** 6.1: who let too many pass in a row is away; `at`: when the reservation ended */
  | { readonly type: 'reservation_missed'; readonly expertId: string; readonly offerId: string; readonly at: Date }
  /** to customer care and expert support */
  | { readonly type: 'mail_admins'; readonly key: string; readonly template: MailTemplate; readonly params: Params }
  /** 10.1: one case per key */
  | { readonly type: 'case'; readonly opened: NewCase }
  /** what the case of this key is about was decided elsewhere */
  | { readonly type: 'case_ended'; readonly key: string; readonly resolution: 'won' | 'lost' | 'done' }
  /**
   * 8.4: a case was resolved so: the question's value or the offer it is about is given back. `asked`: the refunds that
   * had been asked for by then, so that it is granted once
   */
  | { readonly type: 'refund_granted'; readonly asked?: number }
  /** 2.5: a case was resolved so: the question's value is paid although its rating is low */
  | { readonly type: 'value_granted' }
  /** 2.5: a case was resolved so: the low rating stands, as its expert hears */
  | { readonly type: 'rating_upheld' }
  | { readonly type: 'entry'; readonly entry: Entry }
  | { readonly type: 'void'; readonly authorisation: string; readonly key: string }
  /** 5.1: the automatic offer of this question, once */
  | { readonly type: 'automatic_offer' }
  /** 6.8: a closed question takes its requests along */
  | { readonly type: 'withdraw_offers' }
  /** 6.8: it comes back to its customer: not when the question was closed while it was being charged */
  | { readonly type: 'withdraw_if_closed' }
  /** 2.8: what a closed question still holds is let go, unless a service can earn it yet (7.4) */
  | { readonly type: 'unused_value' }
  /** I9: the last line of the conversation, so that nothing can be written after it */
  | { readonly type: 'end_conversation' }
  /** 9.1: nobody can read the private information of a closed question again */
  | { readonly type: 'destroy_private_info' }
  /** the provider is asked again about a call that nobody answered, with the same key (I3) */
  | { readonly type: 'ask_provider' }
  /** 2.4, 5.1: an expert's message: its question hears what it means */
  | { readonly type: 'said' }
  /** 7.4: five stars for the expert of the written conversation */
  | { readonly type: 'automatic_rating' };

export type EffectType = Effect['type'];
export type EffectOf<T extends EffectType> = Extract<Effect, { readonly type: T }>;

/** What any record may owe, and what only one of their kind can be settled for. */
export type CommonEffect = EffectOf<
  'changed' | 'webhooks' | 'notice' | 'mail' | 'mail_experts' | 'mail_admins' | 'case' | 'case_ended' | 'entry' | 'void'
>;
export type PaymentEffect = CommonEffect | EffectOf<'ask_provider'>;
export type QuestionEffect =
  | PaymentEffect
  | EffectOf<'automatic_offer' | 'withdraw_offers' | 'unused_value' | 'end_conversation' | 'destroy_private_info'>;
export type OfferEffect =
  | PaymentEffect
  | EffectOf<'opened' | 'reservation_missed' | 'withdraw_if_closed' | 'unused_value' | 'automatic_rating'>;
export type CaseEffect = CommonEffect | EffectOf<'refund_granted' | 'value_granted' | 'rating_upheld'>;

/** A machine's answer: the record as it shall be, and what it then owes. */
export interface Outcome<Next, Owed extends Effect = Effect> {
  readonly next: Next;
  readonly effects: readonly Owed[];
}

/** What an event changes of a record, and what it then owes beside telling of it. */
export interface Applied<R, Owed extends Effect> {
  readonly change: Partial<R>;
  readonly effects: readonly Owed[];
}

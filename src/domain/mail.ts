// The e-mails of rules 2 to 11: one row each. Its words stand in texts/mails under the same name.

import type { Urgency } from './notify.ts';

export interface MailKind {
  /** whether it can wait (domain/notify.ts) */
  readonly urgency: Urgency;
  /** where its button leads; one about a question alone leads there in any case */
  readonly page: 'request' | 'question' | 'webhooks' | 'account';
  /** why one gets it: the footer says so */
  readonly why: MailReason;
  /** there may be many, so whoever gets them can choose not to (6.3). Never what is about money or reserved for one */
  readonly choice?: MailChoice;
  /**
   * what it lists, one for each of the mail's items. `quotes`: people's words (`excerpt`), as they were written. `requests`:
   * requests with what a text may name of each, the one that its button leads to first
   */
  readonly lists?: 'quotes' | 'requests';
  /** a digest can say it as well */
  readonly digest?: true;
}

/** What a person may choose to get or not. */
export type MailChoice = 'openRequests' | 'reminders';

/** Whose e-mail it is, and for what. */
export type MailReason = 'own_question' | 'unrated_answer' | 'work' | 'open_requests' | 'care' | 'webhooks' | 'account';

const TO_CUSTOMER = { page: 'question', why: 'own_question', urgency: 'soon' } as const;
const TO_EXPERT = { page: 'question', why: 'work', urgency: 'later' } as const;
const TO_CARE = { page: 'question', why: 'care', urgency: 'later' } as const;
const TO_OPERATORS = { page: 'webhooks', why: 'webhooks', urgency: 'urgent' } as const;
const URGENT = { urgency: 'urgent' } as const;

export const MAILS = {
  answer_received: { ...TO_CUSTOMER, lists: 'quotes' },
  message_received: { ...TO_CUSTOMER, lists: 'quotes' },
  follow_up_received: { ...TO_CUSTOMER, lists: 'quotes' },
  reminder: { page: 'question', why: 'unrated_answer', choice: 'reminders', urgency: 'later' },
  box_opened: TO_CUSTOMER,
  request_reserved: { page: 'request', why: 'work', urgency: 'urgent' },
  request_open: { page: 'request', why: 'open_requests', choice: 'openRequests', urgency: 'soon', digest: true },
  request_digest: {
    page: 'request',
    why: 'open_requests',
    choice: 'openRequests',
    urgency: 'later',
    lists: 'requests',
  },
  request_passed: TO_CUSTOMER,
  request_accepted: { ...TO_CUSTOMER, ...URGENT },
  request_payment_failed: { ...TO_CUSTOMER, ...URGENT },
  request_expired: TO_CUSTOMER,
  request_unfulfilled: TO_CUSTOMER,
  request_refunded: { page: 'request', why: 'work', urgency: 'later' },
  report_reminder: { page: 'request', why: 'work', urgency: 'urgent' },
  report_overdue: { page: 'request', why: 'care', urgency: 'later' },
  question_payment_failed: { ...TO_CUSTOMER, ...URGENT },
  offer_proposed: TO_CUSTOMER,
  offer_accepted: { ...TO_EXPERT, ...URGENT },
  offer_payment_failed: { ...TO_CUSTOMER, ...URGENT },
  offer_unable: TO_CUSTOMER,
  refund_received: { ...TO_CUSTOMER, urgency: 'later' },
  refund_granted: { ...TO_CUSTOMER, urgency: 'later' },
  refund_refused: { ...TO_CUSTOMER, urgency: 'later' },
  refund_failed: { ...TO_CUSTOMER, urgency: 'later' },
  rating_reviewed: TO_EXPERT,
  earnings_reversed: TO_EXPERT,
  earnings_disputed: TO_EXPERT,
  earnings_restored: TO_EXPERT,
  dispute_received: TO_EXPERT,
  dispute_resolved: TO_EXPERT,
  care_low_rating: TO_CARE,
  care_not_connected: TO_CARE,
  care_unable_to_complete: TO_CARE,
  care_case_overdue: { ...TO_CARE, ...URGENT },
  care_refund_failed: { ...TO_CARE, ...URGENT },
  care_chargeback: { ...TO_CARE, ...URGENT },
  care_card_testing: { ...TO_CARE, ...URGENT },
  password_changed: { page: 'account', why: 'account', urgency: 'urgent' },
  webhook_failing: TO_OPERATORS,
  webhook_off: TO_OPERATORS,
} as const satisfies Readonly<Record<string, MailKind>>;

export type MailTemplate = keyof typeof MAILS;

/** Does its button lead to a question? Then this is its id. */
export function questionOf(
  template: MailTemplate,
  { offerId, questionId }: Readonly<Record<string, unknown>>,
): string | null {
  const { page }: MailKind = MAILS[template];
  const isAboutIt = page === 'question' || (page === 'request' && offerId === undefined);
  return isAboutIt && typeof questionId === 'string' ? questionId : null;
}

/** 6.3: whether whoever chose so gets it. What nobody has chosen yet comes. */
export function isWanted(template: MailTemplate, chosen: Readonly<Partial<Record<MailChoice, boolean>>>): boolean {
  const { choice }: MailKind = MAILS[template];
  return choice === undefined || chosen[choice] !== false;
}

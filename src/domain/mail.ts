// The e-mails of rules 5 to 10: one row each. Its words stand in texts/mails under the same name.

export interface MailKind {
  /** where its button leads; one about a question alone leads there in any case */
  readonly page: 'request' | 'question';
  /** there may be many, so whoever gets them can choose not to (6.3) */
  readonly isOptional?: true;
}

export const MAILS = {
  request_reserved: { page: 'request' },
  request_open: { page: 'request', isOptional: true },
  request_passed: { page: 'question' },
  request_accepted: { page: 'question' },
  request_payment_failed: { page: 'question' },
  request_expired: { page: 'question' },
  request_unfulfilled: { page: 'question' },
  request_refunded: { page: 'request' },
  report_reminder: { page: 'request' },
  report_overdue: { page: 'request' },
  question_payment_failed: { page: 'question' },
  offer_proposed: { page: 'question' },
  offer_accepted: { page: 'question' },
  offer_payment_failed: { page: 'question' },
  offer_unable: { page: 'question' },
  refund_granted: { page: 'question' },
  refund_refused: { page: 'question' },
  refund_failed: { page: 'question' },
  earnings_reversed: { page: 'question' },
  earnings_disputed: { page: 'question' },
  earnings_restored: { page: 'question' },
  dispute_resolved: { page: 'question' },
  care_low_rating: { page: 'question' },
  care_not_connected: { page: 'question' },
  care_unable_to_complete: { page: 'question' },
  care_case_overdue: { page: 'question' },
  care_refund_failed: { page: 'question' },
  care_chargeback: { page: 'question' },
  care_card_testing: { page: 'question' },
} as const satisfies Readonly<Record<string, MailKind>>;

export type MailTemplate = keyof typeof MAILS;

// Rules 1.4 and 8.4: what a record tells its customer and its expert of money that went back or came again: the same for all.

import type { NoticeCode, Params, PaymentEffect } from './effects.ts';
import type { Money } from './ledger.ts';
import type { MailTemplate } from './mail.ts';
import type { Bill, Payment, PaymentEventType } from './payment.ts';
import { NOTHING } from './returns.ts';
import type { Moved } from './returns.ts';

/** A sentence and a letter, of the same thing. */
interface Text {
  readonly code: NoticeCode;
  readonly template: MailTemplate;
  /** how it ended, of what has begun in the same words */
  readonly outcome?: 'lost';
}

const DISPUTED: Text = { code: 'earnings.disputed', template: 'earnings_disputed' };
const DISPUTE_LOST: Text = { ...DISPUTED, outcome: 'lost' };

const TO_CUSTOMER: Partial<Record<PaymentEventType, Text>> = {
  refunded: { code: 'refund.granted', template: 'refund_granted' },
  refund_failed: { code: 'refund.failed', template: 'refund_failed' },
};

/** What its customer, and whoever has earned it, are told when money has moved. `paramsOf`: what fills a text about a sum. */
export function toldOf(bill: Bill, type: PaymentEventType, { earnings }: Moved, paramsOf: (sum: Money) => Params) {
  const { subject, paid } = bill;
  const toCustomer = TO_CUSTOMER[type];
  const toEarner = textForEarner(type, earnings);
  return [
    ...(toCustomer ? told(bill, subject.customerId, toCustomer, paramsOf(subject.money)) : []),
    ...(toEarner && paid ? told(bill, paid.to, toEarner, paramsOf(paid.share)) : []),
  ];
}

function textForEarner(type: PaymentEventType, earnings: Moved['earnings']): Text | null {
  if (earnings === 'untouched') return null;
  if (earnings === 'restored') return { code: 'earnings.restored', template: 'earnings_restored' };
  if (earnings === 'lost') return DISPUTE_LOST;
  return type === 'disputed' ? DISPUTED : { code: 'earnings.reversed', template: 'earnings_reversed' };
}

/** A notice for who is there, and an e-mail to keep. */
export function told(
  { subject, payment }: Pick<Bill, 'subject' | 'payment'>,
  to: string,
  { code, template, outcome }: Text,
  about: Params,
): PaymentEffect[] {
  const ended = outcome === undefined ? '' : `-${outcome}`;
  const key = timed(`${template}${ended}-${subject.offerId ?? subject.questionId}`, payment);
  const params = outcome === undefined ? about : { ...about, outcome };
  return [
    { type: 'notice', to, code, params },
    { type: 'mail', key, to, template, params, ifAway: false },
  ];
}

/** The key of a letter about money that went back or came again, of which there may be one for each time. */
function timed(key: string, payment: Payment): string {
  const { returned = NOTHING } = payment;
  const times = returned.moves.length + returned.moves.filter(({ undone }) => undone).length;
  const time = times + Math.max(0, returned.asked - 1);
  return time === 0 ? key : `${key}-${time + 1}`;
}

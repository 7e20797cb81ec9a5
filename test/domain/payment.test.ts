import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/domain/errors.ts';
import {
  AUTHORISATION_ABANDON_MS,
  PAYMENT_RESUME_MS,
  PAYMENT_STATES,
  PAYMENT_TRANSITIONS,
  REFUND_PENDING_MS,
  authoriseKey,
  captureKey,
  isUnderWay,
  nextAttempt,
  noPayment,
  refundKey,
} from '../../src/domain/payment.ts';
import type { Bill, Payment, PaymentEvent, PaymentState } from '../../src/domain/payment.ts';
import { giveUp, paymentDueAt, stepPayment } from '../../src/domain/payment-step.ts';
import { START, at, frozen, paymentEventsBut, refusal } from './examples.ts';

const subject = {
  questionId: 'q_1',
  offerId: null,
  customerId: 'u_customer',
  money: { amount: 1_001, currency: 'USD' },
};
const blank: Bill = { state: 'open', subject, payment: noPayment('pm_visa'), paid: null, unattended: 'finish' };

const authorise: PaymentEvent = { type: 'authorise', method: 'pm_visa' };
const held: PaymentEvent = { type: 'authorised', authorisation: 'auth_1' };
const take: PaymentEvent = { type: 'take' };
const captured: PaymentEvent = { type: 'captured' };
const refund: PaymentEvent = { type: 'refund' };
const dispute = { id: 'dp_1', reason: 'fraudulent', state: 'open', amount: 1_001, taken: true, dueBy: null } as const;

/** An event of every type. */
const EVENTS: PaymentEvent[] = [
  authorise,
  held,
  { type: 'authorisation_failed', reason: 'card_declined' },
  { type: 'abandon', authorisation: null },
  { type: 'abandon', authorisation: 'auth_1' },
  take,
  { type: 'let_go' },
  captured,
  { type: 'capture_failed', reason: 'expired_card' },
  { type: 'resume' },
  refund,
  { type: 'refunded' },
  { type: 'refund_pending' },
  { type: 'refund_failed', reason: 'card_closed' },
  { type: 'disputed', dispute },
];

/** How each state comes about. */
const PATHS: Record<PaymentState, PaymentEvent[]> = {
  none: [],
  authorising: [authorise],
  authorised: [authorise, held],
  declined: [authorise, { type: 'authorisation_failed', reason: 'card_declined' }],
  capturing: [authorise, held, take],
  captured: [authorise, held, take, captured],
  capture_failed: [authorise, held, take, { type: 'capture_failed', reason: 'expired_card' }],
  released: [authorise, held, { type: 'let_go' }],
  refunding: [authorise, held, take, captured, refund],
  refund_pending: [authorise, held, take, captured, refund, { type: 'refund_pending' }],
  refunded: [authorise, held, take, captured, refund, { type: 'refunded' }],
  refund_failed: [authorise, held, take, captured, refund, { type: 'refund_failed', reason: 'card_closed' }],
};

const pay = (bill: Bill, ...events: PaymentEvent[]): Payment =>
  events.reduce((payment, event) => stepPayment(frozen({ ...bill, payment }), event).payment, bill.payment);

const owedBy = (bill: Bill, ...events: PaymentEvent[]): string[] => {
  const before = events.slice(0, -1);
  const { effects } = stepPayment({ ...bill, payment: pay(bill, ...before) }, events.at(-1)!);
  return effects.map((effect) => (effect.type === 'entry' ? effect.entry.key : effect.type));
};

describe.each(['finish', 'abandon'] as const)('1.4 every state and every event of a hold to %s', (unattended) => {
  const bill: Bill = { ...blank, unattended };
  const table: Record<string, Partial<Record<string, readonly PaymentState[]>>> = PAYMENT_TRANSITIONS;
  const isGivenUp = (state: PaymentState, { type }: PaymentEvent) =>
    unattended === 'finish' && state === 'authorising' && (type === 'abandon' || type === 'let_go');

  test('the events are of every type', () => {
    expect(new Set(EVENTS.map(({ type }) => type))).toEqual(new Set(paymentEventsBut()));
  });

  const cases = PAYMENT_STATES.flatMap((state) =>
    EVENTS.map((event) => [state, JSON.stringify(event), event] as const),
  );

  test.each(cases)('1.4 %s: %s', (state, _event, event) => {
    const payment = pay(bill, ...PATHS[state]);
    expect(payment.state).toBe(state);
    const targets = isGivenUp(state, event) ? undefined : table[state]?.[event.type];
    const step = () => stepPayment(frozen({ ...bill, payment }), frozen(event));
    if (targets === undefined) {
      const isTrial = event.type === 'authorise' && (state === 'authorising' || state === 'capturing');
      const code = event.type === 'refund' ? 'not_captured' : isTrial ? 'payment_pending' : 'stale';
      expect(refusal(step)).toEqual({ code: `conflict.${code}`, details: { state: 'open' } });
    } else {
      const next = step().payment;
      expect([next.state]).toEqual(targets);
      expect(next.attempt).toBe(payment.attempt + (event.type === 'authorise' ? 1 : 0));
      expect(paymentDueAt({ ...bill, payment: next }, START) !== null).toBe(isUnderWay(next));
    }
  });

  test.each(PAYMENT_STATES)('1.4 of a payment that is given up nothing is kept: %s', (state) => {
    const payment = pay(bill, ...PATHS[state]);
    try {
      const { payment: next } = giveUp({ ...bill, payment });
      expect(['authorising', 'authorised', 'captured', 'refund_failed']).not.toContain(next.state);
      expect(state === 'captured' || state === 'refund_failed').toBe(next.state === 'refunding' && next !== payment);
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal);
      expect([state, unattended]).toEqual(['authorising', 'finish']); // it is made, and let go then
    }
  });
});

describe('1.4 what each step owes', () => {
  const abandoned: Bill = { ...blank, unattended: 'abandon' };

  test('1.4 what is held is promised; let go, it is released and the hold ends', () => {
    expect(owedBy(blank, authorise)).toEqual([]);
    expect(owedBy(blank, authorise, held)).toEqual(['authorise-q_1-1']);
    expect(owedBy(blank, authorise, held, { type: 'let_go' })).toEqual(['void', 'release-q_1-1']);
    expect(owedBy(blank, authorise, held, take)).toEqual([]);
  });

  test('1.4 what is taken is booked once; what cannot be taken is released', () => {
    expect(owedBy(blank, authorise, held, take, captured)).toEqual(['capture-q_1']);
    const failed: PaymentEvent = { type: 'capture_failed', reason: 'expired_card' };
    expect(owedBy(blank, authorise, held, take, failed)).toEqual(['void', 'release-q_1-1']);
    expect(pay(blank, authorise, held, take, failed)).toMatchObject({
      reason: 'expired_card',
      authorisation: 'auth_1',
    });
  });

  test('1.4 a hold that nobody attends to is looked for; what is found is let go, and was never promised', () => {
    expect(owedBy(abandoned, authorise, { type: 'let_go' })).toEqual(['ask_provider']);
    expect(owedBy(abandoned, authorise, { type: 'abandon', authorisation: null })).toEqual([]);
    expect(owedBy(abandoned, authorise, { type: 'abandon', authorisation: 'auth_1' })).toEqual(['void']);
    expect(pay(abandoned, authorise, { type: 'abandon', authorisation: 'auth_1' }).authorisation).toBeNull();
  });

  test('1.4 the provider is asked again: about a hold to abandon after a minute, about a pending refund after an hour', () => {
    const due = (bill: Bill, state: PaymentState) =>
      paymentDueAt({ ...bill, payment: pay(bill, ...PATHS[state]) }, START);
    expect(due(blank, 'authorising')).toEqual(at(PAYMENT_RESUME_MS));
    expect(due(abandoned, 'authorising')).toEqual(at(AUTHORISATION_ABANDON_MS));
    for (const bill of [blank, abandoned]) {
      expect(due(bill, 'capturing')).toEqual(at(PAYMENT_RESUME_MS));
      expect(due(bill, 'refunding')).toEqual(at(PAYMENT_RESUME_MS));
      expect(due(bill, 'refund_pending')).toEqual(at(REFUND_PENDING_MS));
    }
  });

  test('8.4 what the bank has taken is not given up, and cannot be refunded', () => {
    const payment = pay(blank, ...PATHS.captured, { type: 'disputed', dispute });
    expect(giveUp({ ...blank, payment }).payment).toBe(payment);
    expect(refusal(() => stepPayment({ ...blank, payment }, refund)).code).toBe('conflict.not_captured');
  });
});

describe('2.1, 6.5 the payment behind a value or a price', () => {
  const first = nextAttempt(noPayment('pm_visa'), 'pm_visa');

  test('2.1 begins with a method and nothing tried', () => {
    expect(noPayment('pm_visa')).toEqual({
      state: 'none',
      method: 'pm_visa',
      attempt: 0,
      authorisation: null,
      reason: null,
    });
  });

  test('2.1 each try has a number, and forgets what became of the one before', () => {
    expect(first).toMatchObject({ state: 'authorising', attempt: 1 });
    const failed = { ...first, state: 'capture_failed', authorisation: 'auth_1', reason: 'expired_card' } as const;
    expect(nextAttempt(failed, 'pm_other')).toEqual({
      state: 'authorising',
      method: 'pm_other',
      attempt: 2,
      authorisation: null,
      reason: null,
    });
  });

  test('1.4 the keys come from the record alone: the same try asks for the same thing, another card for another', () => {
    const second = nextAttempt(first, 'pm_visa');
    expect(authoriseKey('of_1', first)).toBe('auth-of_1-1');
    expect(captureKey('of_1', first)).toBe('cap-of_1-1');
    expect(authoriseKey('of_1', { ...first, state: 'capturing', authorisation: 'auth_1' })).toBe('auth-of_1-1');
    expect(authoriseKey('of_1', second)).toBe('auth-of_1-2');
    expect(captureKey('of_1', second)).toBe('cap-of_1-2');
  });

  test('1.4 a refund has one key: money is given back once', () => {
    expect(refundKey('of_1')).toBe('refund-of_1');
  });
});

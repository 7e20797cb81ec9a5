import { describe, expect, test } from 'vitest';
import type { Offer } from '../../src/domain/offer.ts';
import { deliverersOf, mayKnowBox } from '../../src/domain/private-info.ts';
import type { Payment } from '../../src/domain/payment.ts';
import { ada, ben, customer, draft, offered } from './examples.ts';

const paying = (state: Payment['state'], change: Partial<Offer> = {}): Offer => ({
  ...offered,
  ...change,
  payment: { ...offered.payment, state },
});
const accepted = paying('captured', { state: 'accepted', acceptedBy: ada });

const know = (offers: readonly Offer[]) =>
  (
    [
      ['customer', customer.id],
      ['customer', 'u_other'],
      ['expert', ada.id],
      ['expert', ben.id],
      ['admin', 'u_care'],
    ] as const
  )
    .filter(([role, id]) => mayKnowBox({ role, id }, draft, offers))
    .map(([, id]) => id);

describe('9.1 who may know of the private information box', () => {
  test('9.1 nobody before a premium service was accepted', () => {
    expect(know([])).toEqual([]);
    for (const state of ['none', 'authorising', 'authorised', 'declined', 'capture_failed'] as const) {
      expect(know([paying(state)])).toEqual([]);
      expect(know([paying(state, { state: 'capturing', acceptedBy: ada })])).toEqual([]);
    }
  });

  test('9.1 its customer, the expert who delivers, and admins, whatever becomes of the report', () => {
    for (const state of ['accepted', 'report_overdue', 'fulfilled', 'unfulfilled'] as const) {
      expect(know([{ ...accepted, state }])).toEqual([customer.id, ada.id, 'u_care']);
    }
  });

  test('7.1, 9.1 requested again, it is its customer’s alone; then the next expert’s and no more the first one’s', () => {
    expect(know([{ ...accepted, state: 'open', acceptedBy: null }])).toEqual([customer.id, 'u_care']);
    expect(know([{ ...accepted, acceptedBy: ben }])).toEqual([customer.id, ben.id, 'u_care']);
  });

  test('9.1 nobody once the money is given back', () => {
    expect(know([paying('refunded', { state: 'refunded', acceptedBy: ada })])).toEqual([]);
    expect(know([paying('released', { state: 'withdrawn' })])).toEqual([]);
  });

  test('9.1 of two services both experts deliver, each named once', () => {
    const other = { ...accepted, id: 'of_2', acceptedBy: ben };
    expect(deliverersOf([accepted, other, { ...accepted, id: 'of_3' }, paying('refunded')])).toEqual([ada.id, ben.id]);
    expect(know([accepted, other])).toEqual([customer.id, ada.id, ben.id, 'u_care']);
  });
});

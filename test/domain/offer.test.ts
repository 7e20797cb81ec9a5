import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/domain/effects.ts';
import { CODES, Refusal } from '../../src/domain/errors.ts';
import type { MailTemplate } from '../../src/domain/mail.ts';
import { AUTHORISATION_ABANDON_MS, PAYMENT_RESUME_MS, isOfPayment } from '../../src/domain/payment.ts';
import { OFFER_STATES, OFFER_TRANSITIONS, isPaidOut } from '../../src/domain/offer.ts';
import { proposedEffects } from '../../src/domain/offer-effects.ts';
import { refundStateOf } from '../../src/domain/offer-refund.ts';
import { dueOffer, stepOffer } from '../../src/domain/offer-step.ts';
import type { Offer, OfferEvent, OfferEventType, OfferState } from '../../src/domain/offer.ts';
import {
  DAY,
  HOUR,
  MINUTE,
  ada,
  at,
  ben,
  customer,
  effectsOf,
  entryKeys,
  frozen,
  move,
  offered,
  owed,
  paramsFor,
  paymentEventsBut,
  policy,
  promisedBy,
  proposed,
  refusedWith,
  targetsOf,
} from './examples.ts';
import {
  EXAMPLES,
  abandon,
  accepted,
  again,
  attempt,
  authorise,
  captureFailed,
  captured,
  charge,
  charging,
  decline,
  declinedCard,
  disputed,
  expire,
  failed,
  from,
  given,
  givenUp,
  lapse,
  late,
  mailToCustomer,
  notEntry,
  opened,
  overdue,
  pass,
  pending,
  proposal,
  refund,
  refundFailed,
  remind,
  reopen,
  reportNo,
  reportYes,
  request,
  reserved,
  resume,
  toCustomer,
  toExpert,
  unable,
  unfulfilled,
  voided,
  win,
  withdraw,
} from './offer-examples.ts';
import type { Timed } from './offer-examples.ts';

/** An event of every type; several where its content decides. */
const EVENTS: OfferEvent[] = [
  authorise,
  declinedCard,
  abandon(null),
  abandon('auth_1'),
  request(ada.id),
  request(null),
  decline,
  win(ada),
  win(ben),
  pass(ada),
  pass(ben),
  lapse,
  withdraw,
  expire,
  resume,
  captured,
  captureFailed,
  reopen,
  again,
  remind(0),
  remind(1),
  attempt(),
  overdue,
  reportYes,
  reportNo(2),
  reportNo(3),
  refund,
  given,
  pending,
  refundFailed,
  disputed,
  charge,
  unable,
];

/** The instants at which the examples are tried: before any deadline, and after all of them. */
const INSTANTS = { 'before its deadlines': at(1), 'after its deadlines': at(60 * DAY) };

/** The earliest deadline, in the words of the rules. */
function earliestDeadline(offer: Offer, now: Date): Date | null {
  const deadlines: (number | undefined)[] = [];
  const authorising = offer.payment.state === 'authorising';
  if (authorising) deadlines.push(now.getTime() + AUTHORISATION_ABANDON_MS);
  if (offer.state === 'capturing') deadlines.push(now.getTime() + PAYMENT_RESUME_MS);
  if (offer.payment.state === 'refunding') deadlines.push(now.getTime() + PAYMENT_RESUME_MS);
  if (offer.payment.state === 'refund_pending') deadlines.push(now.getTime() + HOUR);
  if (offer.state === 'reserved') deadlines.push(offer.reservedUntil?.getTime());
  if (['reserved', 'open', 'payment_failed'].includes(offer.state)) deadlines.push(offer.expiresAt?.getTime());
  if (offer.state === 'accepted' && offer.origin === 'automatic') {
    const since = offer.acceptedAt!.getTime();
    deadlines.push(...[24, 34].slice(offer.reminders).map((hours) => since + hours * HOUR), since + 36 * HOUR);
  }
  expect(deadlines).not.toContain(undefined);
  return deadlines.length === 0 ? null : new Date(Math.min(...(deadlines as number[])));
}

type Table = Record<OfferState, Partial<Record<OfferEventType, readonly OfferState[]>>>;
const TABLE: Table = OFFER_TRANSITIONS;

describe('5 to 8 every state and every event', () => {
  test('the examples cover every state, the events every type', () => {
    const states = new Set(Object.values(EXAMPLES).map(({ state }) => state));
    expect([...states].sort()).toEqual([...OFFER_STATES].sort());
    const types = new Set(EVENTS.map(({ type }) => type));
    const own = OFFER_STATES.flatMap((state) => Object.keys(TABLE[state]));
    expect(types).toEqual(new Set([...own, ...paymentEventsBut('authorised', 'take', 'let_go')]));
  });

  const cases = Object.entries(EXAMPLES).flatMap(([name, offer]) =>
    EVENTS.flatMap((event) =>
      Object.entries(INSTANTS).map(([when, now]) => [name, JSON.stringify(event), when, offer, event, now] as const),
    ),
  );

  test.each(cases)('5 to 7 %s: %s %s', (_name, _event, _when, offer, event, now) => {
    const before = structuredClone(offer);
    try {
      const outcome = stepOffer(frozen(offer), frozen(event), now, policy);
      const { next } = outcome;
      expect(targetsOf(TABLE, offer.state, event)).toContain(next.state);
      expect(next.version).toBe(offer.version + 1);
      expect(next.dueAt).toEqual(earliestDeadline(next, now));
      assertNoPayoutForCustomers(owed(outcome));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect(CODES).toContain(error.code);
      expect(error.code).toMatch(/^(conflict\.\w+|not_found|policy\.attempts_missing)$/);
      if (error.code === 'not_found') expect(error.details).toBeUndefined();
      if (error.code.startsWith('conflict.')) expect(error.details).toEqual({ state: offer.state });
    }
    expect(offer).toEqual(before);
  });

  test('5 to 7 each state that the table promises is reached by an example, and no event outside it is taken', () => {
    const reached = new Set<string>();
    for (const offer of Object.values(EXAMPLES)) {
      for (const event of EVENTS) {
        for (const now of Object.values(INSTANTS)) {
          try {
            const { next } = stepOffer(offer, event, now, policy);
            const isOwn = !isOfPayment(event) || event.type === 'authorise' || next.state !== offer.state;
            if (isOwn) reached.add(`${offer.state} ${event.type} ${next.state}`);
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
          }
        }
      }
    }
    expect([...reached].sort()).toEqual(promisedBy(OFFER_TRANSITIONS).sort());
  });

  test('5 to 7, 8.4 what is over stays over, but for a refund', () => {
    for (const state of ['declined', 'withdrawn', 'expired'] as const) expect(TABLE[state]).toEqual({});
    // but for the money: a bank can send a refund back
    expect(TABLE.refunded).toEqual({ refund_failed: ['refund_failed'] });
    expect(TABLE.fulfilled).toEqual({ refund: ['refunding'] });
  });

  test('5 to 7 what is due is never refused, and nothing is due a millisecond earlier', () => {
    for (const [name, offer] of Object.entries(EXAMPLES)) {
      if (offer.dueAt === null) {
        expect(dueOffer(offer, at(365 * DAY), policy), name).toBeNull();
      } else {
        expect(dueOffer(offer, new Date(offer.dueAt.getTime() - 1), policy), name).toBeNull();
        const due = dueOffer(offer, offer.dueAt, policy);
        expect(due, name).not.toBeNull();
        expect(move(offer, [due!, offer.dueAt]).next.version, name).toBe(offer.version + 1);
      }
    }
  });
});

/** A customer reads the price in a text, never what the expert gets. */
function assertNoPayoutForCustomers(effects: readonly Effect[]): void {
  for (const effect of effects) {
    if (effect.type !== 'notice' && effect.type !== 'mail') continue;
    const { until, reason: _reason, refundState, paid, ...params } = effect.params;
    expect(params).toEqual(paramsFor(effect.to === customer.id ? 'customer' : 'expert'));
    if (effect.to === customer.id) expect(until).toBeUndefined();
    else expect([refundState, paid]).toEqual([undefined, undefined]);
  }
}

describe('5.3 the customer decides about the offer', () => {
  test('5.3 closing it with X declines it, and nothing else happens', () => {
    const outcome = move(offered, [decline, at(4)]);
    expect(outcome.next).toMatchObject({ state: 'declined', dueAt: null });
    expect(outcome.next.history.at(-1)).toEqual({ what: 'decline', at: at(4), by: { ...customer, role: 'customer' } });
    expect(owed(outcome)).toEqual([]);
  });

  test('5.3 accepting writes the attempt down before the provider is asked', () => {
    const outcome = move(offered, authorise);
    expect(outcome.next).toMatchObject({ state: 'offered', payment: { state: 'authorising', attempt: 1 } });
    expect(outcome.next.dueAt).toEqual(at(AUTHORISATION_ABANDON_MS));
    expect(owed(outcome)).toEqual([]);
    expect(refusedWith(() => move(outcome.next, authorise))).toBe('conflict.payment_pending');
  });

  test('5.3 nothing is requested that was not authorised', () => {
    for (const event of [request(), declinedCard, abandon(), resume]) {
      expect(refusedWith(() => move(offered, event))).toBe('conflict.stale');
    }
  });

  test('5.3 a declined card leaves the offer as it was; another one may be tried', () => {
    const outcome = move(offered, authorise, declinedCard);
    expect(outcome.next).toMatchObject({ state: 'offered', payment: { state: 'declined', reason: 'card_declined' } });
    expect(outcome.next.dueAt).toBeNull();
    expect(owed(outcome)).toEqual([]);
    expect(move(outcome.next, authorise).next.payment).toMatchObject({ attempt: 2, reason: null });
  });

  test('5.3 an authorisation whose caller is gone is looked for after a minute, and given back', () => {
    const pending = from(authorise);
    expect(dueOffer(pending, at(AUTHORISATION_ABANDON_MS - 1), policy)).toBeNull();
    expect(dueOffer(pending, at(AUTHORISATION_ABANDON_MS), policy)).toEqual({ type: 'resume' });
    expect(owed(move(pending, [resume, at(AUTHORISATION_ABANDON_MS)]))).toEqual([{ type: 'ask_provider' }]);
    expect(owed(move(pending, abandon('auth_1')))).toEqual([voided]);
    expect(owed(move(pending, abandon(null)))).toEqual([]);
    expect(move(pending, abandon()).next).toMatchObject({ state: 'offered', payment: { state: 'released' } });
  });

  test('5.3 declined while the card was being tried: the authorisation is looked for', () => {
    const outcome = move(offered, authorise, decline);
    expect(outcome.next).toMatchObject({ state: 'declined', payment: { state: 'released' }, dueAt: null });
    expect(owed(outcome)).toEqual([{ type: 'ask_provider' }]);
  });

  test('5.3 an offer that is no longer offered cannot be accepted or declined', () => {
    for (const name of ['declined', 'reserved', 'open after No Thanks', 'accepted', 'withdrawn']) {
      expect(refusedWith(() => move(EXAMPLES[name]!, authorise))).toBe('conflict.not_offered');
      expect(refusedWith(() => move(EXAMPLES[name]!, decline))).toBe('conflict.not_offered');
    }
    expect(refusedWith(() => move(EXAMPLES.expired!, authorise))).toBe('conflict.expired');
  });
});

test('1.3 price and payout never change, whatever happens', () => {
  for (const offer of Object.values(EXAMPLES)) {
    expect(offer.price).toEqual(offered.price);
    expect(offer.payout).toEqual(offered.payout);
    expect(offer.pricePoints).toEqual(offer.origin === 'expert' ? [] : offered.pricePoints);
  }
});

describe('8.4 the refund of a service', () => {
  test('8.4 its customer sees how far the price is on its way back, also when it ended before that', () => {
    const seen = Object.entries(EXAMPLES).map(([name, offer]) => [name, refundStateOf(offer)] as const);
    expect(Object.fromEntries(seen.filter(([, state]) => state !== null))).toEqual({
      'expired, paid': 'refunding',
      'withdrawn, paid': 'refunding',
      'expired, refunded': 'refunded',
      'expired, not refunded': 'refund_failed',
      'withdrawn, refunded': 'refunded',
      'withdrawn, not refunded': 'refund_failed',
      refunding: 'refunding',
      'refunding, and the bank takes its time': 'refunding',
      refunded: 'refunded',
      'refunded after it was paid out': 'refunded',
      'refund failed': 'refund_failed',
      'refund failed later': 'refund_failed',
      'offered by an expert, refunded': 'refunded',
    });
    // the bank has taken it: from there or from us, it comes back
    const charged = from(...unfulfilled, again, disputed, withdraw);
    expect(charged).toMatchObject({ state: 'withdrawn', payment: { state: 'captured' } });
    expect(refundStateOf(charged)).toBe('refunding');
  });

  const mail = (to: string, template: MailTemplate): Effect => ({
    type: 'mail',
    key: `${template}-of_1`,
    to,
    template,
    params: paramsFor(to === customer.id ? 'customer' : 'expert'),
    ifAway: false,
  });

  test('8.4 after the payout the earnings are reversed, and both are told', () => {
    const asked = move(offered, ...accepted, reportYes, refund);
    expect(asked.next).toMatchObject({ state: 'refunding', payment: { state: 'refunding' } });
    expect(owed(asked)).toEqual([givenUp]); // nobody is told before the provider has done it
    const outcome = move(asked.next, given);
    expect(outcome.next).toMatchObject({ state: 'refunded', payment: { state: 'refunded' }, acceptedBy: ada });
    expect(entryKeys(outcome)).toEqual(['reversal-of_1', 'refund-of_1']);
    expect(effectsOf(outcome, 'entry')[0]!.entry.legs).toEqual([
      { account: 'unearned', amount: -3_901 },
      { account: `payable:${ada.id}`, amount: 1_950 },
      { account: 'revenue', amount: 1_951 },
    ]);
    expect(owed(outcome).filter(notEntry)).toEqual([
      toCustomer('refund.granted'),
      mail(customer.id, 'refund_granted'),
      toExpert(ada.id, 'earnings.reversed'),
      mail(ada.id, 'earnings_reversed'),
    ]);
  });

  test.each([
    ['accepted', accepted],
    ['unfulfilled', unfulfilled],
    ['report overdue', [...accepted, late]],
  ] as const)('8.4 %s: nothing was paid, so nothing is reversed', (_state, events) => {
    const outcome = move(offered, ...(events as readonly Timed[]), refund, given);
    expect(entryKeys(outcome)).toEqual(['refund-of_1']);
    expect(owed(outcome)).toContainEqual(toExpert(ada.id, 'request.refunded'));
    expect(outcome.next.dueAt).toBeNull();
  });

  test('8.4 open again and paid already: only the customer is told', () => {
    const outcome = move(offered, ...unfulfilled, again, refund, given);
    expect(entryKeys(outcome)).toEqual(['refund-of_1']);
    expect(effectsOf(outcome, 'notice').map(({ to }) => to)).toEqual([customer.id]);
  });

  test('8.4 what was not captured is not refunded', () => {
    for (const events of [reserved, opened, failed, [...reserved, win()], [...opened, withdraw]]) {
      expect(refusedWith(() => move(offered, ...events, refund))).toBe('conflict.not_captured');
    }
  });

  test('8.4 a refunded service can not be reported, and pays nobody', () => {
    for (const event of [reportYes, reportNo()]) {
      expect(refusedWith(() => move(offered, ...accepted, refund, event))).toBe('conflict.not_accepted');
      expect(refusedWith(() => move(offered, ...accepted, refund, given, event))).toBe('conflict.not_accepted');
    }
  });
});

describe('8 an offer of an expert', () => {
  test('8.1 the customer is told of it, live and by e-mail when away, with the price', () => {
    expect(proposedEffects(proposed)).toEqual([
      { type: 'changed' },
      toCustomer('offer.proposed'),
      mailToCustomer('offer_proposed', 'proposed-of_1'),
      { type: 'withdraw_if_closed' },
    ]);
  });

  test('8.1 it is the open offer of its question until it is accepted, declined or withdrawn', () => {
    const open = [proposed, proposal(authorise), proposal(...charging), proposal(...charging, captureFailed)];
    expect(open.map(({ openOn }) => openOn)).toEqual(open.map(() => 'q_1'));
    const over = [proposal(decline), proposal(withdraw), proposal(...charging, captured)];
    expect(over.map(({ openOn }) => openOn)).toEqual(over.map(() => null));
    expect(Object.values(EXAMPLES).filter(({ origin, openOn }) => origin === 'automatic' && openOn !== null)).toEqual(
      [],
    );
  });

  test('8.2 the attempt, then the charge are on disk before the provider is asked', () => {
    expect(proposal(authorise)).toMatchObject({ state: 'offered', payment: { state: 'authorising', attempt: 1 } });
    const outcome = move(proposed, ...charging);
    expect(outcome.next).toMatchObject({ state: 'capturing', acceptedBy: ada, dueAt: at(PAYMENT_RESUME_MS) });
    expect(entryKeys(outcome)).toEqual(['authorise-of_1-1']);
  });

  test('8.2 on success in one decision: the charge, the premium share and the automatic rating; no report is due', () => {
    const outcome = move(proposed, ...charging, [captured, at(MINUTE)]);
    expect(outcome.next).toMatchObject({ state: 'accepted', acceptedBy: ada, acceptedAt: at(MINUTE), dueAt: null });
    expect(outcome.next.reportDueAt).toBeNull();
    expect(entryKeys(outcome)).toEqual(['capture-of_1', 'payout-of_1']);
    expect(owed(outcome).filter(notEntry)).toEqual([
      { type: 'automatic_rating' },
      toCustomer('offer.charged'),
      toExpert(ada.id, 'offer.accepted'),
      {
        type: 'mail',
        key: 'offer-accepted-of_1',
        to: ada.id,
        template: 'offer_accepted',
        params: paramsFor('expert'),
        ifAway: true,
      },
      {
        type: 'mail',
        key: 'box-opened-of_1',
        to: customer.id,
        template: 'box_opened',
        params: paramsFor('customer'),
        ifAway: true,
      },
    ]);
    expect(isPaidOut(outcome.next)).toBe(true);
    expect(refusedWith(() => move(outcome.next, reportYes))).toBe('conflict.not_accepted');
    expect(dueOffer(outcome.next, at(60 * DAY), policy)).toBeNull();
  });

  test('8.2 a charge that fails leaves it open and says why; another card is another attempt', () => {
    const outcome = move(proposed, ...charging, captureFailed);
    expect(outcome.next).toMatchObject({
      state: 'offered',
      acceptedBy: null,
      dueAt: null,
      payment: { state: 'capture_failed', reason: 'insufficient_funds' },
    });
    expect(entryKeys(outcome)).toEqual(['release-of_1-1']);
    expect(owed(outcome).filter(notEntry)).toEqual([
      voided,
      toCustomer('offer.payment_failed'),
      mailToCustomer('offer_payment_failed', 'payment-failed-of_1-1'),
      { type: 'withdraw_if_closed' },
    ]);
    const second: OfferEvent = { type: 'charge', authorisation: 'auth_2' };
    expect(move(outcome.next, authorise, second, captured).next).toMatchObject({
      state: 'accepted',
      payment: { state: 'captured', attempt: 2, reason: null },
    });
  });

  test('8.2 it asks nobody else, and the automatic offer is never charged like this', () => {
    expect(refusedWith(() => move(proposed, authorise, request()))).toBe('conflict.not_offered');
    expect(refusedWith(() => move(offered, authorise, charge))).toBe('conflict.not_offered');
    expect(refusedWith(() => move(from(...accepted), unable))).toBe('conflict.not_accepted');
  });

  test('8.2 declined, its expert hears of it; accepted, it can be neither declined nor withdrawn', () => {
    expect(owed(move(proposed, decline))).toEqual([toExpert(ada.id, 'offer.declined')]);
    for (const taken of [proposal(...charging), proposal(...charging, captured)]) {
      expect(refusedWith(() => move(taken, decline))).toBe('conflict.not_offered');
      expect(refusedWith(() => move(taken, withdraw))).toBe('conflict.not_offered');
    }
    expect(refusedWith(() => move(proposal(...charging), authorise))).toBe('conflict.payment_pending');
  });

  test('8.3 unable to complete: the customer is told why, customer care gets a case, no money moves', () => {
    const outcome = move(proposed, ...charging, captured, unable);
    const params = { ...paramsFor('customer'), reason: 'The device is broken.' };
    expect(outcome.next).toMatchObject({ state: 'unable', unableReason: 'The device is broken.', dueAt: null });
    expect(owed(outcome)).toEqual([
      { type: 'notice', to: customer.id, code: 'offer.unable', params },
      { type: 'mail', key: 'unable-of_1', to: customer.id, template: 'offer_unable', params, ifAway: false },
      {
        type: 'mail_admins',
        key: 'unable-of_1',
        template: 'care_unable_to_complete',
        params: { ...paramsFor('expert'), reason: 'The device is broken.' },
      },
      {
        type: 'case',
        opened: {
          key: 'unable-of_1',
          kind: 'unable_to_complete',
          questionId: 'q_1',
          offerId: 'of_1',
          seq: null,
          openedBy: { ...ada, role: 'expert' },
          reason: 'The device is broken.',
        },
      },
    ]);
  });

  test('8.4 a refund of it, able or not, reverses what its expert has earned', () => {
    for (const taken of [proposal(...charging, captured), proposal(...charging, captured, unable)]) {
      expect(entryKeys(move(taken, refund, given))).toEqual(['reversal-of_1', 'refund-of_1']);
    }
  });
});

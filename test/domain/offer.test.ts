import { describe, expect, test } from 'vitest';
import type { Effect, MailTemplate, NoticeCode } from '../../src/domain/effects.ts';
import { CODES, Refusal } from '../../src/domain/errors.ts';
import { SYSTEM } from '../../src/domain/message.ts';
import { AUTHORISATION_ABANDON_MS, PAYMENT_RESUME_MS, isOfPayment } from '../../src/domain/payment.ts';
import { ASKING_STATES, OFFER_STATES, OFFER_TRANSITIONS, isPaidOut, isTaken } from '../../src/domain/offer.ts';
import { proposedEffects } from '../../src/domain/offer-effects.ts';
import { dueOffer, stepOffer } from '../../src/domain/offer-step.ts';
import type { Offer, OfferEvent, OfferEventType, OfferState } from '../../src/domain/offer.ts';
import { DAY, HOUR, MINUTE, START, ada, at, ben, customer, effectsOf, entryKeys, frozen, move } from './examples.ts';
import { SECOND, no, offered, owed, paramsFor, paymentEventsBut, policy, promisedBy } from './examples.ts';
import { proposed, refusal, refusedWith, targetsOf, yes } from './examples.ts';

const authorise: OfferEvent = { type: 'authorise', method: 'pm_visa' };
const declinedCard: OfferEvent = { type: 'authorisation_failed', reason: 'card_declined' };
const abandon = (authorisation: string | null = 'auth_1'): OfferEvent => ({ type: 'abandon', authorisation });
const request = (expertId: string | null = ada.id): OfferEvent => ({
  type: 'request',
  authorisation: 'auth_1',
  expertId,
});
const decline: OfferEvent = { type: 'decline' };
const win = (expert = ada): OfferEvent => ({ type: 'win', expert });
const pass = (expert = ada): OfferEvent => ({ type: 'pass', expertId: expert.id });
const lapse: OfferEvent = { type: 'lapse' };
const withdraw: OfferEvent = { type: 'withdraw' };
const expire: OfferEvent = { type: 'expire' };
const resume: OfferEvent = { type: 'resume' };
const captured: OfferEvent = { type: 'captured' };
const captureFailed: OfferEvent = { type: 'capture_failed', reason: 'insufficient_funds' };
const reopen: OfferEvent = { type: 'reopen', authorisation: 'auth_2' };
const again: OfferEvent = { type: 'request_again' };
const remind = (index: number): OfferEvent => ({ type: 'remind', index });
const overdue: OfferEvent = { type: 'overdue' };
const reportYes: OfferEvent = { type: 'report_yes', report: yes };
const reportNo = (tries = 3): OfferEvent => ({ type: 'report_no', report: no(tries) });

const refund: OfferEvent = { type: 'refund' };
const given: OfferEvent = { type: 'refunded' };
const pending: OfferEvent = { type: 'refund_pending' };
const refundFailed: OfferEvent = { type: 'refund_failed', reason: 'card_closed' };
const disputed: OfferEvent = {
  type: 'disputed',
  dispute: { id: 'dp_1', reason: 'fraudulent', state: 'open', amount: 3_901, taken: true, dueBy: at(7 * DAY) },
};
const charge: OfferEvent = { type: 'charge', authorisation: 'auth_1' };
const unable: OfferEvent = { type: 'unable', reason: 'The device is broken.' };

/** 2.8: what it could have earned is free, if the question is closed. */
const givenUp: Effect = { type: 'unused_value' };

const reserved = [authorise, request()] as const;
const opened = [...reserved, pass()] as const;
const accepted = [...reserved, win(), captured] as const;
const failed = [...reserved, win(), captureFailed] as const;
const unfulfilled = [...accepted, reportNo()] as const;
const late = [overdue, at(36 * HOUR)] as const;
type Timed = OfferEvent | readonly [OfferEvent, Date];
const from = (...events: Timed[]) => move(offered, ...events).next;
const charging = [authorise, charge] as const;
const proposal = (...events: Timed[]) => move(proposed, ...events).next;

/** Every state, in each of the situations that matter within it. */
const EXAMPLES: Record<string, Offer> = {
  offered,
  'offered, authorising': from(authorise),
  'offered, card declined': from(authorise, declinedCard),
  'offered, abandoned': from(authorise, abandon()),
  declined: from(decline),
  'declined while authorising': from(authorise, decline),
  reserved: from(...reserved),
  'open without an expert to ask first': from(authorise, request(null)),
  'open after No Thanks': from(...opened),
  'open after no reply': from(...reserved, [lapse, at(5 * MINUTE)]),
  'open with another card': from(...failed, authorise, reopen),
  'open again, paid': from(...unfulfilled, again),
  capturing: from(...reserved, win()),
  'accepted again, paid': from(...unfulfilled, again, win(ben)),
  'payment failed': from(...failed),
  'payment failed, authorising': from(...failed, authorise),
  'payment failed, another card declined': from(...failed, authorise, declinedCard),
  'payment failed, abandoned': from(...failed, authorise, abandon(null)),
  accepted: from(...accepted),
  'accepted, reminded once': from(...accepted, remind(0)),
  'accepted, reminded twice': from(...accepted, remind(0), remind(1)),
  fulfilled: from(...accepted, reportYes),
  unfulfilled: from(...unfulfilled),
  'report overdue': from(...accepted, late),
  expired: from(...reserved, [expire, at(24 * HOUR)]),
  'expired, paid': from(...unfulfilled, again, [expire, at(24 * HOUR)]),
  withdrawn: from(...opened, withdraw),
  'withdrawn, paid': from(...unfulfilled, again, withdraw),
  'expired, refunded': from(...unfulfilled, again, [expire, at(24 * HOUR)], given),
  'expired, not refunded': from(...unfulfilled, again, [expire, at(24 * HOUR)], refundFailed),
  'withdrawn, refunded': from(...unfulfilled, again, withdraw, given),
  'withdrawn, not refunded': from(...unfulfilled, again, withdraw, refundFailed),
  refunding: from(...unfulfilled, withdraw),
  'refunding, and the bank takes its time': from(...unfulfilled, withdraw, pending),
  refunded: from(...unfulfilled, withdraw, given),
  'refunded after it was paid out': from(...accepted, reportYes, refund, given),
  'refund failed': from(...accepted, reportYes, refund, refundFailed),
  'refund failed later': from(...accepted, reportYes, refund, given, refundFailed),
  'fulfilled, disputed': from(...accepted, reportYes, disputed),
  'offered by an expert': proposed,
  'offered by an expert, authorising': proposal(authorise),
  'offered by an expert, charge failed': proposal(...charging, captureFailed),
  'offered by an expert, declined': proposal(decline),
  'offered by an expert, withdrawn': proposal(withdraw),
  'offered by an expert, charging': proposal(...charging),
  'offered by an expert, accepted': proposal(...charging, captured),
  'offered by an expert, unable to complete': proposal(...charging, captured, unable),
  'offered by an expert, refunded': proposal(...charging, captured, unable, refund, given),
};

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
    const { until, reason: _reason, ...params } = effect.params;
    expect(params).toEqual(paramsFor(effect.to === customer.id ? 'customer' : 'expert'));
    if (effect.to === customer.id) expect(until).toBeUndefined();
  }
}

const toCustomer = (code: NoticeCode): Effect => ({
  type: 'notice',
  to: customer.id,
  code,
  params: paramsFor('customer'),
});
const toExpert = (to: string, code: NoticeCode): Effect => ({ type: 'notice', to, code, params: paramsFor('expert') });
const mailToCustomer = (template: MailTemplate, key: string): Effect => ({
  type: 'mail',
  key,
  to: customer.id,
  template,
  params: paramsFor('customer'),
  ifAway: true,
});
const mailToExperts = (generation: number, except: string | null): Effect => ({
  type: 'mail_experts',
  key: `open-of_1-${generation}`,
  categoryId: 'computer',
  except,
  template: 'request_open',
  params: paramsFor('expert'),
});
const mailToAdmins = (template: MailTemplate, key: string): Effect => ({
  type: 'mail_admins',
  key,
  template,
  params: paramsFor('expert'),
});
const voided: Effect = { type: 'void', authorisation: 'auth_1', key: 'void-auth-of_1-1' };
const notEntry = (effect: Effect) => effect.type !== 'entry';

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

describe('6.1 reserved for the expert of the conversation', () => {
  test('6.1 they are asked first, and have five minutes', () => {
    const outcome = move(offered, authorise, [request(), at(10)]);
    expect(outcome.next).toMatchObject({
      state: 'reserved',
      reservedFor: ada.id,
      reservedUntil: at(10 + 5 * MINUTE),
      requestedAt: at(10),
      expiresAt: at(10 + 24 * HOUR),
      dueAt: at(10 + 5 * MINUTE),
      generation: 0,
      payment: { state: 'authorised', authorisation: 'auth_1' },
    });
  });

  test('6.1 they are e-mailed if away, with what they would earn and until when', () => {
    const outcome = move(offered, ...reserved);
    expect(entryKeys(outcome)).toEqual(['authorise-of_1-1']);
    expect(owed(outcome).filter(notEntry)).toEqual([
      {
        type: 'mail',
        key: 'reserved-of_1',
        to: ada.id,
        template: 'request_reserved',
        params: { ...paramsFor('expert'), until: '2026-03-02T10:05:00.000Z' },
        ifAway: true,
      },
    ]);
  });

  test('6.1 nobody else can win it or pass it, or learn that it exists', () => {
    expect(refusal(() => move(offered, ...reserved, win(ben)))).toEqual({ code: 'not_found', details: undefined });
    expect(refusal(() => move(offered, ...reserved, pass(ben)))).toEqual({ code: 'not_found', details: undefined });
    expect(move(offered, ...reserved, win(ada)).next).toMatchObject({ state: 'capturing', acceptedBy: ada });
  });

  test('6.1 the reservation ends after five minutes, to the millisecond', () => {
    const offer = from(...reserved);
    const last = at(5 * MINUTE - 1);
    expect(dueOffer(offer, last, policy)).toBeNull();
    expect(refusedWith(() => move(offer, [lapse, last]))).toBe('conflict.stale');
    expect(dueOffer(offer, at(5 * MINUTE), policy)).toEqual({ type: 'lapse' });
    expect(move(offer, [lapse, at(5 * MINUTE)]).next.state).toBe('open');
  });

  test('6.1 without an expert in the conversation it opens at once, for all', () => {
    const outcome = move(offered, authorise, request(null));
    expect(outcome.next).toMatchObject({
      state: 'open',
      reservedFor: null,
      reservedUntil: null,
      generation: 1,
      dueAt: at(24 * HOUR),
    });
    expect(owed(outcome).filter(notEntry)).toEqual([mailToExperts(1, null)]);
    expect(entryKeys(outcome)).toEqual(['authorise-of_1-1']);
  });
});

describe('6.2 No Thanks, or no reply', () => {
  test('6.2 No Thanks tells the customer on the expert’s behalf and opens it at once, for the others', () => {
    const outcome = move(offered, ...opened);
    expect(outcome.next).toMatchObject({ state: 'open', passedBy: ada.id, generation: 1, dueAt: at(24 * HOUR) });
    expect(owed(outcome)).toEqual([
      mailToCustomer('request_passed', 'passed-of_1'),
      toCustomer('request.passed'),
      mailToExperts(1, ada.id),
    ]);
  });

  test('6.2 no reply in time opens it for everyone, and the customer is told', () => {
    const outcome = move(offered, ...reserved, [lapse, at(5 * MINUTE)]);
    expect(outcome.next).toMatchObject({ state: 'open', passedBy: null, generation: 1, dueAt: at(24 * HOUR) });
    expect(owed(outcome)).toEqual([toCustomer('request.opened'), mailToExperts(1, null)]);
  });

  test('6.2 the expert may still accept afterwards, while nobody else has', () => {
    for (const events of [opened, [...reserved, [lapse, at(5 * MINUTE)] as const]]) {
      expect(from(...events, win(ada))).toMatchObject({ state: 'capturing', acceptedBy: ada });
      expect(refusedWith(() => from(...events, win(ben), win(ada)))).toBe('conflict.already_accepted');
    }
  });

  test('6.2 a late alarm or a second No Thanks changes nothing', () => {
    expect(refusedWith(() => move(offered, ...opened, [lapse, at(5 * MINUTE)]))).toBe('conflict.stale');
    expect(refusedWith(() => move(offered, ...opened, pass()))).toBe('conflict.not_reserved');
    expect(dueOffer(from(...opened), at(5 * MINUTE), policy)).toBeNull();
  });

  test('6.2 whoever has said No Thanks is not asked again', () => {
    const reopened = move(offered, ...opened, win(ben), captureFailed, authorise, reopen);
    expect(effectsOf(reopened, 'mail_experts')).toEqual([mailToExperts(2, ada.id)]);
  });
});

describe('6.4 exactly one expert wins', () => {
  test('6.4 the first who accepts wins, every other one hears that it is taken', () => {
    const won = move(offered, ...opened, win(ben));
    expect(won.next).toMatchObject({ state: 'capturing', acceptedBy: ben, dueAt: at(PAYMENT_RESUME_MS) });
    expect(owed(won)).toEqual([]);
    expect(isTaken(won.next)).toBe(true);
    const taken = { code: 'conflict.already_accepted', details: { state: 'capturing' } };
    expect(refusal(() => move(won.next, win(ada)))).toEqual(taken);
    expect(refusal(() => move(won.next, win(ben)))).toEqual(taken);
  });

  test.each([
    ['capturing', 'conflict.already_accepted'],
    ['accepted', 'conflict.already_accepted'],
    ['fulfilled', 'conflict.already_accepted'],
    ['unfulfilled', 'conflict.already_accepted'],
    ['report overdue', 'conflict.already_accepted'],
    ['refunding', 'conflict.already_accepted'],
    ['refunded', 'conflict.already_accepted'],
    ['refund failed', 'conflict.already_accepted'],
    ['expired', 'conflict.expired'],
    ['offered', 'conflict.not_open'],
    ['declined', 'conflict.not_open'],
    ['withdrawn', 'conflict.not_open'],
    ['payment failed', 'conflict.not_open'],
  ])('6.4 who comes too late for a request that is %s hears %s', (name, code) => {
    expect(refusedWith(() => move(EXAMPLES[name]!, win(ben)))).toBe(code);
  });

  test('6.4 it is taken from the moment it is won until it comes back', () => {
    const taken = Object.entries(EXAMPLES).filter(([, offer]) => isTaken(offer));
    expect(new Set(taken.map(([, { state }]) => state))).toEqual(
      new Set([
        ...['capturing', 'accepted', 'fulfilled', 'unfulfilled', 'report_overdue', 'unable'],
        ...['refunding', 'refunded', 'refund_failed'],
      ]),
    );
    expect(ASKING_STATES).toEqual(['reserved', 'open']);
  });
});

describe('6.5 accepting captures the payment', () => {
  test('6.5 a capture that works makes it accepted, and the customer is told', () => {
    const outcome = move(offered, ...reserved, win(), [captured, at(20)]);
    expect(outcome.next).toMatchObject({
      state: 'accepted',
      acceptedBy: ada,
      acceptedAt: at(20),
      reportDueAt: at(20 + 36 * HOUR),
      reminders: 0,
      payment: { state: 'captured' },
    });
    expect(entryKeys(outcome)).toEqual(['capture-of_1']);
    expect(owed(outcome).filter(notEntry)).toEqual([
      toCustomer('request.accepted'),
      mailToCustomer('request_accepted', 'accepted-of_1-0'),
    ]);
  });

  test('6.5 a capture that nobody answered is asked about again, to the millisecond', () => {
    const offer = from(...reserved, win());
    expect(dueOffer(offer, at(PAYMENT_RESUME_MS - 1), policy)).toBeNull();
    expect(dueOffer(offer, at(PAYMENT_RESUME_MS), policy)).toEqual({ type: 'resume' });
    const asked = move(offer, [resume, at(PAYMENT_RESUME_MS)]);
    expect(asked.next).toMatchObject({ state: 'capturing', acceptedBy: ada, dueAt: at(2 * PAYMENT_RESUME_MS) });
    expect(owed(asked)).toEqual([{ type: 'ask_provider' }]);
  });

  test('6.5 a capture that fails takes it out of the Request Center; customer and expert are told', () => {
    const outcome = move(offered, ...reserved, win(), [captureFailed, at(HOUR)]);
    expect(outcome.next).toMatchObject({
      state: 'payment_failed',
      acceptedBy: null,
      acceptedAt: null,
      payment: { state: 'capture_failed', reason: 'insufficient_funds' },
    });
    expect(entryKeys(outcome)).toEqual(['release-of_1-1']);
    expect(owed(outcome).filter(notEntry)).toEqual([
      voided,
      toCustomer('request.payment_failed'),
      mailToCustomer('request_payment_failed', 'payment-failed-of_1-1'),
      toExpert(ada.id, 'request.capture_failed'),
      { type: 'withdraw_if_closed' },
    ]);
  });

  test('6.5 once the card is updated it returns, open for all experts of the category', () => {
    const outcome = move(offered, ...failed, authorise, reopen);
    expect(outcome.next).toMatchObject({
      state: 'open',
      generation: 1,
      acceptedBy: null,
      payment: { state: 'authorised', authorisation: 'auth_2', attempt: 2 },
    });
    expect(entryKeys(outcome)).toEqual(['authorise-of_1-2']);
    expect(owed(outcome).filter(notEntry)).toEqual([mailToExperts(1, null)]);
    expect(move(outcome.next, win(ben)).next).toMatchObject({ state: 'capturing', acceptedBy: ben });
  });

  test('6.5 nothing reopens without an authorisation, and a declined card leaves it as it was', () => {
    expect(refusedWith(() => move(offered, ...failed, reopen))).toBe('conflict.stale');
    const outcome = move(offered, ...failed, authorise, declinedCard);
    expect(outcome.next).toMatchObject({ state: 'payment_failed', payment: { state: 'declined', attempt: 2 } });
    expect(outcome.next.dueAt).toEqual(at(24 * HOUR));
  });

  test('6.5 a second failure is a second mail, for a second attempt', () => {
    const outcome = move(offered, ...failed, authorise, reopen, win(ben), captureFailed);
    expect(effectsOf(outcome, 'mail').map(({ key }) => key)).toEqual(['payment-failed-of_1-2']);
    expect(effectsOf(outcome, 'notice').map(({ to }) => to)).toEqual([customer.id, ben.id]);
    expect(entryKeys(outcome)).toEqual(['release-of_1-2']);
  });
});

describe('6.6 expiry', () => {
  test.each(['reserved', 'open after No Thanks', 'open without an expert to ask first'])(
    '6.6 a request that is %s expires 24 hours after it was made, to the millisecond',
    (name) => {
      const offer = { ...EXAMPLES[name]!, reservedUntil: null, dueAt: at(24 * HOUR) };
      const last = at(24 * HOUR - 1);
      expect(dueOffer(offer, last, policy)).toBeNull();
      expect(refusedWith(() => move(offer, [expire, last]))).toBe('conflict.stale');
      expect(move(offer, [win(ada), last]).next.state).toBe('capturing');
      const end = at(24 * HOUR);
      expect(dueOffer(offer, end, policy)).toEqual({ type: 'expire' });
      expect(refusedWith(() => move(offer, [win(ada), end]))).toBe('conflict.expired');
      expect(move(offer, [expire, end]).next).toMatchObject({ state: 'expired', dueAt: null });
    },
  );

  test('6.6 the customer is told, and what was held is let go', () => {
    const outcome = move(offered, ...opened, [expire, at(24 * HOUR)]);
    expect(outcome.next.payment.state).toBe('released');
    expect(entryKeys(outcome)).toEqual(['release-of_1-1']);
    expect(owed(outcome).filter(notEntry)).toEqual([
      voided,
      toCustomer('request.expired'),
      mailToCustomer('request_expired', 'expired-of_1'),
    ]);
  });

  test('6.6 after an outage it expires, and does not open first', () => {
    expect(dueOffer(from(...reserved), at(24 * HOUR), policy)).toEqual({ type: 'expire' });
  });

  test('6.6 a failed payment counts 24 hours from the failure, to the millisecond', () => {
    const offer = from(...reserved, win(), [captureFailed, at(23 * HOUR)]);
    expect(offer).toMatchObject({ expiresAt: at(47 * HOUR), dueAt: at(47 * HOUR) });
    expect(dueOffer(offer, at(47 * HOUR - 1), policy)).toBeNull();
    expect(refusedWith(() => move(offer, [expire, at(47 * HOUR - 1)]))).toBe('conflict.stale');
    expect(dueOffer(offer, at(47 * HOUR), policy)).toEqual({ type: 'expire' });
    const outcome = move(offer, [expire, at(47 * HOUR)]);
    expect(outcome.next.state).toBe('expired');
    expect(owed(outcome)).toEqual([
      givenUp,
      toCustomer('request.expired'),
      mailToCustomer('request_expired', 'expired-of_1'),
    ]);
  });

  test('6.6 a card that is being tried at that moment does not keep it, and nothing stays held', () => {
    const offer = from(...failed, [authorise, at(24 * HOUR - 1)]);
    expect(offer.dueAt).toEqual(at(24 * HOUR));
    expect(dueOffer(offer, at(24 * HOUR), policy)).toEqual({ type: 'expire' });
    const outcome = move(offer, [expire, at(24 * HOUR)]);
    expect(outcome.next).toMatchObject({ state: 'expired', payment: { state: 'released' } });
    expect(owed(outcome)[0]).toEqual({ type: 'ask_provider' });
  });

  test('6.6 a request that came back with another card does not live longer for it', () => {
    expect(from(...failed, [authorise, at(20 * HOUR)], [reopen, at(20 * HOUR)]).expiresAt).toEqual(at(24 * HOUR));
  });

  test('6.6 what somebody accepted does not expire', () => {
    for (const name of ['capturing', 'accepted', 'fulfilled', 'unfulfilled', 'report overdue']) {
      expect(refusedWith(() => move(EXAMPLES[name]!, [expire, at(60 * DAY)]))).toBe('conflict.stale');
    }
  });
});

describe('6.8 withdrawing', () => {
  test.each(['declined', 'withdrawn', 'withdrawn, paid', 'refunded'])('6.8 what is %s is not open any more', (name) => {
    expect(refusedWith(() => move(EXAMPLES[name]!, withdraw))).toBe('conflict.not_open');
  });

  test.each(['reserved', 'open after No Thanks', 'open without an expert to ask first'])(
    '6.8 a request that is %s is withdrawn, and what was held is let go',
    (name) => {
      const outcome = move(EXAMPLES[name]!, withdraw);
      expect(outcome.next).toMatchObject({ state: 'withdrawn', payment: { state: 'released' }, dueAt: null });
      expect(entryKeys(outcome)).toEqual(['release-of_1-1']);
      expect(owed(outcome).filter(notEntry)).toEqual([voided]);
    },
  );

  test('6.8 an offer, and a request whose payment failed, hold nothing', () => {
    for (const [name, effects] of [
      ['offered', []],
      ['payment failed', [givenUp]],
    ] as const) {
      const outcome = move(EXAMPLES[name]!, withdraw);
      expect(outcome.next).toMatchObject({ state: 'withdrawn', dueAt: null });
      expect(owed(outcome)).toEqual(effects);
    }
    const trying = move(offered, ...failed, authorise, withdraw);
    expect(trying.next.payment.state).toBe('released');
    expect(owed(trying)).toEqual([{ type: 'ask_provider' }, givenUp]);
  });

  test.each(['capturing', 'accepted', 'fulfilled', 'report overdue'])('6.8 not when it is %s', (name) => {
    expect(refusedWith(() => move(EXAMPLES[name]!, withdraw))).toBe('conflict.already_accepted');
  });
});

describe('7.1 the report', () => {
  test('7.1 is due 36 hours after accepting, to the millisecond', () => {
    const offer = { ...from(...accepted, remind(1)) };
    expect(offer.dueAt).toEqual(at(36 * HOUR));
    expect(dueOffer(offer, at(36 * HOUR - 1), policy)).toBeNull();
    expect(refusedWith(() => move(offer, [overdue, at(36 * HOUR - 1)]))).toBe('conflict.stale');
    expect(dueOffer(offer, at(36 * HOUR), policy)).toEqual({ type: 'overdue' });
    expect(move(offer, [overdue, at(36 * HOUR)]).next.state).toBe('report_overdue');
  });

  test('7.1, 7.4 yes pays the premium share to whoever delivered it, and rates the written conversation', () => {
    const outcome = move(offered, ...opened, win(ben), captured, reportYes);
    expect(outcome.next).toMatchObject({ state: 'fulfilled', report: yes, dueAt: null });
    expect(owed(outcome).filter(notEntry)).toEqual([{ type: 'automatic_rating' }, toCustomer('request.fulfilled')]);
    expect(effectsOf(outcome, 'entry').map(({ entry }) => entry)).toMatchObject([
      {
        key: 'payout-of_1',
        legs: [
          { account: 'unearned', amount: 3_901 },
          { account: `payable:${ben.id}`, amount: -1_950 },
          { account: 'revenue', amount: -1_951 },
        ],
      },
    ]);
  });

  test.each([0, 1, 2])('7.1 no with %i attempts is refused', (logged) => {
    const early = () => move(offered, ...accepted, reportNo(logged));
    expect(refusal(early)).toEqual({ code: 'policy.attempts_missing', details: { needed: 3, logged } });
  });

  test.each([3, 4])('7.1 no with %i attempts pays nothing, calls customer care and tells the customer', (logged) => {
    const outcome = move(offered, ...accepted, reportNo(logged));
    expect(outcome.next).toMatchObject({ state: 'unfulfilled', report: no(logged), dueAt: null });
    expect(owed(outcome)).toEqual([
      mailToAdmins('care_not_connected', 'not-connected-of_1-0'),
      {
        type: 'case',
        opened: {
          key: 'not-connected-of_1-0',
          kind: 'not_connected',
          questionId: 'q_1',
          offerId: 'of_1',
          seq: null,
          openedBy: SYSTEM,
          reason: 'no_answer',
        },
      },
      toCustomer('request.unfulfilled'),
      mailToCustomer('request_unfulfilled', 'unfulfilled-of_1-0'),
    ]);
  });

  test('7.1 then the customer may be refunded', () => {
    const asked = move(offered, ...unfulfilled, withdraw);
    expect(asked.next).toMatchObject({ state: 'refunding', payment: { state: 'refunding' } });
    expect(asked.next.dueAt).toEqual(at(15 * SECOND));
    expect(owed(asked)).toEqual([givenUp]);
    const outcome = move(asked.next, given);
    expect(outcome.next).toMatchObject({ state: 'refunded', payment: { state: 'refunded' }, dueAt: null });
    expect(entryKeys(outcome)).toEqual(['refund-of_1']);
  });

  test('7.1 or have it again: open for all, paid as it is, for another 24 hours', () => {
    const outcome = move(offered, ...unfulfilled, [again, at(30 * HOUR)]);
    expect(outcome.next).toMatchObject({
      state: 'open',
      generation: 1,
      acceptedBy: null,
      acceptedAt: null,
      reportDueAt: null,
      reminders: 0,
      requestedAt: at(30 * HOUR),
      expiresAt: at(54 * HOUR),
      dueAt: at(54 * HOUR),
      payment: { state: 'captured' },
    });
    expect(owed(outcome)).toEqual([mailToExperts(1, null)]);
  });

  test('7.1 a request that is had again is captured once and can be reported anew', () => {
    const second = move(offered, ...unfulfilled, [again, at(30 * HOUR)], [win(ben), at(40 * HOUR)]);
    expect(second.next).toMatchObject({
      state: 'accepted',
      acceptedBy: ben,
      report: null,
      reportDueAt: at(76 * HOUR),
      reminders: 0,
    });
    expect(second.next.payment.state).toBe('captured');
    expect(entryKeys(second)).toEqual([]); // taken already
    const mails = effectsOf(second, 'mail').map(({ key }) => key);
    expect(mails).toEqual(['accepted-of_1-1']); // another key: told again
    expect(entryKeys(move(second.next, reportYes))).toEqual(['payout-of_1']);
  });

  test('7.1 a request that is had again and goes nowhere is refunded', () => {
    for (const event of [withdraw, [expire, at(24 * HOUR)] as const]) {
      const asked = move(offered, ...unfulfilled, again, event);
      expect(asked.next.payment.state).toBe('refunding');
      expect(effectsOf(asked, 'void')).toEqual([]);
      expect(entryKeys(asked)).toEqual([]);
      const outcome = move(asked.next, given);
      expect(outcome.next).toMatchObject({ state: asked.next.state, payment: { state: 'refunded' }, dueAt: null });
      expect(entryKeys(outcome)).toEqual(['refund-of_1']);
    }
  });

  test('7.1 there is nothing to report before it is accepted, or twice', () => {
    for (const name of ['reserved', 'open after No Thanks', 'capturing', 'payment failed', 'fulfilled', 'refunded']) {
      expect(refusedWith(() => move(EXAMPLES[name]!, reportYes))).toBe('conflict.not_accepted');
      expect(refusedWith(() => move(EXAMPLES[name]!, reportNo()))).toBe('conflict.not_accepted');
    }
  });
});

describe('7.2 no report in time', () => {
  const offer = from(...accepted);
  const reminded = from(...accepted, [remind(0), at(24 * HOUR)]);
  const reminder = (index: number, generation = 0): Effect => ({
    type: 'mail',
    key: `report-reminder-of_1-${generation}-${index}`,
    to: ada.id,
    template: 'report_reminder',
    params: { ...paramsFor('expert'), until: '2026-03-03T22:00:00.000Z' },
    ifAway: false,
  });

  test('7.2 the expert is reminded at 24 hours, to the millisecond', () => {
    expect(offer.dueAt).toEqual(at(24 * HOUR));
    expect(dueOffer(offer, at(24 * HOUR - 1), policy)).toBeNull();
    expect(dueOffer(offer, at(24 * HOUR), policy)).toEqual(remind(0));
    expect(owed(move(offer, [remind(0), at(24 * HOUR)]))).toEqual([reminder(0)]);
  });

  test('7.2 and at 34 hours, to the millisecond', () => {
    expect(reminded).toMatchObject({ state: 'accepted', reminders: 1, dueAt: at(34 * HOUR) });
    expect(dueOffer(reminded, at(34 * HOUR - 1), policy)).toBeNull();
    expect(dueOffer(reminded, at(34 * HOUR), policy)).toEqual(remind(1));
    const second = move(reminded, [remind(1), at(34 * HOUR)]);
    expect(owed(second)).toEqual([reminder(1)]);
    expect(second.next).toMatchObject({ reminders: 2, dueAt: at(36 * HOUR) });
  });

  test('7.2 after an outage only the newest reminder goes out', () => {
    expect(dueOffer(offer, at(34 * HOUR - 1), policy)).toEqual(remind(0));
    expect(dueOffer(offer, at(34 * HOUR), policy)).toEqual(remind(1));
    const { next } = move(offer, [remind(1), at(35 * HOUR)]);
    expect(next).toMatchObject({ reminders: 2, dueAt: at(36 * HOUR) });
    expect(dueOffer(next, at(36 * HOUR - 1), policy)).toBeNull();
  });

  test('7.2 a reminder that is over the time is none', () => {
    expect(dueOffer(offer, at(36 * HOUR), policy)).toEqual({ type: 'overdue' });
  });

  test('7.2 no reminder goes out twice', () => {
    expect(refusedWith(() => move(reminded, remind(0)))).toBe('conflict.stale');
    expect(refusedWith(() => move(offer, remind(1), remind(0)))).toBe('conflict.stale');
    expect(refusedWith(() => move(offer, remind(1), remind(1)))).toBe('conflict.stale');
  });

  test('7.2 a second delivery has reminders of its own', () => {
    const second = from(...unfulfilled, again, win(ada));
    expect(owed(move(second, [remind(0), at(24 * HOUR)]))).toEqual([reminder(0, 1)]);
  });

  test('7.2 nothing is paid, the expert and expert support are told', () => {
    const outcome = move(offer, late);
    expect(outcome.next).toMatchObject({ state: 'report_overdue', acceptedBy: ada, dueAt: null });
    expect(owed(outcome)).toEqual([
      toExpert(ada.id, 'request.report_overdue'),
      mailToAdmins('report_overdue', 'report-overdue-of_1-0'),
    ]);
  });

  test('7.2 expert support can still settle it, either way', () => {
    const settled = move(offer, late, reportYes);
    expect(settled.next.state).toBe('fulfilled');
    expect(entryKeys(settled)).toEqual(['payout-of_1']);
    expect(move(offer, late, reportNo()).next.state).toBe('unfulfilled');
    expect(refusedWith(() => move(offer, late, reportNo(2)))).toBe('policy.attempts_missing');
  });
});

test('1.3 price and payout never change, whatever happens', () => {
  for (const offer of Object.values(EXAMPLES)) {
    expect(offer.price).toEqual(offered.price);
    expect(offer.payout).toEqual(offered.payout);
    expect(offer.pricePoints).toEqual(offer.origin === 'expert' ? [] : offered.pricePoints);
  }
});

test('6 the numbers of the rules are settings: a life in milliseconds', () => {
  const quick = { ...policy, reservationMs: 2, requestTtlMs: 5, reportWindowMs: 7, reportRemindersMs: [] };
  const asked = stepOffer(from(authorise), request(), START, quick).next;
  expect(asked).toMatchObject({ reservedUntil: at(2), expiresAt: at(5), dueAt: at(2) });
  const brief = stepOffer(from(authorise), request(), START, { ...quick, requestTtlMs: 1 }).next;
  expect(brief).toMatchObject({ reservedUntil: at(2), expiresAt: at(1), dueAt: at(1) });
  expect(dueOffer(brief, at(1), quick)).toEqual({ type: 'expire' });
  const done = stepOffer(from(...reserved, win()), captured, START, quick).next;
  expect(done).toMatchObject({ reportDueAt: at(7), dueAt: at(7) });
  expect(dueOffer(done, at(7), quick)).toEqual({ type: 'overdue' });
});

describe('8.4 the refund of a service', () => {
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

// Rules 6 and 7: a request from being kept for one expert to the report.
import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/domain/effects.ts';
import { SYSTEM } from '../../src/domain/message.ts';
import { PAYMENT_RESUME_MS } from '../../src/domain/payment.ts';
import { ASKING_STATES, isTaken } from '../../src/domain/offer.ts';
import { dueOffer, stepOffer } from '../../src/domain/offer-step.ts';
import { isRepeatedOnOffer } from '../../src/domain/repeated.ts';
import { attemptsOf } from '../../src/domain/report.ts';
import {
  DAY,
  HOUR,
  MINUTE,
  SECOND,
  START,
  ada,
  at,
  ben,
  customer,
  effectsOf,
  entryKeys,
  move,
  no,
  offered,
  owed,
  paramsFor,
  policy,
  refusal,
  refusedWith,
  yes,
} from './examples.ts';
import {
  EXAMPLES,
  accepted,
  again,
  attempt,
  authorise,
  captureFailed,
  captured,
  declinedCard,
  expire,
  failed,
  from,
  given,
  givenUp,
  lapse,
  late,
  mailToAdmins,
  mailToCustomer,
  mailToExperts,
  notEntry,
  opened,
  overdue,
  pass,
  remind,
  reopen,
  reportNo,
  reportYes,
  request,
  reserved,
  resume,
  toCustomer,
  toExpert,
  unfulfilled,
  voided,
  win,
  withdraw,
} from './offer-examples.ts';

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
    const missed = { type: 'reservation_missed', expertId: ada.id, offerId: offered.id, at: at(5 * MINUTE) };
    expect(owed(outcome)).toEqual([toCustomer('request.opened'), mailToExperts(1, null), missed]);
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

  test('6.6, 7.1 what was paid before it was asked for again goes back, and its customer is told so', () => {
    const outcome = move(EXAMPLES['open again, paid']!, [expire, at(24 * HOUR)]);
    expect(outcome.next).toMatchObject({ state: 'expired', payment: { state: 'refunding' } });
    expect(owed(outcome)).toEqual([
      givenUp,
      toCustomer('request.expired', { refundState: 'refunding' }),
      mailToCustomer('request_expired', 'expired-of_1', { refundState: 'refunding' }),
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

  test('7.1 what was logged counts, up to a bound; accepted by another it begins anew', () => {
    const tries = (count: number) => Array.from({ length: count }, (_, index) => attempt(`try-${index}`));
    const logged = move(offered, ...accepted, ...tries(20));
    expect(logged.next.attempts).toHaveLength(20);
    expect(owed(logged)).toEqual([]);
    expect(refusal(() => move(logged.next, attempt('one-more')))).toEqual({
      code: 'input.invalid',
      details: { fields: [{ path: '', reason: 'too_many_attempts' }] },
    });
    expect(isRepeatedOnOffer(logged.next, attempt('try-3'))).toBe(true);
    expect(isRepeatedOnOffer(logged.next, attempt('one-more'))).toBe(false);
    expect(from(...accepted, attempt(), reportNo(), again, win(ben)).attempts).toEqual([]);
    expect(refusal(() => move(from(...accepted, late), attempt())).code).toBe('conflict.report_overdue');
    expect(refusal(() => move(from(...opened), attempt())).code).toBe('conflict.not_accepted');
  });

  test('7.1 a number of attempts is that of all; a list adds to what was logged', () => {
    const { attempts } = from(...accepted, attempt());
    const [first] = [{ at: START, note: 'Rang twice.' }];
    const uncounted = { at: at(5), note: null };
    expect(attemptsOf({ attempts }, 3, at(5))).toEqual([first, uncounted, uncounted]);
    expect(attemptsOf({ attempts }, 0, at(5))).toEqual([first]);
    expect(attemptsOf({ attempts }, [{ at: START, note: 'the same' }, uncounted], at(9))).toEqual([first, uncounted]);
    expect(attemptsOf({}, 1, at(5))).toEqual([uncounted]);
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
    expect(owed(second)).toEqual([
      toCustomer('request.accepted', { paid: 'before' }),
      mailToCustomer('request_accepted', 'accepted-of_1-1', { paid: 'before' }), // another key: told again
    ]);
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

import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/domain/effects.ts';
import { CODES, Refusal } from '../../src/domain/errors.ts';
import { PAYMENT_RESUME_MS, isOfPayment } from '../../src/domain/payment.ts';
import {
  QUESTION_STATES,
  QUESTION_TRANSITIONS,
  assertExpertMayWrite,
  assertOpenForMessages,
  holderOf,
  needsPayment,
} from '../../src/domain/question.ts';
import type { Question, QuestionEvent, QuestionEventType, QuestionState } from '../../src/domain/question.ts';
import { dueQuestion, stepQuestion } from '../../src/domain/question-step.ts';
import {
  DAY,
  HOUR,
  MINUTE,
  START,
  ada,
  ask,
  at,
  ben,
  customer,
  draft,
  due,
  effectsOf,
  entryKeys,
  frozen,
  owed,
  paymentEventsBut,
  policy,
  promisedBy,
  refusal,
  refusedWith,
  targetsOf,
} from './examples.ts';
import {
  EXAMPLES,
  answer,
  answered,
  authorise,
  authorised,
  automatic,
  captureFailed,
  captured,
  claim,
  close,
  declined,
  disputed,
  from,
  given,
  letGo,
  pay,
  pending,
  posted,
  rate,
  refund,
  refundFailed,
  release,
  unpaid,
  write,
} from './question-examples.ts';

/** An event of every type; several where its content decides. */
const EVENTS: QuestionEvent[] = [
  authorise,
  authorised,
  declined,
  claim(ada),
  claim(ben),
  release(ada),
  release(ben),
  { type: 'lapse' },
  write(),
  answer(ada),
  answer(ben),
  { type: 'replied', at: at(MINUTE) },
  rate(1),
  rate(3),
  rate(5, 'Thank you'),
  automatic,
  pay,
  captured,
  captureFailed,
  refund,
  given,
  pending,
  refundFailed,
  disputed,
  { type: 'change_method', method: 'pm_other' },
  { type: 'resume' },
  { type: 'remind' },
  { type: 'end_reminders' },
  { type: 'postpone_close', activeAt: at(DAY) },
  letGo,
  close('customer'),
  close('admin'),
  close('silence'),
];

/** The instants at which the examples are tried: before any deadline, and after all of them. */
const INSTANTS = { 'before its deadlines': at(1), 'after its deadlines': at(60 * DAY) };

/** The earliest deadline, in the words of the rules. */
function earliestDeadline(question: Question, now: Date): Date | null {
  const deadlines: number[] = [];
  if (['authorising', 'capturing'].includes(question.payment.state)) deadlines.push(now.getTime() + PAYMENT_RESUME_MS);
  if (question.payment.state === 'refunding') deadlines.push(now.getTime() + PAYMENT_RESUME_MS);
  if (question.payment.state === 'refund_pending') deadlines.push(now.getTime() + HOUR);
  if (question.state === 'claimed') deadlines.push(question.lockedUntil!.getTime());
  if (question.state !== 'closed') deadlines.push(question.activeAt.getTime() + 30 * DAY);
  // 4.1, 4.2
  const isAwaited = question.state !== 'closed' && question.rating === null && question.payment.returned === undefined;
  const days = [1, 2, 3, 7, 14, 21, 28, 35, 42, 49, 56, 63][question.reminders];
  if (isAwaited && question.remindAt !== null) deadlines.push(question.answeredAt!.getTime() + days! * DAY);
  return deadlines.length === 0 ? null : new Date(Math.min(...deadlines));
}

type Table = Record<QuestionState, Partial<Record<QuestionEventType, readonly QuestionState[]>>>;
const TABLE: Table = QUESTION_TRANSITIONS;

describe('2 every state and every event', () => {
  test('the examples cover every state, the events every type', () => {
    const states = new Set(Object.values(EXAMPLES).map(({ state }) => state));
    expect([...states].sort()).toEqual([...QUESTION_STATES].sort());
    const types = new Set(EVENTS.map(({ type }) => type));
    const own = QUESTION_STATES.flatMap((state) => Object.keys(TABLE[state]));
    expect(types).toEqual(new Set([...own, ...paymentEventsBut('abandon', 'take')]));
  });

  const cases = Object.entries(EXAMPLES).flatMap(([name, question]) =>
    EVENTS.flatMap((event) =>
      Object.entries(INSTANTS).map(([when, now]) => [name, JSON.stringify(event), when, question, event, now] as const),
    ),
  );

  test.each(cases)('2 %s: %s %s', (_name, _event, _when, question, event, now) => {
    const before = structuredClone(question);
    try {
      const { next, effects } = stepQuestion(frozen(question), frozen(event), now, policy);
      expect(targetsOf(TABLE, question.state, event)).toContain(next.state);
      expect(next.version).toBe(question.version + 1);
      expect(next.dueAt).toEqual(earliestDeadline(next, now));
      expect(effects[0]).toEqual({ type: 'changed' });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect(CODES).toContain(error.code);
      expect(error.code).toMatch(/^conflict\./);
      expect(error.details).toMatchObject({ state: question.state });
    }
    expect(question).toEqual(before);
  });

  test('2 each state that the table promises is reached by an example, and no event outside it is taken', () => {
    const reached = new Set<string>();
    for (const question of Object.values(EXAMPLES)) {
      for (const event of EVENTS) {
        for (const now of Object.values(INSTANTS)) {
          try {
            const { next } = stepQuestion(question, event, now, policy);
            const isOwn = !isOfPayment(event) || next.state !== question.state;
            if (isOwn) reached.add(`${question.state} ${event.type} ${next.state}`);
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
          }
        }
      }
    }
    expect([...reached].sort()).toEqual(promisedBy(QUESTION_TRANSITIONS).sort());
  });

  test.each([
    ['a draft', draft, 'conflict.draft', [claim(), release(), write(), answer(), rate(5), { type: 'lapse' }]],
    ['a closed question', from(close()), 'conflict.closed', [claim(), release(), write(), answer(), close()]],
    ['an open question', from(...posted), 'conflict.not_claimed', [release()]],
    ['an open question', from(...posted), 'conflict.stale', [{ type: 'lapse' }]],
    ['an answered question', from(...answered), 'conflict.stale', [{ type: 'lapse' }]],
  ] as const)('2 %s refuses what it does not know, with its state: %o', (_name, question, code, events) => {
    for (const event of events) {
      expect(refusal(() => ask(question, event))).toEqual({ code, details: { state: question.state } });
    }
  });
});

describe('2.1 the value is authorised when posted', () => {
  test('2.1 the attempt is on the record before the provider is asked', () => {
    const tried = ask(draft, authorise);
    expect(tried.next).toMatchObject({ state: 'draft', payment: { state: 'authorising', attempt: 1 } });
    expect(owed(tried)).toEqual([]);
    expect(tried.next.dueAt).toEqual(at(PAYMENT_RESUME_MS));
  });

  test('2.1 a second attempt waits for the first to be answered', () => {
    expect(refusedWith(() => ask(draft, authorise, authorise))).toBe('conflict.payment_pending');
  });

  test('2.1 an authorised draft is posted, and the promise of the value is booked', () => {
    const outcome = ask(draft, authorise, [authorised, at(700)]);
    expect(outcome.next).toMatchObject({ state: 'open', postedAt: at(700), activeAt: at(700) });
    expect(outcome.next.payment).toMatchObject({ state: 'authorised', authorisation: 'auth_1' });
    expect(outcome.next.dueAt).toEqual(at(700 + 30 * DAY));
    expect(owed(outcome)).toMatchObject([{ type: 'entry', entry: { key: 'authorise-q_1-1', kind: 'authorise' } }]);
  });

  test('2.1 a declined one stays a draft, and can be paid later with another card', () => {
    const outcome = ask(draft, authorise, declined);
    expect(outcome.next).toMatchObject({ state: 'draft', payment: { state: 'declined', reason: 'card_declined' } });
    expect(owed(outcome)).toEqual([]);
    expect(needsPayment(outcome.next)).toBe(true);
    const again = ask(outcome.next, { type: 'authorise', method: 'pm_other' }, authorised);
    expect(again.next).toMatchObject({ state: 'open', payment: { method: 'pm_other', attempt: 2, reason: null } });
    expect(entryKeys(again)).toEqual(['authorise-q_1-2']);
  });

  test('2.1 an answer that nobody waits for changes nothing', () => {
    for (const event of [authorised, declined, captured, captureFailed, { type: 'resume' }] as const) {
      expect(refusedWith(() => ask(EXAMPLES.answered!, event))).toBe('conflict.stale');
    }
  });

  test('2.1 a value that is authorised needs no other card', () => {
    expect(needsPayment(from(...posted))).toBe(false);
    expect(refusedWith(() => ask(draft, ...posted, authorise))).toBe('conflict.stale');
  });

  test('2.1 another method is kept for the next charge, and nothing is tried on it', () => {
    const { next } = ask(draft, ...posted, { type: 'change_method', method: 'pm_other' });
    expect(next).toMatchObject({ paymentMethod: 'pm_other', payment: { method: 'pm_visa', attempt: 1 } });
  });

  test('2.1 a payment that nobody answered is asked about again, to the millisecond', () => {
    const pending = ask(draft, authorise).next;
    expect(due(pending, at(PAYMENT_RESUME_MS - 1))).toBeNull();
    expect(due(pending, at(PAYMENT_RESUME_MS))).toEqual({ type: 'resume' });
    const resumed = ask(pending, [{ type: 'resume' }, at(PAYMENT_RESUME_MS)]);
    expect(owed(resumed)).toEqual([{ type: 'ask_provider' }]);
    expect(resumed.next.dueAt).toEqual(at(2 * PAYMENT_RESUME_MS));
    expect(resumed.next.payment).toEqual(pending.payment);
  });
});

describe('2.2 the lock', () => {
  const claimed = from(...posted, claim());

  test('2.2 an expert claims an open question for 15 minutes', () => {
    const { next } = ask(draft, ...posted, [claim(), at(5)]);
    expect(next).toMatchObject({ state: 'claimed', expert: ada, lockedUntil: at(5 + 15 * MINUTE) });
    expect(next.dueAt).toEqual(at(5 + 15 * MINUTE));
    expect(holderOf(next, at(5))).toEqual(ada);
  });

  test('2.2 the lock ends 15 minutes later, to the millisecond', () => {
    const last = at(15 * MINUTE - 1);
    const end = at(15 * MINUTE);
    expect(due(claimed, last)).toBeNull();
    expect(holderOf(claimed, last)).toEqual(ada);
    expect(refusedWith(() => ask(claimed, [{ type: 'lapse' }, last]))).toBe('conflict.stale');
    expect(refusedWith(() => ask(claimed, [claim(ben), last]))).toBe('conflict.claimed');
    expect(due(claimed, end)).toEqual({ type: 'lapse' });
    expect(holderOf(claimed, end)).toBeNull();
    expect(ask(claimed, [claim(ben), end]).next).toMatchObject({ expert: ben, lockedUntil: at(30 * MINUTE) });
  });

  test('2.2 a lapsed question is open to all again, and the expert is told', () => {
    const lapsed = ask(claimed, [{ type: 'lapse' }, at(15 * MINUTE)]);
    expect(lapsed.next).toMatchObject({ state: 'open', expert: null, lockedUntil: null, dueAt: at(30 * DAY) });
    const params = { questionId: 'q_1', subject: 'My printer is offline' };
    expect(owed(lapsed)).toEqual([{ type: 'notice', to: ada.id, code: 'question.claim_lapsed', params }]);
  });

  test('2.2 claiming again renews the lock', () => {
    const renewed = ask(claimed, [claim(), at(14 * MINUTE)]);
    expect(renewed.next.lockedUntil).toEqual(at(29 * MINUTE));
    expect(due(renewed.next, at(15 * MINUTE))).toBeNull();
    expect(owed(renewed)).toEqual([]);
  });

  test('2.2 a released question is open to all experts again, at once', () => {
    const released = ask(claimed, release());
    expect(released.next).toMatchObject({ state: 'open', expert: null, lockedUntil: null });
    expect(ask(released.next, claim(ben)).next.expert).toEqual(ben);
  });

  test('2.2 only its holder releases it', () => {
    expect(refusedWith(() => ask(claimed, release(ben)))).toBe('conflict.not_claimed');
  });

  test('2.2 while it is locked nobody else can write as expert', () => {
    expect(() => {
      assertExpertMayWrite(claimed, ada.id, at(15 * MINUTE - 1));
    }).not.toThrow();
    const writes = (question: Question, expert: string, now: Date) =>
      refusedWith(() => {
        assertExpertMayWrite(question, expert, now);
      });
    expect(writes(claimed, ben.id, at(15 * MINUTE - 1))).toBe('conflict.claimed');
    expect(writes(claimed, ada.id, at(15 * MINUTE))).toBe('conflict.not_claimed');
    expect(writes(from(...posted), ada.id, START)).toBe('conflict.not_claimed');
    expect(writes(from(...answered), ben.id, at(DAY))).toBe('conflict.claimed');
    expect(writes(draft, ada.id, START)).toBe('conflict.draft');
    expect(writes(from(...posted, claim(), close()), ada.id, START)).toBe('conflict.closed');
  });

  test('2.2 an answer holds the question for good', () => {
    const question = from(...answered);
    expect(question).toMatchObject({ state: 'answered', expert: ada, lockedUntil: null });
    expect(holderOf(question, at(20 * DAY))).toEqual(ada);
    expect(refusedWith(() => ask(question, [claim(ben), at(20 * DAY)]))).toBe('conflict.claimed');
    expect(ask(question, claim(ada)).next).toMatchObject({ state: 'answered', lockedUntil: null });
  });

  test('2.2 an answer that was written in time counts, also when the claim has lapsed since', () => {
    const late = ask(draft, ...posted, claim(), write(), release(), answer(ada));
    expect(late.next).toMatchObject({ state: 'answered', expert: ada, answeredBy: ada });
  });

  test('2.2 it does not take the lock from the expert who holds it by now', () => {
    const overtaken = ask(draft, ...posted, claim(), write(), release(), claim(ben), answer(ada));
    expect(overtaken.next).toMatchObject({ state: 'claimed', expert: ben, answeredBy: ada, ratingEnabled: true });
    expect(overtaken.next.lockedUntil).toEqual(at(15 * MINUTE));
  });
});

describe('5.1 the automatic offer', () => {
  test('5.1 comes with the first expert message, once per question', () => {
    const first = ask(draft, ...posted, claim(), write(ada, at(9)));
    expect(owed(first)).toEqual([{ type: 'automatic_offer' }]);
    expect(first.next).toMatchObject({ expertWroteAt: at(9), firstExpert: ada, activeAt: at(9) });
    expect(owed(ask(first.next, write(ada, at(10))))).toEqual([]);
    expect(effectsOf(ask(first.next, answer()), 'automatic_offer')).toEqual([]);
    expect(owed(ask(first.next, release(), claim(ben), write(ben, at(11))))).toEqual([]);
  });

  test('5.1 comes with an answer when that is the first message', () => {
    expect(effectsOf(ask(draft, ...posted, claim(), answer()), 'automatic_offer')).toHaveLength(1);
  });
});

describe('2.8 closing', () => {
  const params = { questionId: 'q_1', subject: 'My printer is offline' };
  const told = (to: string): Effect => ({ type: 'notice', to, code: 'question.closed', params });

  test('2.8 it closes 30 days after the last message, to the millisecond', () => {
    const question = from(...answered.slice(0, -1), answer(ada, at(DAY)), rate(2)); // no reminder comes before (4.2)
    const end = 31 * DAY;
    expect(question.dueAt).toEqual(at(end));
    expect(due(question, at(end - 1))).toBeNull();
    expect(refusedWith(() => ask(question, [close('silence'), at(end - 1)]))).toBe('conflict.stale');
    expect(due(question, at(end))).toEqual({ type: 'close', by: 'silence' });
    const closed = ask(question, [close('silence'), at(end)]);
    expect(closed.next).toMatchObject({ state: 'closed', closedAt: at(end), dueAt: null });
  });

  test('2.8 a newer message postpones it', () => {
    const { next } = ask(draft, ...posted, [{ type: 'postpone_close', activeAt: at(7 * DAY) }, at(30 * DAY)]);
    expect(next.dueAt).toEqual(at(37 * DAY));
    expect(due(next, at(37 * DAY - 1))).toBeNull();
  });

  test('2.8 it stays open for longer when the settings say so by now, and nobody looks at it until then', () => {
    const question = from(...answered.slice(0, -1), answer(ada, at(DAY)), rate(2)); // no reminder comes before (4.2)
    const longer = { ...policy, autoCloseMs: 90 * DAY };
    expect(dueQuestion(question, at(31 * DAY - 1), longer)).toBeNull();
    const postpone: QuestionEvent = { type: 'postpone_close', activeAt: question.activeAt };
    expect(dueQuestion(question, at(31 * DAY), longer)).toEqual(postpone);
    const { next, effects } = stepQuestion(question, postpone, at(31 * DAY), longer);
    expect([next.state, next.dueAt, effects]).toEqual([question.state, at(91 * DAY), [{ type: 'changed' }]]);
    expect(dueQuestion(next, at(91 * DAY - 1), longer)).toBeNull();
    expect(dueQuestion(next, at(91 * DAY), longer)).toEqual({ type: 'close', by: 'silence' });
  });

  test('2.8 a draft that is never paid closes as well', () => {
    expect(due(draft, at(30 * DAY - 1))).toBeNull();
    expect(due(draft, at(30 * DAY))).toEqual({ type: 'close', by: 'silence' });
  });

  test('2.8, 6.8 it takes its requests along and ends the conversation; whoever did not do it is told', () => {
    const always: Effect[] = [
      { type: 'withdraw_offers' },
      { type: 'end_conversation' },
      { type: 'destroy_private_info' },
    ];
    const question = from(...answered);
    expect(owed(ask(question, close('customer')))).toEqual([...always, told(ada.id)]);
    expect(owed(ask(question, close('admin')))).toEqual([...always, told(ada.id), told(customer.id)]);
    expect(owed(ask(question, [close('silence'), at(30 * DAY)]))).toEqual([...always, told(ada.id), told(customer.id)]);
    expect(owed(ask(draft, close()))).toEqual(always);
  });

  test('2.8, 7.4 without an answer the value is given back, once no service can earn it', () => {
    const closed = ask(draft, ...posted, claim(), close());
    expect(closed.next).toMatchObject({ lockedUntil: null, payment: { state: 'authorised' } });
    expect(effectsOf(closed, 'unused_value')).toHaveLength(1);
    const free = ask(closed.next, letGo);
    expect(free.next).toMatchObject({ state: 'closed', payment: { state: 'released' } });
    expect(effectsOf(free, 'void')).toEqual([{ type: 'void', authorisation: 'auth_1', key: 'void-auth-q_1-1' }]);
    expect(entryKeys(free)).toEqual(['release-q_1-1']);
    expect(refusedWith(() => ask(free.next, letGo))).toBe('conflict.stale');
    expect(ask(closed.next, automatic, captured).next.payment.state).toBe('captured');
    expect(refusedWith(() => ask(closed.next, automatic, letGo))).toBe('conflict.stale');
  });

  test('2.8 an answer that waits for its rating keeps the value', () => {
    const closed = ask(draft, ...answered, close());
    expect(closed.next.payment.state).toBe('authorised');
    expect(effectsOf(closed, 'unused_value')).toEqual([]);
    expect(refusedWith(() => ask(closed.next, letGo))).toBe('conflict.stale');
    expect(ask(closed.next, rate(5), captured).next.payment.state).toBe('captured');
  });

  test('2.8 an authorisation that is answered after closing is given back', () => {
    const closing = ask(draft, authorise, close()).next;
    expect(due(closing, at(PAYMENT_RESUME_MS))).toEqual({ type: 'resume' });
    const late = ask(closing, authorised);
    expect(late.next).toMatchObject({ state: 'closed', payment: { state: 'authorised' }, dueAt: null });
    expect(entryKeys(late)).toEqual(['authorise-q_1-1']);
    expect(effectsOf(late, 'unused_value')).toHaveLength(1);
    expect(entryKeys(ask(late.next, letGo))).toEqual(['release-q_1-1']);
  });

  test('2.8 a capture that is under way is finished after closing', () => {
    const closing = ask(draft, ...answered, rate(5), close()).next;
    expect(due(closing, at(PAYMENT_RESUME_MS - 1))).toBeNull();
    expect(due(closing, at(PAYMENT_RESUME_MS))).toEqual({ type: 'resume' });
    expect(ask(closing, captured).next).toMatchObject({ state: 'closed', payment: { state: 'captured' }, dueAt: null });
  });

  test('2.8 a payment that nobody answers does not keep a silent question open, or busy', () => {
    const end = at(30 * DAY);
    for (const pending of [from(...answered, rate(5)), from(authorise), from(...unpaid, authorise)]) {
      expect(due(pending, end)).toEqual({ type: 'close', by: 'silence' });
      const closed = ask(pending, [close('silence'), end]).next;
      expect(closed).toMatchObject({ state: 'closed', payment: { state: pending.payment.state } });
      expect(due(closed, end)).toBeNull();
      expect(due(closed, at(30 * DAY + PAYMENT_RESUME_MS))).toEqual({ type: 'resume' });
    }
  });

  test('2.8 a closed question takes no messages, a draft has none yet', () => {
    const messages = (question: Question) =>
      refusedWith(() => {
        assertOpenForMessages(question);
      });
    expect(messages(from(...posted, close()))).toBe('conflict.closed');
    expect(messages(draft)).toBe('conflict.draft');
    for (const events of [posted, [...posted, claim()], answered]) {
      expect(() => {
        assertOpenForMessages(from(...events));
      }).not.toThrow();
    }
  });

  test('2.8 closing twice is refused', () => {
    expect(refusedWith(() => ask(draft, ...posted, close(), close()))).toBe('conflict.closed');
  });
});

test('2 nothing is due on a record whose deadline lies ahead, whatever else it says', () => {
  for (const question of Object.values(EXAMPLES)) {
    if (question.dueAt === null) expect(due(question, at(365 * DAY))).toBeNull();
    else expect(due(question, new Date(question.dueAt.getTime() - 1))).toBeNull();
  }
});

test('2 what is due is never refused', () => {
  for (const question of Object.values(EXAMPLES)) {
    if (question.dueAt === null) continue;
    const event = due(question, question.dueAt);
    expect(event).not.toBeNull();
    expect(ask(question, [event!, question.dueAt]).next.version).toBe(question.version + 1);
  }
});

test('8.1 an expert may offer something 60 seconds after the customer’s second reply; later replies change nothing', () => {
  const replied = from(...posted, claim(), write(), { type: 'replied', at: at(MINUTE) });
  expect(replied.offerAvailableAt).toEqual(at(MINUTE + policy.offerDelayMs));
  expect(policy.offerDelayMs).toBe(60_000);
  const again = ask(replied, { type: 'replied', at: at(2 * MINUTE) }).next;
  expect(again.offerAvailableAt).toEqual(replied.offerAvailableAt);
});

test('2.1 the next service is charged to the card that has paid, also when its answer comes late', () => {
  const card = { brand: 'visa', last4: '4242' };
  const { next } = ask(
    draft,
    { type: 'authorise', method: 'pm_a' },
    { type: 'authorisation_failed', reason: 'card_declined' },
    { type: 'authorise', method: 'pm_b' },
    { type: 'authorised', authorisation: 'auth_2', card },
  );
  expect(next).toMatchObject({ state: 'open', paymentMethod: 'pm_b', card });
});

test('2.1 a decline that nobody waited for is told, one that its customer hears at once is not', () => {
  const failed = { type: 'authorisation_failed', reason: 'card_declined' } as const;
  const told = (event: QuestionEvent) =>
    ask(draft, { type: 'authorise', method: 'pm_a' }, event).effects.map(({ type }) => type);
  expect(told({ ...failed, unattended: true })).toEqual(expect.arrayContaining(['notice', 'mail']));
  expect(told(failed)).not.toContain('mail');
});

import { describe, expect, test } from 'vitest';
import { newCase, stepCase } from '../../src/domain/case.ts';
import type { CaseEvent } from '../../src/domain/case.ts';
import { SYSTEM } from '../../src/domain/message.ts';
import { stepOffer } from '../../src/domain/offer-step.ts';
import type { Offer } from '../../src/domain/offer.ts';
import { stepQuestion } from '../../src/domain/question-step.ts';
import type { Question, QuestionEvent } from '../../src/domain/question.ts';
import { CASE_OUTWARD, OFFER_OUTWARD, QUESTION_OUTWARD } from '../../src/domain/webhook-event.ts';
import {
  WEBHOOK_EVENTS,
  WELL,
  afterFailure,
  chanceOf,
  isProbing,
  letterAbout,
  nextTry,
} from '../../src/domain/webhook.ts';
import type { Standing } from '../../src/domain/webhook.ts';
import { DAY, HOUR, MINUTE, SECOND, START, at, customer, draft, offered, policy, proposed } from './examples.ts';
import * as offers from './offer-examples.ts';
import * as questions from './question-examples.ts';

const wanted = { kind: 'refund', questionId: 'q_1', offerId: 'of_1', seq: null, reason: 'Nobody came.' } as const;
const opened = newCase(
  'cs_1',
  { ...wanted, key: 'refund-of_1-1', openedBy: SYSTEM },
  { subject: 'My printer is offline', customer, clientId: null },
  START,
  policy,
);
const note: CaseEvent = { type: 'note', by: SYSTEM, clientId: 'note-id-1', text: 'Called them.' };
const overdue: CaseEvent = { type: 'overdue' };
const resolve: CaseEvent = { type: 'resolve', by: SYSTEM, resolution: 'grant', clientId: null, comment: 'Canary' };

/** What operators hear of each of these steps, taken one after the other. */
function heard(question: Question, ...events: QuestionEvent[]): string[] {
  let record = question;
  return events.flatMap((event) => {
    const { next } = stepQuestion(record, event, START, policy);
    const happened = QUESTION_OUTWARD.happened(record, next);
    record = next;
    return happened;
  });
}

function heardOf(offer: Offer, ...events: offers.Timed[]): string[] {
  let record = offer;
  return events.flatMap((timed) => {
    const [event, now] = 'type' in timed ? [timed, START] : timed;
    const { next } = stepOffer(record, event, now, policy);
    const happened = OFFER_OUTWARD.happened(record, next);
    record = next;
    return happened;
  });
}

describe('what operators hear', () => {
  test('2.1 of a question, when its value is held, and not of a draft', () => {
    expect(QUESTION_OUTWARD.happened(null, draft)).toEqual([]);
    expect(heard(draft, questions.authorise, questions.authorised)).toEqual(['question.posted', 'payment.authorised']);
    expect(heard(draft, questions.authorise, questions.declined)).toEqual(['payment.failed']);
  });

  test('2.2 of claims and releases once each, however often a claim is held longer', () => {
    const { claim, release } = questions;
    const open = questions.from(...questions.posted);
    const claimed = ['question.claimed', 'question.released', 'question.claimed'];
    expect(heard(open, claim(), claim(), release(), claim())).toEqual(claimed);
  });

  test('2.4, 2.5 of an answer, its rating and the money', () => {
    const { answer, rate, write, claim, captured, refund, given, disputed, refundFailed } = questions;
    const open = questions.from(...questions.posted);
    const paid = ['question.claimed', 'question.answered', 'question.rated', 'payment.captured'];
    expect(heard(open, claim(), write(), answer(), answer(), rate(5), captured)).toEqual(paid);
    const done = questions.from(...questions.answered, rate(5), captured);
    expect(heard(done, refund, given)).toEqual(['payment.refunded']);
    expect(heard(done, refund, refundFailed)).toEqual(['payment.refund_failed']);
    expect(heard(done, disputed)).toContain('payment.disputed');
    expect(heard(questions.from(...questions.answered), rate(5), questions.captureFailed)).toContain('payment.failed');
  });

  test('2.1 of the hold on another card, also when what was earned is taken in the same step', () => {
    const { authorise, authorised, captured, unpaid } = questions;
    const earned = questions.from(...unpaid);
    expect(heard(earned, authorise, authorised, captured)).toEqual(['payment.authorised', 'payment.captured']);
  });

  test('7.4 of a rating that a service gives, once, and not of one that was given already', () => {
    const { answered, automatic, captured, rate } = questions;
    const open = questions.from(...answered);
    expect(heard(open, automatic, captured, automatic, automatic)).toEqual(['question.rated', 'payment.captured']);
    expect(heard(open, rate(2), automatic, captured, automatic)).toEqual(['question.rated', 'payment.captured']);
    expect(heard(open, automatic, rate(5), rate(5))).toEqual(['question.rated', 'question.rated']); // now the customer's own
  });

  test('2.8 of closing, and of a hold that is let go', () => {
    const open = questions.from(...questions.posted);
    expect(heard(open, questions.close(), questions.letGo)).toContain('question.closed');
    expect(heard(open, questions.close(), questions.letGo)).toContain('payment.released');
  });

  test('6 of a request: asked for, opened, accepted and paid, delivered', () => {
    const { reserved, win, captured, pass, reportYes, authorise, request, overdue } = offers;
    expect(OFFER_OUTWARD.happened(null, offered)).toEqual(['offer.created']);
    const one = heardOf(offered, ...reserved, pass(), win(), captured, reportYes);
    expect(one).toEqual([
      ...['request.requested', 'payment.authorised', 'request.opened'],
      ...['request.accepted', 'payment.captured', 'request.fulfilled'],
    ]);
    expect(heardOf(offered, authorise, request(null)).slice(0, 2)).toEqual(['request.requested', 'request.opened']);
    const accepted = offers.from(...offers.accepted);
    expect(heardOf(accepted, [overdue, at(36 * HOUR)])).toEqual(['request.overdue']);
    expect(heardOf(accepted, offers.reportNo(), offers.again, win())).toEqual([
      ...['request.unfulfilled', 'request.requested', 'request.opened', 'request.accepted'],
    ]);
  });

  test('6.5, 6.6, 6.8 of one that fails, expires or is withdrawn, and 5.3 of an offer that nobody wants', () => {
    const { reserved, failed, captureFailed, win, withdraw, expire, decline } = offers;
    expect(heardOf(offers.from(...reserved, win()), captureFailed)).toEqual([
      'request.payment_failed',
      'payment.failed',
    ]);
    expect(heardOf(offers.from(...reserved), withdraw)).toEqual(['request.withdrawn', 'payment.released']);
    expect(heardOf(offers.from(...failed), [expire, at(25 * HOUR)])[0]).toBe('request.expired');
    expect(heardOf(offered, decline)).toEqual(['offer.declined']);
  });

  test('8 of the offer of an expert', () => {
    const { charging, captured, captureFailed, unable } = offers;
    expect(heardOf(proposed, ...charging, captured, unable)).toEqual([
      ...['payment.authorised', 'offer.accepted', 'payment.captured', 'offer.unable'],
    ]);
    expect(heardOf(proposed, ...charging, captureFailed)).toEqual([
      ...['payment.authorised', 'offer.payment_failed', 'payment.failed'],
    ]);
    expect(heardOf(proposed, offers.withdraw)).toEqual(['offer.withdrawn']);
  });

  test('10.1 of a case: opened, overdue, resolved, and not of notes', () => {
    expect(CASE_OUTWARD.happened(null, opened)).toEqual(['case.opened']);
    const noted = stepCase(opened, note, START).next;
    expect(CASE_OUTWARD.happened(opened, noted)).toEqual([]);
    const late = stepCase(noted, overdue, at(2 * DAY)).next;
    expect(CASE_OUTWARD.happened(noted, late)).toEqual(['case.overdue']);
    expect(CASE_OUTWARD.happened(late, stepCase(late, resolve, START).next)).toEqual(['case.resolved']);
  });

  test('9.1 and nothing of a card, a text of people or an e-mail address, also in full', () => {
    const told = [
      QUESTION_OUTWARD.full({ ...draft, comment: 'Canary', body: 'Canary' }),
      OFFER_OUTWARD.full({ ...proposed, unableReason: 'Canary' }),
      CASE_OUTWARD.full({ ...opened, reason: 'Canary', assignee: { id: 'u_1', name: 'Canary' } }),
    ];
    expect(JSON.stringify(told)).not.toMatch(/Canary|pm_|auth_/);
    expect(JSON.stringify([QUESTION_OUTWARD.thin(draft), OFFER_OUTWARD.thin(offered)])).not.toMatch(/Cora|printer/);
  });

  test('by names that stay: whoever receives them knows them for years', () => {
    expect([...WEBHOOK_EVENTS].toSorted()).toMatchInlineSnapshot(`
      [
        "case.opened",
        "case.overdue",
        "case.resolved",
        "message.created",
        "offer.accepted",
        "offer.created",
        "offer.declined",
        "offer.payment_failed",
        "offer.unable",
        "offer.withdrawn",
        "payment.authorised",
        "payment.captured",
        "payment.disputed",
        "payment.failed",
        "payment.refund_failed",
        "payment.refunded",
        "payment.released",
        "question.answered",
        "question.claimed",
        "question.closed",
        "question.posted",
        "question.rated",
        "question.released",
        "request.accepted",
        "request.expired",
        "request.fulfilled",
        "request.opened",
        "request.overdue",
        "request.payment_failed",
        "request.requested",
        "request.unfulfilled",
        "request.withdrawn",
      ]
    `);
  });
});

describe('a delivery that failed', () => {
  const NOW = START;
  const waits = (chance: number) => Array.from({ length: 10 }, (_, tried) => nextTry(tried + 1, NOW, chance, null));

  test('is tried eleven times in three days, then no more', () => {
    const total = waits(0.5).reduce((sum, due) => sum + due!.getTime() - NOW.getTime(), 0);
    expect(total / HOUR).toBeCloseTo(75.6, 1);
    expect(nextTry(11, NOW, 0.5, null)).toBe(null);
    expect(nextTry(1, NOW, 0.5, null)).toEqual(at(5 * SECOND));
  });

  test('comes a fifth earlier or later, each by its own measure', () => {
    expect([nextTry(2, NOW, 0, null), nextTry(2, NOW, 1, null)]).toEqual([at(48 * SECOND), at(72 * SECOND)]);
    const id = 'dl_0f9a3c21-7b44-51de-90aa-1234567890ab';
    const chances = Array.from({ length: 11 }, (_, tries) => chanceOf(id, tries + 1));
    for (const chance of chances) expect(chance >= 0 && chance <= 1).toBe(true);
    expect(new Set(chances).size).toBeGreaterThan(8);
  });

  test('waits as long as its receiver asks, a day at most, and never less than by itself', () => {
    expect(nextTry(1, NOW, 0.5, HOUR)).toEqual(at(HOUR));
    expect(nextTry(1, NOW, 0.5, 30 * DAY)).toEqual(at(DAY));
    expect(nextTry(4, NOW, 0.5, SECOND)).toEqual(at(30 * MINUTE));
  });
});

describe('a receiver that fails', () => {
  const fail = (times: number, from = WELL): Standing =>
    Array.from({ length: times }).reduce<Standing>((standing) => afterFailure(standing, START, null), from);

  test('is probed from the fifth failure in a row on, ever less often, and at least every half hour', () => {
    expect([4, 5].map((times) => isProbing(fail(times)))).toEqual([false, true]);
    expect(fail(4).pausedUntil).toBe(null);
    const pauses = [5, 6, 7, 8, 9, 50].map((times) => fail(times).pausedUntil!.getTime() - START.getTime());
    expect(pauses).toEqual([5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 30 * MINUTE, 30 * MINUTE]);
  });

  test('is left alone altogether for as long as it asks', () => {
    expect(afterFailure(WELL, START, HOUR).pausedUntil).toEqual(at(HOUR));
  });

  test('is told of on day 3, once, and switched off on day 5, after twenty failures', () => {
    const failing = fail(25);
    const letters = [2, 3, 4, 5].map((day) => letterAbout(failing, at(day * DAY), 5 * DAY));
    expect(letters).toEqual([null, 'webhook_failing', 'webhook_failing', 'webhook_off']);
    const warned = { ...failing, warnedAt: at(3 * DAY) };
    expect(letterAbout(warned, at(4 * DAY), 5 * DAY)).toBe(null);
    expect(letterAbout({ ...warned, failures: 19 }, at(9 * DAY), 5 * DAY)).toBe(null);
    expect(letterAbout(WELL, at(9 * DAY), 5 * DAY)).toBe(null);
  });
});

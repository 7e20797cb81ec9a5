// Rules 2.4, 2.5, 7.4 and 8.4: what a rating earns, and what becomes of it.
import { describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/domain/message.ts';
import { conversationExpertOf, needsPayment } from '../../src/domain/question.ts';
import type { Question } from '../../src/domain/question.ts';
import { stepQuestion } from '../../src/domain/question-step.ts';
import { upheldEffects } from '../../src/domain/rating.ts';
import {
  SECOND,
  ada,
  ask,
  at,
  ben,
  customer,
  draft,
  effectsOf,
  entryKeys,
  owed,
  policy,
  refusal,
  refusedWith,
} from './examples.ts';
import {
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
  pay,
  posted,
  rate,
  refund,
  release,
  unpaid,
  write,
} from './question-examples.ts';

describe('2.4 an answer enables the rating', () => {
  test('2.4 before it a rating is refused', () => {
    for (const events of [[], [claim()], [claim(), write()]]) {
      expect(refusedWith(() => ask(draft, ...posted, ...events, rate(5)))).toBe('conflict.not_answered');
    }
    expect(refusedWith(() => ask(draft, rate(5)))).toBe('conflict.draft');
  });

  test('2.4 the customer is told once the answer is complete', () => {
    const outcome = ask(draft, ...posted, claim(), write(), answer(ada, at(3)));
    expect(outcome.next).toMatchObject({ ratingEnabled: true, answeredBy: ada, activeAt: at(3) });
    const params = { questionId: 'q_1', subject: 'My printer is offline' };
    expect(owed(outcome)).toEqual([{ type: 'notice', to: customer.id, code: 'question.answered', params }]);
  });

  test('2.4 the rating stays possible when the expert lets go, and after closing', () => {
    expect(ask(draft, ...answered, release(), rate(4)).next.rating).toEqual({ stars: 4, by: 'customer' });
    expect(ask(draft, ...answered, close(), rate(4)).next).toMatchObject({ state: 'closed', rating: { stars: 4 } });
    expect(refusedWith(() => ask(draft, ...posted, close(), rate(4)))).toBe('conflict.not_answered');
  });
});

describe('2.5 the rating', () => {
  test.each([1, 2])('2.5 %i star(s) pay nothing, call customer care and open a case', (stars) => {
    const outcome = ask(draft, ...answered, rate(stars, 'Did not help'));
    expect(outcome.next).toMatchObject({ rating: { stars, by: 'customer' }, comment: 'Did not help' });
    expect(outcome.next.payment.state).toBe('authorised');
    expect(owed(outcome)).toEqual([
      {
        type: 'mail_admins',
        key: `care-low-rating-q_1-${stars}`,
        template: 'care_low_rating',
        params: { questionId: 'q_1', subject: 'My printer is offline', stars },
      },
      {
        type: 'case',
        opened: {
          key: 'low-rating-q_1',
          kind: 'low_rating',
          questionId: 'q_1',
          offerId: null,
          seq: null,
          openedBy: SYSTEM,
          reason: 'Did not help',
        },
      },
    ]);
  });

  test.each([3, 4, 5])('2.5 %i stars pay the expert the share', (stars) => {
    const rated = ask(draft, ...answered, rate(stars));
    expect(rated.next).toMatchObject({ rating: { stars, by: 'customer' }, payment: { state: 'capturing' } });
    expect(owed(rated)).toEqual([]);
    const paid = ask(rated.next, captured);
    expect(paid.next.payment.state).toBe('captured');
    expect(entryKeys(paid)).toEqual(['capture-q_1', 'payout-q_1']);
    expect(effectsOf(paid, 'entry')[1]!.entry.legs).toEqual([
      { account: 'unearned', amount: 1_001 },
      { account: `payable:${ada.id}`, amount: -500 },
      { account: 'revenue', amount: -501 },
    ]);
  });

  test('2.5 a rating can be raised, never lowered', () => {
    const three = from(...answered, rate(3), captured);
    for (const stars of [1, 2]) {
      const lowered = () => ask(three, rate(stars));
      expect(refusal(lowered)).toEqual({ code: 'conflict.rating_lowered', details: { state: 'answered', stars: 3 } });
    }
    expect(ask(three, rate(3)).next.rating).toEqual({ stars: 3, by: 'customer' });
    expect(ask(three, rate(4)).next.rating).toEqual({ stars: 4, by: 'customer' });
    expect(refusedWith(() => ask(three, rate(5), rate(4)))).toBe('conflict.rating_lowered');
  });

  test.each([1, 2, 3, 4, 5])('2.5 the lowest rating that pays is a setting: %i', (payingStars) => {
    const strict = { ...policy, payingStars };
    const before = from(...answered);
    for (const stars of [1, 2, 3, 4, 5]) {
      const { next, effects } = stepQuestion(before, rate(stars), at(9), strict);
      expect([stars, next.earned]).toEqual([stars, stars >= payingStars]);
      expect(effects.some(({ type }) => type === 'case')).toBe(stars < payingStars);
    }
  });

  test('2.5 a rating is of the expert whose answer stood when it was given, whoever answers later', () => {
    const low = from(...answered, rate(1));
    expect(low.ratedExpert).toBe(ada.id);
    const inherited = ask(low, release(), claim(ben), answer(ben));
    expect(inherited.next).toMatchObject({ answeredBy: ben, ratedExpert: ada.id, rating: { stars: 1 } });
    expect(ask(inherited.next, rate(1)).next.ratedExpert).toBe(ada.id);
    expect(ask(inherited.next, rate(4)).next.ratedExpert).toBe(ben.id);
    expect(ask(draft, ...posted, claim(), write(), release(), automatic).next.ratedExpert).toBe(ada.id);
  });

  test('2.5 a low rating that is raised pays after all', () => {
    const raised = ask(draft, ...answered, rate(2), rate(3));
    expect(raised.next.payment.state).toBe('capturing');
    expect(owed(raised)).toEqual([]);
  });

  test('2.5 raising a rating that has paid pays nothing more', () => {
    const raised = ask(draft, ...answered, rate(3), captured, rate(5));
    expect(raised.next.payment.state).toBe('captured');
    expect(owed(raised)).toEqual([]);
    expect(refusedWith(() => ask(raised.next, captured))).toBe('conflict.stale');
  });

  test('2.5 the expert who was rated low hears once that care has the share paid all the same: when it is paid', () => {
    const granted = ask(draft, ...answered, rate(1), pay);
    expect(owed(granted)).toEqual([]);
    expect(owed(ask(granted.next, pay))).toEqual([]);
    const paid = ask(granted.next, pay, captured);
    const mails = effectsOf(paid, 'mail');
    const params = { questionId: 'q_1', subject: 'My printer is offline', resolution: 'pay' };
    const mail = {
      type: 'mail',
      key: 'rating-reviewed-q_1',
      to: ada.id,
      template: 'rating_reviewed',
      params,
      ifAway: false,
    };
    expect(mails.filter(({ template }) => template === 'rating_reviewed')).toEqual([mail]);
    const notices = effectsOf(paid, 'notice').filter(({ code }) => code === 'rating.reviewed');
    expect(notices).toEqual([{ type: 'notice', to: ada.id, code: 'rating.reviewed', params }]);
    const before = from(...answered, rate(1), automatic, captured); // by a service that was fulfilled (7.4)
    expect(owed(ask(before, pay))).toEqual([...notices, mail]);
  });

  test('2.5 nor is it said of what could not be taken: care hears so, each time, until another card pays', () => {
    const failed = ask(draft, ...answered, rate(2), pay, captureFailed);
    const codes = (outcome: typeof failed) => effectsOf(outcome, 'notice').map(({ code }) => code);
    expect(codes(failed)).toEqual(['question.payment_failed']);
    const params = { questionId: 'q_1', subject: 'My printer is offline', stars: 2, resolution: 'pay' };
    const unpaid = { type: 'mail_admins', key: 'care-low-rating-q_1-unpaid-1', template: 'care_low_rating', params };
    expect(effectsOf(failed, 'mail_admins')).toEqual([unpaid]);
    const again = ask(failed.next, authorise, { type: 'authorised', authorisation: 'auth_2' });
    expect(codes(again)).toEqual([]);
    expect(codes(ask(again.next, captured))).toEqual(['rating.reviewed']);
    const second = { ...unpaid, key: 'care-low-rating-q_1-unpaid-2' };
    expect(effectsOf(ask(again.next, captureFailed), 'mail_admins')).toEqual([second]);
    const failedBefore = from(...answered, rate(2), automatic, captureFailed);
    expect(owed(ask(failedBefore, pay))).toEqual([unpaid]);
  });

  test('2.5 nor of what has gone back since, or was paid to another expert', () => {
    const paid = from(...answered, rate(1), automatic, captured);
    for (const gone of [[refund, given], [disputed]]) expect(owed(ask(paid, ...gone, pay))).toEqual([]);
    const others = [...answered, rate(1), release(), claim(ben), answer(ben), automatic, captured] as const;
    expect(from(...others)).toMatchObject({ ratedExpert: ada.id, paidTo: ben.id });
    expect(owed(ask(draft, ...others, pay))).toEqual([]);
  });

  test('2.5 the expert whose low rating stands hears so, unless it was raised meanwhile', () => {
    const low = ask(draft, ...answered, rate(2)).next;
    const params = { questionId: 'q_1', subject: 'My printer is offline', resolution: 'dismissed' };
    expect(upheldEffects(low)).toEqual([
      { type: 'notice', to: ada.id, code: 'rating.reviewed', params },
      {
        ...{ type: 'mail', key: 'rating-upheld-q_1', to: ada.id, template: 'rating_reviewed' },
        ...{ params, ifAway: false },
      },
    ]);
    expect(upheldEffects(ask(draft, ...answered, rate(2), rate(3)).next)).toEqual([]);
    expect(upheldEffects(ask(draft, ...answered).next)).toEqual([]); // nobody was rated
  });

  test('2.5 a comment is kept until there is another', () => {
    expect(ask(draft, ...answered, rate(2, 'Hm'), rate(4)).next.comment).toBe('Hm');
    expect(ask(draft, ...answered, rate(2, 'Hm'), rate(4, 'Good')).next.comment).toBe('Good');
  });

  test('2.5 the expert whose answer stands is paid, not the one who holds the question now', () => {
    const question = from(...answered, release(), claim(ben));
    expect(conversationExpertOf(question)).toEqual(ada);
    const paid = ask(question, rate(5), captured);
    expect(effectsOf(paid, 'entry')[1]!.entry.legs[1]!.account).toBe(`payable:${ada.id}`);
  });

  test('2.5 a capture that fails gives the promise back and tells the customer', () => {
    const failed = ask(draft, ...unpaid);
    expect(failed.next.payment).toMatchObject({ state: 'capture_failed', reason: 'insufficient_funds' });
    const params = { questionId: 'q_1', subject: 'My printer is offline' };
    expect(entryKeys(failed)).toEqual(['release-q_1-1']);
    expect(owed(failed).filter(({ type }) => type !== 'entry')).toEqual([
      { type: 'void', authorisation: 'auth_1', key: 'void-auth-q_1-1' },
      { type: 'notice', to: customer.id, code: 'question.payment_failed', params },
      {
        type: 'mail',
        key: 'question-payment-failed-q_1-1',
        to: customer.id,
        template: 'question_payment_failed',
        params,
        ifAway: true,
      },
    ]);
    expect(needsPayment(failed.next)).toBe(true);
  });

  test('2.5 another card after a failed capture is asked for what the rating earned', () => {
    const again = ask(draft, ...unpaid, authorise, { type: 'authorised', authorisation: 'auth_2' });
    expect(again.next.payment).toMatchObject({ state: 'capturing', authorisation: 'auth_2', attempt: 2 });
    expect(entryKeys(again)).toEqual(['authorise-q_1-2']);
    expect(entryKeys(ask(again.next, captured))).toEqual(['capture-q_1', 'payout-q_1']);
  });

  test('2.5 who has earned it is paid, whoever answers before another card pays it', () => {
    const later = [release(), claim(ben), answer(ben)] as const;
    const again = ask(draft, ...unpaid, ...later, authorise, { type: 'authorised', authorisation: 'auth_2' }, captured);
    expect(again.next).toMatchObject({ answeredBy: ben, ratedExpert: ada.id, earnedBy: ada.id, paidTo: ada.id });
    const accounts = effectsOf(again, 'entry').flatMap(({ entry }) => entry.legs.map(({ account }) => account));
    expect(accounts).toContain(`payable:${ada.id}`);
  });

  test('2.5 another card that is declined can be followed by yet another', () => {
    const { next } = ask(draft, ...unpaid, authorise, declined);
    expect(needsPayment(next)).toBe(true);
    expect(ask(next, authorise).next.payment).toMatchObject({ state: 'authorising', attempt: 3 });
  });
});

describe('2.5 customer care pays although the rating is low', () => {
  test('2.5 the share is captured and paid, the rating stays', () => {
    const granted = ask(draft, ...answered, rate(1), pay);
    expect(granted.next).toMatchObject({ rating: { stars: 1, by: 'customer' }, payment: { state: 'capturing' } });
    const paid = ask(granted.next, captured);
    expect(entryKeys(paid)).toEqual(['capture-q_1', 'payout-q_1']);
    expect(entryKeys(ask(paid.next, pay))).toEqual([]);
    expect(entryKeys(ask(paid.next, rate(4)))).toEqual([]);
  });

  test('2.5 the expert whose rating was low is the one who is paid then', () => {
    const { next } = ask(draft, ...answered, rate(2), release(), claim(ben), answer(ben), pay, captured);
    expect(next).toMatchObject({ answeredBy: ben, earnedBy: ada.id, paidTo: ada.id });
  });

  test('2.5 not before there is a rating', () => {
    expect(refusedWith(() => ask(draft, ...answered, pay))).toBe('conflict.not_answered');
  });
});

describe('8.4 the refund of a value', () => {
  const paid = [...answered, rate(4), captured] as const;
  const params = { questionId: 'q_1', subject: 'My printer is offline', currency: 'USD' };

  test('8.4 reverses the payout, gives the value back, and tells both', () => {
    const asked = ask(draft, ...paid, refund);
    expect(asked.next).toMatchObject({ payment: { state: 'refunding' }, dueAt: at(15 * SECOND) });
    expect(owed(asked)).toEqual([]); // nobody is told before the provider has done it
    const outcome = ask(asked.next, given);
    expect(outcome.next).toMatchObject({ state: 'answered', rating: { stars: 4 }, payment: { state: 'refunded' } });
    expect(entryKeys(outcome)).toEqual(['reversal-q_1', 'refund-q_1']);
    const told = (to: string, code: string, template: string, amount: number) => [
      { type: 'notice', to, code, params: { ...params, amount } },
      {
        ...{ type: 'mail', key: `${template}-q_1`, to, template },
        ...{ params: { ...params, amount }, ifAway: false },
      },
    ];
    expect(owed(outcome).filter(({ type }) => type !== 'entry')).toEqual([
      ...told(customer.id, 'refund.granted', 'refund_granted', 1_001),
      ...told(ada.id, 'earnings.reversed', 'earnings_reversed', 500),
    ]);
  });

  test('8.4 the earnings are reversed of whom they were paid to, whoever answered since', () => {
    const question = from(...paid, release(), claim(ben), answer(ben));
    const legs = effectsOf(ask(question, refund, given), 'entry')[0]!.entry.legs;
    expect(legs.map(({ account }) => account)).toContain(`payable:${ada.id}`);
  });

  test('8.4 what was paid to nobody is only given back', () => {
    const outcome = ask({ ...from(...paid), paidTo: null }, refund, given);
    expect(entryKeys(outcome)).toEqual(['refund-q_1']);
  });

  test.each(['authorised', 'capturing', 'capture_failed', 'refunding', 'refunded'])(
    '8.4 nothing to refund while %s',
    (state) => {
      const examples: Record<string, Question> = {
        authorised: from(...answered),
        capturing: from(...answered, rate(5)),
        capture_failed: from(...unpaid),
        refunding: from(...paid, refund),
        refunded: from(...paid, refund, given),
      };
      const refused = refusal(() => ask(examples[state]!, refund));
      expect(refused).toEqual({ code: 'conflict.not_captured', details: { state: 'answered', payment: state } });
    },
  );

  test('8.4 a refunded value can not be earned, charged or let go again', () => {
    for (const event of [rate(5), automatic, pay, close(), { type: 'change_method', method: 'pm_other' }] as const) {
      const outcome = ask(draft, ...paid, refund, given, event);
      expect(outcome.next.payment.state).toBe('refunded');
      expect(entryKeys(outcome)).toEqual([]);
      expect(effectsOf(outcome, 'void')).toEqual([]);
      expect(needsPayment(outcome.next)).toBe(false);
    }
    for (const event of [authorise, authorised, captured, captureFailed, { type: 'resume' }] as const) {
      expect(refusedWith(() => ask(draft, ...paid, refund, given, event))).toBe('conflict.stale');
    }
  });
});

describe('7.4 the automatic rating', () => {
  test('7.4 is five stars and pays the expert of the written conversation', () => {
    const rated = ask(draft, ...posted, claim(), write(), automatic);
    expect(rated.next).toMatchObject({ rating: { stars: 5, by: 'automatic' }, payment: { state: 'capturing' } });
    const paid = ask(rated.next, captured);
    expect(entryKeys(paid)).toEqual(['capture-q_1', 'payout-q_1']);
    expect(effectsOf(paid, 'entry')[1]!.entry.legs[1]!.account).toBe(`payable:${ada.id}`);
  });

  test('7.4 pays who wrote in the conversation, also when they have let it go', () => {
    const released = from(...posted, claim(), write(), release());
    expect(conversationExpertOf(released)).toEqual(ada);
    const paid = ask(released, automatic, captured);
    expect(effectsOf(paid, 'entry')[1]!.entry.legs[1]!.account).toBe(`payable:${ada.id}`);
  });

  test('7.4 twice is once', () => {
    const twice = ask(draft, ...answered, automatic, captured, automatic);
    expect(twice.next).toMatchObject({ rating: { stars: 5, by: 'automatic' }, payment: { state: 'captured' } });
    expect(owed(twice)).toEqual([]);
  });

  test('7.4 what the customer has said stays, and the share is paid', () => {
    const low = ask(draft, ...answered, rate(2), automatic);
    expect(low.next).toMatchObject({ rating: { stars: 2, by: 'customer' }, payment: { state: 'capturing' } });
    const high = ask(draft, ...answered, rate(4), captured, automatic);
    expect(high.next).toMatchObject({ rating: { stars: 4, by: 'customer' }, payment: { state: 'captured' } });
  });

  test('7.4 it is not lowered by the customer afterwards', () => {
    expect(refusedWith(() => ask(draft, ...answered, automatic, rate(4)))).toBe('conflict.rating_lowered');
    const own = ask(draft, ...answered, automatic, captured, rate(5, 'Thank you'));
    expect(own.next).toMatchObject({ rating: { stars: 5, by: 'customer' }, comment: 'Thank you' });
    expect(own.next.payment.state).toBe('captured');
    expect(owed(own)).toEqual([]);
  });

  test('7.4 is paid after closing, when an answer waited for its rating', () => {
    const rated = ask(draft, ...answered, close(), automatic);
    expect(rated.next).toMatchObject({ state: 'closed', payment: { state: 'capturing' } });
    expect(entryKeys(ask(rated.next, captured))).toEqual(['capture-q_1', 'payout-q_1']);
  });

  test('7.4 a share whose capture failed is asked for again on another card, also when the question has closed', () => {
    const failed = from(...posted, claim(), write(), automatic, captureFailed);
    const again = ask(failed, close(), authorise, { type: 'authorised', authorisation: 'auth_2' });
    expect(again.next.payment).toMatchObject({ state: 'capturing', authorisation: 'auth_2' });
  });

  test('7.4 a share whose capture failed is asked for again on another card, also after a low rating', () => {
    const failed = from(...answered, rate(2), automatic, captureFailed);
    const again = ask(failed, authorise, { type: 'authorised', authorisation: 'auth_2' });
    expect(again.next.payment).toMatchObject({ state: 'capturing', authorisation: 'auth_2' });
  });
});

// Rules 1.4 and 8.4: money that goes back after it was taken, and comes again: earnings and journal follow it, in any order.
import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/domain/effects.ts';
import type { Entry } from '../../src/domain/ledger.ts';
import { isPaidOut } from '../../src/domain/offer.ts';
import type { Offer, OfferEvent } from '../../src/domain/offer.ts';
import type { Dispute, ReturnEvent } from '../../src/domain/payment.ts';
import { refundKey } from '../../src/domain/payment.ts';
import {
  DAY,
  ada,
  ask,
  at,
  customer,
  draft,
  effectsOf,
  entryKeys,
  move,
  offered,
  proposed,
  refusal,
  yes,
} from './examples.ts';

const request: OfferEvent[] = [
  { type: 'authorise', method: 'pm_visa' },
  { type: 'request', authorisation: 'auth_1', expertId: ada.id },
  { type: 'win', expert: ada },
  { type: 'captured' },
];
const reportYes: OfferEvent = { type: 'report_yes', report: yes };
const fulfilled = () => move(offered, ...request, reportYes).next;

const refund: ReturnEvent = { type: 'refund' };
const refunded: ReturnEvent = { type: 'refunded' };
const failed: ReturnEvent = { type: 'refund_failed', reason: 'card_closed' };
const dispute = (change: Partial<Dispute> = {}): ReturnEvent => ({
  type: 'disputed',
  dispute: {
    id: 'dp_1',
    reason: 'fraudulent',
    state: 'open',
    amount: 3_901,
    taken: true,
    dueBy: at(7 * DAY),
    ...change,
  },
});
const WON = { state: 'won', taken: false } as const;
const won = dispute(WON);
const lost = dispute({ state: 'lost' });

/** All that was booked along the way, and where the money is in the end. */
function booked(
  start: Offer,
  ...events: OfferEvent[]
): { keys: string[]; balances: Record<string, number>; next: Offer } {
  const entries: Entry[] = [];
  let next = start;
  for (const event of events) {
    const outcome = move(next, event);
    entries.push(...effectsOf(outcome, 'entry').map(({ entry }) => entry));
    next = outcome.next;
  }
  const balances: Record<string, number> = {};
  for (const { legs } of entries) {
    for (const { account, amount } of legs) balances[account] = (balances[account] ?? 0) + amount;
  }
  const moved = Object.fromEntries(Object.entries(balances).filter(([, amount]) => amount !== 0));
  return { keys: entries.map(({ key }) => key), balances: moved, next };
}

/** The letters about earnings that this step owes its expert. */
const letters = (outcome: Parameters<typeof effectsOf>[0]) =>
  effectsOf(outcome, 'mail').flatMap(({ to, template, key, params }) =>
    to === ada.id ? [[template, key, params.outcome ?? null]] : [],
  );

const told = (effects: readonly Effect[], to: string) =>
  effects.flatMap((effect) => (effect.type === 'notice' && effect.to === to ? [effect.code] : []));

describe('8.4 a refund that the provider refuses', () => {
  test('8.4 moves nothing, opens a case and tells the customer; the expert has lost nothing', () => {
    const outcome = move(fulfilled(), refund, failed);
    expect(outcome.next).toMatchObject({ state: 'refund_failed', payment: { state: 'refund_failed' }, dueAt: null });
    expect(isPaidOut(outcome.next)).toBe(true);
    expect(entryKeys(outcome)).toEqual([]);
    expect(told(outcome.effects, customer.id)).toEqual(['refund.failed']);
    expect(told(outcome.effects, ada.id)).toEqual([]);
    expect(effectsOf(outcome, 'case').map(({ opened }) => [opened.kind, opened.key, opened.reason])).toEqual([
      ['refund_failed', 'refund-failed-of_1-1', 'card_closed'],
    ]);
  });

  test('8.4 is asked for again under another key, and books then', () => {
    const again = move(fulfilled(), refund, failed, refund).next;
    expect(again).toMatchObject({ state: 'refunding', payment: { state: 'refunding', returned: { asked: 2 } } });
    expect(refundKey('of_1', again.payment)).toBe('refund-of_1-2');
    const done = move(again, refunded);
    expect(entryKeys(done)).toEqual(['reversal-of_1', 'refund-of_1']);
    expect(effectsOf(done, 'mail').map(({ key }) => key)).toEqual([
      'refund_granted-of_1-2',
      'earnings_reversed-of_1-2',
    ]);
  });
});

describe('8.4 a refund that comes back later', () => {
  test('8.4 is undone by entries of its own: the money is here, and the earnings stand', () => {
    const outcome = move(fulfilled(), refund, refunded, failed);
    expect(entryKeys(outcome)).toEqual(['refund_undone-of_1', 'reversal_undone-of_1']);
    expect(isPaidOut(outcome.next)).toBe(true);
    expect(told(outcome.effects, ada.id)).toEqual(['earnings.restored']);
    expect(told(outcome.effects, customer.id)).toEqual(['refund.failed']);
    expect(booked(fulfilled(), refund, refunded, failed).balances).toEqual({});
  });

  test('8.4 once more it has entries and letters of its own', () => {
    const { keys, balances } = booked(fulfilled(), refund, refunded, failed, refund, refunded);
    expect(keys).toEqual([
      ...['reversal-of_1', 'refund-of_1', 'refund_undone-of_1', 'reversal_undone-of_1'],
      ...['reversal-of_1-2', 'refund-of_1-2'],
    ]);
    expect(balances).toEqual({ provider: -3_901, [`payable:${ada.id}`]: 1_950, revenue: 1_951 });
  });

  test('8.4 is told once: the same failure again changes nothing', () => {
    const { next } = move(fulfilled(), refund, refunded, failed);
    expect(refusal(() => move(next, failed)).code).toBe('conflict.stale');
  });

  test('8.4 a value is undone in the same way', () => {
    const taken = ask(
      draft,
      { type: 'authorise', method: 'pm_visa' },
      { type: 'authorised', authorisation: 'auth_1' },
      { type: 'claim', expert: ada },
      { type: 'answer', expert: ada, at: at(0) },
      { type: 'rate', stars: 5, comment: null },
      { type: 'captured' },
    ).next;
    const outcome = ask(taken, refund, refunded, failed);
    expect(entryKeys(outcome)).toEqual(['refund_undone-q_1', 'reversal_undone-q_1']);
    expect(outcome.next).toMatchObject({ state: 'answered', payment: { state: 'refund_failed' }, paidTo: ada.id });
    expect(told(outcome.effects, ada.id)).toEqual(['earnings.restored']);
  });
});

describe('1.4 a dispute', () => {
  test('1.4 takes the money and the earnings, and opens a case until its deadline', () => {
    const outcome = move(fulfilled(), dispute());
    expect(entryKeys(outcome)).toEqual(['reversal-of_1', 'chargeback-of_1']);
    expect(outcome.next).toMatchObject({ state: 'fulfilled', payment: { state: 'captured' } });
    expect(isPaidOut(outcome.next)).toBe(false);
    expect(told(outcome.effects, ada.id)).toEqual(['earnings.disputed']);
    expect(told(outcome.effects, customer.id)).toEqual([]);
    const [opened] = effectsOf(outcome, 'case');
    expect(opened!.opened).toMatchObject({ kind: 'chargeback', key: 'dispute-dp_1', respondBy: at(7 * DAY) });
  });

  test('1.4 that is won gives both back and ends its case', () => {
    const outcome = move(fulfilled(), dispute(), won);
    expect(entryKeys(outcome)).toEqual(['chargeback_undone-of_1', 'reversal_undone-of_1']);
    expect(told(outcome.effects, ada.id)).toEqual(['earnings.restored']);
    expect(effectsOf(outcome, 'case_ended')).toEqual([{ type: 'case_ended', key: 'dispute-dp_1', resolution: 'won' }]);
    expect(booked(fulfilled(), dispute(), won).balances).toEqual({});
  });

  test('1.4 that is lost moves nothing more, ends its case, and its expert hears that the earnings do not come again', () => {
    const outcome = move(fulfilled(), dispute(), lost);
    expect(entryKeys(outcome)).toEqual([]);
    expect(told(outcome.effects, ada.id)).toEqual(['earnings.disputed']);
    expect(letters(move(fulfilled(), dispute()))).toEqual([['earnings_disputed', 'earnings_disputed-of_1', null]]);
    const ended = ['earnings_disputed', 'earnings_disputed-lost-of_1-2', 'lost'];
    expect(letters(outcome)).toEqual([ended]);
    expect(letters(move(outcome.next, dispute({ state: 'lost', dueBy: null })))).toEqual([]); // told already
    const atOnce = ['earnings_disputed', 'earnings_disputed-lost-of_1', 'lost']; // the first that is known of it
    expect(letters(move(fulfilled(), lost))).toEqual([atOnce]);
    expect(letters(move(fulfilled(), dispute({ state: 'lost', taken: false })))).toEqual([]);
    expect(letters(move(fulfilled(), refund, refunded, dispute(), lost))).toEqual([]); // the refund had taken them
    expect(effectsOf(outcome, 'case_ended')).toEqual([{ type: 'case_ended', key: 'dispute-dp_1', resolution: 'lost' }]);
  });

  test('1.4 that is an inquiry only opens a case', () => {
    const outcome = move(fulfilled(), dispute({ state: 'inquiry', taken: false }));
    expect([entryKeys(outcome), effectsOf(outcome, 'case').length, told(outcome.effects, ada.id)]).toEqual([[], 1, []]);
  });

  test('1.4 an inquiry that becomes a chargeback leaves its case to one with the new deadline, which ends with it', () => {
    const inquiry = dispute({ state: 'inquiry', taken: false });
    const chargeback = dispute({ dueBy: at(40 * DAY) });
    const outcome = move(fulfilled(), inquiry, chargeback);
    expect(effectsOf(outcome, 'case').map(({ opened: { key, respondBy } }) => [key, respondBy])).toEqual([
      ['dispute-dp_1-escalated', at(40 * DAY)],
    ]);
    const ended = (...events: OfferEvent[]) =>
      effectsOf(move(fulfilled(), ...events), 'case_ended').map(({ key, resolution }) => [key, resolution]);
    expect(ended(inquiry, chargeback)).toEqual([['dispute-dp_1', 'done']]);
    expect(ended(inquiry, chargeback, won)).toEqual([['dispute-dp_1-escalated', 'won']]);
    expect(ended(inquiry, lost)).toEqual([
      ['dispute-dp_1', 'done'],
      ['dispute-dp_1-escalated', 'lost'],
    ]);
    expect(ended(inquiry, won)).toEqual([['dispute-dp_1', 'won']]);
    const again = dispute({ dueBy: at(41 * DAY) });
    expect(effectsOf(move(fulfilled(), inquiry, chargeback, again), 'case')).toEqual([]);
  });

  test('1.4 of a part takes that part from the provider, and all of the earnings', () => {
    const { balances } = booked(fulfilled(), dispute({ amount: 1_000 }));
    expect(balances).toEqual({
      ...{ provider: -1_000, unearned: -2_901 },
      ...{ [`payable:${ada.id}`]: 1_950, revenue: 1_951 },
    });
  });

  test('1.4 before the report: the share is earned and taken back in the same step, and stands when it is won', () => {
    const accepted = move(offered, ...request).next;
    const { keys, next } = booked(accepted, dispute(), reportYes);
    expect(keys).toEqual(['chargeback-of_1', 'payout-of_1', 'reversal-of_1']);
    expect(isPaidOut(next)).toBe(false);
    expect(booked(next, won).keys).toEqual(['chargeback_undone-of_1', 'reversal_undone-of_1']);
    expect(isPaidOut(move(next, won).next)).toBe(true);
  });

  test('1.4 before the report: who delivers hears with it that the share is withheld, and later how it ended', () => {
    const accepted = move(offered, ...request).next;
    const away = move(accepted, dispute());
    expect(letters(away)).toEqual([]); // nothing is earned yet
    const reported = move(away.next, reportYes);
    expect(told(reported.effects, ada.id)).toEqual(['earnings.disputed']);
    expect(letters(reported)).toEqual([['earnings_disputed', 'earnings_disputed-of_1-2', null]]);
    const ended = ['earnings_disputed', 'earnings_disputed-lost-of_1-2', 'lost'];
    expect(letters(move(reported.next, lost))).toEqual([ended]);
    expect(told(move(reported.next, won).effects, ada.id)).toEqual(['earnings.restored']);
    const over = move(away.next, lost);
    expect(letters(over)).toEqual([]);
    expect(letters(move(over.next, reportYes))).toEqual([ended]);
    expect(letters(move(accepted, dispute(), won, reportYes))).toEqual([]);
  });

  test('1.4 about what was refunded already: the earnings are taken once, and stay away until both are here', () => {
    const both = booked(fulfilled(), refund, refunded, dispute());
    expect(both.keys).toEqual(['reversal-of_1', 'refund-of_1', 'chargeback-of_1-2']);
    const back = booked(both.next, failed);
    expect(back.keys).toEqual(['refund_undone-of_1', 'reversal_undone-of_1', 'reversal-of_1-2']);
    expect(isPaidOut(back.next)).toBe(false);
    expect(isPaidOut(move(back.next, won).next)).toBe(true);
  });

  test('8.4 what the bank has taken cannot be refunded, taken back, had again or won', () => {
    const unfulfilled = move(offered, ...request, {
      type: 'report_no',
      report: { ...yes, connected: false, attempts: [1, 2, 3].map(() => ({ at: at(0), note: null })) },
    }).next;
    const away = move(unfulfilled, dispute()).next;
    for (const type of ['refund', 'withdraw', 'request_again'] as const) {
      expect(refusal(() => move(away, { type })).code).toBe('conflict.not_captured');
    }
    const again = move(unfulfilled, { type: 'request_again' }, dispute()).next;
    expect(refusal(() => move(again, { type: 'win', expert: ada })).code).toBe('conflict.not_open');
    expect(move(again, { type: 'withdraw' }).next).toMatchObject({
      state: 'withdrawn',
      payment: { state: 'captured' },
    });
  });

  test('6.6, 6.8 what ended while the bank had its money is given back once it has come again', () => {
    const notReached: OfferEvent = {
      type: 'report_no',
      report: { ...yes, connected: false, attempts: [1, 2, 3].map(() => ({ at: at(0), note: null })) },
    };
    const again = move(offered, ...request, notReached, { type: 'request_again' }, dispute()).next;
    const second = dispute({ id: 'dp_2' });
    for (const end of [{ type: 'withdraw' }, [{ type: 'expire' }, at(DAY)]] as const) {
      const ended = move(again, end).next;
      expect(ended).toMatchObject({ payment: { state: 'captured' }, dueAt: null });
      const outcome = move(ended, won);
      expect(outcome.next).toMatchObject({
        state: ended.state,
        payment: { state: 'refunding', returned: { asked: 1 } },
      });
      expect(outcome.next.dueAt).not.toBeNull();
      expect(move(outcome.next, refunded).next).toMatchObject({ state: ended.state, payment: { state: 'refunded' } });
      expect(booked(ended, won, refunded).keys).toEqual(['chargeback_undone-of_1', 'refund-of_1-2']);

      expect(move(ended, lost).next.payment.state).toBe('captured');
      expect(move(ended, second, won).next.payment.state).toBe('captured');
      expect(move(outcome.next, failed, second, dispute({ ...WON, id: 'dp_2' })).next.payment.state).toBe(
        'refund_failed',
      );
    }
    expect(move(again, won).next).toMatchObject({ state: 'open', payment: { state: 'captured' } });
    expect(move(fulfilled(), dispute(), won).next).toMatchObject({ payment: { state: 'captured' } });
  });

  test('1.4 an offer of an expert is disputed like any other', () => {
    const taken = move(
      proposed,
      { type: 'authorise', method: 'pm' },
      { type: 'charge', authorisation: 'a' },
      { type: 'captured' },
    );
    expect(entryKeys(move(taken.next, dispute()))).toEqual(['reversal-of_1', 'chargeback-of_1']);
  });

  test('1.4 the same news twice changes nothing, and what was never taken cannot be disputed', () => {
    expect(refusal(() => move(fulfilled(), dispute(), dispute())).code).toBe('conflict.stale');
    expect(refusal(() => move(offered, ...request.slice(0, 3), dispute())).code).toBe('conflict.stale');
  });
});

// Lives nobody thought of: random events at random times, and after each step what must hold whatever happened. A seed
// that fails is in the test's name, what led there in the message.
import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/domain/effects.ts';
import { Refusal } from '../../src/domain/errors.ts';
import type { Entry } from '../../src/domain/ledger.ts';
import { OFFER_STATES, OFFER_TRANSITIONS, isPaidOut, isTaken } from '../../src/domain/offer.ts';
import { reached } from '../../src/domain/instant.ts';
import { dueOffer, offerOvertakenAt, stepOffer } from '../../src/domain/offer-step.ts';
import type { Offer, OfferEvent, OfferState } from '../../src/domain/offer.ts';
import { QUESTION_STATES, QUESTION_TRANSITIONS, conversationExpertOf, holderOf } from '../../src/domain/question.ts';
import type { Question, QuestionEvent } from '../../src/domain/question.ts';
import { dueQuestion, questionOvertakenAt, stepQuestion } from '../../src/domain/question-step.ts';
import { PAYMENT_TRANSITIONS, isOfPayment, isRefundUnderWay } from '../../src/domain/payment.ts';
import type { Dispute, Payment } from '../../src/domain/payment.ts';
import { isTaken as isMoneyTaken } from '../../src/domain/returns.ts';
import {
  DAY,
  HOUR,
  MINUTE,
  SECOND,
  START,
  ada,
  ben,
  draft,
  frozen,
  no,
  offered,
  paymentEventsBut,
  policy,
  promisedBy,
  proposed,
} from './examples.ts';
import { seeded, yes } from './examples.ts';

const SEEDS = Array.from({ length: 30 }, (_, index) => index + 1);
const LIVES = { offer: 150, question: 30 }; // of each seed
const STEPS = 80; // at most, of each life

interface Life<R, E> {
  record: R;
  now: Date;
  /** the part of its steps that take seconds only, 0 to 1 */
  readonly calm: number;
  /** what happened, for whoever has to understand a failure */
  readonly trail: string[];
  readonly money: Money;
  readonly event: (record: R, random: () => number) => E;
  /** nothing can happen any more */
  readonly over: (record: R) => boolean;
  readonly due: (record: R, now: Date) => E | null;
  /** from when on time goes first, as the conditional write has it, and whether a due event is one of these */
  readonly overtakenAt: (record: R) => Date | null;
  readonly overtakes: (event: E) => boolean;
  readonly step: (record: R, event: E, now: Date) => { next: R; effects: readonly Effect[] };
  /** told of each step that was taken */
  readonly check: (before: R, event: E, after: R, effects: readonly Effect[]) => void;
}

/** The books, and what the payment provider holds and has taken: kept by what the effects ask for. */
class Money {
  readonly entries = new Map<string, Entry>();
  readonly held = new Set<string>();
  readonly taken = new Set<string>();
  /** why it is not here any more: a refund, or a dispute by its id */
  readonly away = new Set<string>();
  private readonly balances = new Map<string, number>();

  settle(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'entry') this.book(effect.entry);
      if (effect.type === 'void') this.held.delete(effect.authorisation);
    }
  }

  capture(authorisation: string): void {
    if (this.taken.has(authorisation)) return; // the same key again takes nothing more
    same(this.held.delete(authorisation), true, 'captures what is held');
    this.taken.add(authorisation);
  }

  /** What the provider has done to money that was taken. */
  returned(before: Payment, event: OfferEvent | QuestionEvent): void {
    if (event.type === 'refunded') this.away.add('refund');
    if (event.type === 'refund_failed' && before.state === 'refunded') this.away.delete('refund');
    if (event.type === 'disputed') this.away[event.dispute.taken ? 'add' : 'delete'](event.dispute.id);
  }

  on(prefix: string): number {
    return [...this.balances].reduce((sum, [name, amount]) => (name.startsWith(prefix) ? sum + amount : sum), 0);
  }

  count(kind: Entry['kind']): number {
    return [...this.entries.values()].filter((entry) => entry.kind === kind).length;
  }

  private book(entry: Entry): void {
    same(
      entry.legs.reduce((sum, { amount }) => sum + amount, 0),
      0,
      `${entry.key} is balanced`,
    );
    const known = this.entries.get(entry.key);
    if (known) {
      expect(entry, 'the same key is the same movement').toEqual(known);
      return;
    }
    this.entries.set(entry.key, entry);
    for (const { account, amount } of entry.legs)
      this.balances.set(account, (this.balances.get(account) ?? 0) + amount);
  }
}

/** An expectation that costs nothing where it holds. */
function same<T>(actual: T, wanted: T, what: string): void {
  if (actual !== wanted) expect(actual, what).toBe(wanted);
}

/** A dispute in any of its states, one of two: whether it is taken goes beside. */
function disputeOf(amount: number, random: () => number): Dispute {
  const state = pick(random, ['inquiry', 'open', 'won', 'lost'] as const);
  const id = pick(random, ['dp_1', 'dp_1', 'dp_2']);
  return { id, reason: 'fraudulent', state, amount, taken: state === 'open' || state === 'lost', dueBy: null };
}

const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

/** Calm steps take seconds; the others go to the next deadline or just before it, or over an outage. */
function jump(now: Date, dueAt: Date | null, calm: number, random: () => number): Date {
  const ahead = dueAt === null ? 0 : dueAt.getTime() - now.getTime();
  const wild = [0, 1, 4 * MINUTE, 3 * HOUR, 20 * DAY, ahead, ahead, ahead - 1];
  const ms = random() < calm ? random() * 20 * SECOND : pick(random, wild);
  return new Date(now.getTime() + Math.max(0, Math.floor(ms)));
}

type Tracked = { readonly state: string; readonly version: number; readonly dueAt: Date | null };

function live<R extends Tracked, E extends { type: string }>(life: Life<R, E>, random: () => number): void {
  for (let step = 0; step < STEPS; step += 1) {
    life.now = jump(life.now, life.record.dueAt, life.calm, random);
    const due = life.due(life.record, life.now);
    const overtaken = reached(life.overtakenAt(life.record), life.now);
    same(overtaken, due !== null && life.overtakes(due), `${life.record.state}: time goes first`);
    if (random() < 0.7) takeDue(life);
    take(life, life.event(life.record, random), false);
    if (life.over(life.record) && random() < 0.3) return;
  }
}

/** Everything that is due at one instant is done after a few steps, and never refused. */
function takeDue<R extends Tracked, E extends { type: string }>(life: Life<R, E>): void {
  for (let steps = 0; ; steps += 1) {
    const event = life.due(life.record, life.now);
    if (event === null) return;
    if (steps === 5) expect.fail(`what is due comes to no end\nafter\n${life.trail.join('\n')}`);
    take(life, event, true);
  }
}

function take<R extends Tracked, E extends { type: string }>(life: Life<R, E>, event: E, isDue: boolean): void {
  const before = life.record;
  try {
    const { next, effects } = life.step(frozen(before), frozen(event), life.now);
    life.trail.push(`${life.now.toISOString()} ${before.state} ${JSON.stringify(event)} ${next.state}`);
    same(next.version, before.version + 1, 'version');
    life.record = next;
    life.money.settle(effects);
    life.check(before, event, next, effects);
  } catch (error) {
    if (!(error instanceof Refusal)) {
      if (error instanceof Error) error.message = `${error.message}\nafter\n${life.trail.join('\n')}`;
      throw error;
    }
    same(isDue, false, `${event.type} was due and was refused`);
  }
}

const seen = { offer: new Set<string>(), question: new Set<string>(), payment: new Set<string>() };

type Step<R, E> = readonly [before: R, event: E, after: R];

/** A record lists what moves it; the rest of what its payment takes is seen there. */
function note(kind: 'offer' | 'question', ...step: Step<Offer, OfferEvent> | Step<Question, QuestionEvent>): void {
  const [before, event, after] = step;
  const isOwn = !isOfPayment(event) || (kind === 'offer' && event.type === 'authorise') || before.state !== after.state;
  if (isOwn) seen[kind].add(`${before.state} ${event.type} ${after.state}`);
  if (before.payment.state !== after.payment.state) seen.payment.add(`${before.payment.state} ${after.payment.state}`);
}

/** What a payment takes now, of what is said to its record. */
const takenBy = ({ state }: Payment, ...internal: string[]) =>
  Object.keys(PAYMENT_TRANSITIONS[state]).filter((type) => !internal.includes(type));

describe('5 to 7 a random life of an offer', () => {
  const OF_PAYMENT = paymentEventsBut('authorised', 'take', 'let_go');
  const TYPES = [
    ...new Set([...OFFER_STATES.flatMap((state) => Object.keys(OFFER_TRANSITIONS[state])), ...OF_PAYMENT]),
  ];
  const experts = [ada, ben, { id: 'u_cleo', name: 'Cleo' }];

  function eventOf(offer: Offer, random: () => number): OfferEvent {
    const ends = random() < 0.35 ? [] : ['decline', 'withdraw', 'refund'];
    const own = new Set([
      ...Object.keys(OFFER_TRANSITIONS[offer.state]),
      ...takenBy(offer.payment, 'authorise', 'authorised', 'take', 'let_go'),
    ]);
    const usual = [...own].filter((type) => !ends.includes(type));
    const type = pick(random, random() < 0.8 && usual.length > 0 ? usual : TYPES) as OfferEvent['type'];
    const authorisation = `auth_${offer.payment.attempt}`;
    switch (type) {
      case 'authorise':
        return { type, method: 'pm_visa' };
      case 'authorisation_failed':
        return { type, reason: 'card_declined' };
      case 'capture_failed':
        return { type, reason: 'card_declined' };
      case 'abandon':
        return { type, authorisation: pick(random, [null, authorisation]) };
      case 'request':
        return { type, authorisation, expertId: pick(random, [null, ada.id, ada.id]) };
      case 'reopen':
      case 'charge':
        return { type, authorisation };
      case 'unable':
        return { type, reason: 'The device is broken.' };
      case 'win':
        return { type, expert: pick(random, [ada, ...experts]) };
      case 'pass':
        return { type, expertId: pick(random, experts).id };
      case 'remind':
        return { type, index: pick(random, [0, 1]) };
      case 'attempt':
        return { type, attempt: { at: START, note: null, clientId: `attempt-${offer.version}` } };
      case 'refund_failed':
        return { type, reason: 'card_closed' };
      case 'disputed':
        return { type, dispute: disputeOf(offer.price.amount, random) };
      case 'report_yes':
        return { type, report: yes };
      case 'report_no':
        return { type, report: no(pick(random, [0, 2, 3, 5])) };
      default:
        return { type };
    }
  }

  const waits: ReadonlySet<OfferState> = new Set(['reserved', 'open', 'capturing', 'payment_failed', 'accepted']);

  function check(money: Money, before: Offer, event: OfferEvent, after: Offer, effects: readonly Effect[]): void {
    note('offer', before, event, after);
    const { amount } = after.price;
    const { state, authorisation } = after.payment;
    if (event.type === 'request' || event.type === 'reopen' || event.type === 'charge')
      money.held.add(event.authorisation);
    if (event.type === 'captured') money.capture(after.payment.authorisation!);
    if (event.type === 'capture_failed') money.held.delete(after.payment.authorisation!);
    money.returned(before.payment, event);

    // 1.4: the books say what the record says, and the provider what the books say
    const taken = money.on('provider');
    const holds = state === 'authorised' || state === 'capturing';
    same(money.on('hold:'), holds ? amount : 0, 'held');
    same(money.on('promised:') + money.on('hold:'), 0, 'promised');
    const wasTaken = isMoneyTaken(after.payment);
    same(taken, wasTaken ? amount * (1 - money.away.size) : 0, 'taken, and not gone back');
    same([...money.held].join(), holds ? authorisation : '', 'held by the provider');
    same([...money.taken].join(), wasTaken ? authorisation : '', 'taken by the provider');
    same(money.count('capture') <= 1, true, 'captured once');
    same(money.count('refund') - money.count('refund_undone'), state === 'refunded' ? 1 : 0, 'refunded once');
    same(state === 'refunded', money.away.has('refund'), 'refunded is what the provider has done');
    if (money.away.size > 0) same(money.on('payable:'), 0, 'nobody keeps what has gone back');

    // 7.1, 7.2: no payout without a yes; what is paid out is what was taken
    const paidOut = isPaidOut(after);
    same(money.on('payable:'), paidOut ? -after.payout.amount : 0, 'paid out');
    same(money.on('revenue'), paidOut ? after.payout.amount - amount : 0, 'kept');
    same(money.on('unearned') + money.on('payable:') + money.on('revenue'), 0 - taken, 'money in is money out');
    if (money.count('payout') > 0 && after.origin === 'automatic') {
      same(after.report?.connected, true, 'paid out for a yes');
    }
    if (paidOut) same(money.on(`payable:${after.acceptedBy!.id}`), -after.payout.amount, 'paid to who did it');

    // a card that is being tried when it ends is looked for
    if (before.payment.state === 'authorising' && ['declined', 'withdrawn', 'expired'].includes(after.state)) {
      same(
        effects.some(({ type }) => type === 'ask_provider'),
        true,
        'the card is looked for',
      );
    }

    // 6.4: no second winner unless it came back
    if (before.acceptedBy !== null && after.acceptedBy !== null)
      same(after.acceptedBy, before.acceptedBy, 'one winner');
    if (before.acceptedBy !== null && after.acceptedBy === null) {
      same(event.type === 'capture_failed' || event.type === 'request_again', true, 'came back');
    }
    if (after.acceptedBy !== null) same(isTaken(after), true, 'taken by its winner');
    if (before.state === 'reserved' && event.type === 'win') same(event.expert.id, before.reservedFor, 'asked first');
    const comes = after.state === 'open' && before.state !== 'open';
    same(after.generation - before.generation, comes ? 1 : 0, 'a generation for each time it opens');

    // a deadline where there is something to wait for, and nowhere else
    const waiting = waits.has(after.state) && !(after.state === 'accepted' && after.origin === 'expert');
    const asks = state === 'authorising' || isRefundUnderWay(after.payment);
    same(after.dueAt !== null, waiting || asks, 'has a deadline');
    same(after.price, before.price, 'price');
    same(after.payout, before.payout, 'payout');
  }

  test.each(SEEDS)('5 to 7 with seed %i', (seed) => {
    const random = seeded(seed);
    for (let life = 0; life < LIVES.offer; life += 1) {
      const money = new Money();
      live<Offer, OfferEvent>(
        {
          record: life % 4 === 0 ? proposed : offered,
          now: START,
          calm: 0.4,
          trail: [],
          money,
          event: eventOf,
          over: ({ state, payment }) =>
            Object.keys(OFFER_TRANSITIONS[state]).length === 0 && takenBy(payment, 'authorise').length === 0,
          due: (offer, now) => dueOffer(offer, now, policy),
          overtakenAt: offerOvertakenAt,
          overtakes: ({ type }) => type !== 'resume' && type !== 'remind',
          step: (offer, event, now) => stepOffer(offer, event, now, policy),
          check: (...told) => {
            check(money, ...told);
          },
        },
        random,
      );
    }
  });

  test('5 to 7 the walks have taken every transition', () => {
    expect([...seen.offer].sort()).toEqual(promisedBy(OFFER_TRANSITIONS).sort());
  });
});

describe('2 a random life of a question', () => {
  const OF_PAYMENT = paymentEventsBut('abandon', 'take');
  const OWN = QUESTION_STATES.flatMap((state) => Object.keys(QUESTION_TRANSITIONS[state]));
  const TYPES = [...new Set([...OWN, ...OF_PAYMENT])];

  function eventOf(question: Question, now: Date, random: () => number): QuestionEvent {
    const own = [...Object.keys(QUESTION_TRANSITIONS[question.state]), ...takenBy(question.payment, 'abandon', 'take')];
    // 4.2: a rating, which ends the reminders, must not always come before the first of them
    const ends = question.remindAt !== null && random() < 0.8 ? ['close', 'rate', 'rate_automatic'] : ['close'];
    const usual = own.filter((type) => !ends.includes(type));
    const type = pick(random, random() < 0.85 ? usual : TYPES) as QuestionEvent['type'];
    const expert = pick(random, [ada, ben]);
    switch (type) {
      case 'authorise':
      case 'change_method':
        return { type, method: 'pm_visa' };
      case 'authorised':
        return { type, authorisation: `auth_${question.payment.attempt}` };
      case 'authorisation_failed':
      case 'capture_failed':
        return { type, reason: 'card_declined' };
      case 'claim':
        return { type, expert };
      case 'release':
        return { type, expertId: expert.id };
      case 'write':
        return { type, expert, at: now };
      case 'refund_failed':
        return { type, reason: 'refused' };
      case 'disputed':
        return { type, dispute: disputeOf(question.value.amount, random) };
      case 'answer':
        return {
          type,
          expert: random() < 0.8 ? (question.expert ?? expert) : expert,
          // one whose note was cut off is noted when it is sent again
          at: random() < 0.6 ? now : new Date(now.getTime() - DAY + Math.floor(random() * 3 * MINUTE)),
        };
      case 'replied':
        return { type, at: now };
      case 'rate':
        return { type, stars: pick(random, [1, 2, 3, 4, 5]), comment: null };
      case 'postpone_close':
        return { type, activeAt: now };
      case 'close':
        return { type, by: pick(random, ['customer', 'admin', 'silence']) };
      default:
        return { type };
    }
  }

  /** What a life has seen, besides the money. */
  interface Known {
    offers: number;
    /** earned without a rating that pays */
    granted: boolean;
    earned: boolean;
  }

  function check(
    money: Money,
    known: Known,
    now: Date,
    ...[before, event, after, effects]: Parameters<Life<Question, QuestionEvent>['check']>
  ): void {
    note('question', before, event, after);
    const { amount } = after.value;
    const { state, authorisation } = after.payment;
    if (event.type === 'authorised' && state !== 'released') money.held.add(event.authorisation);
    if (event.type === 'captured') money.capture(authorisation!);
    if (event.type === 'capture_failed') money.held.delete(authorisation!);
    money.returned(before.payment, event);
    if (event.type === 'rate_automatic' || event.type === 'pay') known.granted = true;

    // 1.4: the books say what the record says, and the provider what the books say
    const holds = state === 'authorised' || state === 'capturing';
    const taken = money.on('provider');
    same(money.on('hold:'), holds ? amount : 0, 'held');
    same(money.on('promised:') + money.on('hold:'), 0, 'promised');
    const wasTaken = isMoneyTaken(after.payment);
    same(taken, wasTaken ? amount * (1 - money.away.size) : 0, 'taken, and not gone back');
    same([...money.held].join(), holds ? authorisation : '', 'held by the provider');
    same(money.count('capture'), wasTaken ? 1 : 0, 'captured once');
    same(money.count('refund') - money.count('refund_undone'), state === 'refunded' ? 1 : 0, 'refunded once');
    same(state === 'refunded', money.away.has('refund'), 'refunded is what the provider has done');
    if (money.away.size > 0) same(money.on('payable:'), 0, 'earnings are reversed');
    if (isMoneyTaken(before.payment)) same(wasTaken, true, 'what was taken is not taken again');
    same(money.on('unearned') + money.on('payable:') + money.on('revenue'), 0 - taken, 'money in is money out');

    // 2.5, 7.4: nothing is paid, or even taken, without a rating that pays; what has been earned is not let go
    const pays = known.granted || (after.rating?.stars ?? 0) >= 3;
    if (!pays) same(['capturing', 'captured', 'capture_failed'].includes(state), false, 'taken without a rating');
    if (pays && after.postedAt !== null && before.payment.state !== 'released') known.earned = true;
    if (known.earned) same(after.earned, true, 'noted as earned');
    if (before.earned) same(after.earnedBy, before.earnedBy, 'earned once');
    if (known.earned) same(state === 'authorised' || state === 'released', false, 'what was earned is let go');
    if (state === 'captured' && before.payment.state !== 'captured') {
      const payee = before.earnedBy ?? conversationExpertOf(before)?.id;
      const paid = payee === undefined ? 0 : -after.payout.amount;
      same(money.on('payable:'), paid, 'paid out');
      same(money.on(`payable:${payee ?? ''}`), paid, 'paid to who earned it');
    }
    same((after.rating?.stars ?? 0) >= (before.rating?.stars ?? 0), true, 'never lowered');
    if (after.rating?.by === 'customer') same(after.ratingEnabled, true, 'rated after an answer');

    // 2.2: one holder, who is not pushed aside
    const holder = holderOf(before, now);
    if (holder !== null && event.type === 'claim') same(after.expert?.id, holder.id, 'the holder stays');
    const held = after.state === 'claimed' || after.state === 'answered';
    if (after.state !== 'closed') same(after.expert !== null, held, 'has an expert');
    same(after.lockedUntil !== null, after.state === 'claimed', 'has a lock');

    // 5.1: one automatic offer
    known.offers += effects.filter(({ type }) => type === 'automatic_offer').length;
    same(known.offers, after.expertWroteAt === null ? 0 : 1, 'offered once');

    // 2.8: what is closed stays closed, and a deadline only where there is something to wait for
    if (before.state === 'closed') same(after.state, 'closed', 'stays closed');
    same(after.closedAt !== null, after.state === 'closed', 'has been closed');
    const waits =
      after.state !== 'closed' || state === 'authorising' || state === 'capturing' || isRefundUnderWay(after.payment);
    same(after.dueAt !== null, waits, 'has a deadline');
  }

  test.each(SEEDS)('2 with seed %i', (seed) => {
    const random = seeded(seed);
    for (let count = 0; count < LIVES.question; count += 1) {
      const money = new Money();
      const known: Known = { offers: 0, granted: false, earned: false };
      const life: Life<Question, QuestionEvent> = {
        record: draft,
        now: START,
        calm: 0.9,
        trail: [],
        money,
        event: (question, chance) => eventOf(question, life.now, chance),
        over: () => false,
        // 4.2: in some lives the customer has replied when a reminder is due
        due: (question, now) => dueQuestion(question, now, policy, { isOver: question.version % 2 === 0 }),
        overtakenAt: questionOvertakenAt,
        overtakes: ({ type }) => type === 'lapse',
        step: (question, event, now) => stepQuestion(question, event, now, policy),
        check: (...told) => {
          check(money, known, life.now, ...told);
        },
      };
      live(life, random);
    }
  });

  test('2 the walks have taken every transition', () => {
    expect([...seen.question].sort()).toEqual(promisedBy(QUESTION_TRANSITIONS).sort());
  });

  test('1.4 the payments have gone every way of their table, and no other', () => {
    const promised = promisedBy(PAYMENT_TRANSITIONS).map((step) => step.replace(/ \w+ /, ' '));
    const moves = new Set(promised.filter((step) => step.split(' ')[0] !== step.split(' ')[1]));
    moves.add('authorising capturing'); // held and wanted: taken in the same step
    expect([...seen.payment].sort()).toEqual([...moves].sort());
  });
});

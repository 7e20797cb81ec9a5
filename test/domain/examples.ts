// Records to try the rules on. Each but the first is reached by the events that lead there, never written by hand.
import { expect } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { Effect, Outcome } from '../../src/domain/effects.ts';
import type { Case } from '../../src/domain/case.ts';
import { Refusal } from '../../src/domain/errors.ts';
import { PAYMENT_TRANSITIONS, isOfPayment } from '../../src/domain/payment.ts';
import { newOffer } from '../../src/domain/offer.ts';
import { openedEffects } from '../../src/domain/offer-effects.ts';
import { stepOffer } from '../../src/domain/offer-step.ts';
import type { Offer, OfferEvent } from '../../src/domain/offer.ts';
import type { Attempt, Report } from '../../src/domain/report.ts';
import { inAllLanguages } from '../../src/domain/people.ts';
import { newQuestion } from '../../src/domain/question.ts';
import type { Question, QuestionEvent } from '../../src/domain/question.ts';
import { dueQuestion, stepQuestion } from '../../src/domain/question-step.ts';

/** The numbers of the spec. */
export const policy = readConfig({}).policy;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const START = new Date('2026-03-02T10:00:00.000Z');
export const at = (ms: number) => new Date(START.getTime() + ms);

export const customer = { id: 'u_customer', name: 'Cora' };
export const ada = { id: 'u_ada', name: 'Ada' };
export const ben = { id: 'u_ben', name: 'Ben' };

export const draft: Question = newQuestion(
  {
    id: 'q_1',
    categoryId: 'computer',
    subject: 'My printer is offline',
    body: 'It worked yesterday.',
    locale: 'en',
    customer,
    clientId: 'client-id-1',
    value: { amount: 1_001, currency: 'USD' },
    payout: { amount: 500, currency: 'USD' },
    paymentMethod: 'pm_visa',
  },
  START,
  policy,
);

export const offered: Offer = newOffer(
  { ...draft, subject: 'My printer is offline', categoryId: 'computer' },
  {
    id: 'of_1',
    origin: 'automatic',
    proposedBy: null,
    clientId: null,
    service: {
      key: 'remote_assistance',
      title: { en: 'Secure Remote Assistance', de: 'Fernhilfe', es: 'Asistencia remota' },
    },
    description: inAllLanguages('An expert connects to your computer.'),
    pricePoints: [2_900, 3_901, 4_900],
    priceHow: 'learned',
    price: { amount: 3_901, currency: 'USD' },
    payout: { amount: 1_950, currency: 'USD' },
    shownAt: START,
  },
  'pm_visa',
);

/** 8.1: what Ada offers in the same conversation. */
export const proposed: Offer = {
  ...offered,
  origin: 'expert',
  proposedBy: ada,
  clientId: 'client-of-ada',
  openOn: 'q_1',
  pricePoints: [],
  priceHow: null,
  priceOutcome: null,
};

/** What texts about the offer are filled with: the customer's name the price, all others the expert's part. */
export const paramsFor = (who: 'customer' | 'expert') => ({
  offerId: 'of_1',
  questionId: 'q_1',
  subject: 'My printer is offline',
  service: 'remote_assistance',
  title: offered.service.title,
  amount: who === 'customer' ? 3_901 : 1_950,
  currency: 'USD',
});

const attempts = (count: number): Attempt[] => Array.from({ length: count }, () => ({ at: START, note: null }));

export const yes: Report = { connected: true, attempts: [], reason: null, comment: null, at: START };
export const no = (tries = 3): Report => ({
  connected: false,
  attempts: attempts(tries),
  reason: 'no_answer',
  comment: 'Called three times.',
  at: START,
});

/** An event, and when it happens; without a time: at the start. */
type Timed<Event> = Event | readonly [Event, Date];

/** Takes the record through events and answers the last outcome. The records on the way are frozen. */
export function ask(question: Question, ...events: readonly Timed<QuestionEvent>[]) {
  return walk(question, events, (record, event, now) => stepQuestion(record, event, now, policy));
}

export function move(offer: Offer, ...events: readonly Timed<OfferEvent>[]) {
  return walk(offer, events, (record, event, now) => stepOffer(record, event, now, policy));
}

/** What is due on a question at this instant. */
export const due = (question: Question, now: Date) => dueQuestion(question, now, policy);

function walk<Record, Event extends { readonly type: string }>(
  record: Record,
  events: readonly Timed<Event>[],
  step: (record: Record, event: Event, now: Date) => { next: Record; effects: readonly Effect[] },
) {
  let outcome: { next: Record; effects: readonly Effect[] } = { next: frozen(record), effects: [] };
  for (const timed of events) {
    const [event, now] = 'type' in timed ? [timed, START] : timed;
    outcome = step(frozen(outcome.next), frozen(event), now);
  }
  return outcome;
}

/** The code and details of the refusal that this throws. */
export function refusal(work: () => unknown): { code: string; details: unknown } {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    const { code, details } = error as Refusal;
    return { code, details };
  }
  throw new Error('nothing was refused');
}

export const refusedWith = (work: () => unknown) => refusal(work).code;

/** Whoever changes a frozen record throws; dates, which cannot be frozen, are compared by the walks. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

/** All effects but "changed", which every step has first. */
export function owed(outcome: Outcome<Offer> | Outcome<Question> | Outcome<Case>): readonly Effect[] {
  expect(outcome.effects[0]).toEqual({ type: 'changed' });
  return spelledOut(outcome).slice(1);
}

/** The effects as they are settled. */
function spelledOut({ next, effects }: Outcome<Offer> | Outcome<Question> | Outcome<Case>): Effect[] {
  return effects.flatMap((effect) =>
    effect.type === 'opened' && 'reservedFor' in next ? openedEffects(next, effect) : [effect],
  );
}

type EffectOf<Type extends Effect['type']> = Extract<Effect, { type: Type }>;

export function effectsOf<Type extends Effect['type']>(
  outcome: Outcome<Offer> | Outcome<Question> | Outcome<Case>,
  type: Type,
): EffectOf<Type>[] {
  return spelledOut(outcome).filter((effect): effect is EffectOf<Type> => effect.type === type);
}

export const entryKeys = (outcome: Outcome<Offer> | Outcome<Question> | Outcome<Case>) =>
  effectsOf(outcome, 'entry').map(({ entry }) => entry.key);

/** The events of a payment that its record hears of, all but these. */
export const paymentEventsBut = (...internal: string[]): string[] =>
  [...new Set(Object.values(PAYMENT_TRANSITIONS).flatMap((events) => Object.keys(events)))].filter(
    (type) => !internal.includes(type),
  );

/** Where an event may lead: where the table says; one that is of the payment alone keeps the state. */
export function targetsOf(
  table: Readonly<Record<string, Readonly<Partial<Record<string, readonly string[]>>>>>,
  state: string,
  event: { readonly type: string },
): readonly string[] {
  return table[state]?.[event.type] ?? (isOfPayment(event) ? [state] : []);
}

/** Every step that a table promises. */
export const promisedBy = (table: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>): string[] =>
  Object.entries(table).flatMap(([state, events]) =>
    Object.entries(events).flatMap(([type, targets]) => targets.map((to) => `${state} ${type} ${to}`)),
  );

/** Small, seeded and good enough (mulberry32): the same seed walks the same way. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

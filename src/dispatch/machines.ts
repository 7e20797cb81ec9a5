// Every machine: its rules, where its records are kept, and what whoever watches is told. This is the only place that lists
// them: what steps, settles, wakes and sweeps records walks this list. A further machine is one more entry.

import type { Ctx } from '../context.ts';
import { dueCase, stepCase } from '../domain/case.ts';
import type { Case, CaseEvent } from '../domain/case.ts';
import type { Effect, EffectOf, EffectType } from '../domain/effects.ts';
import type { Fact } from '../domain/fact.ts';
import type { Machine, MachineEvent, MachineRecord, Seen } from '../domain/machine.ts';
import { dueOffer, offerOvertakenAt, stepOffer } from '../domain/offer-step.ts';
import type { Offer, OfferEvent } from '../domain/offer.ts';
import { dueQuestion, questionOvertakenAt, stepQuestion } from '../domain/question-step.ts';
import { latest } from '../domain/instant.ts';
import type { Question, QuestionEvent } from '../domain/question.ts';
import { isRepeatedOnCase, isRepeatedOnOffer, isRepeatedOnQuestion } from '../domain/repeated.ts';
import type { Message } from '../domain/message.ts';
import { CASE_OUTWARD, MESSAGE_OUTWARD, OFFER_OUTWARD, QUESTION_OUTWARD } from '../domain/webhook-event.ts';
import type { Outward, Stepwise } from '../domain/webhook-event.ts';
import type { Saved, recordStore } from '../models/record.ts';
import { questionChanged } from './question-parts.ts';
import { isAwaited } from './reminder.ts';

/** Methods, not functions in fields: so an entry of any record fits where only its own records will be handed to it. */
export interface Entry<R extends MachineRecord, E extends MachineEvent, Owed extends Effect = Effect>
  extends Machine<R, E, Owed>, Owner<R> {
  store(stores: Ctx['stores']): Store<R>;
  readonly outward?: Stepwise<R>;
  /** The events that this fact becomes, for whom: a gateway that lost one looks for who has not heard any. */
  readonly told: { readonly events: readonly string[]; readonly to: 'everybody' | 'parts' | 'admins' };
  /** What may put off a step that is due: null when there is nothing to look at. */
  look?(ctx: Ctx, record: R, due: E): Promise<Seen> | null;
  /** The name of a deadline, for measuring how late it was kept. */
  deadline(due: E): string;
}

/** What owes: a machine's record, or what is written once and owes something all the same. */
export interface Owner<R> {
  store(stores: Ctx['stores']): OwingStore<R>;
  /** What happened, with the record as it is now. */
  fact(ctx: Ctx, record: R): Fact | Promise<Fact>;
  /** its fact needs nothing to be read: of thousands of records whoever watches is told before anything else is done */
  readonly isTold?: 'at_once';
  /** what operators may hear of it */
  readonly outward?: Outward<R>;
}

interface OwingStore<R> {
  clearOutbox(records: readonly R[]): Promise<void>;
  stillOwe(some: readonly Saved<R>[]): Promise<void>;
  unsettled(before: Date, batchSize: number): AsyncIterable<Saved<R>[]>;
  /** of what can be changed by others */
  unmoved?(some: readonly Saved<R>[]): Promise<Saved<R>[]>;
}

type Store<R extends MachineRecord> = Pick<
  ReturnType<typeof recordStore<R>>,
  | ('read' | 'insert' | 'save' | 'saveMany')
  | ('clearOutbox' | 'stillOwe' | 'unsettled' | 'unmoved')
  | ('due' | 'dueWithin' | 'dueBetween')
  | ('lastChange' | 'changedSince')
>;

/** What an effect must know of the record that owes it; the others nothing. */
interface Owners {
  readonly automatic_offer: Question;
  readonly withdraw_offers: Question;
  readonly end_conversation: Question;
  readonly destroy_private_info: Question;
  readonly opened: Offer;
  readonly ask_provider: Offer | Question;
  readonly unused_value: Question | OfQuestion;
  readonly withdraw_if_closed: OfQuestion;
  readonly automatic_rating: OfQuestion;
  readonly refund_granted: Case;
  readonly value_granted: OfQuestion;
  readonly rating_upheld: OfQuestion;
  readonly said: Message;
}
interface OfQuestion {
  readonly id: string;
  readonly questionId: string;
}
export type OwnerOf<T extends EffectType> = T extends keyof Owners ? Owners[T] : object;

/** A machine that owes only what its records can: an effect that must know more of them does not compile. */
export type MachineOf<R extends MachineRecord, E extends MachineEvent> = Entry<R, E, OwedBy<R>>;
type OwedBy<R> = EffectOf<{ [T in EffectType]: R extends OwnerOf<T> ? T : never }[EffectType]>;

export type AnyEntry = Entry<MachineRecord, MachineEvent>;
export type AnyOwner = Owner<object>;

export const QUESTION: MachineOf<Question, QuestionEvent> = {
  isRepeated: isRepeatedOnQuestion,
  step: stepQuestion,
  due: dueQuestion,
  overtakenAt: questionOvertakenAt,
  store: ({ questions }) => questions,
  fact: questionChanged,
  told: { events: ['question.changed'], to: 'parts' },
  outward: QUESTION_OUTWARD,
  look: ({ stores }, question, { type }) => {
    if (type === 'close') return lastActive(stores, question.id);
    return type === 'remind' ? awaited(stores, question) : null;
  },
  deadline: ({ type }) => type,
};

export const OFFER: MachineOf<Offer, OfferEvent> = {
  isRepeated: isRepeatedOnOffer,
  step: stepOffer,
  due: dueOffer,
  overtakenAt: offerOvertakenAt,
  store: ({ offers }) => offers,
  fact: (_, offer) => ({ type: 'offer.changed', offer }),
  isTold: 'at_once',
  told: { events: ['offer.changed', 'request.changed'], to: 'everybody' },
  outward: OFFER_OUTWARD,
  deadline: ({ type }) => type,
};

export const CASE: MachineOf<Case, CaseEvent> = {
  isRepeated: isRepeatedOnCase,
  step: stepCase,
  due: dueCase,
  overtakenAt: () => null,
  store: ({ cases }) => cases,
  fact: (_, changed) => ({ type: 'case.changed', changed }),
  isTold: 'at_once',
  told: { events: ['case.changed'], to: 'parts' },
  outward: CASE_OUTWARD,
  deadline: ({ type }) => `case_${type}`,
};

/** 9.2: what a flag asks for stands on the message until it is done, and what operators hear of it. */
export const MESSAGE: Owner<Message> = {
  store: ({ messages }) => messages,
  fact: (_, message) => ({ type: 'message.changed', message, to: 'admins' }),
  outward: MESSAGE_OUTWARD,
};

export const MACHINES: readonly AnyEntry[] = [OFFER, QUESTION, CASE];

/** 2.8: nobody is silent who has just asked for a service, or has one to deliver: it is not closed under their hands. */
async function lastActive({ messages, offers }: Ctx['stores'], questionId: string): Promise<Seen> {
  const last = await messages.last(questionId);
  const asked = (await offers.ofQuestion(questionId)).flatMap((offer) => [offer.requestedAt, offer.acceptedAt]);
  return { activeAt: [last?.at ?? null, ...asked].reduce(latest, null) };
}

async function awaited(stores: Ctx['stores'], question: Question): Promise<Seen> {
  return { isOver: !(await isAwaited(stores, question)) };
}

// What one record's step asks of another record. It is read and decided here, and written nowhere: change.ts takes it, and
// the effect that asked for it stays owed until then.

import type { Ctx } from '../context.ts';
import { newCase, openedEffects } from '../domain/case.ts';
import type { Case, Resolution } from '../domain/case.ts';
import type { Effect, NewCase } from '../domain/effects.ts';
import { Refusal } from '../domain/errors.ts';
import type { MachineEvent, MachineRecord } from '../domain/machine.ts';
import { SYSTEM } from '../domain/message.ts';
import type { Message } from '../domain/message.ts';
import { OFFER_TRANSITIONS, mayEarnValue } from '../domain/offer.ts';
import type { OfferState } from '../domain/offer.ts';
import { isUnused } from '../domain/question.ts';
import type { Question } from '../domain/question.ts';
import { refundsAsked } from '../domain/returns.ts';
import { caseIdOf } from '../models/case.ts';
import type { Saved } from '../models/record.ts';
import { askAgain, askToGiveBack, askToTake, isOffer, notTaken } from './ask-provider.ts';
import type { Answer, Payable } from './ask-provider.ts';
import { CASE, OFFER, QUESTION } from './machines.ts';
import type { AnyEntry, Entry } from './machines.ts';

export type FollowUp =
  | Stepping
  /** one more step of the record itself, with all that it owes still: the write of this clears the rest */
  | { readonly of: AnyEntry; readonly own: Saved<MachineRecord>; readonly event: MachineEvent }
  /** a new record, unless it is there already */
  | { readonly of: AnyEntry; readonly opened: MachineRecord; readonly effects: readonly Effect[] }
  | Asking;

/** A step of another record, which may be refused: that stands as the answer, or leaves it owed. */
interface Stepping {
  readonly of: AnyEntry;
  readonly id: string;
  readonly event: MachineEvent;
  readonly ifRefused: 'stands' | 'owed';
  isAbout?(record: MachineRecord): boolean;
  /** what is asked for then, of the record as it is then */
  andAsk?(ctx: Ctx, record: MachineRecord): Promise<Answer | null>;
}

/** Something is asked for of which the answer is a step. `failed`: nobody waits for it, and this hears what went wrong. */
interface Asking {
  readonly of: AnyEntry;
  readonly asked: MachineRecord;
  ask(ctx: Ctx, record: MachineRecord): Promise<Answer | null>;
  failed?(ctx: Ctx, error: unknown): void;
}

/** A follow-up of which the compiler has seen that record, event and machine belong together. */
function step<R extends MachineRecord, E extends MachineEvent>(
  of: Entry<R, E>,
  id: string,
  event: E,
  ifRefused: Stepping['ifRefused'],
  further: Pick<Stepping, 'isAbout' | 'andAsk'> = {},
): FollowUp {
  return { of, id, event, ifRefused, ...further };
}

export function opening<R extends MachineRecord, E extends MachineEvent>(
  of: Entry<R, E>,
  opened: R,
  effects: readonly Effect[],
): FollowUp {
  return { of, opened, effects };
}

/** 6.8: an accepted service goes on, and one that could not be delivered keeps its choice of 7.1. */
const WITHDRAWN_BY_CLOSING: ReadonlySet<OfferState> = new Set(
  (Object.keys(OFFER_TRANSITIONS) as OfferState[]).filter(
    (state) => 'withdraw' in OFFER_TRANSITIONS[state] && state !== 'unfulfilled',
  ),
);

/** 6.8: closing a question takes along what nobody has accepted yet. */
export async function withdrawals(ctx: Ctx, questionId: string): Promise<FollowUp[]> {
  const offers = await ctx.stores.offers.ofQuestion(questionId);
  return offers
    .filter(({ state }) => WITHDRAWN_BY_CLOSING.has(state))
    .map(({ id }) => step(OFFER, id, { type: 'withdraw', author: SYSTEM }, 'stands'));
}

/** What comes back to its customer after closing has looked for it. */
export async function withdrawalsIfClosed(ctx: Ctx, questionId: string): Promise<FollowUp[]> {
  const question = await ctx.stores.questions.read(questionId);
  return question?.record.state === 'closed' ? withdrawals(ctx, questionId) : [];
}

/**
 * 2.8, 7.4: a question that was just closed holds its value as long as a service can still earn it, and no longer. `left`: all
 * that it still owes beside this.
 */
export async function lettingGo(ctx: Ctx, question: Question, left: readonly Effect[]): Promise<FollowUp[]> {
  // a request that is yet to be withdrawn would seem to earn it still, and nobody would look again
  if (left.some(({ type }) => type === 'withdraw_offers')) throw new Error('its offers are still to be withdrawn');
  if (!(await canLetGo(ctx, question))) return [];
  return [{ of: QUESTION, own: { record: question, outbox: left }, event: { type: 'let_go' } }];
}

/** The same of the question of a service that was given up. */
export async function lettingGoOf(ctx: Ctx, questionId: string): Promise<FollowUp[]> {
  const saved = await ctx.stores.questions.read(questionId);
  if (saved === null || !(await canLetGo(ctx, saved.record))) return [];
  return [step(QUESTION, questionId, { type: 'let_go' }, 'stands')];
}

async function canLetGo(ctx: Ctx, question: Question): Promise<boolean> {
  if (!isUnused(question)) return false;
  const offers = await ctx.stores.offers.ofQuestion(question.id);
  return !offers.some(mayEarnValue);
}

/** 2.4, 5.1: what an expert's message means for its question, unless it knows this, or what came after it, already. */
export function meaningOf({ questionId, kind, by, at }: Message): FollowUp {
  const isNews = ({ expertWroteAt, answeredAt }: Question) =>
    kind === 'answer' ? answeredAt === null || at > answeredAt : expertWroteAt === null;
  const said = { type: kind === 'answer' ? 'answer' : 'write', expert: { id: by.id, name: by.name }, at } as const;
  return step(QUESTION, questionId, said, 'stands', { isAbout: isNews });
}

/** 10.1: the case of this key, once. @throws Refusal `not_found` when there is no such question */
export async function openingOf(ctx: Ctx, wanted: NewCase): Promise<FollowUp[]> {
  if ((await ctx.stores.cases.read(caseIdOf(wanted.key))) !== null) return [];
  const opened = await caseToOpen(ctx, wanted, null);
  return [opening(CASE, opened, openedEffects(opened))];
}

/** @throws Refusal `not_found` when there is no such question */
export async function caseToOpen(ctx: Ctx, wanted: NewCase, clientId: string | null): Promise<Case> {
  const question = await ctx.stores.questions.read(wanted.questionId);
  if (question === null) throw new Refusal('not_found');
  const { subject, customer } = question.record;
  return newCase(caseIdOf(wanted.key), wanted, { subject, customer, clientId }, ctx.now(), ctx.policy);
}

/** It was decided elsewhere. Whoever has resolved it before was first; what came of it is a note then. */
export async function endingOf(ctx: Ctx, key: string, resolution: Resolution): Promise<FollowUp[]> {
  const id = caseIdOf(key);
  const about = { by: SYSTEM, clientId: `ended-${key}` };
  const resolved = (await ctx.stores.cases.read(id))?.record.resolved ?? null;
  const isFirst = resolved === null || resolved.clientId === about.clientId;
  if (!isFirst && resolution === 'done') return []; // so they have said themselves
  return [
    isFirst
      ? step(CASE, id, { type: 'resolve', ...about, resolution, comment: null }, 'owed')
      : step(CASE, id, { type: 'note', ...about, text: resolution }, 'owed'),
  ];
}

/** 7.4, 2.5: what a fulfilled service has earned, or customer care has granted, is taken and paid out. */
export const earning = (questionId: string, type: 'rate_automatic' | 'pay'): FollowUp =>
  step(QUESTION, questionId, { type }, 'owed', { andAsk: askToTake });

/**
 * 8.4: the refund that a case has granted when `asked` had been asked for: who comes second finds it asked for. One that is
 * refused stays owed: a capture under way ends first.
 */
export async function refunding(ctx: Ctx, { questionId, offerId }: Case, asked: number): Promise<FollowUp> {
  const { offers, questions } = ctx.stores;
  const saved = await (offerId === null ? questions.read(questionId) : offers.read(offerId));
  if (saved === null) throw new Refusal('not_found');
  const { record } = saved;
  if (refundsAsked(record.payment) > asked) return { of: entryOf(record), asked: record, ask: askToGiveBack };
  const isAbout = ({ payment }: Payable) => refundsAsked(payment) === asked;
  const further = { isAbout, andAsk: askToGiveBack };
  return isOffer(record)
    ? step(OFFER, record.id, { type: 'refund' }, 'owed', further)
    : step(QUESTION, record.id, { type: 'refund' }, 'owed', further);
}

/**
 * A payment that nobody has answered for long (I3). It may take long again, so nobody waits for it: the record has a new
 * deadline already, and whoever takes that one asks next.
 */
export const askingAgain = (record: Payable, isWaitedFor = false): FollowUp => ({
  of: entryOf(record),
  asked: record,
  ask: (ctx) => askAgain(ctx, record, isWaitedFor),
  failed: notTaken,
});

const entryOf = (record: Payable): AnyEntry => (isOffer(record) ? OFFER : QUESTION);

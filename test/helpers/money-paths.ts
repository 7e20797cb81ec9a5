// Every command that moves money, or stands on the way there: what must have happened before, what is pressed, and what
// stands in the books once it has been done, however often it was pressed and whoever died on the way.

import { randomUUID } from 'node:crypto';
import type { Json } from './client.ts';

export type Who = 'customer' | 'ada' | 'care';
/** A command by one of them, however it gets there. */
export type Call = (who: Who, name: string, input: Json) => Promise<Json>;

export interface Press {
  readonly who: Who;
  readonly name: string;
  readonly input: Json;
}

/** What is there right before the press; null: the press makes it. */
export interface Prepared {
  readonly questionId: string | null;
  readonly offerId: string | null;
  readonly press: Press;
}

export type Kind = 'authorise' | 'capture' | 'payout' | 'reversal' | 'refund';

export interface MoneyPath {
  readonly prepare: (call: Call, category: string) => Promise<Prepared>;
  /** the journal's entries about the question's value in the end; a card that was let go and its release are left out */
  readonly value: readonly Kind[];
  /** the offer's state in the end and the entries about it; null when the path is not about one */
  readonly offer: { readonly state: string; readonly entries: readonly Kind[] } | null;
  /** how many cases there are about it */
  readonly cases: number;
  /** what whoever presses again may be told instead of the same result */
  readonly again: readonly string[];
}

const HELD = ['authorise'] as const;
const TAKEN = ['authorise', 'capture'] as const;
const PAID = [...TAKEN, 'payout'] as const;
const RETURNED = [...TAKEN, 'refund'] as const;
const REVERSED = [...PAID, 'refund', 'reversal'] as const;

const FAILS = 'pm_card_chargeCustomerFail';
const NO_REFUND = 'pm_card_refundRefused';
const NO = { connected: false, attempts: 3, reason: 'no answer', comment: 'Rang three times.' };
const words = (input: Json): Json => ({ clientId: randomUUID(), body: 'Some words.', ...input });

const question = (category: string, paymentMethod = 'pm_card_visa'): Json => ({
  category,
  subject: 'It broke',
  body: 'Since today.',
  value: { amount: 1_000, currency: 'USD' },
  paymentMethod,
  clientId: randomUUID(),
});

async function posted(call: Call, category: string, method?: string): Promise<string> {
  return (await call('customer', 'question.post', question(category, method))).question.id as string;
}

/** A conversation with Ada; answers the question and its automatic offer. */
async function greeted(
  call: Call,
  category: string,
  method?: string,
): Promise<{ questionId: string; offerId: string }> {
  const questionId = await posted(call, category, method);
  await call('ada', 'question.claim', { questionId });
  await call('ada', 'message.send', words({ questionId, kind: 'greeting' }));
  const { offers } = await call('customer', 'question.get', { questionId });
  return { questionId, offerId: offers[0].id as string };
}

async function answered(call: Call, category: string, method?: string): Promise<string> {
  const { questionId } = await greeted(call, category, method);
  await call('ada', 'message.send', words({ questionId, kind: 'answer' }));
  return questionId;
}

async function requested(call: Call, category: string, method?: string) {
  const both = await greeted(call, category, method);
  await call('customer', 'offer.accept', { offerId: both.offerId });
  return both;
}

async function accepted(call: Call, category: string, method?: string) {
  const both = await requested(call, category, method);
  await call('ada', 'request.accept', { requestId: both.offerId });
  return both;
}

async function reported(call: Call, category: string, said: Json, method?: string) {
  const both = await accepted(call, category, method);
  await call('ada', 'request.report', { requestId: both.offerId, ...said });
  return both;
}

const proposal = (questionId: string): Json => ({
  questionId,
  service: { title: 'Set up your home network' },
  description: 'Router, cables and all.',
  price: { amount: 4_000, currency: 'USD' },
  clientId: randomUUID(),
});

async function replied(call: Call, category: string): Promise<string> {
  const { questionId } = await greeted(call, category);
  for (let replies = 0; replies < 2; replies += 1) await call('customer', 'message.send', words({ questionId }));
  return questionId;
}

async function proposed(call: Call, category: string) {
  const questionId = await replied(call, category);
  const { offer } = await call('ada', 'offer.propose', proposal(questionId));
  return { questionId, offerId: offer.id as string };
}

const wish = (input: Json): Json => ({ reason: 'It did not help.', clientId: randomUUID(), ...input });

async function refundAsked(call: Call, input: Json): Promise<Press> {
  const opened = (await call('customer', 'refund.request', wish(input))).case as Json;
  const said = { caseId: opened['id'] as string, resolution: 'grant', clientId: randomUUID() };
  return { who: 'care', name: 'case.resolve', input: said };
}

export const MONEY_PATHS = {
  'question.post': {
    prepare: async (_call, category) => ({
      questionId: null,
      offerId: null,
      press: { who: 'customer', name: 'question.post', input: question(category) },
    }),
    ...{ value: HELD, offer: null, cases: 0, again: [] },
  },
  'question.rate': {
    prepare: async (call, category) => {
      const questionId = await answered(call, category);
      const press = { who: 'customer', name: 'question.rate', input: { questionId, stars: 5 } } as const;
      return { questionId, offerId: null, press };
    },
    ...{ value: PAID, offer: null, cases: 0, again: [] },
  },
  'question.close': {
    prepare: async (call, category) => {
      const both = await requested(call, category);
      return { ...both, press: { who: 'customer', name: 'question.close', input: { questionId: both.questionId } } };
    },
    ...{ value: [], offer: { state: 'withdrawn', entries: [] }, cases: 0, again: [] },
  },
  'offer.accept of the automatic one': {
    prepare: async (call, category) => {
      const both = await greeted(call, category);
      return { ...both, press: { who: 'customer', name: 'offer.accept', input: { offerId: both.offerId } } };
    },
    value: HELD,
    offer: { state: 'reserved', entries: HELD },
    ...{ cases: 0, again: ['conflict.payment_pending'] },
  },
  'request.accept': {
    prepare: async (call, category) => {
      const both = await requested(call, category);
      return { ...both, press: { who: 'ada', name: 'request.accept', input: { requestId: both.offerId } } };
    },
    ...{
      value: HELD,
      offer: { state: 'accepted', entries: TAKEN },
      cases: 0,
      again: [],
      steps: 0,
    },
  },
  'request.withdraw': {
    prepare: async (call, category) => {
      const both = await requested(call, category);
      return { ...both, press: { who: 'customer', name: 'request.withdraw', input: { requestId: both.offerId } } };
    },
    ...{ value: HELD, offer: { state: 'withdrawn', entries: [] }, cases: 0, again: [] },
  },
  'request.report yes': {
    prepare: async (call, category) => {
      const both = await accepted(call, category);
      const input = { requestId: both.offerId, connected: true };
      return { ...both, press: { who: 'ada', name: 'request.report', input } };
    },
    ...{
      value: PAID,
      offer: { state: 'fulfilled', entries: PAID },
      cases: 0,
      again: [],
      steps: 0,
    },
  },
  'request.report no': {
    prepare: async (call, category) => {
      const both = await accepted(call, category);
      const input = { requestId: both.offerId, ...NO };
      return { ...both, press: { who: 'ada', name: 'request.report', input } };
    },
    ...{
      value: HELD,
      offer: { state: 'unfulfilled', entries: TAKEN },
      cases: 1,
      again: [],
      steps: 0,
    },
  },
  'request.withdraw after no': {
    prepare: async (call, category) => {
      const both = await reported(call, category, NO);
      return { ...both, press: { who: 'customer', name: 'request.withdraw', input: { requestId: both.offerId } } };
    },
    ...{
      value: HELD,
      offer: { state: 'refunded', entries: RETURNED },
      cases: 1,
      again: [],
      steps: 0,
    },
  },
  'payment.update of a request': {
    prepare: async (call, category) => {
      const both = await requested(call, category, FAILS);
      await call('ada', 'request.accept', { requestId: both.offerId }).catch(() => undefined); // payment.failed
      const input = { questionId: both.questionId, paymentMethod: 'pm_card_visa' };
      return { ...both, press: { who: 'customer', name: 'payment.update', input } };
    },
    ...{
      value: HELD,
      offer: { state: 'open', entries: HELD },
      cases: 0,
      again: ['conflict.payment_pending'],
      steps: 0,
    },
  },
  'payment.update of a value': {
    prepare: async (call, category) => {
      const questionId = await answered(call, category, FAILS);
      await call('customer', 'question.rate', { questionId, stars: 4 });
      const input = { questionId, paymentMethod: 'pm_card_visa' };
      return { questionId, offerId: null, press: { who: 'customer', name: 'payment.update', input } };
    },
    ...{ value: PAID, offer: null, cases: 0, again: ['conflict.payment_pending'] },
  },
  'offer.propose': {
    prepare: async (call, category) => {
      const questionId = await replied(call, category);
      return { questionId, offerId: null, press: { who: 'ada', name: 'offer.propose', input: proposal(questionId) } };
    },
    ...{ value: HELD, offer: { state: 'offered', entries: [] }, cases: 0, again: [] },
  },
  'offer.withdraw': {
    prepare: async (call, category) => {
      const both = await proposed(call, category);
      return { ...both, press: { who: 'ada', name: 'offer.withdraw', input: { offerId: both.offerId } } };
    },
    ...{ value: HELD, offer: { state: 'withdrawn', entries: [] }, cases: 0, again: [] },
  },
  'offer.decline': {
    prepare: async (call, category) => {
      const both = await proposed(call, category);
      return { ...both, press: { who: 'customer', name: 'offer.decline', input: { offerId: both.offerId } } };
    },
    ...{ value: HELD, offer: { state: 'declined', entries: [] }, cases: 0, again: [] },
  },
  'offer.accept of an expert’s one': {
    prepare: async (call, category) => {
      const both = await proposed(call, category);
      return { ...both, press: { who: 'customer', name: 'offer.accept', input: { offerId: both.offerId } } };
    },
    value: PAID,
    offer: { state: 'accepted', entries: PAID },
    ...{ cases: 0, again: ['conflict.payment_pending'] },
  },
  'offer.unable': {
    prepare: async (call, category) => {
      const both = await proposed(call, category);
      await call('customer', 'offer.accept', { offerId: both.offerId });
      const input = { offerId: both.offerId, reason: 'The router is of stone.' };
      return { ...both, press: { who: 'ada', name: 'offer.unable', input } };
    },
    ...{ value: PAID, offer: { state: 'unable', entries: PAID }, cases: 1, again: [] },
  },
  'refund.request': {
    prepare: async (call, category) => {
      const both = await reported(call, category, { connected: true });
      return { ...both, press: { who: 'customer', name: 'refund.request', input: wish(both) } };
    },
    ...{ value: PAID, offer: { state: 'fulfilled', entries: PAID }, cases: 1, again: [] },
  },
  'case.resolve of a request': {
    prepare: async (call, category) => {
      const both = await reported(call, category, { connected: true });
      return { ...both, press: await refundAsked(call, both) };
    },
    ...{ value: PAID, offer: { state: 'refunded', entries: REVERSED }, cases: 1, again: [] },
  },
  'case.resolve of a value': {
    prepare: async (call, category) => {
      const questionId = await answered(call, category);
      await call('customer', 'question.rate', { questionId, stars: 4 });
      return { questionId, offerId: null, press: await refundAsked(call, { questionId }) };
    },
    ...{ value: REVERSED, offer: null, cases: 1, again: [] },
  },
  'case.resolve of a refund that is refused': {
    prepare: async (call, category) => {
      const both = await reported(call, category, { connected: true }, NO_REFUND);
      return { ...both, press: await refundAsked(call, both) };
    },
    ...{ value: PAID, offer: { state: 'refund_failed', entries: PAID }, cases: 2, again: [] },
  },
} satisfies Record<string, MoneyPath>;

export type PathName = keyof typeof MONEY_PATHS;
export const PATH_NAMES = Object.keys(MONEY_PATHS) as PathName[];
export const pathOf = (name: PathName): MoneyPath => MONEY_PATHS[name];

// How each effect is settled: what a record owes the world, or asks of another one. Everything here may happen twice.

import type { Ctx } from '../context.ts';
import type { Effect, EffectOf, EffectType } from '../domain/effects.ts';
import { SYSTEM } from '../domain/message.ts';
import { openedEffects } from '../domain/offer-effects.ts';
import type { Question } from '../domain/question.ts';
import { upheldEffects } from '../domain/rating.ts';
import { countMissed } from './availability.ts';
import { automaticOffer } from './automatic.ts';
import {
  askingAgain,
  earning,
  endingOf,
  lettingGo,
  lettingGoOf,
  meaningOf,
  openingOf,
  refunding,
  withdrawals,
  withdrawalsIfClosed,
} from './follow-ups.ts';
import type { FollowUp } from './follow-ups.ts';
import type { AnyOwner, OwnerOf } from './machines.ts';
import { destroyPrivateInfo } from './private-info.ts';
import { notify } from './notify.ts';
import { oweMails } from './owe-mails.ts';
import type { Owed } from './sheet.ts';
import { oweDeliveries } from './webhook-events.ts';

export type Row<T extends EffectType> = OneByOne<T> | Together<T> | Unfolded<T>;

export interface OneByOne<T extends EffectType> {
  /**
   * `first`: in the order of the rows, each resting on those before it. `beside`: as soon as it is quiet, whatever becomes of
   * the others. `told`: all at once. `then`: one after the other. `last`: the provider may be away for hours.
   */
  readonly when: 'first' | 'beside' | 'told' | 'then' | 'last';
  /** What it answers is taken before the effect counts as settled. */
  settle(ctx: Ctx, owed: OwedBy<T>): Promise<readonly FollowUp[] | void>;
}

/** Of all records in one go. */
export interface Together<T extends EffectType> {
  readonly when: 'together';
  settle(ctx: Ctx, effects: readonly EffectOf<T>[]): Promise<void>;
}

/** It stands for others, which are settled in its place. */
interface Unfolded<T extends EffectType> {
  readonly when: 'unfolded';
  unfold(record: OwnerOf<T>, effect: EffectOf<T>): Effect[];
}

type OwedBy<T extends EffectType> = Owed<EffectOf<T>, OwnerOf<T>> & {
  readonly of: AnyOwner;
  /** what the record owes beside this */
  left(): readonly Effect[];
};

const MAILS: Row<'mail' | 'mail_experts' | 'mail_admins'> = { when: 'together', settle: oweMails };

/** Every effect, in the order in which they are settled. One that has no row does not compile. */
export const EFFECTS: { readonly [T in EffectType]: Row<T> } = {
  // an offer that is still owed must exist before closing withdraws it
  automatic_offer: { when: 'first', settle: (ctx, { record }) => automaticOffer(ctx, record) },
  withdraw_offers: { when: 'first', settle: (ctx, { record }) => withdrawals(ctx, record.id) },
  end_conversation: { when: 'first', settle: (ctx, { record }) => endConversation(ctx, record) },
  changed: {
    when: 'first',
    async settle(ctx, { of, record }) {
      ctx.publish(await of.fact(ctx, record));
    },
  },
  // 9.1: no key lives on because another store or a provider is away
  destroy_private_info: { when: 'beside', settle: (ctx, { record }) => destroyPrivateInfo(ctx, record.id) },
  webhooks: { when: 'beside', settle: (ctx, { of, record, effect }) => oweDeliveries(ctx, of.outward, record, effect) },
  entry: { when: 'together', settle: book },
  notice: { when: 'together', settle: notify },
  mail: MAILS,
  mail_experts: MAILS,
  mail_admins: MAILS,
  reservation_missed: { when: 'together', settle: countMissed },
  said: { when: 'told', settle: async (_, { record }) => [meaningOf(record)] },
  case: { when: 'told', settle: (ctx, { effect }) => openingOf(ctx, effect.opened) },
  case_ended: { when: 'then', settle: (ctx, { effect }) => endingOf(ctx, effect.key, effect.resolution) },
  automatic_rating: { when: 'then', settle: async (_, { record }) => [earning(record.questionId, 'rate_automatic')] },
  refund_granted: {
    when: 'then',
    settle: async (ctx, { record, effect }) => [await refunding(ctx, record, effect.asked ?? 0)],
  },
  value_granted: { when: 'then', settle: async (_, { record }) => [earning(record.questionId, 'pay')] },
  rating_upheld: { when: 'told', settle: (ctx, { record }) => tellUpheld(ctx, record.questionId) },
  ask_provider: { when: 'then', settle: async (_, { record }) => [askingAgain(record)] },
  withdraw_if_closed: { when: 'then', settle: (ctx, { record }) => withdrawalsIfClosed(ctx, record.questionId) },
  unused_value: {
    when: 'then',
    settle: (ctx, owed) =>
      'questionId' in owed.record ? lettingGoOf(ctx, owed.record.questionId) : lettingGo(ctx, owed.record, owed.left()),
  },
  void: { when: 'last', settle: (ctx, { effect }) => ctx.payments.void(effect.key, effect.authorisation) },
  opened: { when: 'unfolded', unfold: openedEffects },
};

/** I9: the last line; whatever was on its way either stands before it or is refused. */
async function endConversation(ctx: Ctx, question: Question): Promise<void> {
  const { message, replayed } = await ctx.stores.messages.append({
    questionId: question.id,
    clientId: 'conversation-closed',
    kind: 'closed',
    by: SYSTEM,
    body: '',
    at: question.closedAt ?? ctx.now(),
  });
  if (!replayed) ctx.publish({ type: 'message.created', message });
}

/** 2.5: whoever was rated, as the question is now: its rating may have been raised meanwhile. */
async function tellUpheld(ctx: Ctx, questionId: string): Promise<void> {
  const found = await ctx.stores.questions.read(questionId);
  const told = found === null ? [] : upheldEffects(found.record);
  await oweMails(
    ctx,
    told.filter((effect) => effect.type === 'mail'),
  );
  await notify(
    ctx,
    told.filter((effect) => effect.type === 'notice'),
  );
}

async function book(ctx: Ctx, effects: readonly EffectOf<'entry'>[]): Promise<void> {
  const entries = effects.map(({ entry }) => entry);
  await ctx.stores.entries.book(entries, ctx.now());
}

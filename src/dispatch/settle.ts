// What records owe the world, paid: many records at once or one. Everything here may happen twice.

import type { Ctx } from '../context.ts';
import type { Case } from '../domain/case.ts';
import type { Effect } from '../domain/effects.ts';
import { openedEffects } from '../domain/offer-effects.ts';
import type { Offer } from '../domain/offer.ts';
import { SYSTEM } from '../domain/message.ts';
import type { Question } from '../domain/question.ts';
import type { Saved } from '../models/record.ts';
import { askAboutOffer, askAboutQuestion } from './ask-provider.ts';
import { offerAutomatically } from './automatic.ts';
import { openCase } from './case.ts';
import { destroyPrivateInfo } from './private-info.ts';
import { payValue, rateAutomatically } from './rate.ts';
import { refund } from './refund.ts';
import { letGoWhenClosed, letGoWhenGivenUp } from './unused-value.ts';
import { withdrawIfClosed, withdrawOffers } from './withdraw.ts';

const NOW = Promise.resolve();

type EffectOf<Type extends Effect['type']> = Extract<Effect, { type: Type }>;

/**
 * Settles offers whose new state is on disk. Never throws: what could not be settled stays owed, the sweep tries again.
 * Who watches is told at once; `quiet`: the rest waits for this, while other records have a deadline to keep.
 */
export async function settleOffers(ctx: Ctx, batch: readonly Saved<Offer>[], quiet = NOW): Promise<void> {
  for (const { record, outbox } of batch) {
    if (record.dueAt !== null) ctx.setAlarm(record.dueAt);
    if (owes(outbox, 'changed')) ctx.publish({ type: 'offer.changed', offer: record });
  }
  await settling(ctx, batch, async (some) => {
    await quiet;
    await settleCommon(ctx, some.flatMap(effectsOf));
    for (const { record, outbox } of some) {
      if (owes(outbox, 'automatic_rating')) await rateAutomatically(ctx, record.questionId);
      if (owes(outbox, 'ask_provider')) askAboutOffer(ctx, record);
      if (owes(outbox, 'withdraw_if_closed')) await withdrawIfClosed(ctx, record.questionId);
      if (owes(outbox, 'unused_value')) await letGoWhenGivenUp(ctx, record.questionId);
    }
    cleared(ctx, ctx.stores.offers.settled(recordsOf(some)));
  });
}

/** Settles questions whose new state is on disk, in the same way. */
export async function settleQuestions(ctx: Ctx, batch: readonly Saved<Question>[], quiet = NOW): Promise<void> {
  for (const { record } of batch) if (record.dueAt !== null) ctx.setAlarm(record.dueAt);
  await settling(ctx, batch, async (some) => {
    // beside each other: no key lives on because another store or a provider is away
    await Promise.all([settleConversations(ctx, some, quiet), destroyAllPrivateInfo(ctx, some, quiet)]);
    for (const { record, outbox } of some) {
      if (owes(outbox, 'ask_provider')) askAboutQuestion(ctx, record);
      if (owes(outbox, 'unused_value')) await letGoWhenClosed(ctx, record);
    }
    cleared(ctx, ctx.stores.questions.settled(recordsOf(some)));
  });
}

/** Settles cases whose new state is on disk, in the same way. */
export async function settleCases(ctx: Ctx, batch: readonly Saved<Case>[], quiet = NOW): Promise<void> {
  for (const { record, outbox } of batch) {
    if (record.dueAt !== null) ctx.setAlarm(record.dueAt);
    if (owes(outbox, 'changed')) ctx.publish({ type: 'case.changed', changed: record });
  }
  await settling(ctx, batch, async (some) => {
    await quiet;
    await settleCommon(
      ctx,
      some.flatMap(({ outbox }) => outbox),
    );
    for (const { record, outbox } of some) {
      if (owes(outbox, 'refund_granted')) await refund(ctx, record);
      if (owes(outbox, 'value_granted')) await payValue(ctx, record.questionId);
    }
    cleared(ctx, ctx.stores.cases.settled(recordsOf(some)));
  });
}

function effectsOf({ record, outbox }: Saved<Offer>): Effect[] {
  return outbox.flatMap((effect) => (effect.type === 'opened' ? openedEffects(record, effect) : [effect]));
}

async function settleConversations(ctx: Ctx, batch: readonly Saved<Question>[], quiet: Promise<void>): Promise<void> {
  for (const { record, outbox } of batch) await settleConversation(ctx, record, outbox);
  await quiet;
  await settleCommon(
    ctx,
    batch.flatMap(({ outbox }) => outbox),
  );
}

/** In this order: an offer that is still owed must exist before closing withdraws it. */
async function settleConversation(ctx: Ctx, question: Question, outbox: readonly Effect[]): Promise<void> {
  if (owes(outbox, 'automatic_offer')) await offerAutomatically(ctx, question);
  if (owes(outbox, 'withdraw_offers')) await withdrawOffers(ctx, question.id);
  if (owes(outbox, 'end_conversation')) await endConversation(ctx, question);
  if (owes(outbox, 'changed')) {
    ctx.publish({ type: 'question.changed', question, lastSeq: await ctx.stores.messages.lastSeq(question.id) });
  }
}

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

/** 9.1: of every question that was closed, also when one of them fails. */
async function destroyAllPrivateInfo(ctx: Ctx, batch: readonly Saved<Question>[], quiet: Promise<void>): Promise<void> {
  await quiet;
  const closed = batch.filter(({ outbox }) => owes(outbox, 'destroy_private_info'));
  await Promise.all(closed.map(({ record }) => destroyPrivateInfo(ctx, record.id)));
}

async function settleCommon(ctx: Ctx, effects: readonly Effect[]): Promise<void> {
  const all = <Type extends Effect['type']>(type: Type) =>
    effects.filter((effect): effect is EffectOf<Type> => effect.type === type);
  await Promise.all([
    ctx.stores.entries.book(
      all('entry').map(({ entry }) => entry),
      ctx.now(),
    ),
    notify(ctx, all('notice')),
    oweMails(ctx, all('mail'), all('mail_experts'), all('mail_admins')),
    ...all('case').map(({ opened }) => openCase(ctx, opened)),
    ...all('void').map(({ key, authorisation }) => ctx.payments.void(key, authorisation)),
    ...all('refund').map(({ key, authorisation }) => ctx.payments.refund(key, authorisation)),
  ]);
}

async function notify(ctx: Ctx, notices: readonly EffectOf<'notice'>[]): Promise<void> {
  const receivers = await Promise.all(notices.map(({ to }) => ctx.stores.users.read(to)));
  notices.forEach(({ to, code, params }, index) => {
    ctx.publish({ type: 'notice', to, locale: receivers[index]?.locale ?? 'en', code, params });
  });
}

async function oweMails(
  ctx: Ctx,
  single: readonly EffectOf<'mail'>[],
  toExperts: readonly EffectOf<'mail_experts'>[],
  toAdmins: readonly EffectOf<'mail_admins'>[],
): Promise<void> {
  if (single.length + toExperts.length + toAdmins.length === 0) return;
  const asked = single.filter((mail) => mail.ifAway).map((mail) => mail.to);
  const present = asked.length === 0 ? new Set<string>() : await ctx.online(asked);
  const categories = [...new Set(toExperts.map((mail) => mail.categoryId))];
  const experts = new Map(
    await Promise.all(categories.map(async (id) => [id, await ctx.stores.users.expertsToNotify(id)] as const)),
  );
  const admins = toAdmins.length === 0 ? [] : await ctx.stores.users.admins();
  const owed = [
    ...single
      .filter((mail) => !mail.ifAway || !present.has(mail.to))
      .map(({ key, to, template, params }) => ({ id: key, to, template, params })),
    ...toExperts.flatMap(({ key, categoryId, except, template, params }) =>
      (experts.get(categoryId) ?? [])
        .filter((expert) => expert.id !== except)
        .map((expert) => ({ id: `${key}-${expert.id}`, to: expert.id, template, params })),
    ),
    ...toAdmins.flatMap(({ key, template, params }) =>
      admins.map((admin) => ({ id: `${key}-${admin.id}`, to: admin.id, template, params })),
    ),
  ];
  if (owed.length === 0) return;
  const now = ctx.now();
  await ctx.stores.mails.owe(owed, now);
  ctx.setAlarm(now);
}

/**
 * The decision stands on disk whatever happens here, so its caller is not told of a failure: the sweep repeats it. A
 * record that cannot be settled does not keep the others of its batch from it: then each is settled by itself.
 */
async function settling<R>(
  ctx: Ctx,
  batch: readonly Saved<R>[],
  work: (some: readonly Saved<R>[]) => Promise<void>,
): Promise<void> {
  try {
    await work(batch);
  } catch (error) {
    if (batch.length > 1) await Promise.all(batch.map((one) => settling(ctx, [one], work)));
    else ctx.log.warn({ err: error }, 'effects stay owed until the sweep');
  }
}

function cleared(ctx: Ctx, clearing: Promise<void>): void {
  clearing.catch((error: unknown) => {
    ctx.log.warn({ err: error }, 'effects will be settled once more');
  });
}

const recordsOf = <R>(batch: readonly { readonly record: R }[]) => batch.map(({ record }) => record);
const owes = (outbox: readonly Effect[], type: Effect['type']) => outbox.some((effect) => effect.type === type);

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
import { endCase, openCase } from './case.ts';
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
  const opened = batch.map((saved) => ({ record: saved.record, outbox: effectsOf(saved) }));
  await settling(ctx, ctx.stores.offers, opened, async (sheet) => {
    await quiet;
    await settleCommon(ctx, sheet);
    await sheet.each('automatic_rating', ({ record }) => rateAutomatically(ctx, record.questionId));
    await sheet.each('ask_provider', async ({ record }) => {
      askAboutOffer(ctx, record);
    });
    await sheet.each('withdraw_if_closed', ({ record }) => withdrawIfClosed(ctx, record.questionId));
    await sheet.each('unused_value', ({ record }) => letGoWhenGivenUp(ctx, record.questionId));
    await askProvider(ctx, sheet);
  });
}

/** Settles questions whose new state is on disk, in the same way. */
export async function settleQuestions(ctx: Ctx, batch: readonly Saved<Question>[], quiet = NOW): Promise<void> {
  for (const { record } of batch) if (record.dueAt !== null) ctx.setAlarm(record.dueAt);
  await settling(ctx, ctx.stores.questions, batch, async (sheet) => {
    // beside each other: no key lives on because another store or a provider is away
    await Promise.all([settleConversations(ctx, sheet, quiet), destroyAllPrivateInfo(ctx, sheet, quiet)]);
    await sheet.each('ask_provider', async ({ record }) => {
      askAboutQuestion(ctx, record);
    });
    await askProvider(ctx, sheet);
    await sheet.each('unused_value', async ({ record }) => {
      const left = sheet.failedOf(record);
      // a request that is yet to be withdrawn would seem to earn it still, and nobody would look again
      if (owes(left, 'withdraw_offers')) throw new Error('its offers are still to be withdrawn');
      await letGoWhenClosed(ctx, record, left);
    });
  });
}

/** Settles cases whose new state is on disk, in the same way. */
export async function settleCases(ctx: Ctx, batch: readonly Saved<Case>[], quiet = NOW): Promise<void> {
  for (const { record, outbox } of batch) {
    if (record.dueAt !== null) ctx.setAlarm(record.dueAt);
    if (owes(outbox, 'changed')) ctx.publish({ type: 'case.changed', changed: record });
  }
  await settling(ctx, ctx.stores.cases, batch, async (sheet) => {
    await quiet;
    await settleCommon(ctx, sheet);
    await sheet.each('refund_granted', ({ record, effect }) => refund(ctx, record, effect.asked ?? 0));
    await sheet.each('value_granted', ({ record }) => payValue(ctx, record.questionId));
  });
}

function effectsOf({ record, outbox }: Saved<Offer>): Effect[] {
  return outbox.flatMap((effect) => (effect.type === 'opened' ? openedEffects(record, effect) : [effect]));
}

async function settleConversations(ctx: Ctx, sheet: Sheet<Question>, quiet: Promise<void>): Promise<void> {
  for (const { record } of sheet.batch) await settleConversation(ctx, sheet, record);
  await quiet;
  await settleCommon(ctx, sheet);
}

/** In this order: an offer that is still owed must exist before closing withdraws it. */
function settleConversation(ctx: Ctx, sheet: Sheet<Question>, question: Question): Promise<void> {
  return sheet.inOrder(question, [
    ['automatic_offer', () => offerAutomatically(ctx, question)],
    ['withdraw_offers', () => withdrawOffers(ctx, question.id)],
    ['end_conversation', () => endConversation(ctx, question)],
    [
      'changed',
      async () => {
        const lastSeq = await ctx.stores.messages.lastSeq(question.id);
        ctx.publish({ type: 'question.changed', question, lastSeq });
      },
    ],
  ]);
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
async function destroyAllPrivateInfo(ctx: Ctx, sheet: Sheet<Question>, quiet: Promise<void>): Promise<void> {
  await quiet;
  await sheet.eachAtOnce('destroy_private_info', ({ record }) => destroyPrivateInfo(ctx, record.id));
}

async function settleCommon<R extends { readonly id: string }>(ctx: Ctx, sheet: Sheet<R>): Promise<void> {
  await Promise.all([
    sheet.together(['entry'], (effects) =>
      ctx.stores.entries.book(
        effects.map(({ entry }) => entry),
        ctx.now(),
      ),
    ),
    sheet.together(['notice'], (effects) => notify(ctx, effects)),
    sheet.together(['mail', 'mail_experts', 'mail_admins'], (effects) => oweMails(ctx, effects)),
    sheet.eachAtOnce('case', ({ effect }) => openCase(ctx, effect.opened)),
  ]);
  await sheet.each('case_ended', ({ effect }) => endCase(ctx, effect.key, effect.resolution));
}

/**
 * The provider may be away for hours, or asked for a long time: what was settled before is noted first, so that nobody is
 * told anything twice because of it.
 */
async function askProvider<R extends { readonly id: string }>(ctx: Ctx, sheet: Sheet<R>): Promise<void> {
  await sheet.noteRest(['void']);
  await sheet.eachAtOnce('void', ({ effect }) => ctx.payments.void(effect.key, effect.authorisation));
}

async function notify(ctx: Ctx, notices: readonly EffectOf<'notice'>[]): Promise<void> {
  const receivers = await Promise.all(notices.map(({ to }) => ctx.stores.users.read(to)));
  notices.forEach(({ to, code, params }, index) => {
    ctx.publish({ type: 'notice', to, locale: receivers[index]?.locale ?? 'en', code, params });
  });
}

type Mails = EffectOf<'mail' | 'mail_experts' | 'mail_admins'>;

async function oweMails(ctx: Ctx, mails: readonly Mails[]): Promise<void> {
  const single = mails.filter((mail) => mail.type === 'mail');
  const toExperts = mails.filter((mail) => mail.type === 'mail_experts');
  const toAdmins = mails.filter((mail) => mail.type === 'mail_admins');
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

interface SettlingStore<R> {
  settled(records: readonly R[]): Promise<void>;
  stillOwe(some: readonly Saved<R>[]): Promise<void>;
}

/**
 * The decision stands on disk whatever happens here, so its caller is not told of a failure: what is left is noted and
 * repeated by the sweep, and nothing else is.
 */
async function settling<R extends { readonly id: string }>(
  ctx: Ctx,
  store: SettlingStore<R>,
  batch: readonly Saved<R>[],
  work: (sheet: Sheet<R>) => Promise<void>,
): Promise<void> {
  const sheet = new Sheet(batch, store);
  try {
    await work(sheet);
  } catch (error) {
    ctx.log.warn({ err: error }, 'effects stay owed until the sweep');
    return;
  }
  const { error, failed } = sheet;
  if (failed.length > 0) {
    const types = [...new Set(failed.map(({ effect }) => effect.type))];
    ctx.log.warn({ err: error, effects: types }, 'effects stay owed until the sweep');
  }
  const left = batch.filter(({ record }) => sheet.failedOf(record).length > 0);
  const clean = recordsOf(batch.filter((saved) => !left.includes(saved)));
  if (clean.length > 0) void cleared(ctx, store.settled(clean));
  await cleared(ctx, store.stillOwe(left.map(({ record }) => ({ record, outbox: sheet.failedOf(record) }))));
}

interface Owed<R, Of extends Effect = Effect> {
  readonly record: R;
  readonly effect: Of;
}

/** What a batch owes. One effect that fails keeps no other from being settled, and has no other settled again. */
class Sheet<R extends { readonly id: string }> {
  readonly batch: readonly Saved<R>[];
  /** in the end these, and only these, are owed still */
  readonly failed: Owed<R>[] = [];
  /** the first one */
  error: unknown;
  private readonly store: SettlingStore<R>;
  private readonly all: readonly Owed<R>[];

  constructor(batch: readonly Saved<R>[], store: SettlingStore<R>) {
    this.batch = batch;
    this.store = store;
    this.all = batch.flatMap(({ record, outbox }) => outbox.map((effect) => ({ record, effect })));
  }

  failedOf(record: R): Effect[] {
    return this.failed.filter((one) => one.record === record).map(({ effect }) => effect);
  }

  /** Effects of these kinds at once; if that fails, each by itself. `work` must be harmless when it is repeated. */
  async together<Type extends Effect['type']>(
    types: readonly Type[],
    work: (effects: readonly EffectOf<Type>[]) => Promise<void>,
  ): Promise<void> {
    const some = types.flatMap((type) => this.ofType(type));
    if (some.length === 0) return;
    try {
      await work(some.map(({ effect }) => effect));
    } catch (error) {
      if (some.length === 1) this.fail(some, error);
      else await Promise.all(some.map((one) => this.attempt([one], () => work([one.effect]))));
    }
  }

  /** Effects of this kind, one after the other. */
  async each<Type extends Effect['type']>(
    type: Type,
    work: (owed: Owed<R, EffectOf<Type>>) => Promise<unknown>,
  ): Promise<void> {
    for (const one of this.ofType(type)) await this.attempt([one], () => work(one));
  }

  /** Effects of this kind, beside each other: they may take long. */
  async eachAtOnce<Type extends Effect['type']>(
    type: Type,
    work: (owed: Owed<R, EffectOf<Type>>) => Promise<unknown>,
  ): Promise<void> {
    await Promise.all(this.ofType(type).map((one) => this.attempt([one], () => work(one))));
  }

  /** Steps of one record that rest on each other: after one that fails the others wait as well. */
  async inOrder(record: R, steps: readonly (readonly [Effect['type'], () => Promise<void>])[]): Promise<void> {
    for (const [index, [type, work]] of steps.entries()) {
      const waiting = new Set(steps.slice(index).map(([later]) => later));
      const rest = this.all.filter((one) => one.record === record && waiting.has(one.effect.type));
      if (rest.some(({ effect }) => effect.type === type) && !(await this.attempt(rest, work))) return;
    }
  }

  /** Notes for the records that owe effects of these kinds that these, and what has failed, are all that is left. */
  async noteRest(types: readonly Effect['type'][]): Promise<void> {
    const waiting = types.flatMap((type) => this.ofType(type));
    const told = new Set(this.all.filter(({ effect }) => isOnce(effect, types)).map(({ record }) => record));
    const records = [...new Set(waiting.map(({ record }) => record))].filter((record) => told.has(record));
    if (records.length === 0) return;
    await this.store.stillOwe(
      records.map((record) => {
        const own = waiting.filter((one) => one.record === record).map(({ effect }) => effect);
        return { record, outbox: [...this.failedOf(record), ...own] };
      }),
    );
  }

  private ofType<Type extends Effect['type']>(type: Type): Owed<R, EffectOf<Type>>[] {
    return this.all.filter((one): one is Owed<R, EffectOf<Type>> => one.effect.type === type);
  }

  private async attempt(some: readonly Owed<R>[], work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.fail(some, error);
      return false;
    }
  }

  private fail(some: readonly Owed<R>[], error: unknown): void {
    this.error ??= error;
    this.failed.push(...some);
  }
}

/** Somebody would notice it a second time. */
const isOnce = ({ type }: Effect, waiting: readonly Effect['type'][]) => type !== 'changed' && !waiting.includes(type);

async function cleared(ctx: Ctx, clearing: Promise<void>): Promise<void> {
  try {
    await clearing;
  } catch (error) {
    ctx.log.warn({ err: error }, 'effects will be settled once more');
  }
}

const recordsOf = <R>(batch: readonly { readonly record: R }[]) => batch.map(({ record }) => record);
const owes = (outbox: readonly Effect[], type: Effect['type']) => outbox.some((effect) => effect.type === type);

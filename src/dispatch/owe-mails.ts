// Letters that records owe become letters that are owed to people. Whether each is sent is asked again when it is handed over.

import type { Ctx } from '../context.ts';
import type { EffectOf } from '../domain/effects.ts';
import { gathered, later } from '../domain/instant.ts';
import type { NewMail } from '../models/mail.ts';

type Mails = EffectOf<'mail' | 'mail_experts' | 'mail_admins'>;

/** Repeatable: each has its key. */
export async function oweMails(ctx: Ctx, mails: readonly Mails[]): Promise<void> {
  const now = ctx.now();
  await Promise.all([
    oweSingle(ctx, of(mails, 'mail'), now),
    oweAdmins(ctx, of(mails, 'mail_admins'), now),
    oweExperts(ctx, of(mails, 'mail_experts'), now),
  ]);
}

async function oweSingle(ctx: Ctx, mails: readonly EffectOf<'mail'>[], now: Date): Promise<void> {
  const asked = mails.filter((mail) => mail.ifAway).map((mail) => mail.to);
  const present = asked.length === 0 ? new Set<string>() : await ctx.online(asked);
  const owed = mails
    .filter((mail) => !mail.ifAway || !present.has(mail.to))
    .map(({ key, to, template, params, ifAway, gather }): NewMail => ({
      ...{ id: key, to, template, params },
      ...(ifAway && { ifAway }),
      ...(gather !== undefined && { gather, notBefore: later(now, ctx.policy.gatherMs) }),
    }));
  await owe(ctx, owed, now);
}

async function oweAdmins(ctx: Ctx, mails: readonly EffectOf<'mail_admins'>[], now: Date): Promise<void> {
  if (mails.length === 0) return;
  const admins = await ctx.stores.users.admins();
  const owed = mails.flatMap(({ key, template, params }) =>
    admins.map(({ id }): NewMail => ({ id: `${key}-${id}`, to: id, template, params })),
  );
  await owe(ctx, owed, now);
}

/** With an alarm soon after each instant at which one of them is due. Repeatable. */
export async function owe(ctx: Ctx, mails: readonly NewMail[], now: Date): Promise<void> {
  if (mails.length === 0) return;
  await ctx.stores.mails.owe(mails, now);
  for (const at of new Set(mails.map(({ notBefore = now }) => gathered(notBefore).getTime())))
    ctx.setAlarm(new Date(at));
}

/** 6.3: as many letters as there are experts, so nobody waits here until all are written. */
async function oweExperts(ctx: Ctx, mails: readonly EffectOf<'mail_experts'>[], now: Date): Promise<void> {
  const categories = [...new Set(mails.map(({ categoryId }) => categoryId))];
  const asked = await Promise.all(
    categories.map(async (id) => ((await ctx.stores.users.hasExpertsToNotify(id)) ? id : null)),
  );
  const mailings = mails
    .filter(({ categoryId }) => asked.includes(categoryId))
    .map(({ key, categoryId, except, template, params }) => ({
      ...{ id: key, key, categoryId, except, template, params },
      ring: 0,
    }));
  if (mailings.length === 0) return;
  await ctx.stores.mailings.owe(mailings, now);
  ctx.setAlarm(gathered(now));
}

const of = <T extends Mails['type']>(mails: readonly Mails[], type: T) =>
  mails.filter((mail): mail is EffectOf<T> => mail.type === type);

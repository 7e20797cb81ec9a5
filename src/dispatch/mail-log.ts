// The mail log as admins use it: what a letter says, and sending it once more.

import type { Ctx, Rendered } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import { keyAgain } from '../models/mail.ts';
import type { OwedMail } from '../models/mail.ts';
import { letterOf, lookAt } from './mail.ts';

const NOBODY = { id: '', email: 'nobody@localhost' };

/** As it would be now; null when there is nothing left to say. It signs nobody in, and ends nobody's e-mails. */
export async function renderMail(ctx: Ctx, mail: OwedMail): Promise<Rendered | null> {
  const user = await ctx.stores.users.read(mail.to);
  if (user === null) return null;
  const { said } = await lookAt(ctx, { ...mail, forced: true }, user);
  return said === null ? null : ctx.mail.render(letterOf(mail, said, { ...NOBODY, locale: user.locale }));
}

/**
 * Sends it now: what waits without waiting any longer, what was settled under a new key. `nonce`: the same one again is the same
 * letter. Without `force` only while its reason holds.
 * @throws Refusal `not_found`, `conflict.mail_over` (details: why)
 */
export async function sendAgain(ctx: Ctx, id: string, nonce: string, force: boolean): Promise<OwedMail> {
  const mail = await findMail(ctx, id);
  const again = keyAgain(id, nonce);
  const earlier = await ctx.stores.mails.find(again);
  if (earlier !== null) return earlier;
  await assertSendable(ctx, mail, force);
  const now = ctx.now();
  if (mail.dueAt !== null && (await ctx.stores.mails.hasten(id, force, now))) {
    ctx.setAlarm(now);
    return findMail(ctx, id);
  }
  const { to, template, params } = mail;
  await ctx.stores.mails.owe([{ id: again, to, template, params, hurried: true, ...(force && { forced: true }) }], now);
  ctx.setAlarm(now);
  return findMail(ctx, again);
}

/** @throws Refusal `not_found` */
export async function findMail(ctx: Ctx, id: string): Promise<OwedMail> {
  const mail = await ctx.stores.mails.find(id);
  if (mail === null) throw new Refusal('not_found');
  return mail;
}

async function assertSendable(ctx: Ctx, mail: OwedMail, force: boolean): Promise<void> {
  const user = await ctx.stores.users.read(mail.to);
  if (user === null || !user.active) throw over('inactive');
  if (user.email === null) throw over('no_address');
  const { gone, said } = await lookAt(ctx, force ? { ...mail, forced: true } : mail, user);
  if (said === null || (gone !== null && !force)) throw over(gone ?? 'nothing_left');
}

const over = (why: string) => new Refusal('conflict.mail_over', { why });

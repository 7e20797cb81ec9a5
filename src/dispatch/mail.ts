// E-mails that are owed go out here: each is claimed first, so that two workers do not send it both.

import type { Ctx } from '../context.ts';
import type { OwedMail } from '../models/mail.ts';

const BATCH = 50;
const LEASE_MS = 60_000; // longer than an SMTP conversation may take
const MAX_ATTEMPTS = 8;

/** Sends what is due; answers how many went out. */
export async function sendMails(ctx: Ctx): Promise<number> {
  let sent = 0;
  for (;;) {
    const due = await ctx.stores.mails.due(ctx.now(), BATCH);
    if (due.length === 0) return sent;
    const outcomes = await Promise.all(due.map((mail) => send(ctx, mail)));
    sent += outcomes.filter((outcome) => outcome).length;
  }
}

async function send(ctx: Ctx, mail: OwedMail): Promise<boolean> {
  const retryAt = new Date(ctx.now().getTime() + LEASE_MS * 2 ** mail.attempts);
  if (!(await ctx.stores.mails.claim(mail, retryAt))) return false;
  const user = await ctx.stores.users.read(mail.to);
  if (user === null || user.email === null || !user.active) {
    await ctx.stores.mails.settle(mail.id, 'failed');
    return false;
  }
  try {
    await ctx.mail.send({
      key: mail.id,
      to: user.email,
      locale: user.locale,
      template: mail.template,
      params: mail.params,
    });
  } catch (error) {
    ctx.log.warn({ err: error, mail: mail.id }, 'an e-mail was not taken, it is tried again');
    if (mail.attempts + 1 >= MAX_ATTEMPTS) await ctx.stores.mails.settle(mail.id, 'failed');
    return false;
  }
  await ctx.stores.mails.settle(mail.id, 'sent');
  return true;
}

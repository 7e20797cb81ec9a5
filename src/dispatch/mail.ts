// E-mails that are owed, in the words and to the address of whoever gets them.

import type { Ctx } from '../context.ts';
import { questionOf } from '../domain/mail.ts';
import type { OwedMail } from '../models/mail.ts';
import { deliverDue } from './deliver.ts';
import type { Delivered } from './deliver.ts';
import { linkFor } from './link.ts';

/** Sends what is due; answers how many went out. */
export function sendMails(ctx: Ctx): Promise<number> {
  return deliverDue(ctx.stores.mails, ctx.now, (mail) => send(ctx, mail));
}

async function send(ctx: Ctx, { id, to, template, params }: OwedMail): Promise<Delivered> {
  const user = await ctx.stores.users.read(to);
  if (user === null || user.email === null || !user.active) return 'failed';
  try {
    const questionId = questionOf(template, params);
    const link = questionId === null ? null : await linkFor(ctx, user, questionId, id);
    await ctx.mail.send({ key: id, to: user.email, locale: user.locale, template, params, link });
    return 'sent';
  } catch (error) {
    ctx.log.warn({ err: error, mail: id }, 'an e-mail was not taken, it is tried again');
    return 'again';
  }
}

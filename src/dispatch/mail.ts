// E-mails that are owed, in the words and to the address of whoever gets them.

import type { Ctx } from '../context.ts';
import { isWanted, questionOf } from '../domain/mail.ts';
import type { OwedMail } from '../models/mail.ts';
import { deliveries } from './deliver.ts';
import type { Deliveries, Delivered } from './deliver.ts';
import { linkFor } from './link.ts';
import { stillReminds } from './reminder.ts';

/** What this process sends. One that hangs holds up no other, and nobody who does not wait for it. */
export const postman = (ctx: Ctx): Deliveries =>
  deliveries({
    store: ctx.stores.mails,
    now: ctx.now,
    send: (mail) => send(ctx, mail),
    onTrouble: (error) => {
      ctx.log.warn({ err: error }, 'an e-mail was not handed over, it is looked at again');
    },
  });

/** Sends what is due; answers how many went out. */
export const sendMails = (ctx: Ctx): Promise<number> => postman(ctx).drain();

async function send(ctx: Ctx, { id, to, template, params }: OwedMail): Promise<Delivered> {
  const user = await ctx.stores.users.read(to);
  if (user === null || !user.active) return { state: 'dropped', why: 'inactive' };
  if (user.email === null) return { state: 'dropped', why: 'no_address' };
  if (!isWanted(template, user.notify)) return { state: 'dropped', why: 'unsubscribed' };
  try {
    const questionId = questionOf(template, params);
    if (template === 'reminder' && !(await stillReminds(ctx, String(questionId), id))) {
      return { state: 'dropped', why: 'over' };
    }
    const link = questionId === null ? null : await linkFor(ctx, user, questionId, id);
    const about = { template, params, link };
    const answer = await ctx.mail.send({ key: id, userId: user.id, to: user.email, locale: user.locale, ...about });
    return answer.ok ? { state: 'sent' } : { state: 'failed', why: answer.reason };
  } catch (error) {
    ctx.log.warn({ err: error, mail: id }, 'an e-mail was not taken, it is tried again');
    return { state: 'again' };
  }
}

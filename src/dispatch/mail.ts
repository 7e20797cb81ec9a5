// E-mails that are owed, in the words and to the address of whoever gets them. Before one is handed over it is asked whether
// there is still a reason for it, and whether it is the time.

import type { Ctx, Mail } from '../context.ts';
import { later } from '../domain/instant.ts';
import { MAILS, isWanted, questionOf } from '../domain/mail.ts';
import type { MailKind } from '../domain/mail.ts';
import { route } from '../domain/notify.ts';
import type { Verdict } from '../domain/notify.ts';
import { OTHER_LANES, URGENT_LANES } from '../models/mail.ts';
import type { MailWork, OwedMail } from '../models/mail.ts';
import { wishesOf } from '../models/user.ts';
import type { User } from '../models/user.ts';
import { deliveries } from './deliver.ts';
import type { Deliveries, Delivered, RightOfWay } from './deliver.ts';
import { digestOf } from './digest.ts';
import { linkFor } from './link.ts';
import { REASONS, stays } from './mail-reason.ts';
import type { Looked, Said } from './mail-look.ts';
import { mailings } from './mailing.ts';

const HOUR_MS = 3_600_000;
const URGENT_AT_ONCE = 10;
const OTHERS_AT_ONCE = 20;

/**
 * What this process sends. One that hangs holds up no other, and nobody who does not wait for it; what is urgent has places of
 * its own, so that thousands of letters about one open request delay none about a reservation; those that are being written go before
 * those that can wait.
 */
export function postman(
  ctx: Ctx,
  deadlines: Pick<RightOfWay, 'queue'> = NOBODY,
  writing: RightOfWay = NOBODY,
): Deliveries {
  const lanes = [
    { lanes: URGENT_LANES, atOnce: URGENT_AT_ONCE, giveWay: deadlines.queue() },
    { lanes: OTHER_LANES, atOnce: OTHERS_AT_ONCE, giveWay: bothOf(writing.queue(), deadlines.queue()) },
  ].map(({ giveWay, ...lane }) =>
    deliveries<MailWork>({
      ...lane,
      store: ctx.stores.mails,
      now: ctx.now,
      keepMs: ctx.policy.keepMailsMs,
      send: (mail) => send(ctx, mail, giveWay),
      onTrouble: (error) => {
        ctx.log.warn({ err: error }, 'an e-mail was not handed over, it is looked at again');
      },
    }),
  );
  const all = [mailings(ctx, deadlines.queue(), writing), ...lanes];
  const sum = async (counts: Promise<number>[]) => (await Promise.all(counts)).reduce((one, other) => one + other, 0);
  return {
    look: () => sum(all.map((one) => one.look())),
    async drain() {
      const [writing, ...sending] = all;
      await writing?.drain(); // what they write is sent with the others
      return sum(sending.map((one) => one.drain()));
    },
    async close() {
      await Promise.all(all.map((one) => one.close()));
    },
  };
}

const NOBODY: RightOfWay = { during: (work) => work, queue: () => () => Promise.resolve() };

const bothOf = (one: () => Promise<void>, other: () => Promise<void>) => () => one().then(other);

/** Sends what is due; answers how many went out. */
export const sendMails = (ctx: Ctx): Promise<number> => postman(ctx).drain();

async function send(ctx: Ctx, mail: OwedMail, giveWay: () => Promise<void>): Promise<Delivered> {
  await giveWay();
  const user = await ctx.stores.users.read(mail.to);
  if (user === null || !user.active) return { state: 'dropped', why: 'inactive' };
  const { email } = user;
  if (email === null) return { state: 'dropped', why: 'no_address' };
  if (!isWanted(mail.template, user.notify)) return { state: 'dropped', why: 'unsubscribed' };
  const { gone, said } = await lookAt(ctx, mail, user);
  if (said === null || (gone !== null && mail.forced !== true))
    return { state: 'dropped', why: gone ?? 'nothing_left' };
  const verdict = await routeOf(ctx, mail, user);
  if (verdict.go === 'at') return { state: 'held', until: verdict.at, why: verdict.why };
  if (verdict.go === 'digest') {
    await ctx.stores.mails.owe([digestOf({ id: user.id, ...wishesOf(user) }, ctx.now(), verdict.at)], ctx.now());
    ctx.setAlarm(verdict.at);
    return { state: 'dropped', why: verdict.why };
  }
  const { template = mail.template, upTo } = said;
  if (upTo !== undefined) await ctx.stores.mails.tells(mail.id, template, upTo);
  try {
    const letter = letterOf(mail, said, { ...user, email });
    const questionId = questionOf(template, letter.params);
    const link = questionId === null ? null : await linkFor(ctx, user, questionId, mail.id);
    await giveWay(); // a letter is built in one piece
    const answer = await ctx.mail.send({ ...letter, link });
    return answer.ok ? { state: 'sent' } : { state: 'failed', why: answer.reason };
  } catch (error) {
    ctx.log.warn({ err: error, mail: mail.id }, 'an e-mail was not taken, it is tried again');
    return { state: 'again' };
  }
}

/** Has it still its reason? What is for whoever is away is not for who has come back, but about what was done for good. */
export async function lookAt(ctx: Ctx, mail: OwedMail, user: User): Promise<Looked> {
  const look = REASONS[mail.template];
  const looked = await look(ctx, mail, user);
  if (looked.gone !== null || mail.ifAway !== true || look === stays) return looked;
  return (await ctx.online([user.id])).has(user.id) ? { ...looked, gone: 'came_back' } : looked;
}

/** A letter without a link that signs anybody in. */
export const letterOf = (
  mail: OwedMail,
  said: Said,
  to: Pick<User, 'id' | 'locale' | 'timeZone'> & { email: string },
): Mail => ({
  key: mail.id,
  userId: to.id,
  to: to.email,
  locale: to.locale,
  ...(to.timeZone !== undefined && { timeZone: to.timeZone }),
  template: said.template ?? mail.template,
  ...(MAILS[mail.template].urgency === 'urgent' && { isUrgent: true }),
  params: said.params ?? mail.params,
  ...(said.items && { items: said.items }),
});

async function routeOf(ctx: Ctx, mail: OwedMail, user: User): Promise<Verdict> {
  const { urgency, digest }: MailKind = MAILS[mail.template];
  if (mail.hurried === true) return { go: 'now' };
  const [now, { mailsPerHour }] = [ctx.now(), ctx.policy];
  const since = later(now, -HOUR_MS);
  const sent = urgency === 'soon' ? await ctx.stores.mails.takenBefore(mail, since, mailsPerHour) : [];
  return route({ urgency, digest: digest === true }, wishesOf(user), now, sent, mailsPerHour);
}

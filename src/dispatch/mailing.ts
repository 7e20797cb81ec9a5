// Rule 6.3: every expert of a category who wants it is written to about an open request. Whoever wants a digest gets that one; with
// rings (a setting) those who are nearest are written to first, and the others only while the request is still open then.

import type { Ctx } from '../context.ts';
import { MAILS } from '../domain/mail.ts';
import type { MailKind } from '../domain/mail.ts';
import { later } from '../domain/instant.ts';
import { nextDigest } from '../domain/notify.ts';
import type { NewMail } from '../models/mail.ts';
import type { MailingWork } from '../models/mailing.ts';
import type { ToNotify } from '../models/user.ts';
import { digestOf } from './digest.ts';
import { deliveries } from './deliver.ts';
import type { Deliveries, Delivered, RightOfWay } from './deliver.ts';
import { requestIsOver } from './mail-look.ts';
import { owe } from './owe-mails.ts';

const AT_ONCE = 2; // each is thousands of letters
const AT_A_TIME = 500; // people: thousands at once are work for the garbage collector, beside which nothing else runs
const RECENT_MS = 3_600_000; // whoever has read a message since was there recently
const RECENT_READS = 10_000;
const OTHERS = 2; // the ring after those who are connected, and those who were there recently

export const mailings = (ctx: Ctx, giveWay: () => Promise<void>, writing: Pick<RightOfWay, 'during'>): Deliveries =>
  deliveries({
    store: ctx.stores.mailings,
    now: ctx.now,
    atOnce: AT_ONCE,
    async send(mailing) {
      await giveWay();
      return writing.during(write(ctx, mailing));
    },
    onTrouble: (error) => {
      ctx.log.warn({ err: error }, 'letters to experts were not written, they are looked at again');
    },
  });

/** Repeatable: each letter has its key, which is the same in every ring. */
async function write(ctx: Ctx, mailing: MailingWork): Promise<Delivered> {
  const { key, categoryId, except, template, params, ring } = mailing;
  const over = await requestIsOver(ctx, params);
  if (over !== null) return { state: 'dropped', why: over };
  const now = ctx.now();
  const { ringsMs } = ctx.policy;
  const isLast = ringsMs === 0 || ring >= OTHERS;
  const recent = isLast || ring === 0 ? new Set<string>() : await recentReaders(ctx, now);
  const letterTo = letters(mailing, now);
  for await (const experts of ctx.stores.users.expertsToNotify(categoryId, AT_A_TIME)) {
    const wanted = experts.filter(({ id }) => id !== except);
    await owe(ctx, (isLast ? wanted : await nearest(ctx, wanted, recent)).map(letterTo), now);
  }
  if (isLast) return SENT;
  const notBefore = later(ctx.now(), ringsMs);
  const next = { id: `${key}-ring-${ring + 1}`, key, categoryId, except, template, params, ring: ring + 1, notBefore };
  await ctx.stores.mailings.owe([next], ctx.now());
  ctx.setAlarm(notBefore);
  return SENT;
}

const SENT = { state: 'sent' } as const;

function letters({ key, template, params }: MailingWork, now: Date): (to: ToNotify) => NewMail {
  const { digest: canWait }: MailKind = MAILS[template];
  // looked for once for all of the same wishes: clocks are asked minute by minute, and thousands may wish the same
  const instants = new Map<string, Date>();
  const digestAt = (expert: ToNotify) => {
    const wishes = JSON.stringify([expert.digest, expert.timeZone, expert.quiet]);
    const at = instants.get(wishes) ?? nextDigest(expert, now);
    instants.set(wishes, at);
    return at;
  };
  return (expert) =>
    canWait && expert.digest !== 'off'
      ? digestOf(expert, now, digestAt(expert))
      : { id: `${key}-${expert.id}`, to: expert.id, template, params };
}

/** Those who are connected, or were there recently. */
async function nearest(ctx: Ctx, experts: readonly ToNotify[], recent: ReadonlySet<string>): Promise<ToNotify[]> {
  const online = await ctx.online(experts.map((expert) => expert.id));
  return experts.filter(({ id }) => online.has(id) || recent.has(id));
}

async function recentReaders(ctx: Ctx, now: Date): Promise<ReadonlySet<string>> {
  const marks = await ctx.stores.readMarks.findMovedSince(later(now, -RECENT_MS), RECENT_READS);
  return new Set(marks.map(({ userId }) => userId));
}

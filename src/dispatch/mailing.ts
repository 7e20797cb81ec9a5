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
const ASKED = 500; // people whose presence is asked for at once
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
  const experts = await ctx.stores.users.expertsToNotify(categoryId);
  const wanted = experts.filter(({ id }) => id !== except);
  const { ringsMs } = ctx.policy;
  const isLast = ringsMs === 0 || ring >= OTHERS;
  await oweTo(ctx, isLast ? wanted : await nearest(ctx, wanted, ring), mailing);
  if (isLast) return SENT;
  const notBefore = later(ctx.now(), ringsMs);
  const next = { id: `${key}-ring-${ring + 1}`, key, categoryId, except, template, params, ring: ring + 1, notBefore };
  await ctx.stores.mailings.owe([next], ctx.now());
  ctx.setAlarm(notBefore);
  return SENT;
}

const SENT = { state: 'sent' } as const;

async function oweTo(ctx: Ctx, experts: readonly ToNotify[], { key, template, params }: MailingWork): Promise<void> {
  const now = ctx.now();
  const { digest: canWait }: MailKind = MAILS[template];
  // looked for once for all of the same wishes: clocks are asked minute by minute, and thousands may wish the same
  const instants = new Map<string, Date>();
  const digestAt = (expert: ToNotify) => {
    const wishes = JSON.stringify([expert.digest, expert.timeZone, expert.quiet]);
    const at = instants.get(wishes) ?? nextDigest(expert, now);
    instants.set(wishes, at);
    return at;
  };
  const mails = experts.map((expert): NewMail =>
    canWait && expert.digest !== 'off'
      ? digestOf(expert, now, digestAt(expert))
      : { id: `${key}-${expert.id}`, to: expert.id, template, params },
  );
  await owe(ctx, mails, now);
}

/** Those who are connected; from the second ring on also those who were there recently. */
async function nearest(ctx: Ctx, experts: readonly ToNotify[], ring: number): Promise<ToNotify[]> {
  const near = new Set<string>();
  for (let from = 0; from < experts.length; from += ASKED) {
    for (const id of await ctx.online(experts.slice(from, from + ASKED).map((expert) => expert.id))) near.add(id);
  }
  if (ring > 0) {
    const since = later(ctx.now(), -RECENT_MS);
    for (const { userId } of await ctx.stores.readMarks.findMovedSince(since, RECENT_READS)) near.add(userId);
  }
  return experts.filter(({ id }) => near.has(id));
}

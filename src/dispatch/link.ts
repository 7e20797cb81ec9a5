// Rule 4.1: a letter's link opens its customer's question for whoever has the letter. Looking at it uses nothing up, so that
// programs that read letters ahead do no harm; opening it does.

import type { Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import { later } from '../domain/instant.ts';
import type { LinkPurpose } from '../domain/link.ts';
import type { Question } from '../domain/question.ts';
import type { KnownLink } from '../models/link.ts';
import type { User } from '../models/user.ts';

const PURPOSE: LinkPurpose = 'question';
const MOST_OF_A_LETTER = 20; // a letter that is sent anew after its link was used has another one

/**
 * The token of the link in this letter: the same however often the letter is tried, and another one when it is sent anew after
 * the first was used or has ended. Null for whom no link is made.
 */
export async function linkFor(ctx: Ctx, user: User, questionId: string, letter: string): Promise<string | null> {
  if (user.role !== 'customer') return null;
  const { id: userId, email, tokenVersion } = user;
  const expiresAt = later(ctx.now(), ctx.policy.linkMs);
  for (let nth = 0; nth < MOST_OF_A_LETTER; nth += 1) {
    const token = ctx.tokens.link([PURPOSE, letter, questionId, userId, email, tokenVersion, nth]);
    const link = await ctx.stores.links.make(token, {
      userId,
      questionId,
      purpose: PURPOSE,
      tokenVersion,
      email,
      expiresAt,
    });
    if (isOpen(link, ctx.now())) return token;
  }
  return null;
}

/** Where a link leads, and whom it would sign in. */
interface Led {
  readonly user: User;
  readonly question: Question;
}

/** What a link leads to. Uses nothing up. @throws Refusal `auth.link` */
export async function lookAtLink(ctx: Ctx, token: string): Promise<Led> {
  const link = await ctx.stores.links.find(token, PURPOSE);
  if (link === null || !isOpen(link, ctx.now())) throw new Refusal('auth.link');
  return leadOf(ctx, link);
}

/** Uses a link up. The same `clientId` again is the same opening. @throws Refusal `auth.link` */
export async function openLink(ctx: Ctx, token: string, clientId: string): Promise<Led> {
  const link = await ctx.stores.links.find(token, PURPOSE);
  if (link === null) throw new Refusal('auth.link');
  const led = await leadOf(ctx, link);
  if (!(await ctx.stores.links.use(token, clientId))) throw new Refusal('auth.link');
  return led;
}

/** Neither their sessions had to end nor has their address changed since the letter went to it. */
const isSame = (user: User, { tokenVersion, email }: KnownLink) =>
  user.tokenVersion === tokenVersion && user.email === email;

const isOpen = ({ usedAt, expiresAt }: KnownLink, now: Date) => usedAt === null && expiresAt > now;

/** The account as it is now. @throws Refusal `auth.link`: used, ended, unknown or not theirs any more are one to a stranger */
async function leadOf(ctx: Ctx, link: KnownLink): Promise<Led> {
  const [user, saved] = await Promise.all([
    ctx.stores.users.read(link.userId),
    ctx.stores.questions.read(link.questionId),
  ]);
  const isTheirs = user?.role === 'customer' && user.active && isSame(user, link);
  if (!isTheirs || saved?.record.customer.id !== user.id) throw new Refusal('auth.link');
  return { user, question: saved.record };
}

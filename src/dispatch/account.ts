// Accounts (1.1): what changes somebody's rights ends their sessions, and gives back what they held.

import type { Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import { later } from '../domain/instant.ts';
import type { Actor } from '../domain/people.ts';
import type { User } from '../models/user.ts';
import { takeBack } from './customer-left.ts';
import { letGo } from './expert-left.ts';
import { owe } from './owe-mails.ts';

/** A new account, or the one that the same call has made before. @throws Refusal `conflict.email_taken` */
export async function create(ctx: Ctx, created: User): Promise<User> {
  if (await ctx.stores.users.insert(created)) return created;
  const before = await ctx.stores.users.read(created.id);
  if (before === null) throw new Refusal('conflict.email_taken');
  return before;
}

/**
 * Saves an account as the next one after `before`. `rights`: whoever had it before has to sign in again.
 * @throws Refusal `conflict.last_admin`, `.email_taken`, `.stale`
 */
export async function update(ctx: Ctx, before: User, change: Partial<User>, rights: boolean): Promise<User> {
  const now = ctx.now();
  const { passwordHash = before.passwordHash, active = before.active } = change;
  const isOther = before.passwordHash !== null && passwordHash !== before.passwordHash;
  const follows = rights && (before.role === 'expert' || !active || isOther);
  const next: User = {
    ...before,
    ...change,
    version: before.version + 1,
    ...(isOther && { newPassword: { version: before.version + 1, at: now } }),
    ...(rights && { tokenVersion: before.tokenVersion + 1, revokedAt: now }),
    ...(follows && { followsSince: before.followsSince ?? now }),
  };
  await saveUnlessLast(ctx, before, next);
  if (rights) ctx.publish({ type: 'user.revoked', userId: next.id, tokenVersion: next.tokenVersion });
  const isCalledOtherwise = next.name !== before.name || next.locale !== before.locale;
  if (isCalledOtherwise && !rights) ctx.publish({ type: 'user.changed', userId: next.id });
  if (rights) await follow(ctx, next);
  return next;
}

const AGAIN_MS = 60 * 60_000; // an account whose rights were changed so recently is looked at again by each sweep
const againSince = (ctx: Ctx) => new Date(ctx.now().getTime() - AGAIN_MS);

/**
 * Whoever changed an account may have died before all that follows was done, however long ago; and a claim may have been on its
 * way. Repeatable.
 */
export async function followChanges(ctx: Ctx): Promise<void> {
  const { users } = ctx.stores;
  const since = againSince(ctx);
  for (const id of await users.unsettled(since)) {
    const user = await users.read(id);
    if (user === null) continue;
    await follow(ctx, user);
    if (user.followsSince !== undefined && user.followsSince < since) await users.settled(user);
  }
}

/** What follows from other rights. Repeatable. */
async function follow(ctx: Ctx, user: User): Promise<void> {
  if (user.role === 'expert') await letGo(ctx, user);
  else if (!user.active) await takeBack(ctx, user);
  await tellOfPassword(ctx, user);
}

/** Whoever did it: the person hears of it where only they read, and can have it undone. Once: the mail log forgets in time. */
async function tellOfPassword(ctx: Ctx, user: User): Promise<void> {
  const { id, role, email, newPassword, followsSince = againSince(ctx) } = user;
  if (newPassword === undefined || email === null || newPassword.at < followsSince) return;
  const { version, at } = newPassword;
  const params = { role, since: at.toISOString() };
  await owe(ctx, [{ id: `password-${id}-${version}`, to: id, template: 'password_changed', params }], ctx.now());
}

/**
 * Another password, by whoever has the old one: all sessions end. Answers the account, whose next tokens hold.
 * @throws Refusal `conflict.stale` when it was changed at the same moment
 */
export async function changePassword(ctx: Ctx, before: User, password: string): Promise<User> {
  return update(ctx, before, { passwordHash: await ctx.tokens.hash(password), endedSessions: [] }, true);
}

/** Ends one session of an account, or all of them. Repeatable. */
export async function endSessions(ctx: Ctx, { id, role, session, tokenVersion }: Actor, all: boolean): Promise<void> {
  const { users } = ctx.stores;
  const user = await users.read(id);
  if (user === null || user.tokenVersion !== tokenVersion) return;
  // a token of an earlier version names no session
  if (all || session === undefined || (user.endedSessions?.length ?? 0) >= MOST_ENDED) {
    await unlessStale(() => endAll(ctx, id, tokenVersion));
    return;
  }
  const now = ctx.now();
  await users.endSession(id, session, later(now, ctx.tokens.longest(role)), now);
  ctx.publish({ type: 'user.revoked', userId: id, tokenVersion, session });
}

const MOST_ENDED = 50; // that an account remembers: after so many all have ended
const TRIES = 3;

async function endAll(ctx: Ctx, id: string, tokenVersion: number): Promise<void> {
  const user = await ctx.stores.users.read(id);
  if (user === null || user.tokenVersion !== tokenVersion) return; // all have ended already
  await update(ctx, user, { endedSessions: [] }, true);
}

/** Somebody else changed the account at the same moment: both may. */
async function unlessStale<T>(work: () => Promise<T>, tries = TRIES): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (tries <= 1 || !(error instanceof Refusal) || error.code !== 'conflict.stale') throw error;
    return unlessStale(work, tries - 1);
  }
}

/**
 * 4.1: where a customer's letters go from now on; null: nowhere. Letters are about their own questions only. Nobody has proved
 * that the address is theirs: links in letters to the one before open nothing any more.
 * @throws Refusal `auth.forbidden` for whoever signs in with it
 */
export async function changeEmail(ctx: Ctx, id: string, email: string | null): Promise<User> {
  return unlessStale(async () => {
    const user = await ctx.stores.users.read(id);
    if (user === null) throw new Refusal('not_found');
    if (user.passwordHash !== null) throw new Refusal('auth.forbidden');
    return user.email === email ? user : update(ctx, user, { email }, false);
  });
}

/** Somebody must be able to let the others in again. */
async function saveUnlessLast(ctx: Ctx, before: User, next: User): Promise<void> {
  const { users } = ctx.stores;
  const leaves = before.role === 'admin' && before.active && !next.active;
  const isLast = async () => leaves && !(await users.hasOtherAdmin(next.id));
  if (await isLast()) throw new Refusal('conflict.last_admin');
  const outcome = await users.save(next);
  if (outcome === 'taken') throw new Refusal('conflict.email_taken');
  if (outcome === 'stale') throw new Refusal('conflict.stale', { version: (await users.read(next.id))?.version ?? 0 });
  if (!(await isLast())) return;
  // two admins have switched each other off at once: each takes it back
  await users.save({ ...before, version: next.version + 1 });
  throw new Refusal('conflict.last_admin');
}

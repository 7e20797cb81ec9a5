// Accounts (1.1): what changes somebody's rights ends their sessions, and gives back what they held.

import type { Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { User } from '../models/user.ts';
import { letGo } from './expert-left.ts';

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
  const next: User = {
    ...before,
    ...change,
    version: before.version + 1,
    ...(rights && { tokenVersion: before.tokenVersion + 1, revokedAt: ctx.now() }),
  };
  await saveUnlessLast(ctx, before, next);
  if (rights) ctx.publish({ type: 'user.revoked', userId: next.id, tokenVersion: next.tokenVersion });
  if (rights && next.role === 'expert') await letGo(ctx, next);
  return next;
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

// What people may call themselves. Admins may call an account what they like, their own too.

import type { Ctx } from '../context.ts';
import { saysReserved } from '../domain/names.ts';
import type { User } from '../models/user.ts';
import { invalid } from './fields.ts';

/**
 * Nobody is called as the service or a role, no customer as an expert, nobody as an admin, nor in letters that look like it.
 * `self`: who chooses it; absent: a new visitor.
 * @throws Refusal `input.invalid`
 */
export async function assertOwnName(ctx: Ctx, name: string, self?: Pick<User, 'id' | 'role'>): Promise<void> {
  if (saysReserved(name, ctx.reservedNames)) throw invalid('name', 'reserved');
  if (await ctx.stores.users.isTaken(name, self?.role === 'expert' ? ['admin'] : ['expert', 'admin'], self?.id))
    throw invalid('name', 'looks_like_team');
}

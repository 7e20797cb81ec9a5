// Accounts: admins keep experts with their categories; everybody keeps their own name and wishes.

import { v5 as uuidFrom, v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Ctx } from '../context.ts';
import { create, update } from '../dispatch/account.ts';
import { Refusal } from '../domain/errors.ts';
import { DIGESTS } from '../domain/notify.ts';
import type { Actor } from '../domain/people.ts';
import type { User } from '../models/user.ts';
import { command } from './command.ts';
import {
  CategoryId,
  ClientId,
  Cursor,
  Email,
  Id,
  Locale,
  Name,
  PAGE,
  Password,
  Search,
  TimeOfDay,
  TimeZone,
  invalid,
  paged,
  refusedAs,
} from './fields.ts';
import { assertOwnName } from './own-name.ts';
import { UserView, userView } from './views/user.ts';

const Role = z.enum(['customer', 'expert', 'admin']);
const Categories = z.array(CategoryId).max(50);
/** 2.6: in these hours nothing comes that can wait; null: none. */
const Quiet = z
  .strictObject({ from: TimeOfDay, to: TimeOfDay })
  .refine(({ from, to }) => from !== to, refusedAs('empty'))
  .nullable();
const One = z.strictObject({ user: UserView });

export const user = {
  'user.list': command({
    summary:
      'All accounts, the newest first; by role, active or not, part of name or e-mail, experts with or without categories.',
    who: ['admin'],
    reads: true,
    input: z.strictObject({
      role: Role.optional(),
      active: z.boolean().optional(),
      search: Search.optional(),
      hasCategories: z.boolean().optional(),
      cursor: Cursor.optional(),
    }),
    output: z.strictObject({ items: z.array(UserView), nextCursor: z.string().optional() }),
    run: async (ctx, _actor, { cursor, ...filter }) => {
      const found = await ctx.stores.users.list({ ...filter, before: cursor }, PAGE + 1);
      const page = paged(found, (last) => last.id);
      return { ...page, items: page.items.map((one) => userView(one, ctx.now())) };
    },
  }),

  'user.create': command({
    summary: 'A new account with a password.',
    who: ['admin'],
    input: z.strictObject({
      role: Role,
      name: Name,
      email: Email,
      password: Password,
      locale: Locale.optional(),
      categories: Categories.optional(),
      clientId: ClientId.optional(),
    }),
    output: One,
    run: async (ctx, actor, input) => {
      const categories = await knownCategories(ctx, input.role, input.categories ?? []);
      const created: User = {
        id: `u_${input.clientId === undefined ? uuid() : uuidFrom(`${actor.id}/${input.clientId}`, uuidFrom.URL)}`,
        version: 1,
        role: input.role,
        name: input.name,
        locale: input.locale ?? 'en',
        email: input.email,
        passwordHash: await ctx.tokens.hash(input.password),
        categories,
        notify: { openRequests: true, reminders: true },
        active: true,
        tokenVersion: 1,
        createdAt: ctx.now(),
      };
      return { user: userView(await create(ctx, created), ctx.now()) };
    },
  }),

  'user.update': command({
    summary: 'One’s own locale, name and wishes; admins also the rights of others, whose sessions then end.',
    who: ['customer', 'expert', 'admin'],
    input: z.strictObject({
      userId: Id.optional(),
      version: z.int().min(1).optional().meta({ description: 'The one that was read; another one is stale.' }),
      locale: Locale.optional(),
      name: Name.optional(),
      notify: z
        .strictObject({ openRequests: z.boolean(), reminders: z.boolean(), digest: z.enum(DIGESTS), quiet: Quiet })
        .partial()
        .optional(),
      timeZone: TimeZone.optional(),
      categories: Categories.optional(),
      active: z.boolean().optional(),
      email: Email.optional(),
      password: Password.optional(),
    }),
    output: One,
    run: async (ctx, actor, { userId = actor.id, version, ...wanted }) => {
      if (actor.role !== 'admin' && userId !== actor.id) throw new Refusal('not_found');
      const rights = RIGHTS.some((right) => wanted[right] !== undefined);
      if (actor.role !== 'admin' && rights) throw new Refusal('auth.forbidden');
      const before = await ctx.stores.users.read(userId);
      if (before === null) throw new Refusal('not_found');
      const isStale = version !== undefined && version !== before.version;
      if (isStale) throw new Refusal('conflict.stale', { version: before.version });
      const { name = before.name } = wanted;
      if (name !== before.name && actor.role !== 'admin') await assertOwnName(ctx, name, before);
      return { user: userView(await update(ctx, before, await changeOf(ctx, before, wanted), rights), ctx.now()) };
    },
  }),
};

/** What only admins change. Whoever had it before has to sign in again. */
const RIGHTS = ['categories', 'active', 'email', 'password'] as const;

interface Wanted {
  readonly locale?: User['locale'] | undefined;
  readonly name?: string | undefined;
  readonly notify?: { readonly [Choice in keyof User['notify']]?: User['notify'][Choice] | undefined } | undefined;
  readonly timeZone?: string | undefined;
  readonly categories?: string[] | undefined;
  readonly active?: boolean | undefined;
  readonly email?: string | undefined;
  readonly password?: string | undefined;
}

async function changeOf(ctx: Ctx, before: User, wanted: Wanted): Promise<Partial<User>> {
  const categories = wanted.categories && (await knownCategories(ctx, before.role, wanted.categories));
  const email = wanted.email ?? before.email;
  if (wanted.password !== undefined && email === null) throw invalid('email', 'required_for_password');
  return {
    locale: wanted.locale ?? before.locale,
    name: wanted.name ?? before.name,
    notify: chosen(before.notify, wanted.notify),
    ...(wanted.timeZone !== undefined && { timeZone: wanted.timeZone }),
    categories: categories ?? before.categories,
    active: wanted.active ?? before.active,
    email,
    passwordHash: wanted.password === undefined ? before.passwordHash : await ctx.tokens.hash(wanted.password),
  };
}

/** What is not said stays as it was. */
function chosen(before: User['notify'], wished: NonNullable<Wanted['notify']> = {}): User['notify'] {
  const { reminders = before.reminders, digest = before.digest, quiet = before.quiet } = wished;
  return {
    openRequests: wished.openRequests ?? before.openRequests,
    ...(reminders !== undefined && { reminders }),
    ...(digest !== undefined && { digest }),
    ...(quiet !== undefined && { quiet }),
  };
}

async function knownCategories(ctx: Ctx, role: Actor['role'], ids: readonly string[]): Promise<string[]> {
  if (role !== 'expert' && ids.length > 0) throw invalid('categories', 'experts_only');
  const known = new Set((await ctx.stores.categories.all()).map(({ id }) => id));
  const unknown = ids.findIndex((id) => !known.has(id));
  if (unknown >= 0) throw invalid(`categories.${unknown}`, 'unknown');
  return [...new Set(ids)];
}

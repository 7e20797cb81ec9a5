// Who somebody is: visitors, log-in, and the actor behind a token, for both transports.

import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Ctx, Watcher } from '../context.ts';
import { emailAddress } from '../domain/email-address.ts';
import { Refusal } from '../domain/errors.ts';
import type { Actor } from '../domain/people.ts';
import { normalForm } from '../domain/text.ts';
import { changeEmail, changePassword, endSessions } from '../dispatch/account.ts';
import { lookAtLink, openLink } from '../dispatch/link.ts';
import { DEMO_PASSWORD } from '../models/seed.ts';
import type { User } from '../models/user.ts';
import { command, openCommand } from './command.ts';
import { ClientId, Email, LinkToken, Locale, Name, Password, invalid } from './fields.ts';
import { assertOwnName } from './own-name.ts';
import { Instant } from './views/fields.ts';
import { LinkView, linkView } from './views/link.ts';
import { UserView, userView } from './views/user.ts';

const Session = z.strictObject({ token: z.string(), user: UserView });
const Renewed = z.strictObject({ token: z.string(), expiresAt: Instant });

export const session = {
  'session.visitor': openCommand({
    summary: 'Makes an anonymous customer.',
    limit: 'visitors',
    input: z.strictObject({ locale: Locale, name: Name.optional(), email: Email.optional() }),
    output: Session,
    run: async (ctx, { locale, name, email }) => {
      if (name !== undefined) await assertOwnName(ctx, name);
      const user: User = {
        id: `u_${uuid()}`,
        version: 1,
        role: 'customer',
        name: name ?? 'Visitor',
        locale,
        email: email ?? null,
        passwordHash: null,
        categories: [],
        notify: { openRequests: false, reminders: true },
        active: true,
        tokenVersion: 1,
        createdAt: ctx.now(),
      };
      await ctx.stores.users.insert(user);
      return sessionOf(ctx, user);
    },
  }),

  'session.login': openCommand({
    summary: 'Signs in with e-mail and password.',
    limit: 'logins',
    input: z.strictObject({ email: Email, password: z.string().min(1).max(128) }),
    output: Session,
    run: async (ctx, { email, password }) => {
      const user = await ctx.stores.users.findByEmail(email);
      // verified also without an account, so that both take the same time
      const right = await isRight(ctx, user?.passwordHash ?? null, password);
      const isPublic = normalForm(password) === DEMO_PASSWORD && !ctx.site.demo;
      if (user === null || !right || isPublic || !user.active)
        throw new Refusal('auth.required', { reason: 'wrong_credentials' });
      return sessionOf(ctx, user);
    },
  }),

  'session.open': openCommand({
    summary:
      'Signs in by the link of a letter, once (4.1). The same `clientId` again within ten minutes is the same opening. What is used, ended or unknown is `auth.link`.',
    limit: 'logins',
    input: z.strictObject({ link: LinkToken, clientId: ClientId.optional() }),
    output: Session.extend({ questionId: z.string() }),
    run: async (ctx, { link, clientId }) => {
      const { user, question } = await openLink(ctx, link, clientId ?? uuid());
      return { ...(await sessionOf(ctx, user)), questionId: question.id };
    },
  }),

  'session.look': openCommand({
    summary: 'What the link of a letter leads to, and whether it can be rated there (4.1). Uses nothing up.',
    limit: 'logins',
    // NOTE: does not answer GET: a link in an address would be in logs
    input: z.strictObject({ link: LinkToken }),
    output: LinkView,
    run: async (ctx, { link }) => linkView(await lookAtLink(ctx, link)),
  }),

  'session.get': command({
    summary: 'The account behind the token.',
    who: ['customer', 'expert', 'admin'],
    reads: true,
    input: z.strictObject({}),
    output: z.strictObject({ user: UserView }),
    run: async (ctx, actor) => {
      const user = await ctx.stores.users.read(actor.id);
      if (user === null) throw new Refusal('not_found');
      return { user: userView(user, ctx.now()) };
    },
  }),

  'session.renew': command({
    summary:
      'Another token of the same session, which holds longer; of experts and admins only so long after the log-in.',
    who: ['customer', 'expert', 'admin'],
    audited: false,
    input: z.strictObject({}),
    output: Renewed,
    run: (ctx, actor, _input, { watcher }) => renewed(ctx, actor, watcher),
  }),

  'session.end': command({
    summary: 'Signs out: all tokens of this session, on all its tabs, or `everywhere` all of the account.',
    who: ['customer', 'expert', 'admin'],
    input: z.strictObject({ everywhere: z.boolean().optional() }),
    output: z.strictObject({}),
    run: async (ctx, actor, { everywhere = false }, { watcher }) => {
      watcher?.end();
      await endSessions(ctx, actor, everywhere);
      return {};
    },
  }),

  'session.password': command({
    summary:
      'Another password, by the old one. All other sessions end; this one goes on with the token that is answered.',
    who: ['expert', 'admin'],
    limit: 'logins',
    input: z.strictObject({ old: z.string().min(1).max(128), new: Password }),
    output: Renewed,
    run: async (ctx, actor, { old, new: password }, { watcher }) => {
      const user = await ctx.stores.users.read(actor.id);
      if (user === null) throw new Refusal('not_found');
      if (!(await isRight(ctx, user.passwordHash, old))) throw invalid('old', 'wrong');
      // this socket is not one of those that end by it
      watcher?.extend(actor.expiresAt, user.tokenVersion + 1);
      try {
        const { tokenVersion } = await changePassword(ctx, user, password);
        return await renewed(ctx, { ...actor, tokenVersion }, watcher);
      } catch (error) {
        watcher?.extend(actor.expiresAt, actor.tokenVersion);
        throw error;
      }
    },
  }),

  'session.email': command({
    summary: 'Where letters about one’s own questions go; null: nowhere. Nobody has proved whose address it is.',
    who: ['customer'],
    limit: 'emails',
    input: z.strictObject({ email: Email.nullable() }),
    output: z.strictObject({ user: UserView }),
    run: async (ctx, { id }, { email }) => ({ user: userView(await changeEmail(ctx, id, email), ctx.now()) }),
  }),
};

/** Another token of the same session; its socket goes on with it. */
async function renewed(ctx: Ctx, actor: Actor, watcher: Watcher | null): Promise<z.input<typeof Renewed>> {
  const { id: userId, role, tokenVersion, session: of } = actor;
  const token = await ctx.tokens.sign({ userId, role, tokenVersion, ...(of !== undefined && { session: of }) });
  const { expiresAt } = (await ctx.tokens.read(token)) ?? { expiresAt: ctx.now() };
  watcher?.extend(expiresAt, tokenVersion);
  return { token, expiresAt: expiresAt.toISOString() };
}

/** What a log-in is counted by: the account that it means, or the beginning of what it says instead. */
export const loginKey = (email: string): string => emailAddress(email) ?? email.slice(0, LONGEST_KEY);

const LONGEST_KEY = 64; // characters: a key may not grow with what a stranger sends

/** In the form in which passwords are kept since they are normalised; before, they were kept as they were typed. */
async function isRight(ctx: Ctx, hash: string | null, password: string): Promise<boolean> {
  const normal = normalForm(password);
  return (await ctx.tokens.verify(hash, normal)) || (normal !== password && (await ctx.tokens.verify(hash, password)));
}

/**
 * The actor behind a token, as the account is now.
 * @throws Refusal `auth.required` when the token is forged, expired, or older than the account's rights
 */
export async function actorOf(ctx: Ctx, token: string): Promise<Actor> {
  const claims = await ctx.tokens.read(token);
  const user = claims && (await ctx.stores.users.read(claims.userId));
  if (!claims || !user?.active || user.tokenVersion !== claims.tokenVersion || user.role !== claims.role) {
    throw new Refusal('auth.required');
  }
  const { session: of } = claims;
  if (user.endedSessions?.some((ended) => ended.session === of) === true) throw new Refusal('auth.required');
  const { id, role, name, locale, categories, tokenVersion } = user;
  const { expiresAt } = claims;
  return { id, role, name, locale, categories, tokenVersion, expiresAt, ...(of !== undefined && { session: of }) };
}

/**
 * An admin comes in by a door that is no command: recorded before it opens.
 * @throws Refusal `auth.required`, `auth.forbidden` for everybody else
 */
export async function admitAdmin(ctx: Ctx, token: string): Promise<void> {
  const { id, role } = await actorOf(ctx, token);
  if (role !== 'admin') throw new Refusal('auth.forbidden');
  const row = { call: uuid(), actor: { id, role }, action: 'admin.sign_in', targets: [], reason: null } as const;
  await ctx.stores.audit.append({ ...row, outcome: 'done', at: ctx.now() });
}

async function sessionOf(ctx: Ctx, user: User) {
  const { id, role, tokenVersion } = user;
  return { token: await ctx.tokens.sign({ userId: id, role, tokenVersion }), user: userView(user, ctx.now()) };
}

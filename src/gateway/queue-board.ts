// Bull Board, for admins' eyes: the queue as it is in Redis, read-only. Beside the table of commands, because a browser
// that opens a page sends no bearer token: an admin signs in by a cookie of its own, good for these pages alone, and every
// request asks again whether its token still holds.

import { createRequire } from 'node:module';
import path from 'node:path';
import { createBullBoard } from '@bull-board/api';
import type { BaseAdapter } from '@bull-board/api/baseAdapter';
import type { IServerAdapter } from '@bull-board/api/typings/app';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { admitAdmin } from '../commands/session.ts';
import type { Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { Actor, Locale } from '../domain/people.ts';
import type { AnswerCall } from './call.ts';
import { addressOf, folderOf, localeOf } from './caller.ts';
import type { OriginSettings, ProxyCheck } from './caller.ts';
import { failureOf } from './reply.ts';
import { inputBytesOf } from './requests.ts';
import type { Failure } from './reply.ts';

export interface BoardSettings {
  /** what is shown, made so that nothing can be changed through it */
  readonly queues: readonly BaseAdapter[];
}

export interface BoardParts extends BoardSettings, Pick<OriginSettings, 'publicUrl'> {
  readonly ctx: Ctx;
  /** @throws Refusal `auth.required` for a token that does not hold (any more) */
  readonly actorOf: (token: string) => Promise<Actor>;
  readonly answer: AnswerCall;
  readonly isProxy: ProxyCheck;
  readonly refuse: (reply: FastifyReply, failed: Failure) => FastifyReply;
}

const BOARD = '/admin/queues';
const SIGN_IN = '/admin/sign-in';
const COOKIE = 'parley_admin';
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const COOKIE_LIFE_S = 3_600; // the token in it would live for a working day; a browser left alone should not

// The board brings its own scripts, and styles that it writes into its elements; it may talk to this server only.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';');

const UI = path.dirname(createRequire(import.meta.url).resolve('@bull-board/ui/package.json'));
/** The board would like a font from another server, which the policy forbids. */
const FOREIGN_FONTS = /<link href="https:\/\/fonts\.googleapis\.com[^>]*>/g;

export async function serveBoard(app: FastifyInstance, parts: BoardParts): Promise<void> {
  const adapter = new FastifyAdapter();
  const folder = folderOf(parts.publicUrl);
  createBullBoard({
    queues: parts.queues,
    // NOTE: it carries a copy of the API of its own, a patch older: the same methods, but types of another declaration
    serverAdapter: adapter as unknown as IServerAdapter,
    options: {
      uiBasePath: UI,
      uiConfig: { boardTitle: 'Parley', miscLinks: [{ text: 'Sign out', url: folder + SIGN_IN }] },
    },
  });
  adapter.setBasePath(folder + BOARD);
  // what went wrong is logged, never shown
  adapter.setErrorHandler((error) => {
    const { message } = failureOf(error, 'en', parts.ctx.log, BOARD);
    return { status: 500, body: { error: message } };
  });

  await app.register(async (scope) => {
    scope.addHook('onRequest', guard(parts));
    scope.addHook('onSend', async (_request, _reply, payload) =>
      typeof payload === 'string' ? payload.replace(FOREIGN_FONTS, '') : payload,
    );
    await scope.register(adapter.registerPlugin(), { prefix: BOARD });
  });
  serveSignIn(app, parts);
}

/** Nobody but an admin, whose account is asked at every request; and nothing but reading, whatever the board offers. */
function guard({ actorOf, ctx, refuse, publicUrl }: BoardParts) {
  const signIn = folderOf(publicUrl) + SIGN_IN;
  // NOTE: caught here, because the board answers what is thrown in its routes with pages of its own
  return async (request: FastifyRequest, reply: FastifyReply) => {
    void reply.header('cache-control', 'no-store').header('content-security-policy', POLICY);
    try {
      const actor = await actorOf(tokenIn(request));
      if (actor.role !== 'admin' || !READING.has(request.method)) throw new Refusal('auth.forbidden');
      return undefined;
    } catch (error) {
      const failed = failureOf(error, languageOf(request), ctx.log, BOARD);
      const isPage = request.headers.accept?.includes('text/html') ?? false;
      return failed.code === 'auth.required' && isPage ? reply.redirect(signIn, 303) : refuse(reply, failed);
    }
  };
}

/** In by the same door, limit and timing as any log-in; out by forgetting the cookie. */
function serveSignIn(app: FastifyInstance, { ctx, answer, isProxy, refuse, publicUrl }: BoardParts): void {
  const hide = { schema: { hide: true } };
  app.get(SIGN_IN, hide, (_request, reply) => reply.sendFile('admin/sign-in.html'));

  app.post(SIGN_IN, hide, async (request, reply) => {
    assertOwnPage(request, publicUrl);
    const call = { actor: null, address: addressOf(request.raw, isProxy), watcher: null };
    const answered = await answer(
      'session.login',
      call,
      request.body ?? {},
      languageOf(request),
      inputBytesOf(request),
    );
    if (!answered.ok) return refuse(reply, answered.error);
    const { token } = answered.data as { token: string }; // the output of session.login
    await admitAdmin(ctx, token);
    return reply
      .header('set-cookie', cookie(request, publicUrl, token, COOKIE_LIFE_S))
      .code(204)
      .send();
  });

  app.post('/admin/sign-out', hide, async (request, reply) => {
    assertOwnPage(request, publicUrl);
    return reply
      .header('set-cookie', cookie(request, publicUrl, '', 0))
      .code(204)
      .send();
  });
}

/**
 * A cookie is read here, so a page of another origin, a partner's too, must not be able to send anything.
 * @throws Refusal `auth.forbidden`
 */
function assertOwnPage({ headers, host }: FastifyRequest, publicUrl: URL | undefined): void {
  const { origin } = headers;
  const own = URL.canParse(origin ?? '') ? new URL(origin ?? '') : null;
  const isOurs = own !== null && (own.host === host || own.origin === publicUrl?.origin);
  if (!isOurs) throw new Refusal('auth.forbidden');
}

function cookie(request: FastifyRequest, publicUrl: URL | undefined, token: string, lifeS: number): string {
  const secure = request.protocol === 'https' || publicUrl?.protocol === 'https:';
  const parts = [
    `${COOKIE}=${token}`,
    `Path=${folderOf(publicUrl)}/admin`,
    `Max-Age=${lifeS}`,
    'HttpOnly',
    'SameSite=Strict',
  ];
  return [...parts, ...(secure ? ['Secure'] : [])].join('; ');
}

/** @throws Refusal `auth.required` when there is none */
function tokenIn({ headers }: FastifyRequest): string {
  const found = (headers.cookie ?? '').split(';').find((one) => one.trim().startsWith(`${COOKIE}=`));
  const token = found?.trim().slice(COOKIE.length + 1);
  if (token === undefined || token === '') throw new Refusal('auth.required');
  return token;
}

const languageOf = (request: FastifyRequest): Locale => localeOf(request.headers['accept-language']);

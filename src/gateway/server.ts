// HTTP: one handler for every command of the table, and everything that is refused as a problem document. It builds; main
// listens.

import type { BlockList } from 'node:net';
import helmet from '@fastify/helmet';
import type { FastifyHelmetOptions } from '@fastify/helmet';
import Fastify from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Command } from '../commands/command.ts';
import { Refusal } from '../domain/errors.ts';
import { INPUT_BYTES } from './bounds.ts';
import { answering } from './call.ts';
import type { AnswerCall, CallParts } from './call.ts';
import { serveBoard } from './queue-board.ts';
import type { BoardSettings } from './queue-board.ts';
import { describe } from './docs.ts';
import { serveInbox } from './dev-inbox.ts';
import type { Inbox } from './dev-inbox.ts';
import { addressOf, folderOf, localeOf, networkOf, originCheck, proxyCheck, withoutFolder } from './caller.ts';
import type { OriginSettings, ProxyCheck } from './caller.ts';
import { serveHealth } from './health.ts';
import type { HealthParts } from './health.ts';
import { servePages } from './pages.ts';
import { servePayPage } from './pay-page.ts';
import type { PagesSettings } from './pages.ts';
import { coercion } from './query.ts';
import { boundRequests, inputBytesOf, overdone } from './requests.ts';
import { BYTES, PROBLEM, failure, failureOf, problemOf } from './reply.ts';
import type { Failure } from './reply.ts';
import { serveUnsubscribe } from './unsubscribe.ts';
import type { Choices } from './unsubscribe.ts';
import { serveWebhooks } from './webhooks.ts';
import type { Notices } from './webhooks.ts';

export interface ServerParts extends CallParts, OriginSettings, HealthParts {
  readonly trustProxy: BlockList;
  /** development only: the mail that was "sent" */
  readonly inbox?: Inbox | undefined;
  /** where the pages for people are; none are served without */
  readonly pages?: PagesSettings | undefined;
  /** which e-mails people want, asked by the links in these */
  readonly choices?: Choices;
  /** which providers speak up by themselves */
  readonly notices?: Notices;
  /** the queues that admins may look at; needs `pages` */
  readonly board?: BoardSettings | undefined;
}

const HANDLER_MS = 15_000; // longer than a payment provider may take to answer
const PLUGIN_MS = 60_000; // a start beside much else, like that of all processes after an outage, is slow and no fault

export async function buildServer(parts: ServerParts): Promise<FastifyInstance> {
  const isProxy = proxyCheck(parts.trustProxy);
  const folder = folderOf(parts.publicUrl);
  const app = Fastify({
    bodyLimit: INPUT_BYTES,
    trustProxy: isProxy,
    requestTimeout: 10_000,
    handlerTimeout: HANDLER_MS,
    pluginTimeout: PLUGIN_MS,
    connectionTimeout: HANDLER_MS + 5_000,
    keepAliveTimeout: 30_000,
    maxRequestsPerSocket: 1_000,
    // NOTE: requestTimeout is looked at no more often than this interval, which is 30 s by default.
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 1_000 },
    rewriteUrl: ({ url = '/' }) => routedAs(url, folder),
  });
  app.removeContentTypeParser('text/plain'); // JSON or nothing: what a page can post without asking is not read

  const charge = boundRequests(app, isProxy, parts);
  app.setErrorHandler(async (caught: FastifyError, request, reply) => {
    // what went wrong before its call was charged is charged as well
    const error = await charge(request, reply, inputBytesOf(request)).then(
      () => caught,
      (refusal: unknown) => refusal as FastifyError, // whatever was thrown, as the handler gets it
    );
    if (isClientError(error)) return refuse(reply, refusalOf(error, request), error.statusCode);
    if (error.statusCode === 503) return refuse(reply, failure('unavailable', languageOf(request)));
    return refuse(reply, failureOf(error, languageOf(request), parts.ctx.log, request.url.split('?')[0] ?? ''));
  });
  app.setNotFoundHandler((request, reply) => {
    refuse(reply, failure('not_found', languageOf(request)));
  });

  drainOnClose(app);
  guardOrigins(app, originCheck(parts));
  await app.register(helmet, headersFor(parts.publicUrl));
  app.all(UNDECODABLE, { schema: { hide: true } }, (request, reply) =>
    refuse(reply, failure('input.invalid', languageOf(request), { fields: [{ path: '', reason: 'url' }] })),
  );
  if (Object.keys(parts.table).length > 0) await describe(app, parts.table, folder);
  serveHealth(app, parts);
  if (parts.inbox) serveInbox(app, parts.inbox);
  if (parts.pages !== undefined) await servePages(app, parts.pages, { folder, isDemo: parts.ctx.site.demo });
  if (parts.pages !== undefined) servePayPage(app, { ...parts, built: parts.pages.built, site: parts.ctx.site });
  if (parts.choices) await serveUnsubscribe(app, parts.choices);
  if (parts.notices) await serveWebhooks(app, parts.notices);

  const answer = answering(parts, 'http');
  for (const [name, row] of Object.entries(parts.table)) {
    if (row.over !== 'socket') route(app, name, row, { ...parts, answer, isProxy });
  }
  if (parts.board) await serveBoard(app, { ...parts, ...parts.board, answer, isProxy, refuse });
  return app;
}

/** Only who reaches us by https can be told to come by nothing else: over plain HTTP pages would stay blank. */
function headersFor(publicUrl: URL | undefined): FastifyHelmetOptions {
  if (publicUrl?.protocol === 'https:') return {};
  return {
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: publicUrl === undefined, // browsers complain of it at plain HTTP, but for this machine
  };
}

const UNDECODABLE = '/undecodable';
const NOWHERE = '/nowhere'; // there is no such route, nor a file
const AROUND = /(?:^|[/\\])\.\.?(?:[/\\]|$)|\0/;

/**
 * The path by which our routes know what was asked for. What cannot be decoded the router would answer by itself, past our
 * headers; what would lead out of a folder of files is an error to those who serve these, and to us nothing that is there.
 */
function routedAs(url: string, folder: string): string {
  try {
    const path = decodeURIComponent(url.split('?', 1)[0] ?? '');
    return AROUND.test(path) ? NOWHERE : withoutFolder(url, folder);
  } catch {
    return UNDECODABLE;
  }
}

interface RouteParts extends CallParts {
  readonly answer: AnswerCall;
  readonly isProxy: ProxyCheck;
}

function route(app: FastifyInstance, name: string, row: Command, parts: RouteParts): void {
  const { answer, actorOf, isProxy, limits } = parts;
  const config = { charged: 'command', takes: row.takes } as const;
  const isFile = row.gives !== 'json';
  const coerce = coercion(row.input);
  const asked = ({ query }: FastifyRequest) => coerce(query as Record<string, unknown>);
  const url = `/v1/${name}`;
  const serve = async (request: FastifyRequest, reply: FastifyReply, input: unknown, bytes?: Buffer) => {
    const token = bearer(request.headers.authorization);
    const actor = token === null ? null : await actorOf(token);
    const locale = actor?.locale ?? languageOf(request);
    const address = addressOf(request.raw, isProxy);
    const payer = actor?.id ?? networkOf(address);
    request.payer = payer;
    const flooded = limits.floodedFor(payer);
    if (flooded > 0) throw overdone(reply, flooded);
    const call = { actor, address, watcher: null, ...(bytes && { bytes }) };
    const answered = await answer(name, call, input, locale, inputBytesOf(request));
    if (!answered.ok) return refuse(reply, answered.error);
    void reply.header('cache-control', 'no-store');
    if (isFile) void reply.type(row.gives).header('content-disposition', `attachment; filename="${name}"`);
    return reply.send(answered.data);
  };

  if (row.takes === 'bytes') {
    void app.register(async (bytes) => {
      bytes.removeAllContentTypeParsers();
      bytes.addContentTypeParser(BYTES, { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body);
      bytes.post<{ Body?: Buffer }>(url, { config }, (request, reply) =>
        serve(request, reply, asked(request), request.body ?? Buffer.alloc(0)),
      );
    });
  } else if (!(row.reads && isFile)) {
    app.post(url, { config }, (request, reply) =>
      serve(request, reply, request.body === undefined ? {} : request.body),
    );
  }
  if (row.reads) app.get(url, { config }, (request, reply) => serve(request, reply, asked(request)));
}

/** @throws Refusal `auth.required` when there is an Authorization that is no bearer token */
function bearer(header: string | undefined): string | null {
  if (header === undefined) return null;
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (token === undefined) throw new Refusal('auth.required');
  return token;
}

/** CORS for the pages that may, and nothing for the others: neither an answer they can read nor a command they can send. */
function guardOrigins(app: FastifyInstance, isWelcome: (origin: string | undefined) => boolean): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    void reply.header('vary', 'Origin');
    if (origin === undefined) return undefined;
    if (!isWelcome(origin)) {
      if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return undefined;
      throw new Refusal('auth.forbidden');
    }
    void reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', 'retry-after');
    if (request.method !== 'OPTIONS') return undefined;
    return reply
      .code(204)
      .header('access-control-allow-methods', 'GET, POST')
      .header('access-control-allow-headers', 'authorization, content-type')
      .header('access-control-max-age', '600')
      .send();
  });
}

function refuse(reply: FastifyReply, failed: Failure, status?: number): FastifyReply {
  const problem = problemOf(failed, status);
  const wait = problem.details?.['retryAfter'];
  if (typeof wait === 'number') void reply.header('retry-after', Math.ceil(wait));
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  // What was not read to its end cannot be followed by another request.
  if (problem.status === 413 && !reply.request.raw.complete) void reply.header('connection', 'close');
  return reply.code(problem.status).type(PROBLEM).header('cache-control', 'no-store').send(problem);
}

const isClientError = ({ statusCode }: FastifyError) =>
  statusCode !== undefined && statusCode >= 400 && statusCode < 500;

/** What fastify itself refuses: malformed JSON, too much of it, another type. Its words stay inside. */
function refusalOf({ statusCode }: FastifyError, request: FastifyRequest): Failure {
  if (statusCode === 404) return failure('not_found', languageOf(request));
  const form = request.routeOptions.config.takes === 'bytes' ? 'not_bytes' : 'not_json';
  const reason = statusCode === 413 ? 'too_large' : statusCode === 415 ? form : 'malformed';
  return failure('input.invalid', languageOf(request), { fields: [{ path: '', reason }] });
}

const languageOf = (request: FastifyRequest) => localeOf(request.headers['accept-language']);

/** Answers that go out while it closes end their connection: kept alive, an idle one would hold up the end. */
function drainOnClose(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) void reply.header('connection', 'close');
  });
}

// HTTP requests, before anybody looks at what they want: how many of one connection are under way, who pays for them, and what
// is too long to be read.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorCodes } from 'fastify';
import type { Command } from '../commands/command.ts';
import { Refusal } from '../domain/errors.ts';
import type { Limits } from '../models/limits.ts';
import type { Backlog } from './backlog.ts';
import { FRAME_BYTES, INPUT_BYTES } from './bounds.ts';
import { costOfAnswer, costOfInput } from './call.ts';
import { addressOf, networkOf } from './caller.ts';
import type { ProxyCheck } from './caller.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * `command`: charged by what answers it, or when it goes wrong before; `never`: what operators' tools ask all day.
     * Everything else is charged to its network when it comes.
     */
    charged?: 'command' | 'never';
    /** what its body has to be */
    takes?: Command['takes'];
  }
  interface FastifyRequest {
    /** who has been charged for it: a user's id or a network */
    payer: string | null;
  }
}

const MOST_AT_ONCE = 4; // of one connection; browsers and proxies send the next when the last is answered
const MOST_IGNORED = 32; // who goes on then is not answered any more

export interface RequestParts {
  readonly limits: Limits;
  readonly backlog: Backlog;
}

/** Charges a request that nobody has paid for to where it came from. @throws Refusal `rate.limited` */
export type Charge = (request: FastifyRequest, reply: FastifyReply, bytes: number) => Promise<void>;

export function boundRequests(app: FastifyInstance, isProxy: ProxyCheck, { limits, backlog }: RequestParts): Charge {
  const unanswered = new WeakMap<object, number>();
  app.decorateRequest('payer', null);

  app.addHook('onRequest', async (request, reply) => {
    const line = request.raw.socket;
    const now = (unanswered.get(line) ?? 0) + 1;
    unanswered.set(line, now);
    reply.raw.once('close', () => unanswered.set(line, (unanswered.get(line) ?? 1) - 1));
    if (now > MOST_IGNORED) line.destroy();
    if (now > MOST_AT_ONCE) throw overdone(reply, 1);

    const { charged } = request.routeOptions.config;
    const network = networkOf(addressOf(request.raw, isProxy));
    if (charged === 'never') {
      request.payer = network;
    } else if (request.headers.authorization === undefined) {
      const flooded = limits.floodedFor(network);
      if (flooded > 0) throw overdone(reply, flooded);
    }
    if (charged === undefined) await charge(request, reply, 0);
  });

  app.addHook('preParsing', async (request, _reply, payload) => {
    const length = Number(request.headers['content-length']);
    const { bodyLimit = INPUT_BYTES } = request.routeOptions;
    if (!(length > bodyLimit && length <= FRAME_BYTES)) return payload;
    // heard out, so that the answer arrives: a connection that is closed with bytes unread loses it
    for await (const chunk of payload) void chunk;
    throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const bytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? Buffer.byteLength(payload) : 0;
    const cost = costOfAnswer(bytes) + (bytes === 0 ? costOfFile(Number(reply.getHeader('content-length'))) : 0);
    if (cost > 0 && request.payer !== null && request.routeOptions.config.charged !== 'never') {
      limits.charge(request.payer, cost);
    }
    backlog.note(reply.raw.socket ?? request.raw.socket, bytes, null);
  });

  async function charge(request: FastifyRequest, reply: FastifyReply, bytes: number): Promise<void> {
    if (request.payer !== null) return;
    request.payer = networkOf(addressOf(request.raw, isProxy));
    const retryAfter = await limits.take('commands', request.payer, 1 + costOfInput(bytes));
    const flooded = limits.floodedFor(request.payer);
    if (flooded > 0) throw overdone(reply, flooded);
    if (retryAfter !== null) throw new Refusal('rate.limited', { retryAfter });
  }
  return charge;
}

const FILE_BYTES = 64 * 1_024; // a point: they cost the line, and hardly anything else

/** A file that streams; NaN: of a length that nobody knows. */
const costOfFile = (bytes: number): number => (bytes > 0 ? Math.floor(bytes / FILE_BYTES) : 0);

/** Who is answered no more on this connection hears so. */
export function overdone(reply: FastifyReply, retryAfter: number): Refusal {
  void reply.header('connection', 'close');
  return new Refusal('rate.limited', { retryAfter });
}

/** How many bytes a request has brought as its input. */
export function inputBytesOf({ headers, body, url }: FastifyRequest): number {
  const length = Number(headers['content-length']);
  if (length > 0) return length;
  if (body === undefined) return url.length;
  return Buffer.isBuffer(body) ? body.length : Buffer.byteLength(JSON.stringify(body)); // it came in chunks
}

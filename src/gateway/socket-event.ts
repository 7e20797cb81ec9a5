// One event of one socket: what is wrong with its form is refused here, the rest is a call like any other.

import type { Code } from '../domain/errors.ts';
import type { Limits } from '../models/limits.ts';
import { costOfInput } from './call.ts';
import type { AnswerCall } from './call.ts';
import { goodbye, notify } from './client.ts';
import type { Client, NoticeParams } from './client.ts';
import { TOO_LARGE } from './input.ts';
import { failure } from './reply.ts';
import type { Failure } from './reply.ts';
import { payerOf } from './visit.ts';
import { SocketWatcher, greet } from './watcher.ts';
import type { WatcherParts } from './watcher.ts';
import { hangUp } from './slow-consumer.ts';

export interface HearParts extends WatcherParts {
  readonly limits: Limits;
  readonly cuts: (why: 'flood') => void;
}

/** What came, as Socket.IO hands it over: a name, inputs, and the acknowledgement. */
interface Event {
  readonly name: string;
  readonly ack: ((reply: unknown) => void) | null;
  /** how many */
  readonly inputs: number;
  readonly input: unknown;
}

export function eventOf(args: readonly unknown[]): Event {
  const last = args.at(-1);
  const ack = typeof last === 'function' ? (last as (reply: unknown) => void) : null;
  return { name: String(args[0]), ack, inputs: args.length - (ack === null ? 1 : 2), input: args[1] };
}

/**
 * One event: exactly one input, and an acknowledgement, because a command whose outcome nobody hears is a mistake. All of
 * them are charged, whatever they are. `bytes`: how much of it there was.
 */
export async function hear(
  socket: Client,
  args: readonly unknown[],
  bytes: number,
  parts: HearParts,
  answer: AnswerCall,
): Promise<void> {
  const { actor, address, locale } = socket.data;
  const { limits } = parts;
  const payer = payerOf(socket.data);
  const { name, ack, inputs, input } = eventOf(args);
  const wrong = faultOf(name, ack !== null, inputs, input);

  const flooded = limits.floodedFor(payer);
  if (!socket.connected) return; // cut while it waited for its turn
  if (flooded > 0) {
    const refused = { retryAfter: flooded };
    ack?.({ ok: false, error: failure('rate.limited', locale, refused) });
    cut(socket, 'rate.limited', refused);
    parts.cuts('flood');
  } else if (actor !== null && actor.expiresAt <= parts.ctx.now()) {
    ack?.({ ok: false, error: failure('auth.required', locale) });
    goodbye(socket, 'auth.required');
  } else if (wrong !== null) {
    const retryAfter = await limits.take('commands', payer, costOfInput(bytes) + 1);
    if (ack === null && retryAfter === null) notify(socket, 'input.invalid');
    const error: Failure =
      retryAfter === null
        ? failure('input.invalid', locale, { fields: [{ path: '', reason: wrong }] })
        : failure('rate.limited', locale, { retryAfter });
    ack?.({ ok: false, error });
  } else {
    const watcher = new SocketWatcher(socket, parts);
    const reply = await answer(name, { actor, address, watcher }, inputs === 1 ? input : {}, locale, bytes);
    ack?.(reply);
    if (watcher.ends) {
      socket.data.ends = false;
      if (reply.ok) goodbye(socket, 'auth.required');
    }
    if (watcher.joined === null) return;
    if (reply.ok) await greet(socket, watcher.joined, reply.data, parts);
    else await watcher.unwatch(watcher.joined); // I22: refused after it had begun to follow
  }
}

/** What is wrong with the form of an event; null when nothing is. */
function faultOf(name: string, hasAck: boolean, inputs: number, input: unknown): string | null {
  if (input === TOO_LARGE) return 'too_large';
  if (!hasAck && name !== 'typing') return 'no_acknowledgement';
  if (inputs > 1) return 'too_many_arguments';
  return holdsBytes(input) ? 'binary' : null;
}

const MOST_DEPTH = 6; // the door refuses what is deeper

/** Bytes have no place in any input. */
function holdsBytes(input: unknown, depth = 0): boolean {
  if (typeof input !== 'object' || input === null) return false;
  if (ArrayBuffer.isView(input) || input instanceof ArrayBuffer) return true;
  return depth < MOST_DEPTH && Object.values(input).some((value) => holdsBytes(value, depth + 1));
}

const LAST_WORDS_MS = 1_000;

/** As `goodbye`, to those who do not listen: after a second the connection is cut. */
function cut(socket: Client, code: Code, params: NoticeParams): void {
  const { conn } = socket;
  notify(socket, code, params);
  socket.disconnect(true);
  setTimeout(() => {
    hangUp(conn);
  }, LAST_WORDS_MS).unref();
}

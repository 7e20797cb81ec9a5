// One event of one socket: what is wrong with its form is refused here, the rest is a call like any other.

import type { Code } from '../domain/errors.ts';
import type { Presence } from '../models/presence.ts';
import type { AnswerCall } from './call.ts';
import { failure } from './reply.ts';
import type { Client } from './sockets.ts';
import { QuestionWatcher, greet } from './watcher.ts';
import type { WatcherParts } from './watcher.ts';
import { hangUp, isChoking } from './wire.ts';

export interface HearParts extends WatcherParts {
  readonly presence: Presence;
}

/** One event: exactly one input, and an acknowledgement, because a command whose outcome nobody hears is a mistake. */
export async function hear(socket: Client, args: unknown[], parts: HearParts, answer: AnswerCall): Promise<void> {
  const { actor, address, locale } = socket.data;
  const name = String(args[0]);
  const last = args[args.length - 1];
  const ack = typeof last === 'function' ? (last as (reply: unknown) => void) : null;
  const inputs = args.length - (ack === null ? 1 : 2);

  if (actor !== null && actor.expiresAt <= parts.ctx.now()) {
    ack?.({ ok: false, error: failure('auth.required', locale) });
    goodbye(socket, 'auth.required');
  } else if (ack === null && name !== 'typing') {
    notify(socket, 'input.invalid');
  } else if (inputs > 1 || holdsBytes(args[1])) {
    const reason = inputs > 1 ? 'too_many_arguments' : 'binary';
    ack?.({ ok: false, error: failure('input.invalid', locale, { fields: [{ path: '', reason }] }) });
  } else {
    const watcher = new QuestionWatcher(socket, parts);
    const reply = await answer(name, { actor, address, watcher }, inputs === 1 ? args[1] : {}, locale);
    if (isChoking(socket.conn)) hangUp(socket.conn); // answers pile up like events, but are not announced like them
    ack?.(reply);
    if (watcher.joined === null) return;
    if (reply.ok) await greet(socket, watcher.joined, reply.data, parts.presence);
    else await watcher.unwatch(watcher.joined); // I22: refused after it had begun to follow
  }
}

const MOST_DEPTH = 6; // the door refuses what is deeper

/** Bytes have no place in any input. */
function holdsBytes(input: unknown, depth = 0): boolean {
  if (typeof input !== 'object' || input === null) return false;
  if (ArrayBuffer.isView(input) || input instanceof ArrayBuffer) return true;
  return depth < MOST_DEPTH && Object.values(input).some((value) => holdsBytes(value, depth + 1));
}

function notify(socket: Client, code: Code): void {
  socket.emit('notice', { code, params: {}, text: failure(code, socket.data.locale).message });
}

/** Says why, then closes. */
export function goodbye(socket: Client, code: Code): void {
  notify(socket, code);
  socket.disconnect(true);
}

// I22: whose rights change, their sockets are closed by a message to all gateways. A gateway that it does not reach (Redis is
// away, whoever changed them died) finds it in the accounts.

import type { Ctx } from '../context.ts';
import { goodbye } from './client.ts';
import type { Client, Io, Revoked } from './client.ts';
import { userRoom } from './publish.ts';

export interface RevokedParts {
  readonly ctx: Ctx;
  /** the accounts of which sessions had to end since then; only tokens of this version or a later one hold, but for these sessions */
  readonly revokedSince: (
    since: Date,
  ) => Promise<readonly { readonly id: string; readonly tokenVersion: number; readonly sessions: readonly string[] }[]>;
}

const LOOK_MS = 2_000;
const OVERLAP_MS = 60_000; // clocks are apart, and whoever connects was let in a moment before they can be found here

/** Looks until it is told to stop. */
export function closeRevoked(io: Io, { ctx, revokedSince }: RevokedParts): () => void {
  const overlapping = (at: Date) => new Date(at.getTime() - OVERLAP_MS);
  let since = overlapping(ctx.now());
  const oops = (error: unknown) => {
    ctx.log.warn({ err: error }, 'revoked accounts are looked for again');
  };

  function close({ userId, tokenVersion, sessions = [] }: Revoked): void {
    for (const socket of socketsOf(io, userId)) {
      if (socket.data.ends === true) continue;
      const { tokenVersion: version = 0, session = '' } = socket.data.actor ?? {};
      if (version < tokenVersion || sessions.includes(session)) goodbye(socket, 'auth.required');
    }
  }
  io.on('user.revoked', close);

  async function look(): Promise<void> {
    const now = ctx.now();
    for (const { id, ...ended } of await revokedSince(since)) close({ userId: id, ...ended });
    since = overlapping(now);
  }

  const timer = setInterval(() => {
    look().catch(oops);
  }, LOOK_MS).unref();
  return () => {
    clearInterval(timer);
  };
}

/** At this gateway. */
export function socketsOf(io: Io, userId: string): Client[] {
  const ids = [...(io.sockets.adapter.rooms.get(userRoom(userId)) ?? [])];
  return ids.flatMap((id) => io.sockets.sockets.get(id) ?? []);
}

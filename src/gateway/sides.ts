// I22: whoever is no side of a conversation any more gets nothing more of it. All gateways are told who its sides are; it may
// reach them late, behind a hung link, when somebody has claimed again and follows. So it carries the version of the record
// that it rests on, and does nothing to who was let in by the same or a newer one.

import { questionRoom } from './publish.ts';
import type { Io } from './client.ts';

/** At this gateway. */
export function evictOutsiders(io: Io): void {
  io.on('sides.changed', ({ questionId, version, userIds }) => {
    const room = questionRoom(questionId);
    for (const id of [...(io.sockets.adapter.rooms.get(room) ?? [])]) {
      const socket = io.sockets.sockets.get(id);
      const actor = socket?.data.actor;
      if (!socket || !actor || actor.role === 'admin' || userIds.includes(actor.id)) continue;
      if ((socket.data.followed?.get(questionId) ?? 0) >= version) continue;
      socket.data.followed?.delete(questionId);
      void socket.leave(room);
    }
  });
}

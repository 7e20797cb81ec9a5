// The queue of an expert's categories tells of itself only while it is watched: as long as a list of this connection needs it.

import type { ReadonlySignal } from '@preact/signals-core';
import type { Connection } from './connection.ts';
import type { Watched } from './list.ts';
import type { Question, Taken, User } from './protocol.ts';

/** Which lists need it, by connection. */
const needed = new WeakMap<Connection, Set<object>>();

/** For one list. Whoever has no queue hears of all questions that they may see anyway. */
export function queueOf(user: ReadonlySignal<User | null>): Watched<Question | Taken> {
  const list = {};
  /** up to when it has heard of everything */
  let since: string | undefined;
  /** another list may be told while this one has not caught up */
  let isCaughtUp = false;
  return {
    async watch(connection) {
      isCaughtUp = false;
      if ((user.peek()?.role ?? 'expert') !== 'expert') return { items: [], isComplete: false };
      needed.set(connection, (needed.get(connection) ?? new Set()).add(list));
      const { at, items, complete } = await connection.call('queue.watch', since === undefined ? {} : { since });
      since = at;
      isCaughtUp = true;
      return { items, isComplete: complete };
    },
    overrun: (connection, again) =>
      connection.on('queue.changed', ({ at, complete }) => {
        if (isCaughtUp) since = at;
        if (!complete) again();
      }),
    unwatch(connection) {
      const lists = needed.get(connection);
      if (lists?.delete(list) !== true || lists.size > 0 || connection.status !== 'online') return;
      connection.call('queue.unwatch', {}).catch(() => undefined);
    },
  };
}

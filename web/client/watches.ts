// Who follows which question over a connection: conversations and lists may follow the same, and the last one tells the server.

import type { Connection } from './connection.ts';

const counts = new WeakMap<Connection, Map<string, number>>();

/** From now on it is followed; call the result when it is no longer wanted. Asking the server to begin is the caller's. */
export function keepWatched(connection: Connection, questionId: string): () => void {
  const watched = counts.get(connection) ?? new Map<string, number>();
  counts.set(connection, watched.set(questionId, (watched.get(questionId) ?? 0) + 1));
  let isKept = true;
  return () => {
    if (!isKept) return;
    isKept = false;
    const left = (watched.get(questionId) ?? 1) - 1;
    if (left > 0) {
      watched.set(questionId, left);
      return;
    }
    watched.delete(questionId);
    // a line that is lost is watched by nobody
    if (connection.status !== 'online') return;
    connection.call('question.unwatch', { questionId }).catch(() => undefined);
  };
}

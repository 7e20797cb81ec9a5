// Rule 6.1: a console says whether anybody looks at it, so that who looks at none of their pages is away after a while.

import type { Connection } from './connection.ts';
import { ParleyError } from './errors.ts';

/** What a page is asked: a `Document`. */
export interface Page extends Pick<EventTarget, 'addEventListener' | 'removeEventListener'> {
  readonly hidden: boolean;
}

/**
 * Says it now, whenever it changes, and to every new connection; call the result to say no more. For experts: of others it is
 * refused. What could not be said is said by the next change or connection.
 */
export function saySeen(connection: Connection, page: Page): () => void {
  const say = () => {
    if (connection.status !== 'online') return; // the next connection says it
    connection.call('presence.set', { hidden: page.hidden }).catch((error: unknown) => {
      if (!(error instanceof ParleyError)) throw error;
    });
  };
  say();
  page.addEventListener('visibilitychange', say);
  const stop = connection.onStatus(say);
  return () => {
    page.removeEventListener('visibilitychange', say);
    stop();
  };
}

// Rule 6.1: a console says whether anybody looks at it, so that who looks at none of their pages is away after a while.

import type { Calls } from './calls.ts';
import { ParleyError } from './errors.ts';

/** What a page is asked: a `Document`. */
export interface Page extends Pick<EventTarget, 'addEventListener' | 'removeEventListener'> {
  readonly hidden: boolean;
}

/** A connection, or whatever comes back as one does. */
export interface SeenLine extends Pick<Calls, 'call'> {
  readonly status: string;
  /** Told whenever the status changes; call the result to hear no more. */
  onStatus(listener: () => void): () => void;
}

/**
 * Says it now, whenever it changes, and to every new connection; call the result to say no more. For experts: of others it is
 * refused. What could not be said is said by the next change or connection.
 */
export function saySeen(connection: SeenLine, page: Page): () => void {
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

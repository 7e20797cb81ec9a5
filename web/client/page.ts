// What only a page of a browser has: other pages beside it, and a life of its own. On Node there is neither.

/** What is new for whoever is signed in. */
export interface Badge {
  /** lines of others that were not read, in all conversations */
  readonly unread: number;
  /** that wait for a yes or no, and were not there when a page was looked at last */
  readonly offers: number;
}

/** What pages of one browser tell each other. */
export type News =
  /** somebody has signed in or out */
  | { readonly type: 'session' }
  /** something is owed, or no longer */
  | { readonly type: 'owed' }
  /** the server has acknowledged a line */
  | { readonly type: 'sent'; readonly message: unknown }
  /** what is new for this person; and asked for */
  | { readonly type: 'badge'; readonly of: string; readonly badge: Badge }
  | { readonly type: 'badge?' }
  /** somebody looks at a page */
  | { readonly type: 'looks' }
  /** a page wants the line of another one */
  | { readonly type: 'yield' };

export interface Pages {
  /** Do they take turns? Otherwise each does all of it. */
  readonly takeTurns: boolean;
  tell(news: News): void;
  /** One page at a time, and the others after it. */
  inTurn(work: () => Promise<void>): Promise<void>;
  /**
   * One page leads for as long as it likes, then the next one. `begin`: this one does; what it answers is called when it does so no
   * longer. Call the result to give it up.
   */
  lead(begin: () => () => void): () => void;
  close(): void;
}

/** `name`: of what they have in common; null: nothing. */
export function openPages(name: string | null, hear: (news: News) => void): Pages {
  const channel = name === null || typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  channel?.addEventListener('message', ({ data }: MessageEvent<News>) => {
    hear(data);
  });
  const locks = locksOf(name);
  // the word of another page may be here sooner than what it has kept or taken away: then that is looked at once more
  const end = new AbortController();
  const isSession = ({ key }: StorageEvent) => key === null || key === `${name}session`;
  const heed = (event: StorageEvent) => {
    if (isSession(event)) hear({ type: 'session' });
  };
  if (name !== null) window.addEventListener('storage', heed, { signal: end.signal });
  return {
    takeTurns: locks !== null,
    tell: (news) => channel?.postMessage(news),
    async inTurn(work) {
      if (locks === null) await work();
      else await locks.request(name ?? '', work);
    },
    lead: (begin) => (locks === null ? begin() : leadIn(locks, `${name ?? ''}leader`, begin)),
    close: () => {
      channel?.close();
      end.abort();
    },
  };
}

function leadIn(locks: LockManager, name: string, begin: () => () => void): () => void {
  const given = new AbortController();
  let letGo: () => void = () => undefined;
  const whole = () =>
    new Promise<void>((resolve) => {
      const stop = begin();
      letGo = () => {
        stop();
        resolve();
      };
    });
  // given up before it came to that
  locks.request(name, { signal: given.signal }, whole).catch(() => undefined);
  return () => {
    given.abort();
    letGo();
  };
}

/** There are none on pages that came by http. */
function locksOf(name: string | null): LockManager | null {
  if (name === null) return null;
  return 'locks' in navigator ? navigator.locks : null;
}

/** `leave`: the page is left, and may be kept for a return. `wake`: it is looked at again, or the network is back. */
export function onLife({ wake, leave }: { readonly wake: () => void; readonly leave: () => void }): () => void {
  if (typeof window === 'undefined') return () => undefined;
  const end = new AbortController();
  const { signal } = end;
  window.addEventListener('online', wake, { signal });
  window.addEventListener('pageshow', wake, { signal });
  window.addEventListener('pagehide', leave, { signal });
  const look = () => {
    if (document.visibilityState === 'visible') wake();
  };
  document.addEventListener('visibilitychange', look, { signal });
  return () => {
    end.abort();
  };
}

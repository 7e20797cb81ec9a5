// Work that nobody waits for: what is slow in it holds up no deadline and no e-mail.

export interface Lane {
  /** Looks again, beside whatever else there is to do. */
  look(): void;
  /** Begins nothing more; resolves when what is under way has ended. */
  close(): Promise<void>;
}

const AGAIN_MS = 500; // while something is under way: another process may be told of what is due for it

/** `look` never throws; `stop`: it begins nothing more. */
export function lane(work: { look(): Promise<void>; stop(): void }): Lane {
  const looking = new Set<Promise<void>>();
  let again: NodeJS.Timeout | undefined;

  function start(): void {
    const one: Promise<void> = work.look().finally(() => looking.delete(one));
    looking.add(one);
    clearTimeout(again);
    again = setTimeout(() => {
      if (looking.size > 0) start();
    }, AGAIN_MS).unref();
  }

  return {
    look: start,
    async close() {
      work.stop();
      clearTimeout(again);
      await Promise.all(looking);
    },
  };
}

// Deadlines have the right of way. What can wait beside them (letters) is done one at a time, each in a turn of the event loop of
// its own, and not while a deadline is being kept; but nothing waits without end.

const PATIENCE_MS = 250; // deadlines without a pause delay what waits by this much each

export interface RightOfWay {
  /** What others give way to. */
  during<T>(work: Promise<T>): Promise<T>;
  /** A queue of those that give way: each call resolves when it is its turn. */
  readonly queue: () => () => Promise<void>;
}

export function rightOfWay(): RightOfWay {
  const underWay = new Set<Promise<unknown>>();

  async function turn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (underWay.size === 0) return;
    let patience: NodeJS.Timeout | undefined;
    const over = new Promise<'over'>((resolve) => (patience = setTimeout(() => resolve('over'), PATIENCE_MS)));
    while (underWay.size > 0 && (await Promise.race([Promise.all(underWay), over])) !== 'over');
    clearTimeout(patience);
  }

  return {
    during(work) {
      const ended: Promise<void> = work.then(nothing, nothing).finally(() => underWay.delete(ended));
      underWay.add(ended);
      return work;
    },
    queue() {
      let last = Promise.resolve();
      return () => (last = last.then(turn));
    },
  };
}

const nothing = () => undefined;

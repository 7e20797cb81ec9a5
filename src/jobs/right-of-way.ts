// Deadlines have the right of way, and before letters that can wait those that are being written. What gives way is done one at a
// time, each in a turn of the event loop of its own, and not while the other is under way; but nothing waits without end.

import type { RightOfWay } from '../dispatch/deliver.ts';

const PATIENCE_MS = 250; // what goes before without a pause delays what waits by this much each

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

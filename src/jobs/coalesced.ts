/**
 * Runs `work` once at a time. Whoever asks while it runs shares the next run: that one begins after the question, so it
 * sees everything that was there to see.
 */
export function coalesced<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> | null = null;
  let next: Promise<T> | null = null;

  function start(): Promise<T> {
    const run = work();
    running = run;
    const ended = () => {
      if (running === run) running = null;
    };
    run.then(ended, ended);
    return run;
  }

  return () => {
    if (next !== null) return next;
    if (running === null) return start();
    next = running.then(again, again);
    return next;
  };

  function again(): Promise<T> {
    next = null;
    return start();
  }
}

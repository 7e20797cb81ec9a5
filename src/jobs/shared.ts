/** Runs `work` once for all who ask while it runs; unlike `coalesced`, they share the run that is under way. */
export function shared(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => (running ??= work().finally(() => (running = null)));
}

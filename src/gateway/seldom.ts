// For failures that come by the thousand when they come: a lost Redis fails every socket at once, one line says it.

const QUIET_MS = 1_000;

/** Calls `report` at most once a second; what comes in between is dropped. */
export function seldom<T extends readonly unknown[]>(report: (...about: T) => void): (...about: T) => void {
  let quietUntil = 0;
  return (...about) => {
    const now = performance.now();
    if (now < quietUntil) return;
    quietUntil = now + QUIET_MS;
    report(...about);
  };
}

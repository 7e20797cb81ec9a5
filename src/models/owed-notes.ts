// What this process knows of the outbox of records before a majority shows it: an effect that is settled is not settled again by
// whoever reads the record a moment later.

import type { Effect } from '../domain/effects.ts';

/** A record, and what it owes. */
interface Owing {
  readonly record: { readonly id: string; readonly version: number };
  readonly outbox: readonly Effect[];
}

interface Note {
  readonly version: number;
  readonly outbox: readonly Effect[];
  /** by the clock of this process */
  until: number;
}
const MOST_NOTED = 2_000; // versions: far more than are settled while a majority takes a write over
const VISIBLE_MS = 500; // by then a majority reads what was written

export function owedNotes<Saved extends Owing>() {
  /**
   * What versions still owe of which this process has settled the rest: the note of it is on its way to disk, or is there
   * and not yet what a majority reads. The newest ones.
   */
  const clearing = new Map<string, Note>();
  const withoutCleared = (saved: Saved): Saved => {
    const known = clearing.get(saved.record.id);
    const holds = known?.version === saved.record.version && performance.now() < known.until;
    return holds ? { ...saved, outbox: known.outbox } : saved;
  };

  return { noting, withoutCleared };

  /** Whoever reads them here meanwhile finds them as they will be. `write` answers false when it was not so of all. */
  async function noting(some: readonly Owing[], write: () => Promise<boolean | void>): Promise<void> {
    const noted = some.map(({ record, outbox }): [string, Note] => [
      record.id,
      { version: record.version, outbox, until: Infinity },
    ]);
    for (const [id, note] of noted) {
      clearing.delete(id); // the newest stand last
      clearing.set(id, note);
    }
    let isSo: boolean | void = false;
    try {
      isSo = await write();
    } finally {
      if (isSo === false) for (const [id, note] of noted) if (clearing.get(id) === note) clearing.delete(id);
    }
    for (const [, note] of noted) note.until = performance.now() + VISIBLE_MS;
    for (const id of clearing.keys()) {
      if (clearing.size <= MOST_NOTED) return;
      clearing.delete(id);
    }
  }
}

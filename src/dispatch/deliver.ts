// What is owed to the world outside goes out here: each is claimed first, so that two workers do not do it both, and comes back
// later and later until it is done or given up. Only so many are under way at once, and one that takes long keeps its own place
// only: whoever looks meanwhile goes on with the others.

import type { Owed, OwedStore, Progress, Settled } from '../models/owed.ts';

const AT_ONCE = 50;
const LEASE_MS = 60_000; // longer than handing one over may take; each attempt doubles it
const MAX_ATTEMPTS = 8;
const KEPT_MS = 90 * 86_400_000;
const NOT_TAKEN = 'not_taken';

type Taken<Work extends object> = Owed<Work> & { readonly dueAt: Date; readonly takenAt: Date };

export type Delivered =
  | Settled
  /** not now, and that was no attempt */
  | { readonly state: 'held'; readonly until: Date; readonly why: string }
  /** it was not taken this time: again at `at`; without, when the lease ends, and not for ever */
  | { readonly state: 'again'; readonly at?: Date; readonly why?: string };

export interface Delivering<Work extends object> {
  readonly store: OwedStore<Work>;
  readonly now: () => Date;
  /** Hands one over. `owed.attempts`: with this one. */
  readonly send: (owed: Owed<Work>) => Promise<Delivered>;
  /** default: all */
  readonly lanes?: readonly number[];
  /** that may be under way at once */
  readonly atOnce?: number;
  /** how long it is known what became of each, ms */
  readonly keepMs?: number;
  /** what a store or `send` throws: what was taken comes back when its lease ends */
  readonly onTrouble?: (error: unknown) => void;
}

/** What one process hands over of a store. */
export interface Deliveries {
  /** Begins with what is due, as far as there is room, and with the rest as room comes. Answers how many it has begun. */
  look(): Promise<number>;
  /**
   * Looks, and waits until nothing is under way; answers how many went out since the last time.
   * @throws what a store or `send` has thrown meanwhile
   */
  drain(): Promise<number>;
  /** Takes nothing more, and waits for what is under way. */
  close(): Promise<void>;
}

export interface RightOfWay {
  /** What others give way to. */
  during<T>(work: Promise<T>): Promise<T>;
  /** A queue of those that give way: each call resolves when it is its turn. */
  readonly queue: () => () => Promise<void>;
}

export function deliveries<Work extends object>(delivering: Delivering<Work>): Deliveries {
  const { store, now, lanes, atOnce = AT_ONCE } = delivering;
  const underWay = new Set<Promise<void>>();
  let sent = 0;
  let trouble: unknown[] = []; // the first
  let isClosed = false;
  let looking: Promise<number> | null = null;
  let isAskedAgain = false;

  /** One look at a time; what becomes due while it reads is found by the next, which begins at once. */
  function look(): Promise<number> {
    isAskedAgain = true;
    looking ??= lookAll().finally(() => (looking = null));
    return looking;
  }

  async function lookAll(): Promise<number> {
    let begun = 0;
    while (isAskedAgain) {
      isAskedAgain = false;
      for (;;) {
        const room = isClosed ? 0 : atOnce - underWay.size;
        const due = room > 0 ? await store.due(now(), room, lanes) : [];
        if (due.length === 0) break;
        const taken = await Promise.all(due.map((owed) => claim(delivering, owed)));
        for (const owed of taken.filter((one) => one !== null)) begin(owed);
        begun += taken.filter((one) => one !== null).length;
      }
    }
    return begun;
  }

  function begin(owed: Taken<Work>): void {
    const ended = deliver(delivering, owed)
      .then((outcome) => void (sent += outcome === 'sent' ? 1 : 0))
      .catch(note)
      .then(() => {
        underWay.delete(ended);
        look().catch(note);
      });
    underWay.add(ended);
  }

  function note(error: unknown): void {
    if (trouble.length === 0) trouble.push(error);
    delivering.onTrouble?.(error);
  }

  return {
    look,
    async drain() {
      await look();
      while (underWay.size > 0 || looking !== null) await Promise.all([...underWay, looking]);
      const [met, went] = [trouble, sent];
      [trouble, sent] = [[], 0];
      if (met.length > 0) throw met[0];
      return went;
    },
    async close() {
      isClosed = true;
      await Promise.all(underWay);
    },
  };
}

/** Hands over all that is due; answers how many went out. */
export const deliverDue = <Work extends object>(delivering: Delivering<Work>): Promise<number> =>
  deliveries(delivering).drain();

/** As it is now that it is ours; null when another worker has it. */
async function claim<Work extends object>(
  { store, now }: Delivering<Work>,
  owed: Owed<Work>,
): Promise<Taken<Work> | null> {
  const [at, attempts] = [now(), owed.attempts + 1];
  const dueAt = new Date(at.getTime() + LEASE_MS * 2 ** owed.attempts);
  if (!(await store.claim(owed, at, dueAt))) return null;
  return { ...owed, attempts, dueAt, takenAt: at };
}

async function deliver<Work extends object>(
  { store, now, send, keepMs = KEPT_MS }: Delivering<Work>,
  owed: Taken<Work>,
): Promise<Progress['state'] | 'again'> {
  const outcome = await send(owed);
  if (outcome.state === 'held') {
    await store.hold(owed, outcome.until, outcome.why);
  } else if (outcome.state === 'again' && (outcome.at !== undefined || owed.attempts < MAX_ATTEMPTS)) {
    await store.retry(owed, outcome.at ?? owed.dueAt, outcome.why ?? NOT_TAKEN);
  } else {
    const at = now();
    const settled = outcome.state === 'again' ? { state: 'failed' as const, why: outcome.why ?? NOT_TAKEN } : outcome;
    await store.settle(owed.id, settled, at, new Date(at.getTime() + keepMs));
  }
  return outcome.state;
}

// What is owed to the world outside goes out here: each is claimed first, so that two workers do not do it both, and comes back
// later and later until it is done or given up.

import type { Owed, OwedStore } from '../models/owed.ts';

const BATCH = 50;
const LEASE_MS = 60_000; // longer than handing one over may take; each attempt doubles it
const MAX_ATTEMPTS = 8;

/** `again`: it was not taken this time. */
export type Delivered = 'sent' | 'failed' | 'again';

/** Hands over what is due, by `send`; answers how many went out. */
export async function deliverDue<Work extends object>(
  store: OwedStore<Work>,
  now: () => Date,
  send: (owed: Owed<Work>) => Promise<Delivered>,
): Promise<number> {
  let sent = 0;
  for (;;) {
    const due = await store.due(now(), BATCH);
    if (due.length === 0) return sent;
    const outcomes = await Promise.all(due.map((owed) => deliver(store, now(), owed, send)));
    sent += outcomes.filter((outcome) => outcome === 'sent').length;
  }
}

/** Null when another worker has it. */
async function deliver<Work extends object>(
  store: OwedStore<Work>,
  now: Date,
  owed: Owed<Work>,
  send: (owed: Owed<Work>) => Promise<Delivered>,
): Promise<Delivered | null> {
  const { id, attempts } = owed;
  if (!(await store.claim(owed, new Date(now.getTime() + LEASE_MS * 2 ** attempts)))) return null;
  const outcome = await send(owed);
  if (outcome !== 'again') await store.settle(id, outcome);
  else if (attempts + 1 >= MAX_ATTEMPTS) await store.settle(id, 'failed');
  return outcome;
}

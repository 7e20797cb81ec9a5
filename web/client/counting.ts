// What is new for whoever is signed in, counted by the page that keeps the line for all of the browser.

import { effect, signal } from '@preact/signals-core';
import type { ReadonlySignal } from '@preact/signals-core';
import { questionList } from './lists.ts';
import type { Lister } from './lists.ts';
import type { Badge } from './page.ts';
import type { Offer } from './protocol.ts';
import { SEEN } from './storage.ts';
import type { Kept } from './storage.ts';

/** Whom it is counted for. */
export interface Counted {
  /** somebody looks at this page's conversations */
  readonly isShown: ReadonlySignal<boolean>;
  /** how often another page has begun to be looked at since it is wanted */
  readonly looks: ReadonlySignal<number>;
  readonly say: (badge: Badge) => void;
}

interface Teller extends Lister {
  on(name: 'offer.changed', hear: (offer: Offer) => void): () => void;
}

/** Until the result is called. */
export function counting(parley: Teller, kept: Kept, { isShown, looks, say }: Counted): () => void {
  const offers = signal<ReadonlyMap<string, Pick<Offer, 'state' | 'version'>>>(new Map());
  /** offers that were there when somebody looked, anywhere */
  const seen = signal(seenIn(kept));
  const take = (found: readonly Offer[]) => {
    const all = new Map(offers.peek());
    for (const { id, state, version } of found)
      if (version > (all.get(id)?.version ?? 0)) all.set(id, { state, version });
    offers.value = all;
  };
  const list = parley.listed((sources) =>
    questionList(sources, { view: 'mine', order: 'activity' }, (answer) => take(answer.offers)),
  );
  let looked = 0;
  const stops = [
    parley.on('offer.changed', (offer) => take([offer])),
    effect(() => {
      const waiting = [...offers.value].filter(([, { state }]) => state === 'offered').map(([id]) => id);
      const isLooked = isShown.value || looks.value !== looked;
      looked = looks.peek();
      if (isLooked && waiting.some((id) => !seen.peek().includes(id))) {
        kept.set(SEEN, JSON.stringify(waiting)); // ids, and of those that wait only
        seen.value = waiting;
      }
      const unread = list.items.value.reduce((sum, entry) => sum + (entry.unread ?? 0), 0);
      const fresh = waiting.filter((id) => !seen.value.includes(id)).length;
      if (list.state.value === 'ready') say({ unread, offers: fresh });
    }),
    () => list.release(),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function seenIn(kept: Kept): readonly string[] {
  const found = kept.read(SEEN);
  return Array.isArray(found) ? found.map(String) : [];
}

// What is new for whoever is signed in, counted by the page that keeps the line for all of the browser; and their session, which does not
// end as long as they come back.

import { effect, signal } from '@preact/signals-core';
import type { ReadonlySignal } from '@preact/signals-core';
import { ParleyError } from './errors.ts';
import { questionList } from './lists.ts';
import type { Lister } from './lists.ts';
import type { Badge } from './page.ts';
import type { Offer, User } from './protocol.ts';
import type { SignedIn } from './session.ts';
import { SEEN } from './storage.ts';
import type { Kept } from './storage.ts';
import { lifeOf } from './token.ts';

/** Whom it is counted for. */
export interface Counted {
  /** somebody looks at this page's conversations */
  readonly isShown: ReadonlySignal<boolean>;
  /** how often another page has begun to be looked at since it is wanted */
  readonly looks: ReadonlySignal<number>;
  readonly say: (badge: Badge) => void;
}

interface Teller extends Lister {
  readonly user: ReadonlySignal<User | null>;
  now(): number;
  call(name: 'session.renew', input: Record<string, never>): Promise<{ readonly token: string }>;
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
  let renewing: Promise<void> | null = null;
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
      if (list.state.value !== 'ready') return;
      say({ unread, offers: fresh });
      renewing ??= renew(parley, kept).finally(() => (renewing = null));
    }),
    () => list.release(),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** A customer has no way back in but a letter: half of its life over, the next token takes the place of the one that is kept. */
async function renew(parley: Teller, kept: Kept): Promise<void> {
  const user = parley.user.peek();
  const before = sessionIn(kept);
  const life = lifeOf(before.token ?? '');
  if (life === null || parley.now() * 2 < life.from + life.until) return;
  if (user?.role !== 'customer' || before.user?.id !== user.id) return; // the host's token is the host's to renew
  try {
    const { token } = await parley.call('session.renew', {});
    // somebody may have signed in or out since
    if (sessionIn(kept).token === before.token) kept.set('session', JSON.stringify({ token, user }));
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error; // tried again with the next news
  }
}

const sessionIn = (kept: Kept) => (kept.read('session') ?? {}) as Partial<SignedIn>;

function seenIn(kept: Kept): readonly string[] {
  const found = kept.read(SEEN);
  return Array.isArray(found) ? found.map(String) : [];
}

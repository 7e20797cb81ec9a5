// While nobody looks, one page of the browser keeps the line for all of them and says what is new; each that is looked at has its own.

import { computed, effect, signal, untracked } from '@preact/signals-core';
import type { ReadonlySignal } from '@preact/signals-core';
import type { Answer } from './calls.ts';
import type { Live } from './list.ts';
import { onLife } from './page.ts';
import type { Badge, News, Pages } from './page.ts';
import type { Offer, QuestionEntry, User } from './protocol.ts';
import type { Kept } from './storage.ts';

export interface StandbyParts {
  readonly user: ReadonlySignal<User | null>;
  /** what this browser has still to send */
  readonly owed: ReadonlySignal<readonly unknown[]>;
  readonly kept: Kept;
  pages(): Pages;
  connect(): void;
  /** lets the line go, and nothing else */
  rest(): void;
  /** One's own conversations, followed; `told`: what each was when that began. */
  entries(told: (answer: Answer<'question.watch'>) => void): Live<QuestionEntry>;
  onOffer(hear: (offer: Offer) => void): () => void;
}

const NOTHING: Badge = { unread: 0, offers: 0 };
const SEEN = 'seen';

export class Standby {
  readonly #parts: StandbyParts;
  readonly #badge = signal(NOTHING);
  readonly #isLeading = signal(false);
  /** another page has asked for the line */
  readonly #hasYielded = signal(false);
  /** offers that were there when somebody looked, anywhere */
  readonly #seen = signal<readonly string[]>([]);
  /** how often another page has begun to be looked at */
  readonly #looks = signal(0);
  readonly #userId;

  constructor(parts: StandbyParts) {
    this.#parts = parts;
    this.#userId = computed(() => parts.user.value?.id ?? null);
  }

  get badge(): ReadonlySignal<Badge> {
    return this.#badge;
  }

  get hasYielded(): ReadonlySignal<boolean> {
    return this.#hasYielded;
  }

  /** Stands by until the result is called. `isShown`: somebody looks at this page's conversations. */
  attend(isShown: ReadonlySignal<boolean>): () => void {
    const lead = () =>
      this.#parts.pages().lead(() => {
        this.#isLeading.value = true;
        return () => (this.#isLeading.value = false);
      });
    let stopLeading: (() => void) | null = lead();
    const leave = () => {
      stopLeading?.();
      stopLeading = null;
    };
    const stops = [
      leave,
      // a page that is left may be kept by its browser only if it holds no lock
      onLife({ wake: () => (stopLeading ??= lead()), leave }),
      effect(() => {
        if (!isShown.value) this.#hasYielded.value = false;
        else if (!this.#isLeading.peek()) untracked(() => this.#parts.pages().tell({ type: 'looks' }));
      }),
      effect(() => {
        const isNeeded = this.#isLeading.value || (isShown.value && !this.#hasYielded.value);
        // what was written here goes first
        if (isNeeded) untracked(() => this.#parts.connect());
        else if (this.#hasYielded.value || this.#parts.owed.value.length === 0) untracked(() => this.#parts.rest());
      }),
      effect(() => {
        const userId = this.#userId.value;
        if (userId === null) this.#badge.value = NOTHING;
        if (!this.#isLeading.value) untracked(() => this.#parts.pages().tell({ type: 'badge?' }));
        else if (userId !== null) return untracked(() => this.#count(userId, isShown));
        return undefined;
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** The line is this page's now, whoever had it. */
  take(): void {
    this.#hasYielded.value = false;
    this.#parts.pages().tell({ type: 'yield' });
  }

  /** Nothing of whoever was signed in stays. */
  forget(): void {
    this.#parts.kept.remove(SEEN);
    this.#seen.value = [];
  }

  hear(news: News): void {
    if (news.type === 'yield') this.#hasYielded.value = true;
    else if (news.type === 'looks') this.#looks.value += 1;
    else if (news.type === 'badge?') this.#tell();
    else if (news.type === 'badge' && news.of === this.#userId.peek()) this.#badge.value = news.badge;
  }

  #count(userId: string, isShown: ReadonlySignal<boolean>): () => void {
    const offers = signal<ReadonlyMap<string, Offer>>(new Map());
    const take = (found: readonly Offer[]) => {
      const newer = found.filter(({ id, version }) => version > (offers.peek().get(id)?.version ?? 0));
      offers.value = new Map([...offers.peek(), ...newer.map((offer) => [offer.id, offer] as const)]);
    };
    const list = this.#parts.entries((answer) => take(answer.offers));
    this.#seen.value = this.#read();
    let looks = this.#looks.peek();
    const stops = [
      this.#parts.onOffer((offer) => take([offer])),
      effect(() => {
        const waiting = [...offers.value.values()].filter(({ state }) => state === 'offered').map(({ id }) => id);
        const isLooked = isShown.value || this.#looks.value !== looks;
        looks = this.#looks.peek();
        if (isLooked && waiting.some((id) => !this.#seen.peek().includes(id))) this.#see(waiting);
        const unread = list.items.value.reduce((sum, entry) => sum + (entry.unread ?? 0), 0);
        const fresh = waiting.filter((id) => !this.#seen.value.includes(id)).length;
        if (list.state.value !== 'ready' || this.#userId.peek() !== userId) return;
        const before = this.#badge.peek();
        if (before.unread === unread && before.offers === fresh) return;
        this.#badge.value = { unread, offers: fresh };
        this.#tell();
      }),
      () => list.release(),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  #tell(): void {
    const of = this.#userId.peek();
    if (of === null || !this.#isLeading.peek()) return;
    this.#parts.pages().tell({ type: 'badge', of, badge: this.#badge.peek() });
  }

  #see(offerIds: readonly string[]): void {
    this.#parts.kept.set(SEEN, JSON.stringify(offerIds)); // ids, and of those that wait only
    this.#seen.value = offerIds;
  }

  #read(): readonly string[] {
    try {
      const kept: unknown = JSON.parse(this.#parts.kept.get(SEEN) ?? '[]');
      return Array.isArray(kept) ? kept.map(String) : [];
    } catch {
      return []; // somebody else's
    }
  }
}

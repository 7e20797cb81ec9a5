// While nobody looks, one page of the browser keeps the line for all of them and says what is new; each that is looked at has its own.

import { computed, effect, signal, untracked } from '@preact/signals-core';
import type { ReadonlySignal } from '@preact/signals-core';
import type { Counted } from './counting.ts';
import { onLife } from './page.ts';
import type { Badge, News, Pages } from './page.ts';
import type { User } from './protocol.ts';

export interface StandbyParts {
  readonly user: ReadonlySignal<User | null>;
  /** what this browser has still to send */
  readonly owed: ReadonlySignal<readonly unknown[]>;
  pages(): Pages;
  connect(): void;
  /** lets the line go, and nothing else */
  rest(): void;
  /** Counts what is new, until the result is called. Rejects while its code cannot be loaded. */
  counting(counted: Counted): Promise<() => void>;
}

const NOTHING: Badge = { unread: 0, offers: 0 };
const AGAIN_MS = 5_000; // until what counts is loaded once more

export class Standby {
  readonly #parts: StandbyParts;
  readonly #badge = signal(NOTHING);
  readonly #isLeading = signal(false);
  /** another page has asked for the line */
  readonly #hasYielded = signal(false);
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

  hear(news: News): void {
    if (news.type === 'yield') this.#hasYielded.value = true;
    else if (news.type === 'looks') this.#looks.value += 1;
    else if (news.type === 'badge?') this.#tell();
    else if (news.type === 'badge' && news.of === this.#userId.peek()) this.#badge.value = news.badge;
  }

  /** What counts is loaded when it is wanted: a conversation is shown without it. */
  #count(userId: string, isShown: ReadonlySignal<boolean>): () => void {
    let stop: (() => void) | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isWanted = true;
    const before = this.#looks.peek();
    const counted: Counted = {
      isShown,
      looks: computed(() => this.#looks.value - before),
      say: (badge) => {
        const { unread, offers } = this.#badge.peek();
        if (this.#userId.peek() !== userId || (badge.unread === unread && badge.offers === offers)) return;
        this.#badge.value = badge;
        this.#tell();
      },
    };
    const begin = () =>
      this.#parts.counting(counted).then(
        (end) => {
          if (isWanted) stop = end;
          else end();
        },
        () => {
          if (isWanted) timer = setTimeout(() => void begin(), AGAIN_MS);
        },
      );
    void begin();
    return () => {
      isWanted = false;
      clearTimeout(timer);
      stop?.();
    };
  }

  #tell(): void {
    const of = this.#userId.peek();
    if (of === null || !this.#isLeading.peek()) return;
    this.#parts.pages().tell({ type: 'badge', of, badge: this.#badge.peek() });
  }
}

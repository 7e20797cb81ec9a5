// The lists of home, for as long as somebody works here: what waits in a category or in all, and what is one's own.

import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Live } from '../../client/list.ts';
import type { Parley } from '../../client/index.ts';
import type { QuestionEntry } from '../../client/protocol.ts';

export class Lists {
  readonly #parley: Parley;
  readonly #category = signal('');
  readonly #queue;
  /** who has taken what waited, as far as it was told */
  readonly #takers = signal<ReadonlyMap<string, string>>(new Map());
  readonly #stop: () => void;
  readonly mine: Live<QuestionEntry>;

  constructor(parley: Parley) {
    this.#parley = parley;
    // first, so that whoever shows the list knows it by then
    this.#stop = parley.on('queue.changed', ({ items }) => {
      for (const { id, state, expert } of items) {
        const isKnown = this.#queue
          .peek()
          .items.peek()
          .some((entry) => entry.id === id);
        if (isKnown && state !== 'open' && expert !== null) {
          this.#takers.value = new Map([...this.#takers.peek(), [id, expert.name] as const].slice(-MOST));
        }
      }
    });
    this.#queue = signal(parley.list.questions({ view: 'open' }));
    this.mine = parley.list.questions({ view: 'mine', order: 'activity' });
  }

  get queue(): ReadonlySignal<Live<QuestionEntry>> {
    return this.#queue;
  }

  /** Whose questions wait; "": of all categories. */
  get category(): ReadonlySignal<string> {
    return this.#category;
  }

  get takers(): ReadonlySignal<ReadonlyMap<string, string>> {
    return this.#takers;
  }

  /** Of one's own, those that one works on. */
  readonly working: ReadonlySignal<readonly QuestionEntry[]> = computed(() =>
    this.mine.items.value.filter(({ state }) => state !== 'closed'),
  );

  choose(category: string): void {
    if (category === this.#category.peek()) return;
    this.#category.value = category;
    const before = this.#queue.peek();
    this.#queue.value = this.#parley.list.questions({ view: 'open', ...(category !== '' && { category }) });
    before.release();
  }

  release(): void {
    this.#stop();
    this.#queue.peek().release();
    this.mine.release();
  }
}

const MOST = 100; // of those who took something; rows are gone long before

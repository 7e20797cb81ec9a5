// What one was told in a line, also while nobody was here: counted as new until it is looked at, in this browser.

import { computed, effect, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Parley } from '../../client/index.ts';
import { ParleyError } from '../../client/errors.ts';
import type { NoticeEntry } from '../../client/protocol.ts';
import type { Kept } from '../../client/storage.ts';

const KEY = 'noticed';
const SOON_MS = 300; // several come together

type Source = Pick<Parley, 'call' | 'on' | 'status' | 'user'>;

export class NoticeList {
  readonly #parley: Source;
  readonly #kept: Kept;
  /** under which it is kept up to when this person has looked */
  #key = '';
  readonly #items = signal<readonly NoticeEntry[] | null>(null);
  readonly #error = signal<ParleyError | null>(null);
  readonly #next = signal<string | undefined>(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** the newest page was asked for so often */
  #asked = 0;
  /** and this one of them was answered: answers may come in another order */
  #known = 0;

  constructor(parley: Source, kept: Kept) {
    this.#parley = parley;
    this.#kept = kept;
    parley.on('notice', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.load(), SOON_MS);
    });
    const userId = computed(() => parley.user.value?.id);
    effect(() => {
      this.#key = `${KEY} ${userId.value}`; // what else is changed of an account makes no other list
      this.#items.value = null;
      this.#next.value = undefined;
      this.#error.value = null;
    });
    effect(() => {
      if (parley.status.value === 'online' && userId.value !== undefined) void this.load();
    });
  }

  /** The newest first; null: nobody knows yet. */
  get items(): ReadonlySignal<readonly NoticeEntry[] | null> {
    return this.#items;
  }

  /** Why they could not be read. */
  get error(): ReadonlySignal<ParleyError | null> {
    return this.#error;
  }

  /** There are older ones. */
  readonly hasMore: ReadonlySignal<boolean> = computed(() => this.#next.value !== undefined);

  /** So many that nobody has looked at; never more than one page. */
  readonly fresh: ReadonlySignal<number> = computed(
    () => (this.#items.value ?? []).filter(({ at }) => at > this.#seen()).length,
  );

  /** The newest page, by which the others are forgotten. */
  async load(): Promise<void> {
    this.#error.value = null;
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const { items, nextCursor } = await this.#parley.call('notice.list', {});
      if (asked < this.#known) return;
      this.#known = asked;
      this.#items.value = items;
      this.#next.value = nextCursor;
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      if (this.#items.peek() === null) this.#error.value = error;
    }
  }

  /** @throws ParleyError */
  async loadMore(): Promise<void> {
    const cursor = this.#next.peek();
    if (cursor === undefined) return;
    const { items, nextCursor } = await this.#parley.call('notice.list', { cursor });
    if (this.#next.peek() !== cursor) return; // the newest page has come meanwhile, and what is older begins elsewhere
    this.#items.value = [...(this.#items.peek() ?? []), ...items];
    this.#next.value = nextCursor;
  }

  /** When the newest was that somebody has looked at, perhaps in another tab: an instant of the server, whose account it is. */
  #seen(): string {
    return this.#kept.get(this.#key) ?? '';
  }

  /** Somebody looks at them. */
  see(): void {
    const items = this.#items.peek() ?? [];
    const newest = items[0]?.at ?? '';
    if (newest <= this.#seen()) return;
    this.#kept.set(this.#key, newest);
    this.#items.value = [...items]; // they are counted again
  }
}

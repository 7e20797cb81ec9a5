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
  readonly #items = signal<readonly NoticeEntry[] | null>(null);
  readonly #error = signal<ParleyError | null>(null);
  readonly #next = signal<string | undefined>(undefined);
  /** when the newest was that somebody has looked at: an instant of the server, whose account it is */
  readonly #seen = signal('');
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
    const userId = computed(() => parley.user.value?.id ?? null);
    effect(() => {
      this.#items.value = null;
      this.#next.value = undefined;
      this.#error.value = null;
      this.#read();
    });
    effect(() => {
      if (parley.status.value === 'online' && userId.value !== null) void this.load();
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
    () => (this.#items.value ?? []).filter(({ at }) => at > this.#seen.value).length,
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
      this.#read(); // in another tab perhaps
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

  #read(): void {
    this.#seen.value = this.#kept.get(`${KEY} ${this.#parley.user.value?.id ?? ''}`) ?? '';
  }

  /** Somebody looks at them. */
  see(): void {
    const newest = this.#items.peek()?.[0]?.at;
    if (newest === undefined || newest <= this.#seen.peek()) return;
    this.#seen.value = newest;
    this.#kept.set(`${KEY} ${this.#parley.user.peek()?.id ?? ''}`, newest);
  }
}

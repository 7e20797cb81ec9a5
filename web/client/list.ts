// A list that stays true: pages of it, changed by what is heard, and read again after every loss of the line.

import { batch, effect, signal, untracked } from '@preact/signals-core';
import type { ReadonlySignal } from '@preact/signals-core';
import type { Answer } from './calls.ts';
import type { Connection } from './connection.ts';
import { ParleyError } from './errors.ts';
import { Following } from './following.ts';

export interface Live<Item> {
  readonly state: ReadonlySignal<'loading' | 'ready' | 'failed'>;
  /** why it failed */
  readonly error: ReadonlySignal<ParleyError | null>;
  /** in the server's order */
  readonly items: ReadonlySignal<readonly Item[]>;
  readonly more: ReadonlySignal<'more' | 'loading' | 'all'>;
  /** One page more. */
  loadMore(): Promise<void>;
  /** All pages that are here, again. */
  refresh(): Promise<void>;
  /** Its end is left out when it has grown long, but not while somebody looks at it: `isLooked`. Call the result to be asked no more. */
  keep(isLooked: () => boolean): () => void;
  /** Hears no more. */
  release(): void;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string;
}

/** `unknown`: only the server can say. */
export type Belongs = 'yes' | 'no' | 'unknown';

/** `Heard`: a record as an event tells of it */
export interface ListParts<Item, Heard extends Versioned> {
  /** @throws ParleyError */
  page(connection: Connection, cursor: string | undefined): Promise<Page<Item>>;
  /** Hears what tells of its items. */
  hear(connection: Connection, take: (...items: readonly Heard[]) => void): (() => void)[];
  belongs(item: Heard, before: Item | undefined): Belongs;
  /** What is kept of an event, given what is there; null: only the server can say. */
  merge(item: Heard, before: Item | undefined): Item | null;
  /** Is the one before the other? */
  isBefore(one: Item, other: Item): boolean;
  /** What conversations tell of their items, if the list shows that. */
  readonly talks?: TalkParts<Item> | undefined;
  /** What has to be watched to be heard of, if anything. */
  readonly source?: Watched<Heard> | undefined;
}

/** News that come only while somebody watches for them. */
export interface Watched<Heard> {
  /**
   * Watches, and answers what was missed; `isComplete`: since the last time, so that nothing has to be read again.
   * @throws ParleyError
   */
  watch(connection: Connection): Promise<{ readonly items: readonly Heard[]; readonly isComplete: boolean }>;
  /** Hears when more has happened than is told. */
  overrun(connection: Connection, again: () => void): () => void;
  /** Nobody needs it here any more. */
  unwatch(connection: Connection): void;
}

export interface TalkParts<Item> {
  /** Is it to be followed? The list does so for the first ones. */
  isFollowed(item: Item): boolean;
  /** Hears what changes an item: what it is then, or null when only the server can say. */
  hear(connection: Connection, change: (id: string, how: (before: Item) => Item | null) => void): (() => void)[];
  /** It is followed, and is this. */
  told(answer: Answer<'question.watch'>): void;
  /** Has more happened than the item says? */
  isBehind(item: Item, lastSeq: number): boolean;
}

export interface ListSource {
  readonly connection: ReadonlySignal<Connection | null>;
  /** no view has it any more */
  readonly released: (list: { forget(): void }) => void;
}

interface Versioned {
  readonly id: string;
  readonly version: number;
}

const AGAIN_MS = 1_000; // between one reading and the next, however much is heard

const PAGE = 50; // entries of an answer

const MOST_GONE = 200; // items that are remembered to be gone: news of them may come late for a moment

export class LiveList<Item extends Versioned, Heard extends Versioned> implements Live<Item> {
  readonly #parts: ListParts<Item, Heard>;
  readonly state = signal<'loading' | 'ready' | 'failed'>('loading');
  readonly error = signal<ParleyError | null>(null);
  readonly items = signal<readonly Item[]>([]);
  readonly more = signal<'more' | 'loading' | 'all'>('all');
  readonly #stop: () => void;
  readonly #released: ListSource['released'];
  #connection: Connection | null = null;
  #pages = 1;
  /** entries that were read */
  #read = 0;
  /** where the next page begins, as far as it is known */
  #end: string | undefined;
  /** heard since the reading that is under way began */
  #news: (() => void)[] = [];
  #reading: Promise<void> | null = null;
  #isStale = false;
  #readAt = -Infinity;
  #again: ReturnType<typeof setTimeout> | undefined;
  /** by id: with which version it went */
  readonly #gone = new Map<string, number>();
  /** does anybody look at its end? */
  readonly #keepers = new Set<() => boolean>();

  constructor({ connection, released }: ListSource, parts: ListParts<Item, Heard>) {
    this.#parts = parts;
    this.#released = released;
    this.#stop = effect(() => {
      const now = connection.value;
      return now === null ? undefined : untracked(() => this.#attach(now));
    });
  }

  async loadMore(): Promise<void> {
    if (this.more.value !== 'more') return;
    this.more.value = 'loading';
    this.#pages += 1;
    await this.refresh(this.#end);
  }

  /** `from`: what is there already is not read again, unless it is being read. */
  async refresh(from?: string): Promise<void> {
    this.#isStale = true;
    await (this.#reading ??= this.#readAll(from).finally(() => (this.#reading = null)));
  }

  keep(isLooked: () => boolean): () => void {
    this.#keepers.add(isLooked);
    return () => {
      this.#keepers.delete(isLooked);
    };
  }

  release(): void {
    this.#stop();
    this.#released(this);
  }

  /** It is another person's now: nothing of it stays. */
  forget(): void {
    this.release();
    this.items.value = [];
    this.more.value = 'all';
  }

  #attach(connection: Connection): () => void {
    this.#connection = connection;
    const stops = [
      ...this.#parts.hear(connection, (...items) => this.#hear(() => items.forEach((item) => this.#take(item)))),
      ...this.#watch(connection),
      ...this.#listen(connection),
      connection.onStatus((status) => {
        if (status === 'online') void this.#catchUp(connection);
      }),
    ];
    if (connection.status === 'online') void this.#catchUp(connection);
    return () => {
      for (const stop of stops) stop();
      clearTimeout(this.#again);
      this.#again = undefined;
      this.#connection = null;
    };
  }

  #watch(connection: Connection): (() => void)[] {
    const { source } = this.#parts;
    if (source === undefined) return [];
    return [source.overrun(connection, () => this.#later()), () => source.unwatch(connection)];
  }

  /** The line is there: what was missed while it was not. */
  async #catchUp(connection: Connection): Promise<void> {
    const { source } = this.#parts;
    // what it answers counts only for a list that was read before
    const missed = source === undefined ? null : await this.#missed(source, connection);
    if (this.#connection !== connection) return;
    this.#hear(() => missed?.items.forEach((item) => this.#take(item)));
    const wasRead = this.state.peek() === 'ready' && this.error.peek() === null && !this.#isStale;
    if (missed?.isComplete !== true || !wasRead) await this.refresh();
  }

  /** Null: nobody knows, and the list is read again. */
  async #missed(source: Watched<Heard>, connection: Connection) {
    try {
      return await source.watch(connection);
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      if (error.retryable && connection.status === 'online') {
        setTimeout(() => {
          if (this.#connection === connection && connection.status === 'online') void this.#catchUp(connection);
        }, error.retryAfterMs ?? AGAIN_MS);
      }
      return null;
    }
  }

  /** To what is said in the conversations of its items. */
  #listen(connection: Connection): (() => void)[] {
    const { talks } = this.#parts;
    if (talks === undefined) return [];
    const following = new Following(connection, (answer) => {
      talks.told(answer);
      const { id, lastSeq } = answer.question;
      const item = this.items.peek().find((one) => one.id === id);
      if (item !== undefined && talks.isBehind(item, lastSeq)) this.#later();
    });
    return [
      ...talks.hear(connection, (id, how) => this.#hear(() => this.#change(id, how))),
      connection.onStatus((status) => {
        if (status === 'online') following.again();
      }),
      effect(() => {
        const ids = this.items.value.filter((item) => talks.isFollowed(item)).map(({ id }) => id);
        untracked(() => following.want(ids));
      }),
      () => following.end(),
    ];
  }

  #hear(take: () => void): void {
    if (this.#reading !== null) this.#news.push(take);
    batch(() => {
      take();
      this.#bound();
    });
  }

  /** Not much longer than what was asked for, and not short while there is more behind it. */
  #bound(): void {
    const { length } = this.items.peek();
    const asked = Math.max(this.#read, this.#pages * PAGE);
    if (this.#reading === null && length > 2 * asked && ![...this.#keepers].some((isLooked) => isLooked())) {
      this.items.value = this.items.peek().slice(0, asked);
      this.more.value = 'more';
      this.#end = undefined;
    } else if (length < this.#read / 2 && this.more.peek() === 'more') this.#later();
  }

  #change(id: string, how: (before: Item) => Item | null): void {
    const items = this.items.peek();
    const before = items.find((one) => one.id === id);
    const now = before === undefined ? null : how(before);
    if (now === null) this.#later();
    else if (now !== before)
      this.items.value = this.#placed(
        items.filter((one) => one !== before),
        now,
      );
  }

  #take(item: Heard): void {
    const { id, version } = item;
    const items = this.items.peek();
    const before = items.find((one) => one.id === id);
    if ((before?.version ?? this.#gone.get(id) ?? 0) >= version) return;
    const belongs = this.#parts.belongs(item, before);
    const merged = belongs === 'yes' ? this.#parts.merge(item, before) : null;
    const others = items.filter((one) => one !== before);
    if (merged !== null) this.items.value = this.#placed(others, merged);
    else if (belongs === 'no') {
      this.#goes(id, version);
      if (before !== undefined) this.items.value = others;
    }
    if (belongs === 'unknown' || (belongs === 'yes' && merged === null)) this.#later();
  }

  #goes(id: string, version: number): void {
    this.#gone.delete(id); // it is the newest now
    this.#gone.set(id, version);
    const [oldest = ''] = this.#gone.keys();
    if (this.#gone.size > MOST_GONE) this.#gone.delete(oldest);
  }

  #placed(items: readonly Item[], item: Item): readonly Item[] {
    const place = items.findIndex((one) => this.#parts.isBefore(item, one));
    if (place >= 0) return items.toSpliced(place, 0, item);
    // behind the last one that is here there may be others
    return this.more.peek() === 'all' ? [...items, item] : items;
  }

  /** At once, but not too soon after the last time. */
  #later(afterMs = Math.max(0, this.#readAt + AGAIN_MS - performance.now())): void {
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      void this.refresh();
    }, afterMs);
  }

  async #readAll(from?: string): Promise<void> {
    while (this.#isStale && this.#connection?.status === 'online') {
      this.#isStale = false;
      this.#readAt = performance.now();
      this.#news = [];
      try {
        await this.#readPages(this.#connection, from);
      } catch (error) {
        if (!(error instanceof ParleyError)) throw error;
        this.error.value = error;
        if (error.retryable) this.#later(error.retryAfterMs ?? AGAIN_MS);
        else this.state.value = 'failed';
        if (this.more.peek() === 'loading') {
          this.more.value = 'more';
          this.#pages -= 1; // the next reading asks for what is there
        }
      }
      from = undefined;
    }
  }

  async #readPages(connection: Connection, from: string | undefined): Promise<void> {
    const read: Item[] = [];
    let cursor = from;
    let pages = from ? this.#pages - 1 : 0;
    do {
      const page = await this.#parts.page(connection, cursor);
      read.push(...page.items);
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor && pages < this.#pages);
    const known = from ? this.items.peek() : [];
    const items = known.concat(read.filter(({ id }) => !known.some((one) => one.id === id)));
    this.#pages = pages;
    this.#end = cursor;
    this.#read = items.length;
    batch(() => {
      this.more.value = cursor ? 'more' : 'all';
      this.items.value = items;
      // what was heard meanwhile may be newer than what was read
      for (const take of this.#news) take();
      this.error.value = null;
      this.state.value = 'ready';
    });
  }
}

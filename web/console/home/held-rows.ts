// The rows of a list that somebody works in: what is new does not push away what they are about to press, and what is gone says so
// before it goes.

import { batch, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

/** The same object as long as it is the same row: such a one is not drawn again. */
export interface Row<Item> {
  readonly item: Item;
  /** it is of the list no more */
  readonly isGone: boolean;
}

const GONE_MS = 4_000;

export class HeldRows<Item extends { readonly id: string }> {
  readonly #rows = signal<readonly Row<Item>[]>([]);
  readonly #fresh = signal(0);
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #leave: (id: string) => void;
  #items: readonly Item[] = [];
  #hasMore = false;

  /** `leave`: this row goes now. */
  constructor(leave: (id: string) => void) {
    this.#leave = leave;
  }

  get rows(): ReadonlySignal<readonly Row<Item>[]> {
    return this.#rows;
  }

  /** So many are there that are not shown yet. */
  get fresh(): ReadonlySignal<number> {
    return this.#fresh;
  }

  /** `isHeld`: nothing may move now; what is new waits to be shown. `hasMore`: behind the items there are others. */
  take(items: readonly Item[], isHeld: boolean, hasMore: boolean): void {
    this.#items = items;
    this.#hasMore = hasMore;
    const now = new Map(items.map((item, place) => [item.id, { item, place }]));
    const before = this.#rows.peek();
    const known = new Map(before.map((row) => [row.item.id, row]));
    const rowOf = (item: Item, isGone: boolean): Row<Item> => {
      const row = known.get(item.id);
      return row?.item === item && row.isGone === isGone ? row : { item, isGone };
    };
    const end = hasMore ? before.findLastIndex(({ item }) => now.has(item.id)) : before.length;
    // behind the end nobody knows whether it is gone or not here any more: it goes without a word
    const isCut = ({ isGone }: Row<Item>, place: number) => place > end && !isGone;
    for (const { item } of before.filter(isCut)) this.#leave(item.id);
    const kept = before.filter((row, place) => !isCut(row, place));
    const rows = kept.map(({ item }) => {
      const { item: newer } = now.get(item.id) ?? {};
      if (newer === undefined) this.#goes(item.id);
      else this.#stays(item.id);
      return rowOf(newer ?? item, newer === undefined);
    });
    const shown = new Set(rows.map(({ item }) => item.id));
    const last = Math.max(-1, ...rows.map(({ item }) => now.get(item.id)?.place ?? -1));
    const isEmpty = rows.every(({ isGone }) => isGone);
    batch(() => {
      if (!isHeld || isEmpty) {
        const stay = items.map((item) => rowOf(item, false));
        this.#rows.value = withGone(stay, rows);
        this.#fresh.value = 0;
      } else {
        const others = items.filter(({ id }) => !shown.has(id));
        const behind = others.filter(({ id }) => (now.get(id)?.place ?? 0) > last);
        this.#rows.value = [...rows, ...behind.map((item) => rowOf(item, false))];
        this.#fresh.value = others.length - behind.length;
      }
    });
  }

  /** All that is new, at its place. */
  reveal(): void {
    this.take(this.#items, false, this.#hasMore);
  }

  end(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #goes(id: string): void {
    if (this.#timers.has(id)) return;
    const go = () => {
      this.#timers.delete(id);
      this.#leave(id);
      this.#rows.value = this.#rows.peek().filter((row) => row.item.id !== id);
    };
    this.#timers.set(id, setTimeout(go, GONE_MS));
  }

  #stays(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }
}

/** Those that stay, and what is gone behind what stood before it. */
function withGone<Item extends { readonly id: string }>(
  stay: readonly Row<Item>[],
  before: readonly Row<Item>[],
): readonly Row<Item>[] {
  const rows = [...stay];
  before.forEach((row, place) => {
    if (!row.isGone) return;
    const ahead = before[place - 1]?.item.id;
    rows.splice(rows.findIndex(({ item }) => item.id === ahead) + 1, 0, row);
  });
  return rows;
}

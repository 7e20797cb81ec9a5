// What categories are called, in the language of the reader. Asked for once and again with every other language.

import { effect, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Parley } from '../client/index.ts';
import type { Category } from '../client/protocol.ts';
import type { Locale } from '../texts/texts.ts';

const NONE: ReadonlyMap<string, Category> = new Map();

export class Categories {
  readonly #all = signal(NONE);

  constructor(parley: Parley, locale: ReadonlySignal<Locale>) {
    effect(() => {
      if (parley.status.value !== 'online') return;
      parley
        .call('category.list', { locale: locale.value })
        .then(({ items }) => (this.#all.value = new Map(items.map((one) => [one.id, one]))))
        .catch(() => undefined); // asked again with the next connection; until then it is called by its id
    });
  }

  nameOf(id: string): string {
    return this.#all.value.get(id)?.name ?? id;
  }
}

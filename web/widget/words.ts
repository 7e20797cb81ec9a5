// The words that are there, in the language of now. Parts that come later are put to them; another language brings all that were there.

import { batch, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { loadTexts } from '../texts/texts.ts';
import type { Locale, Part, Texts } from '../texts/texts.ts';

export class Words {
  readonly #parts = new Set<Part>();
  readonly #locale;
  #wanted: Locale | undefined;
  readonly #texts = signal({} as Texts); // whatever is shown waits for its own

  private constructor(locale: Locale) {
    this.#locale = signal(locale);
  }

  /** With the first part. @throws Error when it cannot be loaded */
  static async of(locale: Locale): Promise<Words> {
    const words = new Words(locale);
    await words.load(['first']);
    return words;
  }

  get locale(): ReadonlySignal<Locale> {
    return this.#locale;
  }

  get texts(): ReadonlySignal<Texts> {
    return this.#texts;
  }

  has(parts: readonly Part[]): boolean {
    return parts.every((part) => this.#parts.has(part));
  }

  /** @throws Error when they cannot be loaded */
  async load(parts: readonly Part[]): Promise<void> {
    const locale = this.#locale.peek();
    const loaded = await loadTexts(locale, parts);
    if (locale !== this.#locale.peek()) return this.load(parts); // another language came between
    for (const part of parts) this.#parts.add(part);
    this.#texts.value = { ...this.#texts.peek(), ...loaded };
  }

  /** @throws Error when they cannot be loaded: then it stays as it is */
  async speak(locale: Locale): Promise<void> {
    this.#wanted = locale;
    const { size } = this.#parts;
    const loaded = await loadTexts(locale, this.#parts);
    if (this.#wanted !== locale) return; // another one was wanted since
    if (this.#parts.size > size) return this.speak(locale); // a part has come meanwhile, in the language before
    batch(() => {
      this.#locale.value = locale;
      this.#texts.value = { ...this.#texts.peek(), ...loaded };
    });
  }
}

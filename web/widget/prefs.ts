// What somebody has chosen for this browser; kept from the first choice on, and not before.

import { signal } from '@preact/signals';
import type { Kept } from '../client/storage.ts';
import { LOCALES } from '../texts/texts.ts';
import type { Locale } from '../texts/texts.ts';

const LOCALE = 'locale';
const SOUNDS = 'sounds';

export class Prefs {
  readonly #kept: Kept;
  readonly #isLoud: () => boolean;
  readonly #sounds;

  /** `isLoud`: are there sounds where nobody has chosen? */
  constructor(kept: Kept, isLoud: () => boolean) {
    this.#kept = kept;
    this.#isLoud = isLoud;
    this.#sounds = signal(kept.get(SOUNDS));
  }

  /** Read by a view it is followed. */
  get sounds(): boolean {
    const chosen = this.#sounds.value;
    return chosen === null ? this.#isLoud() : chosen !== 'off';
  }

  setSounds(isOn: boolean): void {
    this.#sounds.value = isOn ? 'on' : 'off';
    this.#kept.set(SOUNDS, this.#sounds.value);
  }

  /** Undefined: none was chosen here. */
  get locale(): Locale | undefined {
    const kept = this.#kept.get(LOCALE);
    return LOCALES.find((locale) => locale === kept);
  }

  setLocale(locale: Locale): void {
    this.#kept.set(LOCALE, locale);
  }

  clear(): void {
    for (const key of [LOCALE, SOUNDS]) this.#kept.remove(key);
    this.#sounds.value = null;
  }
}

// What somebody has chosen for this browser; kept from the first choice on, and not before.

import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Kept } from '../client/storage.ts';
import { LOCALES } from '../texts/texts.ts';
import type { Locale } from '../texts/texts.ts';

const KEYS = { locale: 'locale', sounds: 'sounds' } as const;

export class Prefs {
  readonly #kept: Kept;
  readonly #sounds;

  constructor(kept: Kept) {
    this.#kept = kept;
    this.#sounds = signal(kept.get(KEYS.sounds) !== 'off');
  }

  get sounds(): ReadonlySignal<boolean> {
    return this.#sounds;
  }

  setSounds(isOn: boolean): void {
    this.#sounds.value = isOn;
    if (isOn) this.#kept.remove(KEYS.sounds);
    else this.#kept.set(KEYS.sounds, 'off');
  }

  /** Undefined: none was chosen here. */
  get locale(): Locale | undefined {
    const kept = this.#kept.get(KEYS.locale);
    return LOCALES.find((locale) => locale === kept);
  }

  setLocale(locale: Locale): void {
    this.#kept.set(KEYS.locale, locale);
  }

  clear(): void {
    for (const key of Object.values(KEYS)) this.#kept.remove(key);
    this.#sounds.value = true;
  }
}

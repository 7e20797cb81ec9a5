// What somebody has chosen for this browser: by what a request makes itself known. All of it, until they say otherwise.

import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Kept } from '../client/storage.ts';

/** A sound, the title of the page, and what the system shows. */
export const ALERTS = ['sound', 'title', 'desktop'] as const;
export type Alert = (typeof ALERTS)[number];

export class Prefs {
  readonly #kept: Kept;
  readonly #off;

  constructor(kept: Kept) {
    this.#kept = kept;
    this.#off = signal<ReadonlySet<string>>(new Set((kept.get(KEY) ?? '').split(' ').filter(Boolean)));
  }

  /** Those that are muted. */
  get off(): ReadonlySignal<ReadonlySet<string>> {
    return this.#off;
  }

  isOn(alert: Alert): boolean {
    return !this.#off.value.has(alert);
  }

  turn(alert: Alert, isOn: boolean): void {
    const off = new Set(this.#off.peek());
    if (isOn) off.delete(alert);
    else off.add(alert);
    this.#off.value = off;
    this.#kept.set(KEY, [...off].join(' ').trim());
  }
}

const KEY = 'muted';

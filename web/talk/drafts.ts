// What was begun and not sent, over reloads and from view to view, each under its own key: never in another conversation.

import type { Kept } from '../client/storage.ts';

const KEYS = 'drafts';

export class Drafts {
  readonly #kept: Kept;

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  /** False: the browser keeps nothing for this page, so that all is gone with it. */
  get isLasting(): boolean {
    return this.#kept.isLasting;
  }

  get(key: string): string {
    return this.#all()[key] ?? '';
  }

  set(key: string, text: string): void {
    const { [key]: _before, ...others } = this.#all();
    const all = text === '' ? others : { ...others, [key]: text };
    if (Object.keys(all).length === 0) this.clear();
    else this.#kept.set(KEYS, JSON.stringify(all));
  }

  clear(): void {
    this.#kept.remove(KEYS);
  }

  #all(): Record<string, string> {
    return (this.#kept.read(KEYS) ?? {}) as Record<string, string>; // nobody else writes it
  }
}

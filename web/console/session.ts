// Where whoever is signed in is kept: for all tabs of this browser, or for this tab alone. Chosen at the door.

import { signal } from '@preact/signals';
import { pageStorage, tabStorage } from '../client/storage.ts';
import type { KeyValues } from '../client/storage.ts';

export class Session implements KeyValues {
  /** of the next one to sign in: on this device, or as long as the tab */
  stays = true;
  /** the last one to sign in was no expert, and is not */
  readonly wasWrong = signal(false);
  /** where a browser keeps nothing, as long as the page */
  readonly #memory = new Map<string, string>();

  getItem(key: string): string | null {
    return tabStorage()?.getItem(key) ?? pageStorage()?.getItem(key) ?? this.#memory.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    const isKnown = this.getItem(key) !== null;
    const isOfTab = isKnown ? (tabStorage()?.getItem(key) ?? null) !== null : !this.stays;
    const to = isOfTab ? tabStorage() : pageStorage();
    if (to === null) this.#memory.set(key, value);
    else to.setItem(key, value);
  }

  removeItem(key: string): void {
    tabStorage()?.removeItem(key);
    pageStorage()?.removeItem(key);
    this.#memory.delete(key);
  }
}

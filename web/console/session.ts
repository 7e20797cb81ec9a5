// Where whoever is signed in is kept: for all tabs of this browser, or for this tab alone. Chosen at the door.

import { signal } from '@preact/signals';
import { pageStorage, tabStorage } from '../client/storage.ts';
import type { KeyValues } from '../client/storage.ts';

export class Session implements KeyValues {
  /** the last one to sign in was no expert, and is not */
  readonly wasWrong = signal(false);
  readonly #key: string;
  /** of whoever signs in right now: on this device, or as long as the tab; null: nobody does */
  #stays: boolean | null = null;
  /** where a browser keeps nothing, as long as the page */
  readonly #memory = new Map<string, string>();

  /** `key`: under which the client keeps who is signed in. */
  constructor(key: string) {
    this.#key = key;
  }

  /** Whoever is signed in here, or was until their session ended, is so for this tab alone. */
  get isOfTab(): boolean {
    return (tabStorage()?.getItem(this.#key) ?? null) !== null;
  }

  /** The next token of a session is kept where the one before is; a new session, where its person wants it. */
  async signIn<Result>(stays: boolean, login: () => Promise<Result>): Promise<Result> {
    this.#stays = stays;
    try {
      return await login();
    } finally {
      this.#stays = null;
    }
  }

  getItem(key: string): string | null {
    return tabStorage()?.getItem(key) ?? pageStorage()?.getItem(key) ?? this.#memory.get(key) ?? null;
  }

  /** What has ended for all tabs stays where it is when somebody signs in for one: to the others it would be a sign-out. */
  setItem(key: string, value: string): void {
    const isOfTab = this.#stays === null ? this.isOfTab : !this.#stays;
    const to = isOfTab ? tabStorage() : pageStorage();
    if (to === null) this.#memory.set(key, value);
    else to.setItem(key, value);
    if (!isOfTab) tabStorage()?.removeItem(key); // it is looked at first
  }

  removeItem(key: string): void {
    tabStorage()?.removeItem(key);
    pageStorage()?.removeItem(key);
    this.#memory.delete(key);
  }
}

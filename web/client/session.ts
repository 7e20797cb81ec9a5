// Who is signed in: a token and its person, kept over reloads and known to all pages of the browser; or a token of the host's.

import { signal } from '@preact/signals-core';
import type { ReadonlySignal } from '@preact/signals-core';
import type { TokenSource } from './connection.ts';
import type { User } from './protocol.ts';
import type { Kept } from './storage.ts';

export interface SignedIn {
  readonly token: string;
  readonly user: User;
}

const KEY = 'session';

export class Session {
  readonly #kept: Kept;
  readonly #user = signal<User | null>(null);
  #token: string | null = null;
  #source: TokenSource | null;
  /** the token is the host's; it gives way to whoever signs in here */
  #isHosts: boolean;

  constructor(kept: Kept, token: string | TokenSource | undefined) {
    this.#kept = kept;
    this.#source = typeof token === 'function' ? token : null;
    this.#isHosts = token !== undefined;
    if (typeof token === 'string') this.#token = token;
    else this.look();
  }

  /** Null: nobody, or nobody knows yet who comes with the host's token. */
  get user(): ReadonlySignal<User | null> {
    return this.#user;
  }

  get isSignedIn(): boolean {
    return this.#token !== null || this.#source !== null;
  }

  /** The token of whoever has signed in here; that of a host is the host's to end. */
  get own(): string | null {
    return this.#isHosts ? null : this.#token;
  }

  readonly token: TokenSource = () => (this.#source === null ? this.#token : this.#source());

  begin({ token, user }: SignedIn): void {
    this.#source = null;
    this.#isHosts = false;
    this.#token = token;
    this.#kept.set(KEY, JSON.stringify({ token, user }));
    this.#user.value = user;
  }

  /** What the server says of the person. */
  knows(user: User): void {
    const known = this.#user.peek();
    if (known?.id === user.id && known.version > user.version) return; // what was asked first was answered last
    this.#user.value = user;
    if (this.#isHosts) return;
    // another page may have signed out while this one was told, or know more; and a session that was renewed goes on with its next token
    const kept = this.#read();
    if (kept.user?.id !== user.id) return;
    this.#token = kept.token;
    if (kept.user.version <= user.version) this.#kept.set(KEY, JSON.stringify({ ...kept, user }));
  }

  end(): void {
    this.#source = null;
    this.#token = null;
    if (!this.#isHosts) this.#kept.remove(KEY);
    this.#user.value = null;
  }

  /** Another page may have signed in or out. True: it has. */
  look(): boolean {
    if (this.#isHosts) return false;
    const { token, user } = this.#read();
    if (token === this.#token) {
      if (user !== null && user.version > (this.#user.peek()?.version ?? 0)) this.#user.value = user;
      return false;
    }
    this.#token = token;
    this.#user.value = user;
    return true;
  }

  #read(): SignedIn | { readonly token: null; readonly user: null } {
    const kept = this.#kept.read(KEY);
    if (isSignedIn(kept)) return kept;
    return { token: null, user: null };
  }
}

function isSignedIn(kept: unknown): kept is SignedIn {
  const { token, user } = (kept ?? {}) as Partial<SignedIn>;
  return typeof token === 'string' && typeof user?.id === 'string';
}

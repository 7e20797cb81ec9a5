// Where a page keeps a few words over reloads; in memory where a browser keeps nothing for it, and for as long as it runs.

/** Under which is kept which offers somebody has looked at. */
export const SEEN = 'seen';

/** What `localStorage` and `sessionStorage` are, as far as it is used. */
export type KeyValues = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Never throws: blocked, full or missing, it goes on in memory. */
export class Kept {
  readonly #prefix: string;
  readonly #under: KeyValues | null;
  readonly #memory = new Map<string, string>();

  /** `prefix`: of every key, so that pages of one origin keep apart. */
  constructor(prefix: string, under: KeyValues | null) {
    this.#prefix = prefix;
    this.#under = under;
  }

  /** False: something is kept in memory only. */
  get isLasting(): boolean {
    return this.#memory.size === 0;
  }

  get(key: string): string | null {
    const own = this.#memory.get(key);
    if (own !== undefined) return own;
    try {
      return this.#under?.getItem(this.#prefix + key) ?? null;
    } catch {
      return null;
    }
  }

  /** What was kept as JSON; null: nothing, or somebody else's. */
  read(key: string): unknown {
    try {
      return JSON.parse(this.get(key) ?? 'null');
    } catch {
      return null;
    }
  }

  set(key: string, value: string): void {
    this.#memory.set(key, value);
    if (this.#under === null) return;
    try {
      this.#under.setItem(this.#prefix + key, value);
      this.#memory.delete(key);
    } catch {
      // it stays in memory
    }
  }

  remove(key: string): void {
    this.#memory.delete(key);
    try {
      this.#under?.removeItem(this.#prefix + key);
    } catch {
      // it could not be put there either
    }
  }
}

/** Pages only: what Node calls localStorage is a file. */
export function pageStorage(): KeyValues | null {
  try {
    return typeof window === 'undefined' ? null : window.localStorage;
  } catch {
    return null; // blocked
  }
}

/** The same, for one tab alone and as long as it is there. */
export function tabStorage(): KeyValues | null {
  try {
    return typeof window === 'undefined' ? null : window.sessionStorage;
  } catch {
    return null; // blocked
  }
}

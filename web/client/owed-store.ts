// Lines that somebody has written and the server has not acknowledged, in the order in which they were written: in IndexedDB, which all
// pages of an origin share and a reload leaves alone, or in memory.

import type { Input } from './calls.ts';
import type { Failure } from './protocol.ts';
import type { Kept } from './storage.ts';

/** As it is stored. */
export interface OwedLine extends Pick<Input<'message.send'>, 'questionId' | 'clientId' | 'kind' | 'body' | 'confirm'> {
  /** whose it is */
  readonly userId: string;
  /** by the server's clock, ms */
  readonly at: number;
  /** why the server does not want it */
  readonly refused?: Omit<Failure, 'code'> & { readonly code: string };
}

export interface Placed extends OwedLine {
  /** its place among all of the browser */
  readonly order: number;
}

const STORE = 'owed';
const ON_THE_WAY = 'owing'; // lines that IndexedDB may not have taken yet: it answers later, and a page may go at once
const FROM_HERE = Number.MAX_SAFE_INTEGER / 2; // the places of lines in memory: after those that are shared
const OPEN_MS = 5_000; // a browser that neither opens nor refuses

/** Never rejects: what IndexedDB does not take is kept in memory, and lost with the page. */
export class OwedStore {
  readonly #memory = new Map<number, Placed>();
  readonly #database: Promise<IDBDatabase | null>;
  readonly #kept: Kept | null;
  #next = FROM_HERE;
  #takenOver: Promise<void> | null = null;

  /** `name`: of the database; null: memory only. `kept`: what is written at once. */
  constructor(name: string | null, kept: Kept | null = null) {
    this.#database = name === null ? Promise.resolve(null) : opened(name);
    this.#kept = name === null ? null : kept;
  }

  /** All of one person, the oldest first. */
  async all(userId: string): Promise<Placed[]> {
    await (this.#takenOver ??= this.#takeOver());
    const stored = (await this.#ask('readonly', (store) => store.getAll() as IDBRequest<Placed[]>)) ?? [];
    return [...stored, ...this.#memory.values()].filter((line) => line.userId === userId);
  }

  /** A page that goes the moment after has it all the same. */
  async add(line: OwedLine): Promise<void> {
    this.#note([...this.#noted(), line]);
    const isStored = await this.#store(line);
    this.#note(this.#noted().filter(({ clientId }) => clientId !== line.clientId));
    if (isStored) return;
    this.#memory.set(this.#next, { ...line, order: this.#next });
    this.#next += 1;
  }

  /** What a page has left behind on its way. */
  async #takeOver(): Promise<void> {
    const stored = new Set<string>();
    for (const line of this.#noted()) if (await this.#store(line)) stored.add(line.clientId);
    this.#note(this.#noted().filter(({ clientId }) => !stored.has(clientId))); // the others some other time
  }

  /** Once, whoever else does it too. */
  async #store(line: OwedLine): Promise<boolean> {
    const asked = await this.#ask('readwrite', (store) => {
      const found = store.getAll() as IDBRequest<Placed[]>;
      found.onsuccess = () => {
        if (!found.result.some(({ clientId }) => clientId === line.clientId)) store.add(line);
      };
      return found;
    });
    return asked !== null;
  }

  #noted(): OwedLine[] {
    const noted = this.#kept?.read(ON_THE_WAY);
    return Array.isArray(noted) ? (noted as OwedLine[]) : []; // nobody else writes it
  }

  #note(lines: readonly OwedLine[]): void {
    if (lines.length === 0) this.#kept?.remove(ON_THE_WAY);
    else this.#kept?.set(ON_THE_WAY, JSON.stringify(lines));
  }

  /** Another state of one, if it is still there. */
  async change(line: Placed): Promise<void> {
    if (this.#memory.has(line.order)) this.#memory.set(line.order, line);
    else {
      await this.#ask('readwrite', (store) => {
        const found = store.count(line.order);
        found.onsuccess = () => {
          if (found.result > 0) store.put(line);
        };
        return found;
      });
    }
  }

  async remove({ order }: Placed): Promise<void> {
    if (!this.#memory.delete(order)) await this.#ask('readwrite', (store) => store.delete(order));
  }

  /** Null: it cannot be had, now or at all. */
  async #ask<Result>(
    mode: IDBTransactionMode,
    ask: (store: IDBObjectStore) => IDBRequest<Result>,
  ): Promise<Result | null> {
    const database = await this.#database;
    if (database === null) return null;
    try {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      return await new Promise((resolve) => {
        transaction.oncomplete = () => {
          resolve(request.result);
        };
        transaction.onabort = () => {
          resolve(null);
        };
      });
    } catch {
      return null; // closed by the browser, or taken away
    }
  }
}

function opened(name: string): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    const without = () => {
      resolve(null);
    };
    setTimeout(without, OPEN_MS);
    try {
      const request = indexedDB.open(name, 1); // throws where there is none
      request.onupgradeneeded = () => {
        request.result.createObjectStore(STORE, { keyPath: 'order', autoIncrement: true });
      };
      request.onsuccess = () => {
        const database = request.result;
        database.onversionchange = () => {
          database.close(); // whoever clears the site's data is not kept waiting
        };
        resolve(database);
      };
      request.onerror = without;
      request.onblocked = without;
    } catch {
      without();
    }
  });
}

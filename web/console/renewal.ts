// A session that somebody works in does not end: long before it would, the next token takes the place of the one that is, for all tabs
// of the browser that share it.

import { effect } from '@preact/signals';
import type { Parley } from '../client/index.ts';
import { ParleyError } from '../client/errors.ts';
import { openPages } from '../client/page.ts';
import type { Kept } from '../client/storage.ts';
import { lifeOf } from '../client/token.ts';

const LOOK_MS = 60_000;
/** Of its life, when it is renewed: by a page that is looked at, otherwise by any. */
const HALF = 0.5;
const LATE = 0.75;

export class Renewal {
  readonly #parley: Parley;
  readonly #kept: Kept;
  readonly #prefix: string;
  /** a newer one is kept than this page comes with */
  #isOwed = false;

  /** `kept`: where the client keeps who is signed in, under the same `prefix`. */
  constructor(parley: Parley, kept: Kept, prefix: string) {
    this.#parley = parley;
    this.#kept = kept;
    this.#prefix = prefix;
    const look = () => void this.#look();
    setInterval(look, LOOK_MS);
    document.addEventListener('visibilitychange', look);
    effect(() => {
      const status = parley.status.value;
      if (status === 'offline' || status === 'ended') this.#tell();
      if (status === 'online') look(); // after a sleep it may be late
    });
  }

  /** 1.1: another password. All other sessions end; this one goes on in all its tabs. @throws ParleyError */
  async password(old: string, next: string): Promise<void> {
    const before = this.token();
    const { token } = await this.#parley.call('session.password', { old, new: next });
    if (this.#keep(before, token)) this.#tell();
  }

  async #look(): Promise<void> {
    if (this.#isOwed && document.querySelector('[aria-busy="true"]') === null) this.#tell(); // nothing is under way
    const token = this.token();
    if (token === null || !this.#isTime(token)) return;
    await this.#inTurn(async () => {
      if (this.token() !== token) return; // another tab has, meanwhile
      const answer = await this.#parley.call('session.renew', {});
      this.#keep(token, answer.token);
    }).catch((error: unknown) => {
      if (!(error instanceof ParleyError)) throw error; // tried again with the next look
    });
  }

  #isTime(token: string): boolean {
    const life = lifeOf(token);
    if (life === null || this.#parley.status.peek() !== 'online') return false;
    const { from, until } = life;
    return this.#parley.now() >= from + (until - from) * (document.hidden ? LATE : HALF);
  }

  /** What whoever is signed in comes with; null: nobody. */
  token(): string | null {
    const { token = null } = (this.#kept.read('session') ?? {}) as { readonly token?: string };
    return token;
  }

  /** Unless somebody has signed in or out since. */
  #keep(before: string | null, token: string): boolean {
    if (this.token() !== before) return false;
    this.#kept.set('session', JSON.stringify({ token, user: this.#parley.user.peek() }));
    this.#isOwed = true;
    return true;
  }

  /** Pages take what is kept when they are told, as when somebody signs in; their connection begins anew with it. */
  #tell(): void {
    if (!this.#isOwed) return;
    this.#isOwed = false;
    const pages = openPages(this.#prefix, () => undefined);
    pages.tell({ type: 'session' });
    pages.close();
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    if ('locks' in navigator) await navigator.locks.request(`${this.#prefix}renewal`, work);
    else await work();
  }
}

// 6: the requests of an expert, for as long as somebody works here: what may be accepted, what is to be reported, and those that
// are kept for them first, each with what became of it.

import { computed, effect, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Live } from '../../client/list.ts';
import type { Parley } from '../../client/index.ts';
import type { RequestEntry } from '../../client/protocol.ts';

const SHOWN_MS = 8_000; // what became of it, before the card goes
const MOST_DISMISSED = 100; // that are remembered: news of them may come late for a moment

/** A request that was kept for this expert while they were here. */
export interface Asked {
  readonly request: RequestEntry;
  /** No Thanks was pressed here */
  readonly hasPassed: boolean;
}

export class Requests {
  readonly #parley: Parley;
  readonly #asked = signal<readonly Asked[]>([]);
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #dismissed = new Set<string>();
  readonly #stops: (() => void)[];
  readonly open: Live<RequestEntry>;
  readonly priority: Live<RequestEntry>;

  constructor(parley: Parley) {
    this.#parley = parley;
    this.open = parley.list.requests('open');
    this.priority = parley.list.requests('priority');
    this.#stops = [
      effect(() => this.open.items.value.filter((one) => this.#isForMe(one)).forEach((one) => this.take(one))),
      parley.on('request.changed', (body) => {
        const known = this.#asked.peek().find(({ request }) => request.id === body.id)?.request;
        if (known !== undefined) this.take({ ...known, ...body });
        else if ('prefix' in body) this.take(body); // behind the end of the page that is here
      }),
      // what became of them while there was no line
      effect(() => {
        if (parley.status.value !== 'online') return;
        for (const { request } of this.#asked.peek()) this.ask(request.id);
      }),
    ];
  }

  /** The oldest first: it has the least time left. */
  get asked(): ReadonlySignal<readonly Asked[]> {
    return this.#asked;
  }

  /** Of these, those that are still kept. */
  readonly waiting: ReadonlySignal<readonly RequestEntry[]> = computed(() =>
    this.#asked.value.map(({ request }) => request).filter((one) => this.#isForMe(one)),
  );

  /** The newest that is known of one. */
  take(newer: RequestEntry): void {
    const { id, version } = newer;
    const all = this.#asked.peek();
    const before = all.find(({ request }) => request.id === id);
    if (before === undefined && (!this.#isForMe(newer) || this.#dismissed.has(id))) return;
    if (before !== undefined && before.request.version >= version) return;
    const now: Asked = { request: newer, hasPassed: before?.hasPassed ?? false };
    this.#asked.value = before === undefined ? [...all, now] : all.map((one) => (one === before ? now : one));
    const { state } = newer;
    if (state === 'reserved' || state === 'capturing') clearTimeout(this.#timers.get(id));
    else this.#leave(id);
  }

  /** 6.2: No Thanks was pressed here. */
  pass(request: RequestEntry): void {
    this.#asked.value = this.#asked
      .peek()
      .map((one) => (one.request.id === request.id ? { ...one, hasPassed: true } : one));
    this.take(request);
  }

  dismiss(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#dismissed.add(id);
    const [oldest] = this.#dismissed;
    if (this.#dismissed.size > MOST_DISMISSED && oldest !== undefined) this.#dismissed.delete(oldest);
    this.#asked.value = this.#asked.peek().filter(({ request }) => request.id !== id);
  }

  /** What has become of it? */
  ask(id: string): void {
    this.#parley
      .call('request.get', { requestId: id })
      .then(({ request }) => this.take(request))
      .catch(() => undefined); // asked again when the line is back
  }

  release(): void {
    for (const stop of this.#stops) stop();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.open.release();
    this.priority.release();
  }

  #isForMe({ state, reservedFor }: RequestEntry): boolean {
    return state === 'reserved' && reservedFor === this.#parley.user.peek()?.id;
  }

  #leave(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), SHOWN_MS),
    );
  }
}

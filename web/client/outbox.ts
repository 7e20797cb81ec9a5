// What was written and is not acknowledged yet. One page of the browser sends it, one line at a time, in the order in which it was
// written; a line that is refused holds up those behind it in its question, and nothing else.

import { computed, signal } from '@preact/signals-core';
import type { ReadonlySignal } from '@preact/signals-core';
import { newClientId } from './calls.ts';
import type { Input } from './calls.ts';
import { ParleyError } from './errors.ts';
import type { OwedLine, OwedStore, Placed } from './owed-store.ts';
import type { Message } from './protocol.ts';

export interface Owed extends Pick<OwedLine, 'questionId' | 'clientId' | 'kind' | 'body' | 'confirm'> {
  /** when it was written, by the server's clock, ms */
  readonly at: number;
  readonly state: 'waiting' | 'sending' | 'refused';
  /** Why it is refused. It is sent again by `retry`, otherwise taken away by `discard`. */
  readonly error: ParleyError | null;
}

export type Draft = Pick<OwedLine, 'questionId' | 'kind' | 'body' | 'confirm'>;

export interface OutboxParts {
  readonly store: OwedStore;
  /** @throws ParleyError */
  send(line: Input<'message.send'>): Promise<Message>;
  /** May it be sent now? */
  isOnline(): boolean;
  now(): number;
  /** A line is the server's now. */
  sent(message: Message): void;
  /** Other pages should look. */
  changed(): void;
  /** One page at a time, and the others after it. */
  inTurn(work: () => Promise<void>): Promise<void>;
}

const SOON_MS = 1_000; // after a failure that passes
const LATEST_MS = 30_000;

export class Outbox {
  readonly #parts: OutboxParts;
  readonly #lines = signal<readonly OwedLine[]>([]);
  readonly #sending = signal<string | null>(null);
  #userId: string | null = null;
  /** of nobody yet, or on the way into the store */
  #fresh: OwedLine[] = [];
  #shown = new Map<string, Owed>();
  #isRunning = false;
  #isWanted = false;
  /** acknowledged, whether or not the store could be told */
  readonly #done = new Set<string>();
  #failures = 0;
  #again: ReturnType<typeof setTimeout> | null = null;

  /** Of the person who is signed in, the oldest first. */
  readonly owed: ReadonlySignal<readonly Owed[]> = computed(() => {
    const sending = this.#sending.value;
    const all = this.#lines.value.map((line) => this.#owedOf(line, sending));
    this.#shown = new Map(all.map((one) => [one.clientId, one]));
    return all;
  });

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Who is signed in. What was written before anybody knew is theirs. */
  async belongsTo(userId: string | null): Promise<void> {
    if (userId === this.#userId) return;
    this.#userId = userId;
    const fresh = this.#fresh.filter((line) => line.userId === '');
    this.#fresh = this.#fresh.filter((line) => line.userId !== '');
    this.#lines.value = [];
    if (userId === null) return;
    for (const line of fresh) await this.#keep({ ...line, userId });
    await this.look();
    this.run();
  }

  /** It is shown at once, kept before it is sent, and answers what it is known by. */
  add(draft: Draft): string {
    const line: OwedLine = {
      ...draft,
      clientId: newClientId(),
      userId: this.#userId ?? '',
      at: this.#parts.now(),
    };
    if (this.#userId === null) {
      this.#fresh.push(line);
      this.#lines.value = [...this.#lines.value, line];
    } else void this.#keep(line).then(() => this.run());
    return line.clientId;
  }

  /** A line that was refused is sent again; `confirm`: although the server has asked back (3.2, 9.2). */
  async retry(clientId: string, confirm?: boolean): Promise<void> {
    const line = await this.#find(clientId);
    if (line === undefined) return;
    const { refused: _, ...rest } = line;
    await this.#parts.store.change({ ...rest, ...(confirm !== undefined && { confirm }) });
    await this.look();
    this.#parts.changed();
    this.run();
  }

  /** It will not be sent, unless it is on its way already. */
  async discard(clientId: string): Promise<void> {
    const line = await this.#find(clientId);
    if (line !== undefined) await this.#parts.store.remove(line);
    await this.look();
    this.#parts.changed();
    this.run();
  }

  /** Nothing of this person stays in the browser. */
  async clear(): Promise<void> {
    if (this.#userId === null) return;
    for (const line of await this.#parts.store.all(this.#userId)) await this.#parts.store.remove(line);
    this.#fresh = [];
    this.#lines.value = [];
    this.#parts.changed();
  }

  /** Reads what there is: another page may have written, or sent. */
  async look(): Promise<void> {
    const userId = this.#userId;
    if (userId === null) return;
    const stored = await this.#parts.store.all(userId);
    if (userId !== this.#userId) return;
    const known = new Set(stored.map(({ clientId }) => clientId));
    const fresh = this.#fresh.filter((line) => line.userId === userId && !known.has(line.clientId));
    this.#lines.value = [...stored.filter(({ clientId }) => !this.#done.has(clientId)), ...fresh];
  }

  /** Sends what waits, after whoever is sending; while something has to be waited for, later. */
  run(): void {
    if (this.#again !== null) return;
    this.#isWanted = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#runAll().finally(() => (this.#isRunning = false));
  }

  /** Waits for nothing any more: the line is back. */
  back(): void {
    this.stop();
    this.#failures = 0;
    this.run();
  }

  stop(): void {
    if (this.#again !== null) clearTimeout(this.#again);
    this.#again = null;
  }

  async #runAll(): Promise<void> {
    while (this.#isWanted && this.#again === null) {
      this.#isWanted = false;
      await this.#parts.inTurn(() => this.#pass());
    }
  }

  /** From the oldest on, until nothing waits or something passes that has to be waited for. */
  async #pass(): Promise<void> {
    for (let line = await this.#next(); line !== undefined; line = await this.#next()) {
      // whoever comes back runs it again
      if (!this.#parts.isOnline() || line.userId !== this.#userId) return;
      this.#sending.value = line.clientId;
      try {
        if (!(await this.#send(line))) return;
      } finally {
        this.#sending.value = null;
      }
    }
  }

  /** False: not now. */
  async #send(line: Placed): Promise<boolean> {
    const { questionId, clientId, kind, body, confirm } = line;
    try {
      const message = await this.#parts.send({
        ...{ questionId, clientId, body },
        ...(kind !== undefined && { kind }),
        ...(confirm !== undefined && { confirm }),
      });
      this.#failures = 0;
      this.#done.add(clientId);
      await this.#parts.store.remove(line);
      this.#parts.sent(message); // before it is no longer owed: it is never nowhere
      await this.look();
      this.#parts.changed();
      return true;
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      if (error.code === 'auth.required') return false; // it is sent when they are signed in again
      if (!error.retryable) return this.#refuse(line, error);
      this.#later(error.retryAfterMs);
      return false;
    }
  }

  async #refuse(line: Placed, { code, message, details }: ParleyError): Promise<boolean> {
    const refused = { code, message, ...(details && { details }) };
    // a conversation that is closed takes none of them
    const lines = code === 'conflict.closed' ? await this.#parts.store.all(line.userId) : [line];
    for (const one of lines) {
      if (one.questionId === line.questionId) await this.#parts.store.change({ ...one, refused });
    }
    await this.look();
    this.#parts.changed();
    return true;
  }

  /** Twice as long each time, up to a bound; half of it is chance, so that not all come at once. */
  #later(afterMs = 0): void {
    const wait = Math.min(SOON_MS * 2 ** this.#failures, LATEST_MS) * (0.5 + Math.random() / 2);
    this.#failures += 1;
    this.stop();
    const again = () => {
      this.#again = null;
      this.run();
    };
    this.#again = setTimeout(again, Math.max(afterMs, wait));
  }

  async #next(): Promise<Placed | undefined> {
    if (this.#userId === null) return undefined;
    const lines = await this.#parts.store.all(this.#userId);
    const held = new Set(lines.filter(({ refused }) => refused !== undefined).map(({ questionId }) => questionId));
    return lines.find(({ questionId, clientId }) => !held.has(questionId) && !this.#done.has(clientId));
  }

  async #keep(line: OwedLine): Promise<void> {
    this.#fresh.push(line);
    this.#lines.value = [...this.#lines.value, line];
    await this.#parts.store.add(line);
    this.#fresh = this.#fresh.filter(({ clientId }) => clientId !== line.clientId);
    this.#parts.changed();
  }

  async #find(clientId: string): Promise<Placed | undefined> {
    if (this.#userId === null) return undefined;
    return (await this.#parts.store.all(this.#userId)).find((line) => line.clientId === clientId);
  }

  /** The same object for as long as nothing about it changes. */
  #owedOf(line: OwedLine, sending: string | null): Owed {
    const { questionId, clientId, kind, body, confirm, at, refused } = line;
    const state = refused !== undefined ? 'refused' : clientId === sending ? 'sending' : 'waiting';
    const before = this.#shown.get(clientId);
    if (before?.state === state && before.confirm === confirm) return before;
    // the list of codes is closed; a newer server may know more
    const error =
      refused === undefined ? null : new ParleyError(refused as ConstructorParameters<typeof ParleyError>[0]);
    return {
      ...{ questionId, clientId, body, at, state, error },
      ...(kind !== undefined && { kind }),
      ...(confirm !== undefined && { confirm }),
    };
  }
}

// What clients have asked for, or are told, and have not taken: in bytes, over all connections of this process, sockets and
// HTTP alike. Only connections on which something waits are looked at.

import type { Socket as Line } from 'node:net';
import { BUDGET_BYTES } from './bounds.ts';
import { waitingFor } from './slow-consumer.ts';
import type { Connection } from './slow-consumer.ts';

interface Entry {
  /** of a socket, which has things waiting in front of its line; null for HTTP */
  readonly connection: Connection | null;
  /** bytes that the operating system had taken when it was looked at last */
  taken: number;
  /** since when it has taken nothing; ms */
  since: number;
  /** what it had taken, and when, at the beginning of the span in which it has to take something; ms */
  span: { readonly taken: number; readonly from: number };
}

const STALLED_MS = 30_000; // a client that has taken nothing of what waits for this long is gone, whatever it says
const STALLED_FULL_MS = 5_000; // when the budget is used up
const LEAST_BYTES = 64 * 1024; // in that time then: whoever takes a little now and then would keep all others from reading
const NOTED = 16 * 1024; // an answer is looked at from this size on; smaller ones when something waits already
const COUNT_MS = 50;
const COUNT_BYTES = 1024 * 1024;

export class Backlog {
  readonly #budget: number;
  readonly #onFull: () => void;
  readonly #entries = new Map<Line, Entry>();
  #counted = 0;
  #countedAt = 0;
  #since = 0;

  /** `onFull`: told whenever something is refused because the budget is used up. */
  constructor(onFull: () => void, budget = BUDGET_BYTES) {
    this.#onFull = onFull;
    this.#budget = budget;
  }

  /** Something is being sent on this line. */
  note(line: Line, bytes: number, connection: Connection | null): void {
    this.#since += bytes;
    if (this.#entries.has(line) || (bytes < NOTED && line.writableLength === 0)) return;
    const [taken, since] = [takenOf(line), performance.now()];
    this.#entries.set(line, { connection, taken, since, span: { taken, from: since } });
  }

  /** Whether the budget is used up. Counted again when enough has been sent, or after a moment. */
  get isFull(): boolean {
    const now = performance.now();
    if (this.#since > COUNT_BYTES || now - this.#countedAt > COUNT_MS) this.#count(now);
    const isFull = this.#counted + this.#since > this.#budget;
    if (isFull) this.#onFull();
    return isFull;
  }

  /** Those who have taken nothing for too long; when the budget is used up also those who have taken next to nothing. */
  stalled(now = performance.now()): Line[] {
    this.#count(now);
    const isFull = this.#counted > this.#budget;
    const stalled: Line[] = [];
    for (const [line, entry] of this.#entries) {
      const taken = takenOf(line);
      if (taken !== entry.taken) Object.assign(entry, { taken, since: now });
      const isOver = now - entry.span.from >= STALLED_FULL_MS;
      const isTooSlow = isOver && taken - entry.span.taken < LEAST_BYTES;
      if (isOver) entry.span = { taken, from: now };
      if (now - entry.since >= STALLED_MS || (isFull && isTooSlow)) stalled.push(line);
    }
    return stalled;
  }

  #count(now: number): void {
    let all = 0;
    for (const [line, { connection }] of this.#entries) {
      const waiting = line.destroyed ? 0 : connection === null ? line.writableLength : waitingFor(connection);
      if (waiting === 0) this.#entries.delete(line);
      all += waiting;
    }
    this.#counted = all;
    this.#countedAt = now;
    this.#since = 0;
  }
}

/** `bytesWritten` counts what is only buffered, too. */
const takenOf = (line: Line) => line.bytesWritten - line.writableLength;

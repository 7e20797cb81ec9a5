// Who wants to hear of what, as every process knows it: read at most once in a while, so that what is written costs no read
// more, and never older than this. Whoever saves a subscription waits as long with the answer: nothing that happens after it is missed.

import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookEvent } from '../domain/webhook.ts';

export interface Subscription {
  /** of the webhook */
  readonly id: string;
  readonly events: readonly WebhookEvent[];
}

const OLDEST_MS = 2_000; // that is believed
const RENEWED_MS = 500; // from this age on it is read anew beside, so that hardly anybody waits for it
const MARGIN_MS = 100; // processes do not count time alike

export class Subscriptions {
  private readonly read: () => Promise<readonly Subscription[]>;
  private last: readonly Subscription[] = [];
  /** by steady time; what was written before it is in `last` */
  private askedAt = -Infinity;
  /** grows with what this process has saved: what was read before it is not believed */
  private saved = 0;
  private reading: Promise<readonly Subscription[]> | null = null;

  constructor(read: () => Promise<readonly Subscription[]>) {
    this.read = read;
  }

  /** All that are switched on. At once, unless nobody has asked for a while. */
  known(): readonly Subscription[] | Promise<readonly Subscription[]> {
    const age = performance.now() - this.askedAt;
    if (age < RENEWED_MS) return this.last;
    const renewing = this.renew();
    if (age >= OLDEST_MS) return renewing.then(() => this.known()); // one that took too long is too old itself
    renewing.catch(() => undefined); // what is known holds on
    return this.last;
  }

  /** Something was saved by this process itself: it knows at once. */
  forget(): void {
    this.saved += 1;
    this.askedAt = -Infinity;
    this.reading = null;
  }

  /** Resolves when no process believes any more what it has read before now. */
  async knownEverywhere(): Promise<void> {
    await sleep(OLDEST_MS + MARGIN_MS);
  }

  private renew(): Promise<readonly Subscription[]> {
    if (this.reading !== null) return this.reading;
    const reading = this.readNow().finally(() => {
      if (this.reading === reading) this.reading = null;
    });
    this.reading = reading;
    return reading;
  }

  private async readNow(): Promise<readonly Subscription[]> {
    const [askedAt, saved] = [performance.now(), this.saved];
    const last = await this.read();
    if (saved === this.saved) [this.last, this.askedAt] = [last, askedAt];
    return last;
  }
}

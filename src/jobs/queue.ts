// The alarm clock in Redis. A job says only "look again at this instant": records judge what is due, so an alarm may
// come late, twice or never, and one alarm serves all records that are due at the same millisecond.

import { Queue } from 'bullmq';
import type { ConnectionOptions } from 'bullmq';
import type { Logger } from 'pino';

export const QUEUE = 'alarms';

/** Only what is due within this is kept in Redis; the sweep arms what comes near. */
export const HORIZON_MS = 3_600_000;

const ARM_BATCH = 1_000; // jobs in one round trip

export interface Alarms {
  /** Best effort: errors are logged, the sweep finds what no alarm announced. */
  readonly set: (at: Date) => void;
  /** Up to when all deadlines have alarms; null when Redis has forgotten. */
  armedUntil(): Promise<Date | null>;
  noteArmedUntil(at: Date): Promise<void>;
  close(): Promise<void>;
}

export interface AlarmSettings {
  readonly connection: ConnectionOptions;
  readonly prefix: string;
  /** a note in the same Redis, gone when Redis was emptied */
  readonly note: { get(): Promise<string | null>; set(value: string): Promise<unknown> };
  readonly now: () => Date;
  readonly log: Logger;
}

export function alarms({ connection, prefix, note, now, log }: AlarmSettings): Alarms {
  const queue = new Queue(QUEUE, {
    connection,
    prefix,
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 },
  });
  queue.on('error', (error) => {
    log.warn({ err: error }, 'alarms: Redis');
  });
  const waiting = new Set<number>();
  let adding: Promise<void> | null = null;
  let counter = 0;

  /** Alarms that are set in the same turn go to Redis together. */
  async function add(): Promise<void> {
    while (waiting.size > 0) {
      const batch = [...waiting].slice(0, ARM_BATCH);
      for (const ms of batch) waiting.delete(ms);
      const nowMs = now().getTime();
      await queue.addBulk(
        batch.map((ms) => ({
          name: 'wake',
          data: { at: ms },
          // an id that is in use is ignored by BullMQ: welcome for a future instant, wrong for "now", whose job may
          // have looked already
          opts: { delay: Math.max(0, ms - nowMs), jobId: ms > nowMs ? `wake-${ms}` : nowId(ms) },
        })),
      );
    }
  }

  function start(): void {
    if (adding !== null || waiting.size === 0) return;
    adding = new Promise((resolve) => setImmediate(resolve))
      .then(add)
      .catch((error: unknown) => {
        waiting.clear();
        log.warn({ err: error }, 'alarms were not set, the sweep will find what is due');
      })
      .finally(() => {
        adding = null;
        start();
      });
  }

  function nowId(ms: number): string {
    counter += 1;
    return `wake-${ms}-${process.pid}-${counter}`;
  }

  return {
    set(at) {
      if (at.getTime() > now().getTime() + HORIZON_MS) return;
      waiting.add(at.getTime());
      start();
    },

    async armedUntil() {
      const value = await note.get();
      return value === null ? null : new Date(Number(value));
    },

    async noteArmedUntil(at) {
      await note.set(String(at.getTime()));
    },

    async close() {
      await adding;
      await queue.close();
    },
  };
}

// The alarm clock in Redis. A job says only "look again at this instant": records judge what is due, so an alarm may
// come late, twice or never, and one alarm serves all records that are due at the same millisecond.

import type { BaseAdapter } from '@bull-board/api/baseAdapter';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { Queue } from 'bullmq';
import type { ConnectionOptions } from 'bullmq';
import type { Logger } from 'pino';

export const QUEUE = 'alarms';

/** Only what is due within this is kept in Redis; the sweep arms what comes near. */
export const HORIZON_MS = 3_600_000;

const ARM_BATCH = 1_000; // jobs in one round trip

/** Deadlines of one span share a job that reads them ahead, and one behind it for what that one missed. */
const SPAN_MS = 500;
const AHEAD_MS = 1_000; // 10,000 records are read in half of it, or in all of it by a slow machine
const BEHIND_MS = 1_000; // past the end of a burst, so that it is not looked at by two

export interface Alarms {
  /** Best effort: errors are logged, the sweep finds what no alarm announced. */
  readonly set: (at: Date) => void;
  /** Up to when all deadlines have alarms; null when Redis has forgotten. */
  armedUntil(): Promise<Date | null>;
  noteArmedUntil(at: Date): Promise<void>;
  /** the queue for admins to look at; nothing can be changed through it */
  readonly board: BaseAdapter;
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

/** One job. */
interface Alarm {
  readonly jobId: string;
  readonly name: 'wake' | 'ahead';
  readonly data: Readonly<Record<string, number>>;
  readonly runAt: number;
}

export function alarms({ connection, prefix, note, now, log }: AlarmSettings): Alarms {
  const queue = new Queue(QUEUE, {
    connection,
    prefix,
    skipVersionCheck: true, // its own check, failed once because Redis blinked, would leave it useless for good
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 },
  });
  queue.on('error', (error) => {
    log.warn({ err: error }, 'alarms: Redis');
  });
  let waiting = new Map<string, Alarm>();
  let adding: Promise<void> | null = null;
  let counter = 0;

  /** Alarms that are set in the same turn go to Redis together. */
  async function add(): Promise<void> {
    while (waiting.size > 0) {
      const all = [...waiting.values()];
      waiting = new Map();
      for (let from = 0; from < all.length; from += ARM_BATCH) {
        const nowMs = now().getTime();
        await queue.addBulk(
          all.slice(from, from + ARM_BATCH).map(({ jobId, name, data, runAt }) => ({
            name,
            data,
            opts: { delay: Math.max(0, runAt - nowMs), jobId },
          })),
        );
      }
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

  /** An id that is in use is ignored by BullMQ: welcome for a future instant, wrong for one whose job may be looking. */
  function alarmsAt(ms: number): Alarm[] {
    const nowMs = now().getTime();
    const from = ms - (ms % SPAN_MS);
    const to = from + SPAN_MS;
    if (from - AHEAD_MS > nowMs) {
      const behind = to + BEHIND_MS;
      return [
        { jobId: `ahead-${from}`, name: 'ahead', data: { from: from - 1, to: to - 1 }, runAt: from - AHEAD_MS },
        { jobId: `wake-${behind}`, name: 'wake', data: { at: behind }, runAt: behind },
      ];
    }
    const jobId = ms > nowMs ? `wake-${ms}` : `wake-${ms}-${process.pid}-${(counter += 1)}`;
    return [{ jobId, name: 'wake', data: { at: ms }, runAt: ms }];
  }

  return {
    set(at) {
      if (at.getTime() > now().getTime() + HORIZON_MS) return;
      for (const alarm of alarmsAt(at.getTime())) waiting.set(alarm.jobId, alarm);
      start();
    },

    async armedUntil() {
      const value = await note.get();
      return value === null ? null : new Date(Number(value));
    },

    async noteArmedUntil(at) {
      await note.set(String(at.getTime()));
    },

    board: new BullMQAdapter(queue, {
      readOnlyMode: true,
      description: 'When somebody looks for due records. Records judge what is due: nothing is lost with a job.',
    }),

    async close() {
      await adding;
      await queue.close();
    },
  };
}

// The time that decides is the database's (rule 0): deadlines are conditions of the write they decide about, judged by
// `$$NOW`. So that all processes agree with it beforehand, their clock follows it: a machine whose own clock is an hour
// ahead acts no earlier, and one whose clock jumps does nothing at all.

import type mongoose from 'mongoose';

export interface Clock {
  /** The clock of the database as far as this process knows: at most a round trip behind it, hardly ever ahead. */
  readonly now: () => Date;
  /** The same within a filter: the clock of the database when it writes; of tests, the one that was handed in. */
  readonly inFilter: () => '$$NOW' | Date;
  /** A write came too early or too late by the clock of the database: it may be another one since a failover. */
  readonly doubt: () => void;
  readonly stop: () => void;
}

const LOOK_MS = 5_000;
const LOOKS_KEPT = 6; // clocks drift apart by less than 3 ms in half a minute
const DOUBT_MS = 500; // however many writes are refused
const JUMP_MS = 1_000; // going back by less stands still instead: no instant comes twice

/** Time that goes on whatever is done to the clock of the machine, ms. */
const steady = () => performance.now();

/** Follows the clock of the primary until it is stopped. */
export async function followClock(db: mongoose.mongo.Db): Promise<Clock> {
  const estimate = estimation();
  let lookedAt = -Infinity;
  const look = async () => {
    lookedAt = steady();
    const { localTime } = (await db.command({ hello: 1 })) as { localTime: Date };
    estimate.learn({ asked: lookedAt, told: localTime.getTime(), heard: steady() });
  };
  await look();
  await look(); // the first one has waited for a connection
  const again = () => {
    look().catch(() => undefined); // what is known holds on
  };
  const timer = setInterval(again, LOOK_MS).unref();
  return {
    now: () => new Date(estimate.at(steady())),
    inFilter: () => '$$NOW',
    doubt() {
      if (steady() - lookedAt > DOUBT_MS) again();
    },
    stop() {
      clearInterval(timer);
    },
  };
}

/** The clock that was handed in, also where the database judges. */
export function handedIn(now: () => Date): Clock {
  return { now, inFilter: now, doubt: () => undefined, stop: () => undefined };
}

/** When the database was asked for its time and when its answer was heard, by steady time; what it told, whole ms. */
interface Look {
  readonly asked: number;
  readonly told: number;
  readonly heard: number;
}

/** What the database's clock shows at an instant of steady time. Pure but for what it has learned. */
export function estimation() {
  /** of the last looks: at least so far the clock of the database is ahead of steady time */
  let known: number[] = [];
  let last = -Infinity;
  return {
    learn({ asked, told, heard }: Look): void {
      // it has shown `told` at some instant between the two
      const [least, most] = [told - heard, told + 1 - asked];
      const isAnother = known.some((one) => one > most); // it was set back, or another primary has another one
      known = [...(isAnother ? [] : known), least].slice(-LOOKS_KEPT);
    },

    /** ms since 1970 */
    at(instant: number): number {
      const shown = instant + Math.max(...known);
      if (shown < last && last - shown < JUMP_MS) return last;
      last = shown;
      return shown;
    },
  };
}

/** A filter that is true from `from` on and before `until`, by the database's clock at the write; null: whenever. */
export function during(clock: Clock, from: Date | null, until: Date | null): { $expr?: { $and: object[] } } {
  const now = clock.inFilter();
  const conditions = [
    ...(from === null ? [] : [{ $gte: [now, from] }]),
    ...(until === null ? [] : [{ $lt: [now, until] }]),
  ];
  return conditions.length === 0 ? {} : { $expr: { $and: conditions } };
}

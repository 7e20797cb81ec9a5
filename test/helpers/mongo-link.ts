// A line to MongoDB that knows its wire protocol: it loses a command, or the answer to one, as a connection does that is
// reset at the worst moment.

import mongoose from 'mongoose';
import { startLink } from './link.ts';
import type { Filter, Link, Target } from './link.ts';

/** When the connection is reset: the command never arrives, or it was carried out and nobody hears of it, or half of it. */
export const MOMENTS = ['before it', 'after it was applied', 'in the middle of its answer'] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Asked {
  /** `insert`, `update`, `findAndModify`, `delete`, `find` … */
  readonly command: string;
  readonly collection: string;
  /** Does it have this text in it? */
  says(text: string): boolean;
}

export interface MongoLink extends Link {
  /** a database behind the line */
  uri(name: string): string;
  /**
   * Resets the connection at this moment of the next `times` commands that fit. The driver repeats most of what fails
   * once by itself: two in a row are what a caller hears of.
   */
  lose(fits: (asked: Asked) => boolean, moment: Moment | (() => Moment), times: number): void;
  /** how many of them were lost since `lose` */
  lost(): number;
  /** Keeps the next command that fits on the line; resolves when it is there, with what lets it go on. */
  hold(fits: (asked: Asked) => boolean): Promise<() => void>;
  /** the writes that have passed since the last call */
  written(): Asked[];
}

const WRITES: ReadonlySet<string> = new Set(['insert', 'update', 'findAndModify', 'delete']);
const HEADER = 16;
const OP_MSG = 2013;

export async function startMongoLink(to: Target): Promise<MongoLink> {
  let losing: { fits: (asked: Asked) => boolean; moment: () => Moment; left: number } | null = null;
  let lost = 0;
  const seen: Asked[] = [];

  const holding = new Set<{ fits: (asked: Asked) => boolean; caught: (release: () => void) => void }>();

  const link = await startLink(to, ({ reset, send }) => {
    const waiting = new Map<number, Moment>();
    return {
      up: framed((frame) => {
        const asked = askedIn(frame);
        if (asked === null) return frame;
        if (WRITES.has(asked.command)) seen.push(asked);
        for (const one of holding) {
          if (!one.fits(asked)) continue;
          holding.delete(one);
          one.caught(() => send(frame));
          return NOTHING;
        }
        if (losing === null || losing.left === 0 || !losing.fits(asked)) return frame;
        losing.left -= 1;
        lost += 1;
        const moment = losing.moment();
        if (moment === 'before it') {
          reset();
          return NOTHING;
        }
        waiting.set(frame.readInt32LE(4), moment);
        return frame;
      }),
      down: framed((frame) => {
        const moment = waiting.get(frame.readInt32LE(8));
        if (moment === undefined) return frame;
        if (moment === 'after it was applied') {
          reset();
          return NOTHING;
        }
        setTimeout(reset, 2);
        return frame.subarray(0, Math.ceil(frame.length / 2));
      }),
    };
  });
  return {
    ...link,
    uri: (name) => `mongodb://127.0.0.1:${link.port}/${name}?directConnection=true`,
    lose(fits, moment, times) {
      losing = { fits, moment: typeof moment === 'function' ? moment : () => moment, left: times };
      lost = 0;
    },
    lost: () => lost,
    hold: (fits) =>
      new Promise((caught) => {
        holding.add({ fits, caught });
      }),
    written: () => seen.splice(0),
  };
}

const NOTHING = new Uint8Array();

/** Whole messages, whatever the pieces that they come in. */
function framed(take: (frame: Buffer) => Uint8Array): Filter['up'] {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const passed: Uint8Array[] = [];
    while (rest.length >= HEADER && rest.length >= rest.readInt32LE(0)) {
      const length = rest.readInt32LE(0);
      passed.push(take(rest.subarray(0, length)));
      rest = rest.subarray(length);
    }
    return Buffer.concat(passed);
  };
}

/** The command of an OP_MSG: its first section of kind 0 is the body. */
function askedIn(frame: Buffer): Asked | null {
  if (frame.readInt32LE(12) !== OP_MSG) return null;
  const end = frame.length - (frame.readUInt32LE(HEADER) & 1 ? 4 : 0); // a checksum
  for (let at = HEADER + 4; at < end;) {
    const size = frame.readInt32LE(at + 1);
    if (frame[at] === 0) {
      const [command, collection] =
        Object.entries(mongoose.mongo.BSON.deserialize(frame.subarray(at + 1, at + 1 + size)))[0] ?? [];
      if (command === undefined) return null;
      return { command, collection: String(collection), says: (text) => frame.includes(text) };
    }
    at += 1 + size;
  }
  return null;
}

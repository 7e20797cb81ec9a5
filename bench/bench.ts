// What the parts share: where things are, and what a part answers.

import type { Noise } from './stats.ts';
import type { Server, Stores } from './servers.ts';

export interface Bench {
  /** fresh stores for each part */
  readonly stores: Stores;
  /** seconds of CPU of mongod and redis-server so far; null when they run on another machine */
  readonly storesCpu: (() => number) | null;
  /** for trying out: a few rounds only, which is no measurement */
  readonly quick: boolean;
  /** how long what stands for a day takes (x), or people are at it (y), where that can be chosen */
  readonly minutes: number | null;
  readonly say: (line: string) => void;
  /** With --profile: runs `work` and records what the servers do in it. Without: nothing. */
  readonly profiled: (name: string, servers: readonly Server[], work: () => Promise<void>) => Promise<void>;
}

/** One line of the table. Ratio is Parley by baseline, the median over the rounds of the ratio inside each. */
export interface Row {
  readonly figure: string;
  readonly unit: string;
  /** null: could not be measured here, `note` says why */
  readonly parley: number | null;
  readonly baseline: number | null;
  readonly ratio: number | null;
  /** the baseline against itself */
  readonly noise: Noise | null;
  readonly better: 'higher' | 'lower';
  readonly floor: number;
  readonly goal: number;
  readonly rounds: number;
  readonly note?: string;
}

export interface Outcome {
  readonly rows: readonly Row[];
  /** what may not happen at all, and did */
  readonly violations: readonly string[];
  /** what else was seen */
  readonly facts: readonly string[];
}

export type Part = (bench: Bench) => Promise<Outcome>;

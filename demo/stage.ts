// What a scene is played on: the gateways, the experts, the clock of the demo, and who writes down what happens.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client.ts';
import type { Expert } from './robots.ts';
import type { Witness } from './witness.ts';

export interface Stage {
  readonly gateways: readonly [string, string];
  /** customer care, who sees everything */
  readonly care: Client;
  readonly experts: readonly Expert[];
  readonly witness: Witness;
  /** how many times faster than life */
  readonly speed: number;
  readonly say: (line: string) => void;
}

const LONGEST_S = 60; // at 60 times the speed of life this is one second

/** Lets time pass as it passed then, in seconds of real life, but no longer than anyone wants to watch. */
export async function pause({ speed }: Stage, seconds: number): Promise<void> {
  await sleep((Math.min(seconds, LONGEST_S) * 1_000) / speed);
}

/** The time a hand needs, a little different for everyone. */
export async function blink(): Promise<void> {
  await sleep(Math.random() * 20);
}

/** The gateway of the `index`-th client; the other side of a conversation takes the next one. */
export function gatewayOf({ gateways }: Pick<Stage, 'gateways'>, index: number): string {
  return gateways[index % 2 === 0 ? 0 : 1];
}

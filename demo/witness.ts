// What the clients saw and were told, as plain data: the invariants compare it with the database. Nobody decides by it.

import type { Answer } from '../web/client/calls.ts';
import type { Offer } from './client.ts';
import type { Line } from './view.ts';

/** An acknowledged message. */
export interface Acked extends Line {
  readonly questionId: string;
  readonly by: string;
  readonly body: string;
}

/** An offer or request as it came to one client, by event or as an answer. */
export interface Heard {
  readonly userId: string;
  /** when, on the clock that all processes of this machine share, ms */
  readonly at: number;
  readonly offer: Offer;
}

/** One press on Accept: `won`, or the code of the refusal. */
export interface Press {
  readonly requestId: string;
  /** how often the request had come into the open: a new round is a new race */
  readonly round: number;
  readonly expert: string;
  readonly outcome: string;
}

/** 6.1: somebody who is not asked looks at a request that is reserved for another expert. */
export interface Peek {
  readonly requestId: string;
  readonly expert: string;
  readonly listed: boolean;
  /** the codes with which reading and accepting it were refused; null: not refused */
  readonly read: string | null;
  readonly accepted: string | null;
}

export interface Screen {
  readonly userId: string;
  readonly questionId: string;
  readonly lines: readonly Line[];
  readonly gaps: number;
}

export interface Witness {
  /** the experts and the categories they work in */
  readonly experts: { id: string; categories: readonly string[] }[];
  readonly acked: Acked[];
  readonly screens: Screen[];
  readonly heard: Heard[];
  readonly presses: Press[];
  readonly peeks: Peek[];
  /** ms from sending to the other side's screen */
  readonly deliveries: number[];
  /** 5.2: what admins are told of prices in the end */
  readonly curves: Answer<'price.curve'>[];
}

export const newWitness = (): Witness => ({
  experts: [],
  acked: [],
  screens: [],
  heard: [],
  presses: [],
  peeks: [],
  deliveries: [],
  curves: [],
});

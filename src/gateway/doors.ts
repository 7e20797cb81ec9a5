// Who may hold a connection open. All of them are counted from the accept on: by address, and by person once they have said
// who they are. Nobody who has not may fill the house.

import { Refusal } from '../domain/errors.ts';
import type { Actor } from '../domain/people.ts';
import type { Visit } from './visit.ts';

export interface Caps {
  /** sockets that have joined */
  readonly sockets: number;
  readonly socketsPerUser: number;
  /** of one network */
  readonly socketsPerAddress: number;
}

const HANDSHAKES = 1_000; // connections beyond the places that may wait to say who they are, or to be told why not
const PART = 4; // strangers together have this part of the places, one network this part of what strangers have

const SILENT_LOOKS = 2; // at whoever waits and says nothing
const ARRIVALS = 5; // times that a person may come back with all of their sockets between two looks at them

export class Doors {
  readonly #caps: Caps;
  readonly #lines = new Map<string, number>();
  /** of each network, the one that has waited longest first; and how to send it away */
  readonly #waiting = new Map<string, Map<Visit, () => void>>();
  readonly #strangers = new Map<string, number>();
  readonly #joined = new Map<string, number>();
  readonly #people = new Map<string, number>();
  /** since they were forgotten last */
  readonly #arrivals = new Map<string, number>();
  #waitingNow = 0;
  #strangersNow = 0;
  #joinedNow = 0;

  constructor(caps: Caps) {
    this.#caps = caps;
  }

  /** TCP connections that this process accepts at all, those of HTTP included. */
  get mostLines(): number {
    return Math.max(1, this.#caps.sockets + 2 * HANDSHAKES);
  }

  /** A network opens a TCP connection. False when it has too many: then it is not counted. */
  accept(network: string): boolean {
    if ((this.#lines.get(network) ?? 0) >= this.#caps.socketsPerAddress + HANDSHAKES / PART) return false;
    count(this.#lines, network, 1);
    return true;
  }

  hangUp(network: string): void {
    count(this.#lines, network, -1);
  }

  /** Whether one more may wait to say who it is. Far above the cap nobody may. */
  get mayKnock(): boolean {
    const all = this.#waitingNow + this.#joinedNow;
    return this.#waitingNow < HANDSHAKES && all < this.#caps.sockets + HANDSHAKES;
  }

  /**
   * Waits to say who it is, which takes people a moment: when too many of a network wait, the one that has waited longest
   * is sent away.
   */
  arrive(visit: Visit, sendAway: () => void): void {
    const waiting = this.#waiting.get(visit.network) ?? new Map<Visit, () => void>();
    const [first] = waiting;
    if (waiting.size >= HANDSHAKES / PART && first !== undefined) {
      this.leave(first[0]);
      first[1]();
    }
    this.#waiting.set(visit.network, waiting.set(visit, sendAway));
    this.#waitingNow += 1;
  }

  /** Sends away whoever waits and has said nothing at two looks in a row. @returns how many */
  sendAwaySilent(): number {
    let sent = 0;
    for (const waiting of [...this.#waiting.values()]) {
      for (const [visit, sendAway] of [...waiting]) {
        if (visit.isBeingAdmitted === true) continue;
        visit.halves += 1;
        if (visit.halves < SILENT_LOOKS) continue;
        this.leave(visit);
        sendAway();
        sent += 1;
      }
    }
    return sent;
  }

  /**
   * They have said who they are, or that they do not say. In one step, so that of several that come in the same instant
   * none is overlooked.
   * @throws Refusal `conflict.too_many_sockets`, `rate.limited` for whoever comes and goes without end
   */
  admit(visit: Visit, actor: Actor | null): void {
    const { sockets, socketsPerUser, socketsPerAddress } = this.#caps;
    const { network } = visit;
    if (visit.place !== 'waiting') return;
    assertBelow(this.#joinedNow, sockets);
    assertBelow(this.#joined.get(network) ?? 0, socketsPerAddress);
    if (actor === null) {
      const forStrangers = Math.max(1, Math.floor(sockets / PART));
      assertBelow(this.#strangersNow, forStrangers);
      assertBelow(this.#strangers.get(network) ?? 0, Math.max(socketsPerUser, Math.floor(forStrangers / PART)));
    } else {
      assertBelow(this.#people.get(actor.id) ?? 0, socketsPerUser);
      if ((this.#arrivals.get(actor.id) ?? 0) >= socketsPerUser * ARRIVALS)
        throw new Refusal('rate.limited', { retryAfter: 5 });
      count(this.#arrivals, actor.id, 1);
    }
    this.#waitsNoMore(visit);
    visit.actor = actor;
    visit.place = actor === null ? 'stranger' : 'person';
    this.#count(visit, 1);
  }

  /** Every few seconds: how often somebody has come since. */
  forgetArrivals(): void {
    this.#arrivals.clear();
  }

  leave(visit: Visit): void {
    this.#waitsNoMore(visit);
    this.#count(visit, -1);
    visit.place = 'gone';
  }

  #waitsNoMore(visit: Visit): void {
    const waiting = this.#waiting.get(visit.network);
    if (waiting?.delete(visit) !== true) return;
    this.#waitingNow -= 1;
    if (waiting.size === 0) this.#waiting.delete(visit.network);
  }

  #count({ place, network, actor }: Visit, by: 1 | -1): void {
    if (place !== 'person' && place !== 'stranger') return;
    count(this.#joined, network, by);
    this.#joinedNow += by;
    if (place === 'person' && actor !== null) count(this.#people, actor.id, by);
    if (place === 'stranger') {
      count(this.#strangers, network, by);
      this.#strangersNow += by;
    }
  }
}

function assertBelow(now: number, limit: number): void {
  if (now >= limit) throw new Refusal('conflict.too_many_sockets', { limit: Math.max(0, limit) });
}

/** Keeps only what is not zero. */
function count(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const now = (counts.get(key) ?? 0) + by;
  if (now > 0) counts.set(key, now);
  else counts.delete(key);
}

// What this gateway has told its sockets, as far as the beat has to know: the last line of each conversation that is watched
// here, who has a light in it, and the newest versions of what was heard of. Every packet to every socket passes by.

import type { EventView } from '../commands/events.ts';
import type { AvailabilityState } from '../domain/availability.ts';
import type { Actor } from '../domain/people.ts';

export interface Watched {
  /** every line up to here was told, or was in the answer to the watch; null until that answer is there */
  seq: number | null;
  /** its two sides, whose lights are shown */
  sides: readonly string[];
  /** who was told to be there or not, or away */
  readonly lights: Map<string, Light>;
  /** lines that came before the answer to the watch */
  early: number[];
}

/** Of somebody, as those see it who follow a conversation with them. */
export interface Light {
  readonly online: boolean;
  readonly state: AvailabilityState;
}

/** What the pages of an expert were told of themselves. */
export const OWN = ({ version, state }: { readonly version: number; readonly state: AvailabilityState }) =>
  `${version} ${state}`;

/** Which thing, and how new: what an event says, and what the beat finds. */
export interface Identity {
  readonly id: string;
  readonly version: number;
}

const KEPT_MS = 60_000; // a version is remembered for as long as the beat may still find it, and up to twice that
const MOST_KEPT = 100_000; // versions; in a flood they are remembered for a shorter time

export class Told {
  readonly watched = new Map<string, Watched>();
  /** by user id: see `OWN` */
  readonly own = new Map<string, string>();
  #versions = new Map<string, number>();
  #before = new Map<string, number>();
  #turnAt = 0;
  /** what was noted last of queues: all who watch one are sent the same object */
  #queueNews: unknown;

  /** A socket begins to follow a question. `isFirst`: nobody else here does. */
  begin(questionId: string, isFirst: boolean): void {
    if (!isFirst && this.watched.has(questionId)) return;
    this.watched.set(questionId, { seq: null, sides: [], lights: new Map(), early: [] });
  }

  /** The answer to a watch has told all lines up to `lastSeq`. Whoever watched before may have missed some of them. */
  follow(questionId: string, lastSeq: number, sides: readonly string[]): void {
    const watched = this.watched.get(questionId);
    if (watched === undefined) return;
    watched.sides = sides;
    if (watched.seq !== null) return;
    watched.seq = lastSeq;
    for (const seq of watched.early.splice(0).toSorted((one, other) => one - other)) {
      if (seq === watched.seq + 1) watched.seq = seq;
    }
  }

  /** One packet to one socket. */
  note([event, body]: readonly unknown[], actor: Actor | null): void {
    if (actor === null || typeof event !== 'string') return;
    if (event === 'message.created') this.#noteLine(body as EventView<'message.created'>);
    else if (event === 'presence.changed') this.#notePresence(plain(body) as unknown as EventView<'presence.changed'>);
    else if (event === 'queue.changed') this.#noteQueue(body as EventView<'queue.changed'>);
    else {
      const identity = identityOf(event, body);
      if (identity === null) return;
      this.#versions.set(keyOf(event, actor.role, identity.id), identity.version);
      if (event === 'question.changed') this.#noteSides(plain(body) as unknown as EventView<'question.changed'>);
    }
  }

  /** Has this version, or a later one, been told to this kind of receiver? Of any of these events. */
  hasAny(events: readonly string[], role: Actor['role'], identity: Identity): boolean {
    return events.some((event) => this.has(event, role, identity));
  }

  has(event: string, role: Actor['role'], { id, version }: Identity): boolean {
    const key = keyOf(event, role, id);
    return (this.#versions.get(key) ?? this.#before.get(key) ?? -1) >= version;
  }

  /** Is it newer than what was heard of this expert? Then it counts as heard. */
  isNews(userId: string, version: number): boolean {
    const key = keyOf('availability.changed', 'expert', userId);
    if ((this.#versions.get(key) ?? this.#before.get(key) ?? -1) >= version) return false;
    this.#versions.set(key, version);
    return true;
  }

  /** Forgets conversations that nobody watches here any more, and versions that are old. */
  forget(isWatched: (questionId: string) => boolean, now: number): void {
    for (const questionId of this.watched.keys()) if (!isWatched(questionId)) this.watched.delete(questionId);
    if (now - this.#turnAt < KEPT_MS && this.#versions.size < MOST_KEPT) return;
    this.#turnAt = now;
    this.#before = this.#versions;
    this.#versions = new Map();
  }

  #noteLine({ questionId, seq }: EventView<'message.created'>): void {
    const watched = this.watched.get(questionId);
    if (watched === undefined) return;
    if (watched.seq === null) watched.early.push(seq);
    // a line after one that is missing does not count: the beat sends all from the missing one on
    else if (seq === watched.seq + 1) watched.seq = seq;
  }

  #notePresence(body: EventView<'presence.changed'>): void {
    const { userId, state } = body;
    if ('questionId' in body) this.watched.get(body.questionId)?.lights.set(userId, { online: body.online, state });
    else this.own.set(userId, OWN(body));
  }

  #noteQueue(body: EventView<'queue.changed'>): void {
    if (body === this.#queueNews) return;
    this.#queueNews = body;
    for (const { id, version } of body.items) this.#versions.set(keyOf('queue.changed', 'expert', id), version);
  }

  #noteSides({ id, customer, expert }: EventView<'question.changed'>): void {
    const watched = this.watched.get(id);
    if (watched !== undefined) watched.sides = sidesOf(customer, expert);
  }
}

export const sidesOf = (
  customer: { readonly id: string },
  expert: { readonly id: string } | null | undefined,
): string[] => (expert ? [customer.id, expert.id] : [customer.id]);

const keyOf = (event: string, role: string, id: string) => `${event} ${role} ${id}`;

/** Views that are made when they are encoded are made by now. */
function plain(body: unknown): Readonly<Record<string, unknown>> {
  const made = body as { readonly toJSON?: () => Record<string, unknown> };
  return typeof made.toJSON === 'function' ? made.toJSON() : (body as Record<string, unknown>);
}

/** Null for what has no version and nothing that stands for one: it is not told again. */
export function identityOf(event: string, body: unknown): Identity | null {
  const { id, version, questionId, seq, redacted, by } = plain(body);
  if (version !== undefined) return { id: String(id ?? questionId), version: Number(version) };
  switch (event) {
    case 'message.changed':
      return { id: `${String(questionId)}/${String(seq)}`, version: redacted === true ? 1 : 0 };
    case 'read.changed':
      return { id: `${String(questionId)}/${(by as { readonly id: string }).id}`, version: Number(seq) };
    default:
      return null;
  }
}

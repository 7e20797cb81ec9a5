// Following a conversation: its room, and who of its sides is there. Following queues: their rooms.

import type { EventView } from '../commands/events.ts';
import type { Ctx, Watcher } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { Actor } from '../domain/people.ts';
import type { Presence } from '../models/presence.ts';
import { isSame, statesOf } from './lights.ts';
import type { LightParts } from './lights.ts';
import { QUESTION_ROOM, questionRoom, queueRoom, userRoom } from './publish.ts';
import type { Client } from './client.ts';
import { sidesOf } from './told.ts';

const MOST_WATCHED = 50; // conversations a socket follows; a console shows far fewer at a time

export interface WatcherParts extends LightParts {
  readonly ctx: Ctx;
  readonly presence: Presence;
  /** resolves when the rooms that were joined so far hear what other gateways tell them */
  readonly subscribed: () => Promise<void>;
}

/** The socket of one call, as commands may use it: the command has authorized, this only follows. */
export class SocketWatcher implements Watcher {
  /** the question that this call began to follow */
  joined: string | null = null;
  /** this call ends the session of its socket */
  ends = false;
  readonly #socket: Client;
  readonly #presence: Presence;
  readonly #log: Ctx['log'];
  readonly #subscribed: () => Promise<void>;
  readonly #told: WatcherParts['told'];

  constructor(socket: Client, { ctx, presence, subscribed, told }: WatcherParts) {
    this.#socket = socket;
    this.#log = ctx.log;
    this.#presence = presence;
    this.#subscribed = subscribed;
    this.#told = told;
  }

  async watch(questionId: string, version: number): Promise<void> {
    const { actor } = this.#socket.data;
    if (actor === null) return;
    if (watchedBy(this.#socket).length >= MOST_WATCHED && !this.#socket.rooms.has(questionRoom(questionId))) {
      throw new Refusal('input.invalid', { fields: [{ path: 'questionId', reason: 'too_many_watched' }] });
    }
    (this.#socket.data.followed ??= new Map()).set(questionId, version);
    const isFirst = !this.#socket.nsp.adapter.rooms.has(questionRoom(questionId));
    this.#told.begin(questionId, isFirst);
    await this.#socket.join(questionRoom(questionId));
    this.joined = questionId;
    // what other gateways tell the room must reach us before the conversation is read
    await this.#subscribed();
  }

  async watchQueue(): Promise<void> {
    if (!this.#socket.connected) return; // whoever is gone is in no room
    await this.#socket.join(this.#queueRooms());
    await this.#subscribed();
  }

  async unwatchQueue(): Promise<void> {
    // all at once: the next watch of this socket may be under way
    const leaving = this.#queueRooms().map((room) => this.#socket.leave(room));
    for (const one of leaving) await one;
  }

  async show(isSeen: boolean): Promise<boolean> {
    const { id, data } = this.#socket;
    if (data.actor === null) return false;
    data.isHidden = !isSeen;
    try {
      await this.#presence.show(data.actor.id, id, isSeen);
      return isSeen || !(await this.#presence.unseen([data.actor.id])).has(data.actor.id);
    } catch (error) {
      // without Redis nobody knows, and nobody is away for that; the next beat marks the socket
      this.#log.warn({ err: error }, 'whether a page is looked at is not noted');
      return true;
    }
  }

  extend(expiresAt: Date, tokenVersion = this.#socket.data.actor?.tokenVersion): void {
    const { data } = this.#socket;
    if (data.actor !== null && tokenVersion !== undefined) data.actor = { ...data.actor, expiresAt, tokenVersion };
  }

  end(): void {
    this.ends = this.#socket.data.ends = true;
  }

  async unwatch(questionId: string): Promise<void> {
    this.#socket.data.followed?.delete(questionId);
    await this.#socket.leave(questionRoom(questionId));
  }

  #queueRooms(): string[] {
    return (this.#socket.data.actor?.categories ?? []).map(queueRoom);
  }
}

/**
 * Tells a newcomer who of the sides is there, and those there of the newcomer; the answer of the watch has named them. When
 * that is something else than those who watch already were told, all of them hear it.
 */
export async function greet(socket: Client, questionId: string, answer: unknown, parts: WatcherParts): Promise<void> {
  const { ctx, presence, told } = parts;
  const { actor } = socket.data;
  const { question } = answer as { readonly question?: EventView<'question.changed'> };
  if (question === undefined || actor === null) return;
  const sides = sidesOf(question.customer, question.expert);
  told.follow(questionId, question.lastSeq, sides);
  const states = await statesOf(parts, expertsOf(question, actor));
  if (!socket.connected) return; // those there know already
  const stateOf = (userId: string) => states.get(userId) ?? 'available';
  // admins look on; the two sides need not know
  if (actor.role !== 'admin') {
    ctx.publish({ type: 'presence.changed', questionId, userId: actor.id, online: true, state: stateOf(actor.id) });
  }
  const others = sides.filter((id) => id !== actor.id);
  if (others.length === 0) return;
  const online = await presence.online(others);
  for (const userId of others) {
    const light = { online: online.has(userId), state: stateOf(userId) };
    const before = told.watched.get(questionId)?.lights.get(userId);
    const body = { questionId, userId, ...light };
    if (before === undefined || isSame(before, light)) socket.emit('presence.changed', body);
    else socket.nsp.local.to(questionRoom(questionId)).except(userRoom(userId)).emit('presence.changed', body);
  }
}

/** Called while the socket is still in its rooms; the last one of a user to go is told to those who see the user. */
export async function leave(socket: Client, actor: Actor, parts: WatcherParts): Promise<void> {
  const { ctx, presence } = parts;
  const watched = watchedBy(socket);
  await presence.leave(actor.id, socket.id);
  if (watched.length === 0 || actor.role === 'admin') return;
  if ((await presence.online([actor.id])).has(actor.id)) return;
  const state = (await statesOf(parts, expertsOf({}, actor))).get(actor.id) ?? 'available';
  for (const questionId of watched) {
    ctx.publish({ type: 'presence.changed', questionId, userId: actor.id, online: false, state });
  }
}

/** Nobody else can be away. */
function expertsOf({ expert }: Pick<Partial<EventView<'question.changed'>>, 'expert'>, actor: Actor): string[] {
  const self = actor.role === 'expert' ? [actor.id] : [];
  return [...new Set([...(expert ? [expert.id] : []), ...self])];
}

function watchedBy(socket: Client): string[] {
  const watched: string[] = [];
  for (const room of socket.rooms) if (room.startsWith(QUESTION_ROOM)) watched.push(room.slice(QUESTION_ROOM.length));
  return watched;
}

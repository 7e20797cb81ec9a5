// Following a conversation: its room, and who of its sides is there.

import type { EventView } from '../commands/events.ts';
import type { Ctx, Watcher } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { Actor, ReceiverKind } from '../domain/people.ts';
import type { Presence } from '../models/presence.ts';
import { QUESTION_ROOM, questionRoom, userRoom } from './publish.ts';
import type { Client } from './client.ts';
import { sidesOf } from './told.ts';
import type { Told } from './told.ts';

const MOST_WATCHED = 50; // conversations a socket follows; a console shows far fewer at a time

export interface WatcherParts {
  readonly ctx: Ctx;
  /** resolves when the rooms that were joined so far hear what other gateways tell them */
  readonly subscribed: () => Promise<void>;
  readonly told: Told;
}

/** The socket of one call, as commands may use it: the command has authorized, this only follows. */
export class QuestionWatcher implements Watcher {
  /** the question that this call began to follow */
  joined: string | null = null;
  readonly #socket: Client;
  readonly #ctx: Ctx;
  readonly #subscribed: () => Promise<void>;
  readonly #told: Told;

  constructor(socket: Client, { ctx, subscribed, told }: WatcherParts) {
    this.#socket = socket;
    this.#ctx = ctx;
    this.#subscribed = subscribed;
    this.#told = told;
  }

  async watch(questionId: string, kind: ReceiverKind, version: number): Promise<void> {
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
    if (kind === 'admin') return; // admins look on; the two sides need not know
    this.#ctx.publish({ type: 'presence.changed', questionId, userId: actor.id, online: true });
  }

  async unwatch(questionId: string): Promise<void> {
    this.#socket.data.followed?.delete(questionId);
    await this.#socket.leave(questionRoom(questionId));
  }
}

/**
 * Tells a newcomer who of the sides is there; the answer of the watch has named them. When that is something else than those
 * who watch already were told, all of them hear it.
 */
export async function greet(
  socket: Client,
  questionId: string,
  answer: unknown,
  { presence, told }: { readonly presence: Presence; readonly told: Told },
): Promise<void> {
  const { question } = answer as { readonly question?: EventView<'question.changed'> };
  if (question === undefined) return;
  const sides = sidesOf(question.customer, question.expert);
  told.follow(questionId, question.lastSeq, sides);
  const others = sides.filter((id) => id !== socket.data.actor?.id);
  if (others.length === 0) return;
  const online = await presence.online(others);
  for (const userId of others) {
    const body = { questionId, userId, online: online.has(userId) };
    const before = told.watched.get(questionId)?.lights.get(userId);
    if (before === undefined || before === body.online) socket.emit('presence.changed', body);
    else socket.nsp.local.to(questionRoom(questionId)).except(userRoom(userId)).emit('presence.changed', body);
  }
}

/** Called while the socket is still in its rooms; the last one of a user to go is told to those who see the user. */
export async function leave(
  socket: Client,
  actor: Actor,
  { ctx, presence }: { readonly ctx: Ctx; readonly presence: Presence },
): Promise<void> {
  const watched = watchedBy(socket);
  await presence.leave(actor.id, socket.id);
  if (watched.length === 0 || actor.role === 'admin') return;
  if ((await presence.online([actor.id])).has(actor.id)) return;
  for (const questionId of watched) {
    ctx.publish({ type: 'presence.changed', questionId, userId: actor.id, online: false });
  }
}

function watchedBy(socket: Client): string[] {
  const watched: string[] = [];
  for (const room of socket.rooms) if (room.startsWith(QUESTION_ROOM)) watched.push(room.slice(QUESTION_ROOM.length));
  return watched;
}

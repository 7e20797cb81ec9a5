// Who is there, and who is away (6.1), as those see it who follow a conversation with them; and what the pages of an expert
// know of themselves. Told at once by whoever knows; here it is made true, whatever was lost or has ended by itself since.

import type { Ctx } from '../context.ts';
import { availabilityView } from '../commands/views/availability.ts';
import type { Availability, AvailabilityState } from '../domain/availability.ts';
import type { Presence } from '../models/presence.ts';
import type { Io } from './client.ts';
import { questionRoom, userRoom } from './publish.ts';
import { OWN } from './told.ts';
import type { Light, Told } from './told.ts';

export interface LightParts {
  readonly ctx: Pick<Ctx, 'now'>;
  readonly told: Told;
  readonly presence: Pick<Presence, 'online'>;
  /** of those of them who have ever said something */
  readonly availabilityOf: (userIds: readonly string[]) => Promise<ReadonlyMap<string, Availability>>;
}

const ASKED = 1_000; // people in one question about who is there

/** Shows those here who follow a conversation with an expert what has become of them. */
export function showAvailability(io: Io, told: Told): void {
  io.on('availability.changed', ({ userId, version, state }) => {
    if (!told.isNews(userId, version)) return;
    for (const [questionId, { lights }] of told.watched) {
      const light = lights.get(userId);
      if (light !== undefined) show(io, questionId, userId, lights, { ...light, state });
    }
  });
}

export async function statesOf(
  { ctx, availabilityOf }: Pick<LightParts, 'ctx' | 'availabilityOf'>,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, AvailabilityState>> {
  const found = await availabilityOf(userIds);
  return new Map([...found].map(([id, availability]) => [id, availabilityView(availability, ctx.now()).state]));
}

/** Everybody's light in the conversations that are watched here, however they came and went. */
export async function lookAtLights(io: Io, parts: LightParts): Promise<void> {
  const { told, presence } = parts;
  const sides = [...new Set([...told.watched.values()].flatMap((watched) => watched.sides))];
  const online = new Set(sides.filter((id) => io.sockets.adapter.rooms.has(userRoom(id))));
  const elsewhere = sides.filter((id) => !online.has(id));
  const states = new Map<string, AvailabilityState>();
  for (const some of inParts(elsewhere)) for (const id of await presence.online(some)) online.add(id);
  for (const some of inParts(sides)) for (const [id, state] of await statesOf(parts, some)) states.set(id, state);
  for (const [questionId, { sides: here, lights }] of told.watched) {
    for (const userId of here) {
      show(io, questionId, userId, lights, { online: online.has(userId), state: states.get(userId) ?? 'available' });
    }
  }
}

/** What the pages of experts here know of themselves: an absence ends by itself, and what told them may be lost. */
export async function lookAtOwn(io: Io, { ctx, told, availabilityOf }: LightParts): Promise<void> {
  const experts = new Set<string>();
  for (const { data } of io.sockets.sockets.values()) if (data.actor?.role === 'expert') experts.add(data.actor.id);
  for (const some of inParts([...experts])) {
    for (const [userId, availability] of await availabilityOf(some)) {
      const view = availabilityView(availability, ctx.now());
      if (told.own.get(userId) === OWN(view)) continue;
      io.local.to(userRoom(userId)).emit('presence.changed', { userId, ...view });
    }
  }
  for (const userId of told.own.keys()) if (!experts.has(userId)) told.own.delete(userId);
}

function show(io: Io, questionId: string, userId: string, lights: Map<string, Light>, light: Light): void {
  if (isSame(lights.get(userId), light)) return;
  lights.set(userId, light);
  const { online, state } = light;
  io.local
    .to(questionRoom(questionId))
    .except(userRoom(userId))
    .emit('presence.changed', { questionId, userId, online, state });
}

export const isSame = (one: Light | undefined, other: Light): boolean =>
  one?.online === other.online && one.state === other.state;

function* inParts(userIds: readonly string[]): Generator<readonly string[]> {
  for (let index = 0; index < userIds.length; index += ASKED) yield userIds.slice(index, index + ASKED);
}

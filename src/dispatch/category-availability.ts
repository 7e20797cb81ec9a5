// Whether somebody would answer now, and how soon: asked by pages of strangers, so it is worked out once for all of them every
// ten seconds, and says how many, never who.

import type { Ctx } from '../context.ts';
import type { Stores } from '../models/stores.ts';
import { awayAmong } from './availability.ts';

export interface CategoryAvailability {
  readonly categoryId: string;
  /** experts who are connected and not away; `MANY`: so many or more */
  readonly online: number;
  /** how long customers of late waited for the first words of an expert, half of them at most; null: too few to say */
  readonly firstReplyMs: number | null;
}

export const MANY = 3;
const HELD_MS = 10_000;
const OF_LATE_MS = 30 * 24 * 60 * 60_000;
const ENOUGH = 5; // replies to say something by: of fewer it would be said how one person did
const MINUTE_MS = 60_000;

interface Held {
  readonly at: number;
  readonly all: Promise<readonly CategoryAvailability[]>;
}

const held = new WeakMap<Stores, Held>();

/** Of all categories, at most ten seconds old. */
export function categoryAvailability(ctx: Ctx): Promise<readonly CategoryAvailability[]> {
  const now = ctx.now().getTime();
  const known = held.get(ctx.stores);
  if (known !== undefined && Math.abs(now - known.at) < HELD_MS) return known.all;
  const all = lookUp(ctx);
  held.set(ctx.stores, { at: now, all });
  all.catch(() => held.delete(ctx.stores)); // whoever asks next looks again
  return all;
}

async function lookUp(ctx: Ctx): Promise<CategoryAvailability[]> {
  const [categories, experts] = await Promise.all([ctx.stores.categories.all(), ctx.stores.users.activeExperts()]);
  const there = new Set(await ctx.online(experts.map(({ id }) => id)));
  for (const id of await awayAmong(ctx, [...there])) there.delete(id);
  const since = new Date(ctx.now().getTime() - OF_LATE_MS);
  return Promise.all(
    categories.map(async ({ id: categoryId }) => {
      const online = experts.filter((one) => there.has(one.id) && one.categories.includes(categoryId)).length;
      const waits = await ctx.stores.questions.firstReplies(categoryId, since);
      return { categoryId, online: Math.min(MANY, online), firstReplyMs: half(waits) };
    }),
  );
}

/** The median in whole minutes. */
function half(waits: readonly number[]): number | null {
  if (waits.length < ENOUGH) return null;
  const middle = waits.toSorted((one, other) => one - other)[Math.floor(waits.length / 2)] ?? 0;
  return Math.max(1, Math.ceil(middle / MINUTE_MS)) * MINUTE_MS;
}

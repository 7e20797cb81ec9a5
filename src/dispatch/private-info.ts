// Rule 9.1: the private information box. Its text is encrypted with a key of its own per question; when the question
// closes, first the key and then the ciphertext give way to tombstones, which no late writer can overwrite.

import type { Ctx } from '../context.ts';
import { mayByPart } from '../domain/access.ts';
import { Refusal } from '../domain/errors.ts';
import type { Fact } from '../domain/fact.ts';
import type { Actor, Person } from '../domain/people.ts';
import { deliverersOf } from '../domain/private-info.ts';
import type { WrappedKey } from '../domain/private-info.ts';

const MAX_TRIES = 25; // each lost race means that somebody else has written

/** The box as whoever may read it sees it. Version 0: nothing was put there yet. */
export interface PrivateInfo {
  readonly questionId: string;
  readonly version: number;
  readonly text: string;
  readonly by: Person | null;
  readonly at: Date | null;
}

/** @throws Refusal `not_found` for anyone who may not know of the box, `conflict.closed`, `unavailable` */
export async function readPrivateInfo(ctx: Ctx, actor: Actor, questionId: string): Promise<PrivateInfo> {
  await findBox(ctx, actor, questionId);
  const found = await ctx.stores.privateInfo.find(questionId);
  if (found === null) return { questionId, version: 0, text: '', by: null, at: null };
  const key = await ctx.stores.dataKeys.find(questionId);
  if (found === 'destroyed' || key === 'destroyed') throw closed(); // since we looked
  const { version, sealed, by, at } = found;
  // the keys were lost, as after a restored backup: what was there is gone, the next one to write starts anew
  if (key === null) return { questionId, version, text: '', by, at };
  assertKnown(ctx, key);
  return { questionId, version, text: ctx.vault.open(questionId, version, key, sealed), by, at };
}

/**
 * Replaces what the box says. `version`: the one that the writer has read; without it the last writer wins. The same again
 * is answered with what it has made of that version.
 * @throws Refusal `not_found`, `conflict.closed`, `conflict.stale` with the current version, `unavailable`
 */
export async function writePrivateInfo(
  ctx: Ctx,
  actor: Actor,
  questionId: string,
  text: string,
  version: number | undefined,
): Promise<PrivateInfo> {
  const to = await findBox(ctx, actor, questionId);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const found = await ctx.stores.privateInfo.find(questionId);
    if (found === 'destroyed') throw closed();
    const current = found?.version ?? 0;
    if (version !== undefined && version !== current) {
      if (found !== null && version + 1 === current && found.by.id === actor.id) {
        const written = await readPrivateInfo(ctx, actor, questionId);
        if (written.version === current && written.text === text) return written;
      }
      throw new Refusal('conflict.stale', { version: current });
    }
    const key = await keyOf(ctx, questionId);
    const next = { questionId, version: current + 1, by: { id: actor.id, name: actor.name }, at: ctx.now() };
    const sealed = ctx.vault.seal(questionId, next.version, key, text);
    if (!(await ctx.stores.privateInfo.save({ ...next, sealed }))) continue;
    ctx.publish({ type: 'private-info.changed', to, ...next });
    return { ...next, text };
  }
  throw new Refusal('conflict.stale');
}

/** What `private-info.changed` told of the last change, and whom; null when there is no box. */
export async function lastChange(
  ctx: Ctx,
  questionId: string,
): Promise<Extract<Fact, { type: 'private-info.changed' }> | null> {
  const [saved, offers, change] = await Promise.all([
    ctx.stores.questions.read(questionId),
    ctx.stores.offers.ofQuestion(questionId),
    ctx.stores.privateInfo.lastChange(questionId),
  ]);
  if (saved === null || change === null) return null;
  return { type: 'private-info.changed', to: [saved.record.customer.id, ...deliverersOf(offers)], ...change };
}

/** Once the question is closed: the key first, then the ciphertext. Repeatable; what was begun is finished by the sweep. */
export async function destroyPrivateInfo(ctx: Ctx, questionId: string): Promise<void> {
  await ctx.stores.dataKeys.destroy(questionId, ctx.now());
  await ctx.stores.privateInfo.destroy(questionId, ctx.now());
}

/** Answers who is told of changes: the customer and the experts who deliver. */
async function findBox(ctx: Ctx, actor: Actor, questionId: string): Promise<string[]> {
  const saved = await ctx.stores.questions.read(questionId);
  if (saved === null) throw new Refusal('not_found');
  const offers = await ctx.stores.offers.ofQuestion(questionId);
  if (!mayByPart(actor, 'box', saved.record, offers, ctx.now())) throw new Refusal('not_found');
  if (saved.record.state === 'closed') throw closed();
  return [saved.record.customer.id, ...deliverersOf(offers)];
}

/** The key of the question, made when it is first needed. A question that closes at this moment has none for ever. */
async function keyOf(ctx: Ctx, questionId: string): Promise<WrappedKey> {
  const found = await ctx.stores.dataKeys.find(questionId);
  const key = found ?? (await ctx.stores.dataKeys.keep({ questionId, ...ctx.vault.makeKey(questionId) }, ctx.now()));
  if (key === 'destroyed') throw closed();
  assertKnown(ctx, key);
  return key;
}

/** A new key-encryption key has not reached this process yet. */
function assertKnown(ctx: Ctx, key: WrappedKey): void {
  if (ctx.vault.knows(key)) return;
  ctx.log.error({ kek: key.kek }, 'a data key is wrapped by a KEK that is not among the settings');
  throw new Refusal('unavailable');
}

const closed = () => new Refusal('conflict.closed', { state: 'closed' });

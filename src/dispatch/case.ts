// Rule 10.1: cases are opened here, by machines and by people.

import type { Ctx } from '../context.ts';
import { openedEffects } from '../domain/case.ts';
import type { Case } from '../domain/case.ts';
import type { NewCase } from '../domain/effects.ts';
import { Refusal } from '../domain/errors.ts';
import { caseIdOf } from '../models/case.ts';
import { create } from './change.ts';
import { caseToOpen } from './follow-ups.ts';
import { CASE } from './machines.ts';

/**
 * The case of this key: opened now, or as it has become since. Repeatable; admins hear of it.
 * @throws Refusal `not_found` when there is no such question
 */
export async function openCase(ctx: Ctx, wanted: NewCase): Promise<Case> {
  return (await findOrOpen(ctx, wanted, null)).found;
}

/**
 * A case that a person asks for: one open case of a scope at a time, a further one only after it was resolved. The same
 * `clientId` again is the same case, whatever has become of it; without one the same wish again is the case that is open.
 * @throws Refusal `conflict.case_open` (details: caseId, state), `not_found`
 */
export async function openOne(
  ctx: Ctx,
  scope: string,
  wanted: Omit<NewCase, 'key'>,
  clientId: string | null,
): Promise<Case> {
  const isTheirs = (found: Case) =>
    found.openedBy.id === wanted.openedBy.id &&
    found.clientId === clientId &&
    (clientId !== null || (found.state === 'open' && found.reason === wanted.reason)); // pressed twice at once
  // by key, one after the other: of all cases of a question only so many are listed, and many may be about something else
  for (let number = 1; ; number += 1) {
    const { found, isNew } = await findOrOpen(ctx, { ...wanted, key: `${scope}-${number}` }, clientId);
    if (isNew || isTheirs(found)) return found;
    if (found.state === 'open') throw alreadyOpen(found);
  }
}

/** What this person opened under this clientId before. */
export async function openedBefore(ctx: Ctx, personId: string, clientId: string | null): Promise<Case | null> {
  return clientId === null ? null : ctx.stores.cases.findByClientId(personId, clientId);
}

interface Opened {
  readonly found: Case;
  readonly isNew: boolean;
}

async function findOrOpen(ctx: Ctx, wanted: NewCase, clientId: string | null): Promise<Opened> {
  const id = caseIdOf(wanted.key);
  const before = await ctx.stores.cases.read(id);
  if (before !== null) return { found: before.record, isNew: false };
  const opened = await caseToOpen(ctx, wanted, clientId);
  if (await create(ctx, CASE, opened, openedEffects(opened))) return { found: opened, isNew: true };
  const found = (await ctx.stores.cases.read(id))?.record ?? (await openedBefore(ctx, wanted.openedBy.id, clientId));
  if (found === null) throw new Refusal('conflict.stale');
  return { found, isNew: false };
}

function alreadyOpen(found: Case): Refusal {
  return new Refusal('conflict.case_open', { caseId: found.id, state: found.state });
}

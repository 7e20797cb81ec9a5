// Many records at once: what a step changed of each, and which of them one statement can write.

import type { Effect } from '../domain/effects.ts';

/** One transition among many: what was read, what it becomes, what it then owes. */
export interface Change<R> {
  readonly before: R;
  readonly next: R;
  readonly outbox: readonly Effect[];
}

/** Changes that one statement can write. */
interface Alike {
  readonly ids: string[];
  /** before */
  readonly version: number;
  /** by field: a literal, the name of another field of the record, or what is added to a list */
  readonly changes: Readonly<Record<string, unknown>>;
  readonly outbox: readonly Effect[];
}

/** What happens to many records at the same time is mostly the same: a statement for each kind costs MongoDB half. */
export function alike<R extends { readonly id: string; readonly version: number }>(
  batch: readonly Change<R>[],
): Alike[] {
  const kinds = new Map<string, Alike>();
  for (const { before, next, outbox } of batch) {
    const changes = changesOf(before, next);
    const kind = JSON.stringify([before.version, changes, outbox]);
    const known = kinds.get(kind);
    if (known) known.ids.push(next.id);
    else kinds.set(kind, { ids: [next.id], version: before.version, changes, outbox });
  }
  return [...kinds.values()];
}

/**
 * Steps keep what they do not change, so what is another value is what changed. A deadline that the record has already
 * under another name is named by that: `dueAt: '$expiresAt'` is true of many records. A list that has grown at its end is
 * written as what was added.
 */
function changesOf<R extends object>(before: R, next: R): Record<string, unknown> {
  const fields: [string, unknown][] = Object.entries(next);
  const changes: Record<string, unknown> = {};
  for (const [name, value] of fields) {
    if (value === before[name as keyof R]) continue;
    const known = name === 'dueAt' && value !== null && fieldWith(before, value);
    const added = addedTo(before[name as keyof R], value);
    changes[name] = known
      ? `$${known}`
      : added
        ? { $concatArrays: [`$${name}`, { $literal: added }] }
        : { $literal: value };
  }
  return changes;
}

/** Undefined when it is no list, or another one. */
function addedTo(before: unknown, value: unknown): readonly unknown[] | undefined {
  if (!Array.isArray(before) || !Array.isArray(value) || value.length <= before.length) return undefined;
  return before.every((one, index) => one === value[index]) ? value.slice(before.length) : undefined;
}

function fieldWith(record: object, value: unknown): string | undefined {
  const fields: [string, unknown][] = Object.entries(record);
  return fields.find(([, own]) => own === value)?.[0];
}

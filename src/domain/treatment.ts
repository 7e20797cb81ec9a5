// Rule 9.5: what erasing a customer can do to a stored field, and whose the field is.

/** Whose it is. `author`: of whoever wrote or did it; erasing means it when that is the one who is erased. */
type Whose = 'customer' | 'expert' | 'admin' | 'author';

export type Treatment =
  /** an id of ours: it stays, and nobody can be found by it once their account is erased */
  | { readonly of: Whose; readonly erase: 'pseudonym' }
  /** by the name of somebody who is erased */
  | { readonly of: Whose; readonly erase: 'replace' }
  /** emptied: what a view shows in its place says so */
  | { readonly of: Whose; readonly erase: 'clear' }
  | { readonly of: Whose; readonly erase: 'delete document' }
  /** gone before: erasing waits for it, or has ended what it is kept for */
  | { readonly of: Whose; readonly erase: 'ended'; readonly why: string }
  | { readonly of: Whose; readonly erase: 'keep'; readonly why: string };

/**
 * Paths from the root of a document: `history[].by.name` is in each item of a list, `params.*` is all beneath `params`,
 * where the fields are not ours to name.
 */
export interface Inventory {
  /** in the database of the data keys */
  readonly inKeys?: true;
  readonly notPersonal: readonly string[];
  readonly personal: Readonly<Record<string, Treatment>>;
}

/** Why the id that a client gives to a wish is kept; and what leads to the provider's own books. */
export const ONCE = 'made by a program: the same wish again is known by it';
export const BOOKS = 'the reference of the books at the payment provider';

export const pseudonym = (of: Whose): Treatment => ({ of, erase: 'pseudonym' });
export const replace = (of: Whose): Treatment => ({ of, erase: 'replace' });
export const clear = (of: Whose): Treatment => ({ of, erase: 'clear' });
export const gone = (of: Whose): Treatment => ({ of, erase: 'delete document' });
export const ended = (of: Whose, why: string): Treatment => ({ of, erase: 'ended', why });
export const keep = (of: Whose, why: string): Treatment => ({ of, erase: 'keep', why });

const RENAMED = 'experts and admins are not erased (9.5): an account is switched off and renamed';

/** Somebody whose role is known. */
export const person = (at: string, of: 'customer' | 'expert' | 'admin'): Record<string, Treatment> => ({
  [`${at}.id`]: pseudonym(of),
  [`${at}.name`]: of === 'customer' ? replace(of) : keep(of, RENAMED),
});

/** Somebody of any role. */
export const author = (at: string): Record<string, Treatment> => ({
  [`${at}.id`]: pseudonym('author'),
  [`${at}.name`]: replace('author'),
});

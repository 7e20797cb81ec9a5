// Words, names and folders.

import { skeletonOf } from '../domain/names.ts';
import { Misfit, assert, form, partsOf } from './form.ts';

/** Words of `known`, separated by commas. */
export const words = <const T extends string>(known: readonly T[]) =>
  form((text) =>
    partsOf(text).map((part): T => {
      const word = known.find((one) => one === part);
      if (word === undefined) throw new Misfit(`"${part}" is none of ${known.join(', ')}`);
      return word;
    }),
  );

/** Names, separated by commas; one without letters or digits looks like nothing, and so like no other. */
export const names = form((text) => {
  const all = partsOf(text);
  for (const name of all) assert(skeletonOf(name) !== '', `"${name}" has neither letters nor digits`);
  return all;
});

/** A folder. The shell replaces "~", nobody else does. */
export const folder = form((text) => {
  assert(text !== '', 'is blank');
  assert(!text.startsWith('~'), 'must be a whole path: "~" is not replaced here');
  return text;
});

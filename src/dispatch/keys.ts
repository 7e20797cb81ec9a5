// The key-encryption keys (KEK) of private information (9.1): whether those of the settings fit the data keys that are
// stored, and what follows when there is a new one.

import type { Ctx } from '../context.ts';

const SAMPLES = 3; // of each version: a single key that is damaged says nothing about the KEK
const BATCH = 500; // keys that are wrapped anew at once

/**
 * A version of KEK that wraps data keys and does not open them: `other` than it was, `missing` before its time, or
 * `newer` than this process knows, which is usual while it is handed out.
 */
export interface KekMisfit {
  readonly version: number;
  readonly why: 'other' | 'missing' | 'newer';
}

/** Asked at the start: nobody should find out at the first box. */
export async function kekMisfits({ stores, vault }: Pick<Ctx, 'stores' | 'vault'>): Promise<KekMisfit[]> {
  const samples = await stores.dataKeys.samples(SAMPLES);
  return samples.flatMap(({ kek, keys }): KekMisfit[] => {
    if (keys.some((key) => vault.opens(key.questionId, key))) return [];
    if (keys.some((key) => vault.knows(key))) return [{ version: kek, why: 'other' }];
    return [{ version: kek, why: kek > vault.newestKek ? 'newer' : 'missing' }];
  });
}

/**
 * After a new KEK every data key gets a new wrapping, so that the old KEK can be thrown away, and with it whatever is left
 * of destroyed keys in logs and on disks. Goes on where an earlier run was stopped, beside running servers. Answers how
 * many keys were wrapped anew.
 */
export async function rotateKeys({ stores, vault }: Pick<Ctx, 'stores' | 'vault'>): Promise<number> {
  let rewrapped = 0;
  for (;;) {
    const keys = await stores.dataKeys.notWrappedBy(vault.newestKek, BATCH);
    if (keys.length === 0) return rewrapped;
    const done = await Promise.all(keys.map((key) => stores.dataKeys.rewrap(key, vault.rewrap(key.questionId, key))));
    rewrapped += done.filter((one) => one).length;
  }
}

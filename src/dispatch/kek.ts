// Whether the key-encryption keys of the settings fit the data keys that are stored (9.1). Asked at the start: nobody
// should find out at the first box.

import type { Ctx } from '../context.ts';

const SAMPLES = 3; // of each version: a single key that is damaged says nothing about the KEK

/**
 * A version of KEK that wraps data keys and does not open them: `other` than it was, `missing` before its time, or
 * `newer` than this process knows, which is usual while it is handed out.
 */
export interface KekMisfit {
  readonly version: number;
  readonly why: 'other' | 'missing' | 'newer';
}

export async function kekMisfits({ stores, vault }: Pick<Ctx, 'stores' | 'vault'>): Promise<KekMisfit[]> {
  const samples = await stores.dataKeys.samples(SAMPLES);
  return samples.flatMap(({ kek, keys }): KekMisfit[] => {
    if (keys.some((key) => vault.opens(key.questionId, key))) return [];
    if (keys.some((key) => vault.knows(key))) return [{ version: kek, why: 'other' }];
    return [{ version: kek, why: kek > vault.newestKek ? 'newer' : 'missing' }];
  });
}

// After a new key-encryption key (9.1): every data key gets a new wrapping, so that the old KEK can be thrown away, and
// with it whatever is left of destroyed keys in logs and on disks.

import type { Ctx } from '../context.ts';

const BATCH = 500;

/** Goes on where an earlier run was stopped, beside running servers. Answers how many keys were wrapped anew. */
export async function rotateKeys({ stores, vault }: Pick<Ctx, 'stores' | 'vault'>): Promise<number> {
  let rewrapped = 0;
  for (;;) {
    const keys = await stores.dataKeys.notWrappedBy(vault.newestKek, BATCH);
    if (keys.length === 0) return rewrapped;
    const done = await Promise.all(keys.map((key) => stores.dataKeys.rewrap(key, vault.rewrap(key.questionId, key))));
    rewrapped += done.filter((one) => one).length;
  }
}

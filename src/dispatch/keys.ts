// The key-encryption keys (KEK) of private information (9.1) and of the secrets of webhooks: whether those of the settings fit
// the keys that are stored, and what follows when there is a new one.

import type { Ctx } from '../context.ts';
import type { WrappedKey } from '../domain/private-info.ts';
import type { SealedSecret } from '../models/webhook.ts';

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
  const samples = (await stores.dataKeys.samples(SAMPLES)).flatMap(({ keys }) => keys);
  const owned = [...samples.map((key) => ({ owner: key.questionId, key })), ...(await secretsIn(stores))];
  const versions = [...new Set(owned.map(({ key }) => key.kek))];
  return versions.flatMap((version): KekMisfit[] => {
    const keys = owned.filter(({ key }) => key.kek === version);
    if (keys.some(({ owner, key }) => vault.opens(owner, key))) return [];
    if (keys.some(({ key }) => vault.knows(key))) return [{ version, why: 'other' }];
    return [{ version, why: version > vault.newestKek ? 'newer' : 'missing' }];
  });
}

interface Owned<Key extends WrappedKey = WrappedKey> {
  /** whose id it is bound to */
  readonly owner: string;
  readonly key: Key;
}

/** Of webhooks, of which there are a few. */
async function secretsIn({ webhooks }: Ctx['stores']): Promise<Owned<SealedSecret>[]> {
  const all = await webhooks.all();
  return all.flatMap(({ webhook, secrets }) => secrets.map((key) => ({ owner: webhook.id, key })));
}

export interface Rotation {
  /** how many keys were wrapped anew */
  readonly rewrapped: number;
  /** what does not open although its KEK is known, by whose it is: it stays as it was */
  readonly damaged: readonly string[];
}

/**
 * After a new KEK every data key gets a new wrapping, so that the old KEK can be thrown away, and with it whatever is left
 * of destroyed keys in logs and on disks. Goes on where an earlier run was stopped, beside running servers.
 */
export async function rotateKeys(ctx: Pick<Ctx, 'stores' | 'vault'>): Promise<Rotation> {
  const secrets = await rotateSecrets(ctx);
  let { rewrapped } = secrets;
  for (;;) {
    // once more: a process that does not know the new KEK yet makes keys meanwhile
    const keys = await rotateDataKeys(ctx);
    rewrapped += keys.rewrapped;
    if (keys.rewrapped === 0) return { rewrapped, damaged: [...secrets.damaged, ...keys.damaged] };
  }
}

/**
 * How many boxes hold something of which the key is not here: of a backup that came without its keys, or of keys that are somewhere
 * else than this looks.
 */
export async function countKeyless({ stores }: Pick<Ctx, 'stores'>): Promise<number> {
  let keyless = 0;
  let after = '';
  for (;;) {
    const filled = await stores.privateInfo.filled(after, BATCH);
    const last = filled.at(-1);
    if (last === undefined) return keyless;
    after = last;
    keyless += (await stores.dataKeys.without(filled)).length;
  }
}

/** All of them, one after the other. */
async function rotateDataKeys({ stores, vault }: Pick<Ctx, 'stores' | 'vault'>): Promise<Rotation> {
  const damaged: string[] = [];
  let rewrapped = 0;
  let after = '';
  for (;;) {
    const keys = await stores.dataKeys.notWrappedBy(vault.newestKek, after, BATCH);
    const last = keys.at(-1);
    if (last === undefined) return { rewrapped, damaged };
    after = last.questionId;
    const whole = keys.filter((key) => !isDamaged(vault, { owner: key.questionId, key }));
    damaged.push(...keys.filter((key) => !whole.includes(key)).map(({ questionId }) => questionId));
    const done = await Promise.all(whole.map((key) => stores.dataKeys.rewrap(key, vault.rewrap(key.questionId, key))));
    rewrapped += done.filter((one) => one).length;
  }
}

/** Those that were replaced meanwhile have a key that is wrapped by the newest KEK, or are looked at again. */
async function rotateSecrets({ stores, vault }: Pick<Ctx, 'stores' | 'vault'>): Promise<Rotation> {
  let rewrapped = 0;
  for (;;) {
    const old = (await secretsIn(stores)).filter(({ key }) => key.kek !== vault.newestKek);
    const whole = old.filter((one) => !isDamaged(vault, one));
    if (whole.length === 0) return { rewrapped, damaged: old.map(({ owner }) => owner) };
    for (const { owner, key } of whole) {
      if (await stores.webhooks.rewrap(owner, key, vault.rewrap(owner, key))) rewrapped += 1;
    }
  }
}

/** One whose KEK is not known may be whole. */
const isDamaged = (vault: Ctx['vault'], { owner, key }: Owned) => vault.knows(key) && !vault.opens(owner, key);

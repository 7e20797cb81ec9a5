// Encryption of private information (9.1): AES-256-GCM. Each question has a random data key, which is stored only wrapped
// by a key-encryption key (KEK) of the settings. Ciphertext is bound to its question and version, a wrapped key to its
// question and KEK: moved elsewhere, neither opens.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { VaultPort } from '../context.ts';
import type { WrappedKey } from '../domain/private-info.ts';

/** The highest version wraps, all of them unwrap; keys have 32 bytes. */
export type Keks = readonly { readonly version: number; readonly key: Uint8Array }[];

const IV_BYTES = 12; // NIST SP 800-38D: random, 96 bits
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** `keks`: at least one. */
export function vault(keks: Keks): VaultPort {
  const byVersion = new Map(keks.map(({ version, key }) => [version, key]));
  const newest = Math.max(...byVersion.keys());

  const kekOf = (version: number): Uint8Array => {
    const key = byVersion.get(version);
    if (key === undefined) throw new Error(`KEK: version ${version} is not among the settings`);
    return key;
  };
  const wrap = (questionId: string, dataKey: Uint8Array): WrappedKey => ({
    kek: newest,
    wrapped: encrypt(kekOf(newest), keyContext(questionId, newest), dataKey),
  });
  /** The data key is in memory for as long as `use` takes. */
  const withKey = <T>(questionId: string, { kek, wrapped }: WrappedKey, use: (dataKey: Uint8Array) => T): T => {
    const dataKey = decrypt(kekOf(kek), keyContext(questionId, kek), wrapped);
    try {
      return use(dataKey);
    } finally {
      dataKey.fill(0);
    }
  };

  return {
    newestKek: newest,

    knows: ({ kek }) => byVersion.has(kek),

    opens(questionId, key) {
      try {
        return withKey(questionId, key, () => true);
      } catch {
        return false;
      }
    },

    makeKey(questionId) {
      const dataKey = randomBytes(KEY_BYTES);
      try {
        return wrap(questionId, dataKey);
      } finally {
        dataKey.fill(0);
      }
    },

    seal: (questionId, version, key, text) =>
      withKey(questionId, key, (dataKey) => encrypt(dataKey, textContext(questionId, version), Buffer.from(text))),

    open: (questionId, version, key, sealed) =>
      withKey(questionId, key, (dataKey) => decrypt(dataKey, textContext(questionId, version), sealed).toString()),

    rewrap: (questionId, key) => withKey(questionId, key, (dataKey) => wrap(questionId, dataKey)),
  };
}

const keyContext = (questionId: string, kek: number) => `parley data key\n${questionId}\n${kek}`;
const textContext = (questionId: string, version: number) => `parley private information\n${questionId}\n${version}`;

/** iv, tag and ciphertext in one. */
function encrypt(key: Uint8Array, context: string, plain: Uint8Array): Uint8Array {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

/** @throws Error when anything of it was changed, or it belongs elsewhere */
function decrypt(key: Uint8Array, context: string, box: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(box.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const plain = decipher.update(box.subarray(IV_BYTES + TAG_BYTES)); // all of it: nobody has to wipe a second copy
  decipher.final();
  return plain;
}

// Key-encryption keys.

import { Misfit, form } from './form.ts';

/** A version of the key-encryption key (9.1): the highest one wraps new data keys, all of them unwrap. */
export interface Kek {
  readonly version: number;
  /** 32 bytes */
  readonly key: Uint8Array;
}

/** The versions of a KEK setting; null when it is malformed, or a version stands there twice. */
export function parseKeks(text: string): readonly Kek[] | null {
  const keys = text.split(',').map((part): Kek | null => {
    const [, version, encoded = ''] = /^([1-9]\d{0,5}):([A-Za-z0-9+/]{43}=)$/.exec(part.trim()) ?? [];
    return version === undefined ? null : { version: Number(version), key: Buffer.from(encoded, 'base64') };
  });
  const good = keys.filter((key) => key !== null);
  const versions = new Set(good.map(({ version }) => version));
  return good.length === keys.length && versions.size === keys.length ? good : null;
}

/** "1:<base64>,2:<base64>" → keys. What is wrong is said without repeating it. */
export const keks = form((text) => {
  const parsed = parseKeks(text);
  if (parsed === null) throw new Misfit('must be a list like 1:<32 bytes in base64>,2:<…>');
  return parsed;
});

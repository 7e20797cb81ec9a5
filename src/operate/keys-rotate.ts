// npm run keys:rotate wraps every data key by the newest version in KEK. When it is through, older versions can go.

import { kekMisfits, rotateKeys } from '../dispatch/keys.ts';
import { vault } from '../providers/vault.ts';
import { kekError, keksOf } from '../secrets.ts';
import type { Tool } from './desk.ts';

export const rotateAll: Tool = async ({ config, stores, say }) => {
  const box = vault(await keksOf(config));
  const misfits = await kekMisfits({ stores, vault: box });
  if (misfits.length > 0) throw kekError(misfits);
  const rewrapped = await rotateKeys({ stores, vault: box });
  say(`${rewrapped} data keys were wrapped anew; all are wrapped by version ${box.newestKek} now.`);
  return true;
};

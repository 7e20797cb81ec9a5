// npm run keys:rotate wraps every data key by the newest version in KEK. When it is through, older versions can go.

import { rotateKeys } from './dispatch/rotate-keys.ts';
import { operate } from './operate.ts';
import { vault } from './providers/vault.ts';

await operate(async ({ stores, keks, say }) => {
  const box = vault(keks);
  const rewrapped = await rotateKeys({ stores, vault: box });
  say(`${rewrapped} data keys were wrapped anew; all are wrapped by version ${box.newestKek} now.`);
  return true;
});

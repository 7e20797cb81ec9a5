// npm run keys:rotate wraps every data key by the newest version in KEK. When it is through, older versions can go.

import { countKeyless, kekMisfits, rotateKeys } from '../dispatch/keys.ts';
import { vault } from '../providers/vault.ts';
import { kekError, keksOf } from '../secrets.ts';
import type { Tool } from './desk.ts';

export const rotateAll: Tool = async ({ config, stores, say }, args) => {
  if (args.length > 0) throw new Error('keys:rotate takes nothing behind its name: it begins at once');
  const box = vault(await keksOf(config));
  const misfits = await kekMisfits({ stores, vault: box });
  if (misfits.length > 0) throw kekError(misfits);
  const { rewrapped, damaged } = await rotateKeys({ stores, vault: box });
  for (const owner of damaged) say(`The key of ${owner} does not open: it is damaged, and was left as it is.`);
  // before it says that older versions can go: what it was not shown may need them
  const keyless = await countKeyless({ stores });
  if (keyless > 0) {
    say(`${rewrapped} data keys were wrapped anew. The keys of ${keyless} boxes are not here: ${ELSEWHERE}`);
    return false;
  }
  say(`${rewrapped} data keys were wrapped anew; ${summary(damaged.length, box.newestKek)}`);
  return damaged.length === 0;
};

const ELSEWHERE =
  'if KEYS_URI is not that of the servers, run it again with theirs, and keep every version of KEK until then; ' +
  'if they were lost, with a backup for example, these boxes are empty (docs/privacy.md).';

const summary = (damaged: number, newest: number) =>
  damaged === 0
    ? `all are wrapped by version ${newest} now.`
    : `all but ${damaged} are wrapped by version ${newest} now. Nobody can read what those lock: delete them ` +
      '(docs/privacy.md, "Rotate it") before the next start, then older versions can go.';

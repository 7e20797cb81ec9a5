// What operators run: `npm run <name>`, or `node dist/operate/main.js <name>` in the image.

import { verifyAudit } from './audit-verify.ts';
import { NOT_DONE, operate } from './desk.ts';
import type { Tool } from './desk.ts';
import { rotateAll } from './keys-rotate.ts';
import { verifyLedger } from './ledger-verify.ts';

const TOOLS: ReadonlyMap<string, Tool> = new Map([
  ['audit:verify', verifyAudit],
  ['keys:rotate', rotateAll],
  ['ledger:verify', verifyLedger],
]);

const [name = '', ...args] = process.argv.slice(2);

const tool = TOOLS.get(name);
if (tool !== undefined) {
  await operate((desk) => tool(desk, args));
} else {
  process.stderr.write(`"${name}" is none of ${[...TOOLS.keys()].join(', ')}\n`);
  process.exitCode = NOT_DONE;
}

// npm run audit:verify [-- <seq>:<hash>] recomputes the audit log from its first row. The row that is given was noted
// after an earlier run: with it, a log that was cut off or made anew is found out as well.

import type { Tool } from './desk.ts';

export const verifyAudit: Tool = async ({ stores, say }, [given, ...more]) => {
  const [, seq, hash = ''] = /^([1-9]\d*):([0-9a-f]{64})$/.exec(given ?? '') ?? [];
  if (given !== undefined && seq === undefined) throw new Error(`"${given}" is not <seq>:<hash>`);
  if (more.length > 0) throw new Error(`audit:verify takes one row, not "${more.join(' ')}" as well`);
  const { rows, last, broken } = await stores.audit.verify(seq === undefined ? undefined : { seq: Number(seq), hash });
  if (broken !== null) say(`The audit log is broken at row ${broken.seq}: ${broken.why}.`);
  else say(`The audit log holds: ${rows} rows.`);
  if (last !== null) say(`The last good row, to be noted elsewhere: ${last.seq}:${last.hash}`);
  return broken === null;
};

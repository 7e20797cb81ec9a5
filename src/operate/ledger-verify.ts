// `npm run ledger:verify`: the journal, the records and the provider's own list, compared. One line a difference, exit code 1
// when there is one. With --repair what records prove and the journal lacks is booked first. With --json everything that was
// found, for programs.

import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { repair } from '../dispatch/repair.ts';
import type { Repaired } from '../dispatch/repair.ts';
import { verify } from '../dispatch/verify.ts';
import { textOf } from '../domain/books.ts';
import { paymentsOf } from '../payments.ts';
import type { Tool } from './desk.ts';

export const verifyLedger: Tool = async ({ config, stores, now, say }, args) => {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ args: [...args], options: { json: flag, repair: flag } });
  const ctx = { stores, now, payments: paymentsOf(config, { stores, now, onNotice: () => undefined }) };
  const verified = values.repair ? await repair(ctx, randomUUID) : { ...(await verify(ctx)), booked: [] };
  say(values.json ? JSON.stringify(verified, null, 2) : reportOf(verified));
  return verified.differences.length === 0;
};

function reportOf({ booked, differences, inProgress, lapsedHolds, summary }: Repaired): string {
  const { questions, offers, entries, accounts, payments, sums } = summary;
  const lines = [
    ...booked.map((entry) => `booked ${entry.key}: ${textOf(entry)}`),
    ...(booked.length === 0 ? [] : [`${booked.length} missing entries booked`]),
    ...differences.map(({ kind, id, expected, found }) => `${kind} ${id}: expected ${expected}; found ${found}`),
    `${questions} questions and ${offers} offers against ${entries} entries of ${accounts} accounts and ${payments} authorisations of the provider`,
    ...sums.map(({ currency, account, amount }) => `  ${currency} ${account.padEnd(9)} ${amount}`),
    ...(lapsedHolds.length === 0 ? [] : [`holds that the provider let go by itself: ${lapsedHolds.join(', ')}`]),
    ...(inProgress.length === 0 ? [] : [`in progress, to be asked again: ${inProgress.join(', ')}`]),
    differences.length === 0 ? 'no differences' : `${differences.length} differences`,
  ];
  return lines.join('\n');
}

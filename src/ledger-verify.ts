// `npm run ledger:verify`: the journal, the records and the provider's own list, compared. One line a difference, exit code 1
// when there is one. With --repair what records prove and the journal lacks is booked first. With --json everything that was
// found, for programs.

import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readConfig } from './config.ts';
import { startServices } from './development/services.ts';
import { repair } from './dispatch/repair.ts';
import type { Repaired } from './dispatch/repair.ts';
import { textOf, verify } from './dispatch/verify.ts';
import { paymentsOf } from './payments.ts';
import { explain, reachMongo } from './start.ts';

try {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { json: flag, repair: flag } });
  const verified = await run(values.repair);
  process.stdout.write(values.json ? `${JSON.stringify(verified, null, 2)}\n` : reportOf(verified));
  process.exitCode = verified.differences.length === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 2;
}

async function run(repairs: boolean): Promise<Repaired> {
  const config = readConfig();
  const say = (line: string) => {
    process.stderr.write(`${line}\n`);
  };
  const services = await startServices({
    mongodbUri: config.mongodbUri,
    redisUrl: config.redisUrl ?? 'redis://nobody-asks-it',
    dataDir: config.dataDir,
    cacheDir: config.cacheDir,
    say,
  });
  try {
    const mongo = await reachMongo(services.mongodbUri, config, { waitMs: 0, say });
    try {
      const { stores, now } = mongo;
      const ctx = { stores, now, payments: paymentsOf(config, { stores, now, onNotice: () => undefined }) };
      return repairs ? await repair(ctx, randomUUID) : { ...(await verify(ctx)), booked: [] };
    } finally {
      await mongo.close();
    }
  } finally {
    await services.stop();
  }
}

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
  return `${lines.join('\n')}\n`;
}

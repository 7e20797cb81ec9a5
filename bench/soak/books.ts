// What has to hold when a soak has come to its end, whatever was played: the ledger, requests, and what the servers have written down.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ledgerVerdict } from '../../demo/ledger-verdict.ts';
import type { Stores } from '../servers.ts';
import type { Records } from './played.ts';
import type { Watch } from './watch.ts';

const ERROR = 50; // pino's number

export interface Books {
  readonly faults: readonly string[];
  readonly examined: string;
}

export async function booksOf(stores: Stores, { offers }: Records, { openInTheEnd }: Watch): Promise<Books> {
  const { examined, faults } = await ledgerVerdict(stores.mongodbUri);
  const byId = new Map(offers.map((offer) => [offer._id, offer]));
  const taken = openInTheEnd.flatMap(({ who, ids }) =>
    ids
      .filter((id) => !['reserved', 'open'].includes(byId.get(id)?.state ?? ''))
      .map((id) => `${who} is shown ${id} as open, and it is ${byId.get(id)?.state ?? 'nowhere'}`),
  );
  const listed = openInTheEnd.reduce((sum, { ids }) => sum + ids.length, 0);
  const logged = await errorsIn(stores.folder);
  return {
    faults: [
      ...faults.map((one) => `ledger: ${one}`),
      ...taken,
      ...logged.map((line) => `in the log of a server: ${line.slice(0, 600)}`),
    ],
    examined: `the ledger (${examined}), ${listed} rows of open requests, the logs of the servers`,
  };
}

/** Lines of the servers' logs that somebody would have to look at. */
async function errorsIn(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => name.startsWith('parley-') && name.endsWith('.log'));
  const logs = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return logs
    .flatMap((log) => log.split('\n'))
    .filter((line) => Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? 0) >= ERROR);
}

// What an operator runs by hand stands between this beginning and this end: settings, stores, and an exit code.

import { readConfig } from './config.ts';
import { startServices } from './development/services.ts';
import type { Stores } from './models/stores.ts';
import { keksOf } from './secrets.ts';
import type { Kek } from './settings/keks.ts';
import { explain, reachMongo } from './start.ts';

export interface Desk {
  readonly stores: Stores;
  readonly keks: readonly Kek[];
  /** a line for the person who asked */
  readonly say: (line: string) => void;
}

const FOUND_WANTING = 1;
const NOT_DONE = 2;

/** Exit code 0 when `work` answers true, 1 when false, 2 when it could not be done. */
export async function operate(work: (desk: Desk) => Promise<boolean>): Promise<void> {
  try {
    process.exitCode = (await atDesk(work)) ? 0 : FOUND_WANTING;
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = NOT_DONE;
  }
}

async function atDesk(work: (desk: Desk) => Promise<boolean>): Promise<boolean> {
  const config = readConfig();
  const { mongodbUri, dataDir, cacheDir } = config;
  const say = (line: string) => {
    process.stdout.write(`${line}\n`);
  };
  // nothing here needs Redis, so none is started
  const services = await startServices({ mongodbUri, redisUrl: 'redis://none', dataDir, cacheDir, say });
  try {
    const mongo = await reachMongo(services.mongodbUri, config, { waitMs: 0, say });
    try {
      return await work({ stores: mongo.stores, keks: await keksOf(config), say });
    } finally {
      await mongo.close();
    }
  } finally {
    await services.stop();
  }
}

// What an operator runs by hand stands between this beginning and this end: settings, stores, and an exit code.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { ConfigError, readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { startServices } from '../development/services.ts';
import type { Mongo } from '../models/mongo.ts';
import { explain, reachMongo } from '../start.ts';

export interface Desk extends Pick<Mongo, 'stores' | 'now'> {
  readonly config: Config;
  /** a line of what was found, for the person who asked */
  readonly say: (line: string) => void;
}

/** One thing that an operator can run, with what stands behind its name; false: something is not as it should be. */
export type Tool = (desk: Desk, args: readonly string[]) => Promise<boolean>;

const FOUND_WANTING = 1;
export const NOT_DONE = 2;

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
  // what was found goes to the standard output, alone
  const tell = (line: string) => {
    process.stderr.write(`${line}\n`);
  };
  const say = (line: string) => {
    process.stdout.write(`${line}\n`);
  };
  if (mongodbUri === undefined && !existsSync(path.join(dataDir, 'mongo'))) {
    throw new ConfigError([`MONGODB_URI: is not set, and there is no installation in ${path.resolve(dataDir)}`]);
  }
  // nothing here needs Redis, so none is started
  const services = await startServices({ mongodbUri, redisUrl: 'redis://none', dataDir, cacheDir, say: tell });
  try {
    const patience = { waitMs: 0, say: tell };
    const mongo = await reachMongo(services.mongodbUri, { keysUri: config.keysUri, asIs: true }, patience);
    try {
      return await work({ config, stores: mongo.stores, now: mongo.now, say });
    } finally {
      await mongo.close();
    }
  } finally {
    await services.stop();
  }
}

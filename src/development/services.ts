// MongoDB and Redis for development: the ones the settings name, otherwise our own, in a data folder of the checkout.
import { resolve } from 'node:path';
import { type Binary, locate, MONGODB, type Program, REDIS, type Sources, SOURCES, type Way } from './binaries.ts';
import { startMongod } from './mongod.ts';
import { startRedis } from './redis.ts';
import { type Keeper, keepServers, type Running, ServersFailed } from './servers.ts';

/** The two stores, ready to be used. */
export interface Services {
  mongodbUri: string;
  redisUrl: string;
  /** The versions of what was started here. */
  versions: { mongodb?: string; redis?: string };
  /** Stops what was started here, and waits until it is gone. */
  stop(): Promise<void>;
}

/** What to use as it is, and where to put the rest. */
export interface ServicesOptions {
  /** Given: used as it is, and no MongoDB is started. */
  mongodbUri?: string | undefined;
  /** Given: used as it is, and no Redis is started. */
  redisUrl?: string | undefined;
  /** Keeps data, ports, logs and a lock: `.parley` of the checkout. */
  dataDir: string;
  /** Keeps what was fetched; may be shared by all checkouts. */
  cacheDir: string;
  /** Takes lines about progress. */
  say: (line: string) => void;
}

/** The stores could not be had. The message is for the person who started this: what was tried, and the ways out. */
export class ServicesUnavailable extends Error {
  override name = 'ServicesUnavailable';
}

/** Returns when both stores take writes. Whatever it starts ends with this process, however that ends. */
export async function startServices(options: ServicesOptions, sources: Sources = SOURCES): Promise<Services> {
  const { mongodbUri, redisUrl } = options;
  if (mongodbUri !== undefined && redisUrl !== undefined) {
    return { mongodbUri, redisUrl, versions: {}, stop: () => Promise.resolve() };
  }
  const [mongod, redis] = await findBoth(options, sources);
  const dataDir = resolve(options.dataDir);
  const keeper = await keepServers(dataDir, options.say).catch(unavailable);
  try {
    return await startBoth(keeper, mongod, redis, options);
  } catch (error) {
    await keeper.close();
    return unavailable(error);
  }
}

/** Both are looked for before anything starts: one message then names everything that is missing. */
async function findBoth(options: ServicesOptions, sources: Sources): Promise<[Binary | undefined, Binary | undefined]> {
  const find = async (
    given: string | undefined,
    program: Program,
    ways: Way[],
  ): Promise<Binary | string[] | undefined> =>
    given === undefined ? await locate(program, ways, sources.path, resolve(options.cacheDir), options.say) : undefined;
  const [mongod, redis] = await Promise.all([
    find(options.mongodbUri, MONGODB, sources.mongodb),
    find(options.redisUrl, REDIS, sources.redis),
  ]);
  if (Array.isArray(mongod) || Array.isArray(redis)) throw new ServicesUnavailable(nothingToBeHad(mongod, redis));
  return [mongod, redis];
}

/** One line for both: what was tried, what each said, and the ways out. */
function nothingToBeHad(mongod: Binary | string[] | undefined, redis: Binary | string[] | undefined): string {
  const tried = ({ product, minimum }: Program, result: Binary | string[] | undefined): string[] =>
    Array.isArray(result) ? [`There is no ${product} ${minimum.join('.')} or newer (${result.join('; ')}).`] : [];
  return [
    ...tried(MONGODB, mongod),
    ...tried(REDIS, redis),
    'Run everything in containers (docker compose up), or install mongod and redis-server (or valkey-server) so that they are',
    'on the PATH, or set MONGODB_URI and REDIS_URL to servers that run already (MongoDB as a replica set).',
  ].join(' ');
}

async function startBoth(
  keeper: Keeper,
  mongod: Binary | undefined,
  redis: Binary | undefined,
  options: ServicesOptions,
): Promise<Services> {
  const watched: Running[] = [];
  const started = async (
    start: typeof startMongod,
    binary: Binary | undefined,
    program: Program,
  ): Promise<number | undefined> => {
    if (!binary) return undefined;
    const { server, port } = await start(keeper, binary);
    options.say(
      `${program.product} ${binary.version} (${binary.file}) on 127.0.0.1:${port}, data in ${keeper.dataDir}`,
    );
    watched.push(server);
    return port;
  };
  // Both are waited for even if one fails: nothing may start behind a keeper that is being closed.
  const results = await Promise.allSettled([started(startMongod, mongod, MONGODB), started(startRedis, redis, REDIS)]);
  const [mongodPort, redisPort] = results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  let stopping = false;
  for (const server of watched) {
    server.child.once('exit', () => {
      if (!stopping) options.say(`${server.name} ended unexpectedly (${server.ended ?? ''}), its log is ${server.log}`);
    });
  }
  return {
    mongodbUri: options.mongodbUri ?? `mongodb://127.0.0.1:${mongodPort}/parley?replicaSet=parley`,
    redisUrl: options.redisUrl ?? `redis://127.0.0.1:${redisPort}`,
    versions: { ...(mongod && { mongodb: mongod.version }), ...(redis && { redis: redis.version }) },
    stop: async () => {
      stopping = true;
      await keeper.close();
    },
  };
}

function unavailable(error: unknown): never {
  throw error instanceof ServersFailed ? new ServicesUnavailable(error.message, { cause: error }) : error;
}

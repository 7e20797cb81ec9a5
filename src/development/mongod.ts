// mongod as a replica set of one.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import mongoose from 'mongoose';
import type { Binary } from './binaries.ts';
import { CONNECT_MS, isOpen, onFreePort } from './ports.ts';
import { asError, until } from './servers.ts';
import type { Keeper, Running } from './servers.ts';

const REPLICA_SET = 'parley';
const NOT_YET_INITIALIZED = 94; // MongoDB's code for a replica set without a configuration

/** Starts mongod as a replica set of one, and waits until it takes writes. Returns its port. */
export async function startMongod(keeper: Keeper, binary: Binary): Promise<{ server: Running; port: number }> {
  const folder = join(keeper.dataDir, 'mongo');
  await mkdir(folder, { recursive: true });
  return await onFreePort(keeper, 'mongod', async (port) => {
    const server = keeper.run('mongod', binary.file, [
      ...['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--replSet', REPLICA_SET],
      ...[
        '--wiredTigerCacheSizeGB',
        '0.5',
        '--nounixsocket',
        '--setParameter',
        'diagnosticDataCollectionEnabled=false',
      ],
    ]);
    await until(server, () => lookAtMongod(server, port));
    return server;
  });
}

/** Ready is: ours (the port may have gone to another checkout's server), a replica set of its own address, and primary. */
async function lookAtMongod(server: Running, port: number): Promise<'ready' | Error> {
  if (!(await isOpen(port))) return new Error('its port is closed');
  const options = { serverSelectionTimeoutMS: CONNECT_MS, connectTimeoutMS: CONNECT_MS, directConnection: true };
  const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}`, options);
  try {
    const admin = client.db('admin');
    const status = await admin.command({ serverStatus: 1 });
    if (status['pid'] !== server.pid) return new Error('its port is taken');
    await configure(admin, `127.0.0.1:${port}`);
    const hello = await admin.command({ hello: 1 });
    return hello['isWritablePrimary'] === true ? 'ready' : new Error('it is not primary');
  } catch (error) {
    return asError(error);
  } finally {
    await client.close();
  }
}

/** A replica set remembers its member's address: if that has changed, only a forced reconfiguration makes it primary again. */
async function configure(admin: mongoose.mongo.Db, host: string): Promise<void> {
  try {
    const { config } = (await admin.command({ replSetGetConfig: 1 })) as unknown as { config: SetConfig };
    const [member] = config.members;
    if (!member || (member.host === host && config.members.length === 1)) return;
    const moved = { ...config, version: config.version + 1, members: [{ ...member, host }] };
    await admin.command({ replSetReconfig: moved, force: true });
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== NOT_YET_INITIALIZED) throw error;
    await admin.command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host }] } });
  }
}

interface SetConfig {
  version: number;
  members: { host: string }[];
}

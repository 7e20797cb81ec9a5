// A replica set of three real members, each behind a line of its own, for failovers of every kind.

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mongoose from 'mongoose';
import { vi } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { MONGODB, SOURCES, locate } from '../../src/development/binaries.ts';
import { startLink } from './link.ts';
import type { Link } from './link.ts';

export interface MongoSet {
  /** a database of it */
  uri(name: string): string;
  /** the line to the member that is primary now */
  primary(): Promise<Link>;
  /** The primary gives its place to another member. */
  stepDown(): Promise<void>;
  close(): Promise<void>;
}

const ELECTION_MS = 3_000;
const READY = { timeout: 180_000, interval: 100 };

export async function startMongoSet(): Promise<MongoSet> {
  const { cacheDir } = readConfig(process.env);
  const binary = await locate(MONGODB, SOURCES.mongodb, SOURCES.path, cacheDir, () => undefined);
  if (Array.isArray(binary)) throw new Error(binary.join('\n'));
  const dir = await mkdtemp(path.join(tmpdir(), 'parley-set-'));
  const members = await Promise.all([0, 1, 2].map((n) => startMember(binary.file, path.join(dir, String(n)))));
  const everybody = members.map(({ link }) => `127.0.0.1:${link.port}`);
  await Promise.all(members.map((member) => vi.waitFor(() => tell(member.port, { ping: 1 }), READY)));
  const replSetInitiate = {
    _id: 'set',
    members: everybody.map((host, _id) => ({ _id, host })),
    settings: { electionTimeoutMillis: ELECTION_MS, heartbeatIntervalMillis: 500 },
  };
  // a member that stood still a moment is asked again
  await vi.waitFor(() => tell(members[0]!.port, { replSetInitiate }), READY);
  const primary = () =>
    vi.waitFor(async () => {
      const hellos = await Promise.all(members.map(({ port }) => tell(port, { hello: 1 })));
      const states = hellos.map((hello) => [hello['isWritablePrimary'], hello['secondary']]);
      if (states.flat().filter((is) => is === true).length < members.length) throw new Error('not all are ready');
      return members[hellos.findIndex((hello) => hello['isWritablePrimary'] === true)]!;
    }, READY);
  await primary();
  return {
    uri: (name) => `mongodb://${everybody.join(',')}/${name}?replicaSet=set`,
    primary: async () => (await primary()).link,
    async stepDown() {
      const order = { replSetStepDown: 30, secondaryCatchUpPeriodSecs: 10 };
      await vi.waitFor(async () => tell((await primary()).port, order), READY);
    },
    async close() {
      await Promise.all(
        members.map(async ({ child, link }) => {
          const gone = new Promise((resolve) => child.once('exit', resolve));
          child.kill('SIGKILL');
          await Promise.all([gone, link.close()]);
        }),
      );
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function startMember(file: string, folder: string) {
  await mkdir(folder);
  const port = await freePort();
  const child = spawn(
    file,
    [
      ...['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--replSet', 'set', '--nounixsocket'],
      ...['--wiredTigerCacheSizeGB', '0.25', '--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ],
    { stdio: 'ignore' },
  );
  process.once('exit', () => child.kill('SIGKILL'));
  return { port, child, link: await startLink({ port }) };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo; // it listens on TCP, so this is no string
      probe.close(() => resolve(port));
    });
  });
}

/** Past the lines: whoever asks here is no part of what is tested. */
async function tell(port: number, command: Record<string, unknown>): Promise<Record<string, unknown>> {
  const options = { directConnection: true, serverSelectionTimeoutMS: 30_000 };
  const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}`, options);
  try {
    return await client.db('admin').command(command);
  } finally {
    await client.close();
  }
}

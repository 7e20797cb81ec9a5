// A port for a server: that of last time while it is free, otherwise another one.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Socket, createServer } from 'node:net';
import { join } from 'node:path';
import { hasCode } from './lock.ts';
import type { Keeper, Running } from './servers.ts';

const TAKEN_RETRIES = 5; // how often another port is tried when somebody was faster

// Below the ranges from which systems give ports to outgoing connections: a port kept there is hardly ever taken.
const PORTS = { from: 20_000, count: 10_000 };
export const CONNECT_MS = 1_000;

/** Uses the port of last time if it is free; a server that lost the race for its port tries another one. */
export async function onFreePort(
  keeper: Keeper,
  name: string,
  start: (port: number) => Promise<Running>,
): Promise<{ server: Running; port: number }> {
  const file = join(keeper.dataDir, `${name}.port`);
  for (let attempt = 1; ; attempt += 1) {
    const port = await pickPort(readPort(file));
    try {
      const server = await start(port);
      writeFileSync(`${file}.new`, String(port));
      renameSync(`${file}.new`, file);
      return { server, port };
    } catch (error) {
      if (attempt > TAKEN_RETRIES || (await isFree(port))) throw error;
    }
  }
}

function readPort(file: string): number | undefined {
  try {
    const port = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function pickPort(kept: number | undefined): Promise<number> {
  for (let port = kept; ; port = undefined) {
    port ??= PORTS.from + Math.floor(Math.random() * PORTS.count);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

export function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const answer = (open: boolean) => (): void => {
      socket.destroy();
      resolve(open);
    };
    socket.setTimeout(CONNECT_MS, answer(false)).once('error', answer(false)).connect(port, '127.0.0.1', answer(true));
  });
}

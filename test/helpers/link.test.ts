import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test, vi } from 'vitest';
import { startLink } from './link.ts';
import type { Link } from './link.ts';

const servers: Server[] = [];

/** Says its name, and after it whatever it is told. */
async function echo(name: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(name);
    socket.pipe(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const open: Socket[] = [];
function client(port: number): { socket: Socket; heard(): string; ended(): string | null } {
  const socket = connect({ host: '127.0.0.1', port });
  open.push(socket);
  let [heard, ended]: [string, string | null] = ['', null];
  socket.on('data', (bytes) => (heard += bytes.toString()));
  socket.on('error', (error) => (ended = (error as NodeJS.ErrnoException).code ?? 'error'));
  socket.on('end', () => (ended ??= 'end'));
  return { socket, heard: () => heard, ended: () => ended };
}

let [one, two] = [0, 0];
let link: Link;
beforeAll(async () => {
  [one, two] = [await echo('one '), await echo('two ')];
});
beforeEach(async () => {
  link = await startLink({ port: one });
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await link.close();
});
afterAll(() => {
  for (const server of servers) server.close();
});

const soon = (look: () => void) => vi.waitFor(look, 60_000);
const later = () => new Promise((resolve) => setTimeout(resolve, 60));

test('it carries what both ends say, and their end', async () => {
  const caller = client(link.port);
  caller.socket.end('hello');
  await soon(() => expect([caller.heard(), caller.ended()]).toEqual(['one hello', 'end']));
  await soon(() => expect(link.count()).toBe(0));
});

test('hanging keeps bytes for later, of old and new connections', async () => {
  const caller = client(link.port);
  await soon(() => expect(caller.heard()).toBe('one '));
  link.hang();
  caller.socket.write('later');
  const another = client(link.port);
  await later();
  expect([caller.heard(), another.heard()]).toEqual(['one ', '']);
  link.heal();
  await soon(() => expect([caller.heard(), another.heard()]).toEqual(['one later', 'one ']));
});

test('what swallows stays deaf, also when it is healed, and nobody is told', async () => {
  const caller = client(link.port);
  await soon(() => expect(caller.heard()).toBe('one '));
  link.swallow();
  caller.socket.write('lost');
  await later();
  link.heal();
  caller.socket.write('lost, too');
  const another = client(link.port);
  await soon(() => expect(another.heard()).toBe('one '));
  expect([caller.heard(), caller.ended()]).toEqual(['one ', null]);
});

test('a cut resets what is open, refusing also what is new', async () => {
  const caller = client(link.port);
  await soon(() => expect(caller.heard()).toBe('one '));
  link.cut();
  await soon(() => expect(caller.ended()).toBe('ECONNRESET'));
  link.refuse();
  const refused = client(link.port);
  await soon(() => expect(refused.ended()).toBe('ECONNRESET'));
  link.heal();
  const another = client(link.port);
  await soon(() => expect(another.heard()).toBe('one '));
});

test('another target is for new connections; old ones stay with theirs', async () => {
  const caller = client(link.port);
  await soon(() => expect(caller.heard()).toBe('one '));
  link.target({ port: two });
  const another = client(link.port);
  await soon(() => expect(another.heard()).toBe('two '));
  caller.socket.write('still here');
  await soon(() => expect(caller.heard()).toBe('one still here'));
});

test('nobody behind it: the caller is cut', async () => {
  link.target({ port: 1 });
  const caller = client(link.port);
  await soon(() => expect(caller.ended()).not.toBeNull());
});

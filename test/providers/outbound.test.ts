// Requests to addresses that somebody has typed in: which are refused, and that a bad receiver costs little.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outbound } from '../../src/providers/outbound.ts';

const guarded = outbound({ allowPrivate: false, resolve: async () => ['93.184.216.34'] });

describe('an address is refused', () => {
  test.each([
    ['a loopback address', 'https://127.0.0.1/', 'not_public'],
    ['the same in hexadecimal', 'https://0x7f.1/', 'not_public'],
    ['as one number', 'https://2130706433/', 'not_public'],
    ['in octal', 'https://0177.0.0.1/', 'not_public'],
    ['shortened', 'https://127.1/', 'not_public'],
    ['in circled digits', 'https://①②⑦.0.0.1/', 'not_public'],
    ['with a dot behind it', 'https://127.0.0.1./', 'not_public'],
    ['IPv6 loopback', 'https://[::1]/', 'not_public'],
    ['IPv4 within IPv6', 'https://[::ffff:127.0.0.1]/', 'not_public'],
    ['the old form of that', 'https://[::127.0.0.1]/', 'not_public'],
    ['no address', 'https://[::]/', 'not_public'],
    ['no address of IPv4', 'https://0.0.0.0/', 'not_public'],
    ['a private network', 'https://10.1.2.3/', 'not_public'],
    ['another one', 'https://192.168.1.1/', 'not_public'],
    ['and another one', 'https://172.16.0.1/', 'not_public'],
    ['the metadata of a cloud', 'https://169.254.169.254/latest/meta-data/', 'not_public'],
    ['a carrier’s network', 'https://100.64.0.1/', 'not_public'],
    ['a network of IETF', 'https://192.0.0.8/', 'not_public'],
    ['a network for measurements', 'https://198.18.0.1/', 'not_public'],
    ['a network for documentation', 'https://203.0.113.1/', 'not_public'],
    ['multicast', 'https://224.0.0.1/', 'not_public'],
    ['broadcast', 'https://255.255.255.255/', 'not_public'],
    ['a unique local address', 'https://[fd00::1]/', 'not_public'],
    ['a link-local address', 'https://[fe80::1]/', 'not_public'],
    ['NAT64 of a loopback address', 'https://[64:ff9b::7f00:1]/', 'not_public'],
    ['6to4 of a loopback address', 'https://[2002:7f00:1::]/', 'not_public'],
    ['Teredo', 'https://[2001::1]/', 'not_public'],
    ['what is given to nobody yet', 'https://[4000::1]/', 'not_public'],
    ['no TLS', 'http://example.test/', 'not_https'],
    ['a file', 'file:///etc/passwd', 'not_https'],
    ['another protocol', 'gopher://example.test:6379/', 'not_https'],
    ['a port of other services', 'https://example.test:25/', 'port'],
    ['credentials', 'https://name:secret@example.test/', 'credentials'],
    ['a name alone', 'https://name@example.test/', 'credentials'],
    ['no URL', 'example.test', 'not_a_url'],
  ])('%s: %s', async (_what, url, problem) => {
    expect(await guarded.problemOf(url)).toBe(problem);
    await expect(guarded.post(url, {}, '')).rejects.toMatchObject({ why: problem });
  });

  test.each([
    ['a name that leads to the metadata of a cloud', ['169.254.169.254']],
    ['a name with a public and a private address', ['93.184.216.34', '10.0.0.1']],
    ['a name with a private address of IPv6', ['2606:2800:220:1::1', 'fd00::1']],
    ['a name that leads to no address', ['not-an-address']],
  ])('%s', async (_what, addresses) => {
    const out = outbound({ allowPrivate: false, resolve: async () => addresses });
    expect(await out.problemOf('https://example.test/')).toBe('not_public');
    await expect(out.post('https://example.test/', {}, '')).rejects.toMatchObject({ why: 'not_public' });
  });

  test('every address of this machine', async () => {
    const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    for (const { address } of own) {
      const out = outbound({ allowPrivate: false, resolve: async () => [address] });
      expect(await out.problemOf('https://example.test/')).toBe('not_public');
    }
  });

  test('a name that nobody knows, and one whose servers do not answer', async () => {
    const nobody = outbound({ allowPrivate: false, resolve: async () => [] });
    const silent = outbound({ allowPrivate: false, resolve: () => Promise.reject(new Error('ETIMEOUT')) });
    for (const out of [nobody, silent]) {
      expect(await out.problemOf('https://example.test/')).toBe('unresolved');
      await expect(out.post('https://example.test/', {}, '')).rejects.toMatchObject({ why: 'unresolved' });
    }
  });
});

test('a public address is not refused, at 443 or from 1024 on', async () => {
  expect(await guarded.problemOf('https://example.test/hook')).toBe(null);
  expect(await guarded.problemOf('https://example.test:8443/hook')).toBe(null);
  expect(await guarded.problemOf('https://93.184.216.34/')).toBe(null);
});

test('a name that is bound anew between two look-ups reaches nothing: what was judged is what is connected to', async () => {
  const given = [['93.184.216.34'], ['127.0.0.1']];
  const asked: string[] = [];
  const out = outbound({
    allowPrivate: false,
    resolve: async (host) => {
      asked.push(host);
      return given[asked.length - 1] ?? ['127.0.0.1'];
    },
  });
  const target = await listening((socket) => void socket.destroy());
  const url = `https://rebinding.test:${target.port}/`;
  expect(await out.problemOf(url)).toBe(null); // the answer that it has for whoever checks
  await expect(out.post(url, {}, '')).rejects.toMatchObject({ why: 'not_public' }); // and the one for who connects
  expect(asked).toEqual(['rebinding.test', 'rebinding.test']);
  expect(target.connections).toBe(0);
});

interface Target {
  readonly port: number;
  readonly connections: number;
  readonly server: Server;
}
const targets: Target[] = [];
const sockets = new Set<Socket>();
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(targets.map(({ server }) => new Promise((resolve) => server.close(resolve))));
});

async function listening(serve: (socket: Socket) => void): Promise<Target> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const target = {
    port,
    server,
    get connections() {
      return connections;
    },
  };
  targets.push(target);
  return target;
}

describe('a receiver', () => {
  const out = outbound({ allowPrivate: true, timeoutMs: 300 });
  const patient = outbound({ allowPrivate: true });
  const to = ({ port }: Target) => `http://localhost:${port}/hook`;
  const head = (status: string, ...headers: string[]) => [`HTTP/1.1 ${status}`, ...headers, '', ''].join('\r\n');
  let inner: Target;
  beforeAll(async () => {
    inner = await listening((socket) => void socket.end(head('200 OK', 'content-length: 0')));
  });

  test('that answers is heard', async () => {
    const target = await listening((socket) =>
      socket.once('data', () => socket.end(`${head('202 Accepted', 'content-length: 5', 'retry-after: 7')}Taken`)),
    );
    const answer = await patient.post(to(target), { 'x-one': '1' }, '{}');
    expect(answer).toMatchObject({ status: 202, body: 'Taken', headers: { 'retry-after': '7' } });
  });

  test('that redirects is not followed', async () => {
    const target = await listening((socket) =>
      socket.once('data', () => socket.end(head('302 Found', `location: ${to(inner)}`, 'content-length: 0'))),
    );
    expect(await patient.post(to(target), {}, '{}')).toMatchObject({ status: 302 });
    expect(inner.connections).toBe(0);
  });

  test('that never answers is given up', async () => {
    const target = await listening(() => undefined);
    await expect(out.post(to(target), {}, '{}')).rejects.toMatchObject({ why: 'timeout' });
  });

  test('that changes to another protocol has not answered', async () => {
    const target = await listening((socket) =>
      socket.once('data', () => socket.write(head('101 Switching Protocols', 'connection: upgrade', 'upgrade: x'))),
    );
    await expect(patient.post(to(target), {}, '{}')).rejects.toMatchObject({ why: 'reset' });
  });

  test('that sends its headers without end is given up', async () => {
    const target = await listening((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('x-more: 1\r\n'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    await expect(out.post(to(target), {}, '{}')).rejects.toMatchObject({ why: 'timeout' });
  });

  test('that sends more headers than anybody reads is given up', async () => {
    const target = await listening((socket) => {
      socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\nx-more: ${'x'.repeat(100_000)}\r\n\r\n`));
    });
    await expect(patient.post(to(target), {}, '{}')).rejects.toMatchObject({ why: 'failed' });
  });

  test('whose answer has no end is read up to 64 KB, of which one is kept', async () => {
    let written = 0;
    const { promise: closed, resolve: close } = withResolvers<void>();
    const target = await listening((socket) => {
      const chunk = Buffer.alloc(16_384, 'x');
      const more = () => {
        while (!socket.destroyed && socket.write(chunk)) written += chunk.length;
      };
      socket.on('drain', more).on('close', () => close());
      socket.once('data', () => {
        socket.write(head('500 Internal Server Error'));
        more();
      });
    });
    const answer = await patient.post(to(target), {}, '{}');
    expect(answer.status).toBe(500);
    expect(answer.body).toHaveLength(1_024);
    await closed; // it is hung up on
    expect(written).toBeLessThan(16 * 1024 * 1024); // what fits into buffers on the way
  });

  test('whose answer drips is not waited for longer than for any other, and its status counts', async () => {
    const target = await listening((socket) => {
      socket.once('data', () => socket.write(head('200 OK', 'content-length: 1000')));
      const drip = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    const steady = outbound({ allowPrivate: true, timeoutMs: 8_000 }); // within which the status comes on a busy machine too
    expect(await steady.post(to(target), {}, '{}')).toMatchObject({ status: 200 });
  });

  test('that closes early, resets, or is not there has said so', async () => {
    const early = await listening((socket) => socket.once('data', () => socket.end('HTTP/1.1 200')));
    await expect(patient.post(to(early), {}, '{}')).rejects.toMatchObject({ why: 'reset' });
    const reset = await listening((socket) => socket.once('data', () => socket.resetAndDestroy()));
    await expect(patient.post(to(reset), {}, '{}')).rejects.toMatchObject({ why: 'reset' });
    const gone = await listening(() => undefined);
    await new Promise((resolve) => gone.server.close(resolve));
    await expect(patient.post(to(gone), {}, '{}')).rejects.toMatchObject({ why: 'refused' });
  });

  test('whose certificate nobody has signed is not believed', async () => {
    const plain = await listening((socket) => void socket.end('no TLS here'));
    const url = `https://localhost:${plain.port}/`;
    await expect(patient.post(url, {}, '{}')).rejects.toMatchObject({ why: 'tls' });
  });

  test('is sent nothing that its address could put between the headers', async () => {
    const { promise: seen, resolve: see } = withResolvers<string>();
    const target = await listening((socket) => {
      socket.once('data', (data) => {
        see(data.toString());
        socket.end(head('204 No Content'));
      });
    });
    await patient.post(`${to(target)}?a=%0d%0ax-evil:1\r\nx-worse: 1`, {}, '{}');
    expect(await seen).toMatch(/^POST \/hook\?a=%0d%0ax-evil:1x-worse:%201 HTTP\/1\.1\r\n/);
  });
});

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}

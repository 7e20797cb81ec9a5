// A proxy in front of a server, as nginx or Caddy would be: it passes requests and upgrades on, and keeps the folder of the
// public address or takes it away.

import { createServer, request as ask } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface Proxy {
  readonly port: number;
  /** where requests go from now on: a port of this machine */
  to(port: number): void;
  close(): Promise<void>;
}

/** `strip`: the folder that is taken away; without, paths stay as they are. */
export async function startProxy(strip = ''): Promise<Proxy> {
  let target = 0;
  const pathOf = ({ url = '/' }: IncomingMessage) => (url.startsWith(strip) ? url.slice(strip.length) || '/' : url);
  const headersOf = ({ headers, socket }: IncomingMessage) => ({
    ...headers,
    'x-forwarded-for': `${socket.remoteAddress}:${socket.remotePort}`,
  });
  const open = new Set<Socket>();
  const server = createServer((request, response) => {
    const { method } = request;
    const onward = { port: target, method, path: pathOf(request), headers: headersOf(request) };
    request.pipe(
      ask(onward, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      }).once('error', () => response.destroy()),
    );
  });
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.on('upgrade', (request: IncomingMessage, client: Socket, head: Buffer) => {
    const upstream = connect(target, '127.0.0.1', () => {
      const lines = Object.entries(headersOf(request)).map(([name, value]) => `${name}: ${String(value)}`);
      upstream.write([`GET ${pathOf(request)} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    for (const [end, other] of [
      [upstream, client],
      [client, upstream],
    ] as const) {
      end.once('error', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP, so this is no string
  return {
    port,
    to(next) {
      target = next;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}

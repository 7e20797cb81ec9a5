// A line to a gateway on which nothing comes back from some moment on: the cut that a client cannot tell from slowness.

import { connect as dial, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export interface HeldLine {
  readonly url: string;
  /** From now on what the gateway says stays on the line; what is said to it goes on. */
  hold(): void;
  close(): Promise<void>;
}

/** A line to the server at this URL. */
export async function heldLine(to: string): Promise<HeldLine> {
  const { hostname, port } = new URL(to);
  const open = new Set<Socket>();
  let held = false;
  const server: Server = createServer((near) => {
    const far = dial(Number(port), hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined); // "close" follows
      socket.on('close', () => open.delete(socket));
    }
    near.pipe(far);
    far.on('data', (bytes) => {
      if (!held) near.write(bytes);
    });
    far.on('close', () => {
      if (!held) near.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold() {
      held = true;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

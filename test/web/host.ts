// A site of somebody else's, which has pasted the line: pages of a server of their own, at another Origin than Parley's.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HostPage {
  /** of `<head>`, after the line; `false`: without the line */
  readonly head?: string;
  readonly body?: string;
  /** as the header Content-Security-Policy says it */
  readonly policy?: string;
  /** attributes of the script */
  readonly script?: string | false;
}

export interface HostSite {
  readonly port: number;
  /** Puts a page there; answers its address. */
  page(page?: HostPage): string;
  close(): Promise<void>;
}

/** `chat`: where Parley is. */
export async function hostSite(chat: string): Promise<HostSite> {
  const pages: HostPage[] = [];
  const server = createServer((request, response) => {
    const page = pages[Number(request.url?.slice(1))];
    if (page === undefined) {
      response.writeHead(204).end(); // an icon
      return;
    }
    const { head = '', body = '<h1>A shop</h1>', policy, script = 'async' } = page;
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (policy !== undefined) response.setHeader('content-security-policy', policy);
    const line = script === false ? '' : `<script ${script} src="${chat}/widget.js"></script>`;
    response.end(
      `<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width, initial-scale=1"><title>Shop</title>${head}${line}</head><body>${body}</body></html>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP, so this is no string
  return {
    port,
    page: (page = {}) => `http://127.0.0.1:${port}/${pages.push(page) - 1}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

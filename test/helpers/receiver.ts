// A receiver of webhooks on this machine, as good or as bad as a test wants it.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** parsed */
  readonly body: {
    readonly id: string;
    readonly type: string;
    readonly version: number;
    readonly timestamp: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

export type Behaviour = (response: ServerResponse, received: Received) => void;

export interface TestReceiver {
  readonly url: string;
  /** in the order in which they came */
  readonly received: Received[];
  behave(as: Behaviour): void;
  /** Those about this question. */
  about(questionId: string): Received[];
  close(): Promise<void>;
}

export const answers =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (response) => {
    response.writeHead(status, headers).end();
  };

export async function startReceiver(): Promise<TestReceiver> {
  const received: Received[] = [];
  let behaviour: Behaviour = answers(204);
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    read(request).then(
      (one) => {
        received.push(one);
        behaviour(response, one);
      },
      () => undefined,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?from=parley`,
    received,
    behave(as) {
      behaviour = as;
    },
    about: (questionId) => received.filter(({ body }) => body.data['questionId'] === questionId),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return { headers: request.headers as Record<string, string>, text, body: JSON.parse(text) as Received['body'] };
}

/** As the library of Standard Webhooks signs it: what stands in our header must be among these. */
export function signedBy(secret: string, { headers, text }: Received): boolean {
  const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
  const expected = new Webhook(secret).sign(headers['webhook-id'] ?? '', at, text);
  return (headers['webhook-signature'] ?? '').split(' ').includes(expected);
}

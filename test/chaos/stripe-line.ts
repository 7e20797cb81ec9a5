// The line to Stripe: hands every call on to the stand-in, as a step that can be the last one. Whose call it is it sees by
// the secret key, which is another one for each of them.

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../../src/config.ts';
import type { Stopping } from './stopping.ts';

interface StripeLine {
  /** The settings of a node whose calls to Stripe are steps of this. */
  join(config: Config, stopping: Stopping): Config;
}

/** @param to the stand-in */
export async function stripeLine(to: NonNullable<Config['stripe']>): Promise<StripeLine> {
  const joined = new Map<string, Stopping>();

  async function handOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const caller = joined.get(headers.authorization?.replace('Bearer ', '') ?? '');
    if (caller === undefined) throw new Error(`nobody has joined who asks for ${method} ${url}`);
    const key = headers['idempotency-key'];
    const body = Buffer.concat((await request.toArray()) as Buffer[]);
    const { status, replayed, text } = await caller.step(nameOf(method, url), async () => {
      const answer = await fetch(`${to.apiBase}${url}`, {
        method,
        headers: {
          authorization: `Bearer ${to.secretKey}`,
          'content-type': 'application/x-www-form-urlencoded',
          ...(typeof key === 'string' && { 'idempotency-key': key }),
        },
        ...(method === 'POST' && { body }),
      });
      const { status, headers } = answer;
      return { status, replayed: headers.get('idempotent-replayed'), text: await answer.text() };
    });
    response.writeHead(status, {
      'content-type': 'application/json',
      'request-id': 'req_line',
      ...(replayed !== null && { 'idempotent-replayed': replayed }),
    });
    response.end(text);
  }

  const server = createServer((request, response) => {
    handOn(request, response).catch((error: unknown) => {
      console.error(error); // nothing may be said by whoever dies: the test fails
      response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000; // whoever stood still for seconds finds its connection as it was
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const apiBase = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    join(config, stopping) {
      const secretKey = `sk_test_${randomUUID()}`;
      joined.set(secretKey, stopping);
      return { ...config, stripe: { ...to, apiBase, secretKey } };
    },
  };
}

/** `POST /v1/payment_intents/:id/capture` */
function nameOf(method: string, url: string): string {
  return `${method} ${url.replace(/\?.*$/, '').replace(/\/(?:pi|pm)_[^/]+/, '/:id')}`;
}

// The one address at which a payment provider speaks up by itself. Its signature is over the bytes as they came, so they
// are read as bytes, here and nowhere else.

import type { FastifyInstance } from 'fastify';
import { Refusal } from '../domain/errors.ts';

/** Takes what was said; false when the signature does not hold. Resolves when it is noted or may be forgotten. */
export type TakeNotice = (body: Buffer, signature: string | undefined) => Promise<boolean>;

const NOTICE_BYTES = 512 * 1024; // an event carries a whole payment

export async function serveWebhooks(app: FastifyInstance, take: TakeNotice): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer' },
      async (_request: unknown, body: Buffer) => body,
    );
    scope.post(
      '/v1/webhooks/stripe',
      { bodyLimit: NOTICE_BYTES, config: { charged: 'command' } },
      async (request, reply) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const signature = request.headers['stripe-signature'];
        if (!(await take(body, typeof signature === 'string' ? signature : undefined))) {
          throw new Refusal('input.bad_signature');
        }
        return reply.header('cache-control', 'no-store').send({ received: true });
      },
    );
  });
}

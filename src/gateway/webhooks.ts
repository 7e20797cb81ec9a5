// The addresses at which providers speak up by themselves, one row each. A signature is over the bytes as they came, so they
// are read as bytes, here and nowhere else.

import type { FastifyInstance } from 'fastify';
import { Refusal } from '../domain/errors.ts';

interface Notice {
  /** the header with the signature, in small letters */
  readonly signature: string;
  /** Takes what was said; false when the signature does not hold. Resolves when it is noted or may be forgotten. */
  readonly take: (body: Buffer, signature: string | undefined) => Promise<boolean>;
}

/** By provider, which is the end of the address. */
export type Notices = Readonly<Record<string, Notice>>;

const NOTICE_BYTES = 512 * 1024; // an event carries a whole payment

export async function serveWebhooks(app: FastifyInstance, notices: Notices): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer' },
      async (_request: unknown, body: Buffer) => body,
    );
    const options = { bodyLimit: NOTICE_BYTES, config: { charged: 'command' } } as const;
    for (const [provider, { signature, take }] of Object.entries(notices)) {
      scope.post(`/v1/webhooks/${provider}`, options, async (request, reply) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const given = request.headers[signature];
        if (!(await take(body, typeof given === 'string' ? given : undefined))) {
          throw new Refusal('input.bad_signature');
        }
        return reply.header('cache-control', 'no-store').send({ received: true });
      });
    }
  });
}

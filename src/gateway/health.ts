// What operators and their tools ask: does it live, can it work, how is it doing.

import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

export interface HealthParts {
  /** what this gateway needs, by name, and whether it is there now */
  readonly ready: () => Promise<Readonly<Record<string, boolean>>>;
  readonly registry: Pick<Registry, 'metrics' | 'contentType'>;
}

export function serveHealth(app: FastifyInstance, { ready, registry }: HealthParts): void {
  app.get('/health/live', async () => ({ live: true }));

  app.get('/health/ready', async (_request, reply) => {
    const checks = await ready();
    const isReady = Object.values(checks).every(Boolean);
    return reply.code(isReady ? 200 : 503).send({ ready: isReady, checks });
  });

  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}

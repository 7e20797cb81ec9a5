// What operators and their tools ask: does it live, can it work, how is it doing.

import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

export interface HealthParts {
  /** what this process needs, by name: null when it is there now, otherwise what is wrong, in words for everybody */
  readonly ready: () => Promise<Readonly<Record<string, string | null>>>;
  readonly registry: Pick<Registry, 'metrics' | 'contentType'>;
}

/** A flood from where the load balancer is must not look like a gateway that is down. */
const unasked = { config: { charged: 'never' } } as const;

export function serveHealth(app: FastifyInstance, { ready, registry }: HealthParts): void {
  app.get('/health/live', unasked, async () => ({ live: true }));

  let looking: ReturnType<HealthParts['ready']> | null = null; // one look answers all who ask meanwhile: nobody is charged for it
  app.get('/health/ready', unasked, async (_request, reply) => {
    looking ??= ready().finally(() => (looking = null));
    const needs = Object.entries(await looking);
    const checks = Object.fromEntries(needs.map(([name, trouble]) => [name, trouble === null]));
    const why = needs.flatMap(([name, trouble]) => (trouble === null ? [] : [`${name} ${trouble}`]));
    if (why.length === 0) return reply.send({ ready: true, checks });
    return reply.code(503).send({ ready: false, checks, why });
  });

  // For the network behind the proxy, whatever that proxy lets through: who comes by one is whom it names here.
  app.get('/metrics', async ({ headers }, reply) => {
    if (headers['x-forwarded-for'] !== undefined) return reply.callNotFound();
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

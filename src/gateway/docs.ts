// /openapi.json for programs, /docs for people: the same document.

import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { Command } from '../commands/command.ts';
import { openApiOf } from './openapi.ts';

// The page brings its own scripts and one inline style; it may talk to this server only.
const POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

type Rows = Readonly<Record<string, Command>>;

/** `folder`: that of the public address. */
export async function describe(app: FastifyInstance, table: Rows, folder: string): Promise<void> {
  const document = openApiOf(table, folder);
  app.get('/openapi.json', async () => document);
  await app.register(swagger, { mode: 'static', specification: { document: document as never } });
  await app.register(swaggerUi, {
    ...{ routePrefix: '/docs', indexPrefix: folder, staticCSP: POLICY },
    uiConfig: { deepLinking: true }, // "#/webhook" leads to those commands
  });
}

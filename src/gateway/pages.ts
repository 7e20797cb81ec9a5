// Pages for people, served as they are: the landing page of a request, and the choice of
// e-mails (6.3). Opening one changes nothing.

import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** `root`: the folder `web/`; `folder`: that of the public address. The pages name everything beside themselves. */
export async function servePages(app: FastifyInstance, root: string, folder: string): Promise<void> {
  await app.register(fastifyStatic, { root, prefix: '/web/', index: false, redirect: false });
  app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect(`${folder}/docs`));
  app.get('/requests/:requestId', { schema: { hide: true } }, (_request, reply) =>
    reply.sendFile('request/index.html'),
  );
  app.get('/settings/notifications', { schema: { hide: true } }, (_request, reply) =>
    reply.sendFile('settings/notifications.html'),
  );
}

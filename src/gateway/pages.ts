// Pages for people, served as they are: the landing page of a request and the choice of e-mails (6.3), and the page of a question
// (4.1). Opening one changes nothing.

import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Nothing inline, nothing from elsewhere, in nobody's frame. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** `root`: the folder `web/`; `folder`: that of the public address. The pages name everything beside themselves. */
export async function servePages(app: FastifyInstance, root: string, folder: string): Promise<void> {
  await app.register(fastifyStatic, { root, prefix: '/web/', index: false, redirect: false });
  app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect(`${folder}/docs`));
  app.get('/requests/:requestId', { schema: { hide: true } }, (_request, reply) =>
    reply.sendFile('request/index.html'),
  );
  app.get('/questions/:questionId', { schema: { hide: true } }, (_request, reply) =>
    reply.header('content-security-policy', POLICY).sendFile('question/index.html'),
  );
  app.get('/settings/notifications', { schema: { hide: true } }, (_request, reply) =>
    reply.sendFile('settings/notifications.html'),
  );
}

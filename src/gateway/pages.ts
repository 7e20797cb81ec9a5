// Pages for people. Those of the widget, the page of a question (4.1) among them, and the console of experts are built (`npm run build`) and served from dist/web:
// scripts and styles whose names change with them, for good; the line that hosts paste, for minutes; pages, always as they are now. The
// other is served from `web/` as it is: the choice of e-mails (6.3). Opening one changes nothing.

import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

export interface PagesSettings {
  /** the folder `web/` */
  readonly plain: string;
  /** what `npm run build` makes of it; while it is not there, its pages say so */
  readonly built: string;
}

/** Nothing inline, nothing from elsewhere, in nobody's frame, and no text becomes code. */
const POLICY = [
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'",
  "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "require-trusted-types-for 'script'; trusted-types 'none'",
].join('; ');

/** of `web/`, what browsers are given */
const PLAIN = /^\/?(?:favicon\.ico|(?:common|settings|admin|inbox)\/[\w-]+\.(?:html|css|js))$/;

/** What pages of other sites load. */
const ANYWHERE = ['cross-origin-resource-policy', 'cross-origin'] as const;

/** `folder`: that of the public address. The pages name everything beside themselves. `isDemo`: a shop is at its root. */
export async function servePages(
  app: FastifyInstance,
  { plain, built }: PagesSettings,
  { folder, isDemo }: { readonly folder: string; readonly isDemo: boolean },
): Promise<void> {
  const hidden = { schema: { hide: true } } as const;
  await app.register(fastifyStatic, {
    root: plain,
    prefix: '/web/',
    index: false,
    redirect: false,
    preCompressed: true, // what is built is
    allowedPath: (path, root) => root === built || PLAIN.test(path),
  });
  await app.register(fastifyStatic, {
    root: join(built, 'a'),
    prefix: '/web/a/',
    index: false,
    redirect: false,
    decorateReply: false,
    preCompressed: true,
    immutable: true,
    maxAge: '1y',
    suppressWarning: true, // whoever starts before building begins all the same
    setHeaders: (reply) => {
      reply.header(...ANYWHERE);
    },
  });
  const loader = (file: string, cacheControl: string) => async (_request: unknown, reply: FastifyReply) => {
    if (!(await isThere(join(built, file)))) return missing(reply);
    return reply
      .header(...ANYWHERE)
      .header('cache-control', cacheControl)
      .sendFile(file, built, { cacheControl: false });
  };
  app.get('/widget.js', hidden, loader('widget.js', 'public, max-age=300, stale-while-revalidate=86400'));
  app.get('/web/latest.js', hidden, loader('latest.js', 'no-cache'));
  app.get('/web/question.js', hidden, loader('question.js', 'no-cache'));
  app.get('/favicon.ico', hidden, (_request, reply) => reply.sendFile('favicon.ico', { maxAge: '1d' }));
  app.get('/', hidden, (_request, reply) =>
    isDemo ? sendBuilt(reply, built, 'shop') : reply.redirect(`${folder}/docs`),
  );
  app.get('/requests/:requestId', hidden, (_request, reply) => sendBuilt(reply, built, 'console-request'));
  app.get('/questions/:questionId', hidden, (_request, reply) => sendBuilt(reply, built, 'question'));
  app.get('/expert', hidden, (_request, reply) => sendBuilt(reply, built, 'console'));
  app.get('/expert/:view', hidden, (_request, reply) => sendBuilt(reply, built, 'console-view'));
  app.get('/expert/:view/:id', hidden, (_request, reply) => sendBuilt(reply, built, 'console-entry'));
  app.get('/settings/notifications', hidden, (_request, reply) => reply.sendFile('settings/notifications.html'));
}

/** One of `web/pages`, as it was built. */
async function sendBuilt(reply: FastifyReply, built: string, name: string, policy = POLICY): Promise<FastifyReply> {
  const html = await readFile(join(built, `pages/${name}.html`)).catch(() => null);
  if (html === null) return missing(reply);
  return reply
    .header('content-security-policy', policy)
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(html);
}

const isThere = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

export const missing = (reply: FastifyReply) =>
  reply
    .code(503)
    .header('cache-control', 'no-store')
    .type('text/plain; charset=utf-8')
    .send('The pages have not been built: "npm run build" makes them, and "npm start" does so by itself.\n');

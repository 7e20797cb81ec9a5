// Serves the page of this folder at http://127.0.0.1:8080 (PORT), with the policy that docs/embedding.md names.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';

const CHAT = 'http://127.0.0.1:3000';
const POLICY = [
  "default-src 'none'; script-src 'self' " + CHAT,
  "style-src 'self'; connect-src " + CHAT + ' ' + CHAT.replace('http', 'ws'),
  'frame-src ' + CHAT,
].join('; ');
const TYPES = { '/': 'text/html', '/page.css': 'text/css', '/page.js': 'text/javascript' };

createServer(async (request, response) => {
  const name = new URL(request.url ?? '/', 'http://localhost').pathname;
  const type = TYPES[name];
  if (type === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.setHeader('content-type', `${type}; charset=utf-8`);
  response.setHeader('content-security-policy', POLICY);
  response.end(await readFile(path.join(import.meta.dirname, name === '/' ? 'index.html' : name)));
}).listen(Number(process.env.PORT ?? 8080), '127.0.0.1', function () {
  process.stdout.write(`The page is at http://127.0.0.1:${this.address().port}\n`);
});

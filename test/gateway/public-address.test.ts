// Everything that Parley serves and sends works at exactly the address of the settings: at the root and in a folder, which the
// proxy in front keeps or takes away.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { io } from 'socket.io-client';
import type { Node } from '../../src/app.ts';
import { login } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { account, mailed, scene, tokenOf } from '../helpers/people.ts';
import { requested } from '../helpers/client.ts';
import { startProxy } from '../helpers/proxy.ts';
import type { Proxy } from '../helpers/proxy.ts';

const LINK = /(?:href|src)="([^"#]+)"/g;
const IMPORT = /(?:from|import|import\()\s*["'`](\.[^"'`]+)["'`]/g;

describe.each([
  ['at the root', '', ''],
  ['in a folder that the proxy takes away', '/help/chat', '/help/chat'],
  ['in a folder that the proxy keeps', '/help/chat', ''],
])('%s', (_where, folder, strip) => {
  const here = world({ TRUST_PROXY: '127.0.0.0/8' });
  let proxy: Proxy;
  let node: Node;
  let base: string;

  beforeAll(async () => {
    proxy = await startProxy(strip);
    base = `http://127.0.0.1:${proxy.port}${folder}`;
    node = await here.start({ PUBLIC_URL: base });
    proxy.to(Number(new URL(node.url).port));
  });
  afterAll(async () => {
    await here.close();
    await proxy.close();
  });

  /** What stands in a page or a script, all of it at the address. */
  async function loaded(url: string, pattern: RegExp): Promise<string[]> {
    const response = await fetch(url);
    expect([url, response.status]).toEqual([url, 200]);
    const baseOf = (text: string) => new URL(/<base href="([^"]+)"/.exec(text)?.[1] ?? '', response.url);
    const text = await response.text();
    return [...text.matchAll(pattern)].map(([, link = '']) => new URL(link, baseOf(text)).href);
  }

  test.each(['/requests/of_1', '/settings/notifications', '/admin/sign-in', '/docs'])(
    'the page %s and all that it loads',
    async (path) => {
      const assets = await loaded(base + path, LINK);
      const parts: string[] = [];
      for (const asset of assets) {
        expect(asset.startsWith(`${base}/`)).toBe(true);
        const isOurs = asset.endsWith('.js') && !path.startsWith('/docs');
        for (const imported of await loaded(asset, isOurs ? IMPORT : /$^/g)) {
          expect([imported, (await fetch(imported)).status]).toEqual([imported, 200]);
          parts.push(imported);
        }
      }
      expect(assets.length + parts.length).toBeGreaterThan(1);
    },
  );

  test('the root leads to the documentation where there is no shop, and that says where to call', async () => {
    const plain = await here.start({ PUBLIC_URL: base, DEMO: '0' });
    proxy.to(Number(new URL(plain.url).port));
    const { url, status } = await fetch(`${base}/`);
    proxy.to(Number(new URL(node.url).port));
    expect([url, status]).toEqual([`${base}/docs`, 200]);
    const { servers } = (await (await fetch(`${base}/openapi.json`)).json()) as Json;
    expect(servers).toEqual([{ url: folder === '' ? '/' : folder }]);
  });

  test('the queues, with a cookie for them alone', async () => {
    const stranger = await fetch(`${base}/admin/queues`, { headers: { accept: 'text/html' } });
    expect(stranger.url).toBe(`${base}/admin/sign-in`);
    const signedIn = await fetch(`${base}/admin/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: new URL(base).origin },
      body: JSON.stringify({ email: 'care@example.test', password: 'parley-demo' }),
    });
    const set = signedIn.headers.get('set-cookie')!;
    expect([signedIn.status, / Path=([^;]+);/.exec(set)?.[1]]).toEqual([204, `${folder}/admin`]);
    const headers = { cookie: set.split(';')[0]!, accept: 'text/html' };
    const board = await fetch(`${base}/admin/queues`, { headers });
    const page = await board.text();
    expect([board.url, board.status]).toEqual([`${base}/admin/queues`, 200]);
    expect(/<base href="([^"]+)"/.exec(page)?.[1]).toBe(`${folder}/admin/queues/`);
    const assets = [...page.matchAll(/(?:href|src)="(static[^"]+)"/g)].map(
      ([, link]) => `${base}/admin/queues/${link}`,
    );
    for (const url of [...assets, `${base}/admin/queues/api/queues`]) {
      expect([url, (await fetch(url, { headers })).status]).toEqual([url, 200]);
    }
    expect(assets.length).toBeGreaterThan(1);
  });

  test('sockets', async () => {
    const token = await tokenOf(node, await account(node, 'expert', { name: 'Ada' }));
    const socket = io(new URL(base).origin, {
      ...{ path: `${folder}/socket.io`, transports: ['websocket'], reconnection: false, auth: { token } },
    });
    const answer = (await socket.timeout(60_000).emitWithAck('session.get', {})) as Json;
    expect(answer.data.user.name).toBe('Ada');
    socket.disconnect();
  });

  test('the links of letters, to the address and to pages that are there', async () => {
    const people = await scene(node);
    const idle = await account(node, 'expert', { categories: [people.category] });
    const request = await requested(people.customer, people.first, { category: people.category });
    await people.first.call('request.decline', { requestId: request.id });
    const [letter] = await mailed(node, String(idle.email), 1);
    const links = [...String(letter!.text).matchAll(/https?:\S+/g)].map(([link]) => link);
    const ending = expect.stringMatching(/\/unsubscribe\?token=[\w.-]+$/) as string;
    expect(links).toEqual([`${base}/requests/${request.id}`, ending, `${base}/expert/settings#open-requests`]);
    for (const link of links) expect(link.slice(0, base.length + 1)).toBe(`${base}/`);
    for (const link of links) expect((await fetch(link)).status).toBe(200);
    for (const who of [people.customer, people.first, ...people.others]) who.close();
  });

  test('the numbers of the process are there for who asks it, and for nobody who comes by the proxy', async () => {
    expect((await fetch(`${node.url}/metrics`)).status).toBe(200);
    for (const path of ['/metrics', '/%6detrics']) {
      expect([path, (await fetch(base + path)).status]).toEqual([path, 404]);
    }
    expect((await fetch(`${new URL(base).origin}/metrics`)).status).toBe(404);
  });

  test('a command over HTTP, and what is not there', async () => {
    const care = await login(node.url, 'care@example.test');
    const read = await fetch(`${base}/v1/session.get`, { headers: { authorization: `Bearer ${care.token}` } });
    expect(read.status).toBe(200);
    for (const path of ['/v1/session.nothing', '/requests', '/web/nothing.css']) {
      expect([path, (await fetch(base + path)).status]).toEqual([path, 404]);
    }
    care.close();
  });
});

test.each([
  [{ HOST: '0.0.0.0' }, 'localhost'],
  [{ HOST: '::' }, 'localhost'],
  [{ HOST: '::1' }, '[::1]'],
  [{ HOST: '127.0.0.1' }, '127.0.0.1'],
  [{ HOST: 'localhost' }, 'localhost'],
])('without a public address, letters lead to one where %o answers', async (env, host) => {
  const here = world(env);
  const node = await here.start();
  const people = await scene(node);
  const idle = await account(node, 'expert', { categories: [people.category] });
  const request = await requested(people.customer, people.first, { category: people.category });
  await people.first.call('request.decline', { requestId: request.id });
  const [letter] = await mailed(node, String(idle.email), 1);
  const [link = ''] = /http:\S+/.exec(String(letter!.text)) ?? [];
  expect(link).toBe(`http://${host}:${new URL(node.url).port}/requests/${request.id}`);
  expect((await fetch(link)).status).toBe(200);
  for (const who of [people.customer, people.first, ...people.others]) who.close();
  await here.close();
});

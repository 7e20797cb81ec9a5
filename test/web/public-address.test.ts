// The pages over plain HTTP at a name that is not localhost, at the root and in a folder behind a proxy.
import { beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { world } from '../helpers/node.ts';
import { startProxy } from '../helpers/proxy.ts';
import { launch, reads, visit } from './browser.ts';
import { PASSWORD, expertWithPassword, opened } from './people.ts';
import { scene } from '../helpers/people.ts';

const NAME = 'chat.example.test';
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

test.each([
  ['', ''],
  ['/help/chat', ''],
  ['/help/chat', '/help/chat'],
])('in the folder "%s", of which the proxy takes away "%s", people use every page', async (folder, strip) => {
  const here = world();
  const proxy = await startProxy(strip);
  const base = `http://${NAME}:${proxy.port}${folder}`;
  const node = await here.start({ PUBLIC_URL: base });
  proxy.to(Number(new URL(node.url).port));

  const people = await scene(node);
  const { email } = await expertWithPassword(node, people.category);
  const asked = await opened(node, {}, people);
  const { page, sent, close } = await visit(browser, `${base}/requests/${asked.request.id}`);
  await page.getByLabel('E-mail').fill(String(email));
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Accept this request' }).click();
  await reads(page.locator('.request > .banner [role=status]'), /^You accepted it/);
  expect(sent).toContain('request.accept');
  expect((await node.ctx.stores.offers.read(asked.request.id as string))?.record.state).toBe('accepted');

  await page.goto(`${base}/expert`);
  await page.getByRole('link', { name: 'Requests 1' }).click();
  await page.getByRole('button', { name: /^Priority/ }).click();
  await page.getByRole('link', { name: /^See more/ }).click();
  expect(page.url()).toBe(`${base}/requests/${String(asked.request.id)}`);

  // where letters of before lead: experts choose in their console
  await page.evaluate((old) => location.assign(old), `${base}/settings/notifications`);
  await page.waitForURL(`${base}/expert/settings#open-requests`);
  await page.getByRole('switch').first().waitFor();
  await page.goto(`${base}/admin/queues`);
  await page.getByLabel('E-mail').fill('care@example.test');
  await page.getByLabel('Password').fill('parley-demo');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page
    .getByRole('link', { name: /alarms/ })
    .first()
    .click();
  expect(page.url()).toBe(`${base}/admin/queues/queue/alarms`);
  await page.goto(`${base}/`);
  await page.getByRole('heading', { name: 'Fix-it Shop' }).waitFor();
  await page.getByRole('button', { name: 'Ask an expert' }).click();
  await page.getByRole('dialog', { name: 'Ask an expert' }).getByRole('heading', { level: 1 }).waitFor();
  await page.goto(`${base}/dev/inbox?to=${encodeURIComponent(String(email))}`);
  await page.getByRole('link', { name: 'All mail' }).click();
  expect(page.url()).toBe(`${base}/dev/inbox`);
  await close();
  await here.close();
  await proxy.close();
});

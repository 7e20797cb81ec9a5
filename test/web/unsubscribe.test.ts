// The page that a letter's "no more of these" leads to (6.3, 4).
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import type { Node } from '../../src/app.ts';
import { join } from '../helpers/people.ts';
import { world } from '../helpers/node.ts';
import { startProxy } from '../helpers/proxy.ts';
import { accessible, launch, reads, visit } from './browser.ts';

const here = world();
let node: Node;
let browser: Browser;
beforeAll(async () => {
  [node, browser] = await Promise.all([here.start(), launch()]);
});
afterAll(async () => {
  await here.close();
});

const NARROW = { viewport: { width: 320, height: 640 } };

test.each([
  ['en', 'No more reminders?', 'End the reminders', 'The reminders have ended', 'E-mail me again'],
  [
    'de',
    'Keine Erinnerungen mehr?',
    'Erinnerungen beenden',
    'Die Erinnerungen sind beendet',
    'Wieder E-Mails erhalten',
  ],
  ['es', '¿No quiere más recordatorios?', 'Dejar de recibirlos', 'Ya no recibirá recordatorios', 'Volver a recibirlos'],
] as const)('in %s: one button, by keyboard, on a telephone, in the dark', async (locale, asks, end, ended, again) => {
  const { user } = await join(node, 'customer', { locale });
  const url = `${node.url}/unsubscribe?token=${node.ctx.tokens.signChoice(user.id, 'reminders')}`;
  const { page, close } = await visit(browser, url, { ...NARROW, colorScheme: 'dark' });
  await reads(page.getByRole('heading'), asks);
  expect(await page.getByRole('button').count()).toBe(1);
  await accessible(page, locale);
  await page.getByRole('button', { name: end }).press('Enter');
  await reads(page.getByRole('heading'), ended);
  expect((await node.ctx.stores.users.read(user.id))?.notify.reminders).toBe(false);
  await accessible(page, locale);
  await page.getByRole('button', { name: again }).press('Enter');
  await page.getByRole('button', { name: end }).waitFor();
  expect((await node.ctx.stores.users.read(user.id))?.notify.reminders).toBe(true);
  await close();
});

test('in a folder behind a proxy it works as well', async () => {
  const proxy = await startProxy('/help/chat');
  const base = `http://127.0.0.1:${proxy.port}/help/chat`;
  const inFolder = world({ PUBLIC_URL: base });
  const other = await inFolder.start();
  proxy.to(Number(new URL(other.url).port));
  const { user } = await join(other, 'expert');
  const token = other.ctx.tokens.signChoice(user.id, 'openRequests');
  const { page, close } = await visit(browser, `${base}/unsubscribe?token=${token}`);
  await page.getByRole('button', { name: 'End these e-mails' }).click();
  await reads(page.getByRole('heading'), 'These e-mails have ended');
  expect(page.url()).toContain(`${base}/unsubscribe`);
  expect((await other.ctx.stores.users.read(user.id))?.notify.openRequests).toBe(false);
  const width = () => page.evaluate('getComputedStyle(document.querySelector("main")).maxWidth');
  await expect.poll(width).toBe('640px'); // its styles are there
  await close();
  await inFolder.close();
  await proxy.close();
});

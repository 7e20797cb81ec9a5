// Bull Board behind the sign-in of admins, as an admin meets it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import type { Node } from '../../src/app.ts';
import { mailText } from '../../src/texts/mail-text.ts';
import { world } from '../helpers/node.ts';
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

test('an admin signs in, looks at the queue of alarms, and signs out again', async () => {
  node.ctx.setAlarm(new Date(Date.now() + 600_000));
  const { page, close } = await visit(browser, `${node.url}/admin/queues`);
  await accessible(page);
  expect(new URL(page.url()).pathname).toBe('/admin/sign-in');
  await page.getByLabel('E-mail').fill('care@example.test');
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await reads(page.getByRole('alert'), 'E-mail or password is not right.');

  await page.getByLabel('Password').fill('parley-demo');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page
    .getByRole('link', { name: /alarms/ })
    .first()
    .click();
  expect(new URL(page.url()).pathname).toBe('/admin/queues/queue/alarms');
  await page.getByRole('link', { name: 'DELAYED 2' }).click();
  await page.getByRole('link', { name: /^ahead-/ }).waitFor();
  expect(await page.getByRole('button', { name: /clean|promote|retry|obliterate/i }).count()).toBe(0);
  // no script can read the session
  expect(await page.evaluate('document.cookie')).toBe('');

  await page.goto(`${node.url}/admin/sign-in`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await reads(page.getByRole('status'), 'You are signed out.');
  await page.goto(`${node.url}/admin/queues`);
  expect(new URL(page.url()).pathname).toBe('/admin/sign-in');
  await close();
});

test('a letter about a webhook leads to the commands about webhooks', async () => {
  const { path } = mailText('webhook_off', { url: 'https://hooks.example.test/in' }, 'en').action;
  const { page, close } = await visit(browser, node.url + path);
  const heading = page.locator('#operations-tag-webhook');
  await heading.waitFor();
  const top = async () => (await heading.boundingBox())?.y ?? -1;
  await expect.poll(top).toBeGreaterThanOrEqual(0);
  await expect.poll(top).toBeLessThan(page.viewportSize()!.height);
  await page.getByText('/v1/webhook.deliveries').first().waitFor();
  await close();
});

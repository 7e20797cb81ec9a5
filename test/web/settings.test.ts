// "Choose which requests we e-mail you about" (6.3).
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, Page, Route } from 'playwright-core';
import type { Node } from '../../src/app.ts';
import { login } from '../helpers/client.ts';
import { join, mailed, mailsTo, scene } from '../helpers/people.ts';
import { world } from '../helpers/node.ts';
import { accessible, launch, reads, visit } from './browser.ts';
import { PASSWORD, expertWithPassword, opened } from './people.ts';

const here = world();
let node: Node;
let browser: Browser;
let url: string;

beforeAll(async () => {
  [node, browser] = await Promise.all([here.start(), launch()]);
  url = `${node.url}/settings/notifications`;
});
afterAll(async () => {
  await browser?.close();
  await here.close();
});

const CHOICE = 'E-mail me when a request is open to all experts of my categories';
const toggle = (page: Page) => page.getByRole('switch', { name: CHOICE });
const status = (page: Page) => page.getByRole('status');
const wish = async (id: string) => (await node.ctx.stores.users.read(id))?.notify.openRequests;

/** Keeps back what a page asks, until it is opened. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), pass: (route: Route) => opened.then(() => route.continue()) };
}

test('opening the page changes nothing', async () => {
  const expert = await join(node, 'expert');
  const before = await node.ctx.stores.users.read(expert.user.id);
  const { page, sent, close } = await visit(browser, url, { as: expert });
  expect(await toggle(page).isChecked()).toBe(true);
  await reads(page.getByRole('main'), `To ${expert.user.email}`);
  expect(await page.title()).toBe('E-mail notifications');
  expect(await page.getByRole('main').ariaSnapshot()).toContain(`- switch "${CHOICE}" [checked]`);
  await accessible(page);
  expect(sent).toEqual(['session.get']);
  expect(await node.ctx.stores.users.read(expert.user.id)).toEqual(before);
  await close();
});

test('the switch saves at once, says so, and the wish is still there after a reload', async () => {
  const expert = await join(node, 'expert', { name: 'Ada' });
  const { page, close } = await visit(browser, url, { as: expert });
  await page.getByText(CHOICE).click(); // its label is part of it
  await reads(status(page), 'Saved. We no longer e-mail you about requests that are open to all experts.');
  expect(await toggle(page).isChecked()).toBe(false);
  expect(await wish(expert.user.id)).toBe(false);
  expect((await node.ctx.stores.users.read(expert.user.id))?.name).toBe('Ada'); // and nothing else

  await page.reload();
  await toggle(page).waitFor();
  expect(await toggle(page).isChecked()).toBe(false);
  expect(await status(page).innerText()).toBe('');
  await toggle(page).press('Space');
  await reads(status(page), 'Saved. We e-mail you when a request is open to all experts of your categories.');
  expect(await wish(expert.user.id)).toBe(true);
  await accessible(page);
  await close();
});

test('6.3 from the e-mail to no more e-mails', async () => {
  const people = await scene(node);
  const ida = await expertWithPassword(node, people.category);
  const email = ida.email as string;
  const { request } = await opened(node, {}, people);
  const [mail] = await mailed(node, email, 1);
  expect(mail!.text).toContain(`/requests/${request.id}`);
  const link = /https?:\/\/\S+\/settings\/notifications/.exec(mail!.text as string)?.[0] ?? '';

  const { page, close } = await visit(browser, node.url + new URL(link).pathname);
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await reads(page.getByRole('alert'), 'E-mail or password is not right.');
  await accessible(page);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByLabel('Password').press('Enter');
  await toggle(page).click();
  await reads(status(page), 'Saved. We no longer');
  await close();

  const other = await expertWithPassword(node, people.category); // e-mailed last: Ida would have been before
  await opened(node, {}, people);
  await mailed(node, other.email as string, 1);
  expect(await mailsTo(node, email)).toHaveLength(1);
});

test('while it loads and saves it says so, and what was wished last is saved', async () => {
  const expert = await join(node, 'expert');
  const load = gate();
  const { page, sent, close } = await visit(browser, url, {
    as: expert,
    prepare: (page) => page.route('**/v1/session.get', load.pass),
  });
  await reads(status(page), 'Loading…');
  expect(await page.getByRole('main').getAttribute('aria-busy')).toBe('true');
  expect(await page.getByRole('switch').count()).toBe(0);
  load.open();
  await toggle(page).waitFor();
  await expect.poll(() => page.getByRole('main').getAttribute('aria-busy')).toBe('false');

  const save = gate();
  await page.route('**/v1/user.update', save.pass);
  await toggle(page).click();
  await reads(status(page), 'Saving…');
  await toggle(page).click();
  await toggle(page).click();
  await toggle(page).click();
  save.open();
  await reads(status(page), 'Saved. We e-mail you');
  expect(sent.filter((name) => name === 'user.update')).toHaveLength(2);
  expect(await toggle(page).isChecked()).toBe(true);
  expect(await wish(expert.user.id)).toBe(true);
  await close();
});

test('what could not be saved is not shown as saved, and can be tried again', async () => {
  const expert = await join(node, 'expert');
  const { page, close } = await visit(browser, url, { as: expert });
  await toggle(page).waitFor();
  await page.context().setOffline(true);
  await toggle(page).click();
  await reads(page.getByRole('alert'), 'Your choice could not be saved. The server cannot be reached right now.');
  expect(await toggle(page).isChecked()).toBe(true);
  expect(await status(page).innerText()).toBe('');
  await accessible(page);
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await reads(status(page), 'Saved. We no longer');
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(await toggle(page).isChecked()).toBe(false);
  expect(await wish(expert.user.id)).toBe(false);
  await close();
});

test('when the server cannot be asked at first, it can be tried again', async () => {
  const expert = await join(node, 'expert');
  const { page, close } = await visit(browser, url, {
    as: expert,
    prepare: (page) => page.route('**/v1/session.get', (route) => route.abort()),
  });
  await reads(page.getByRole('alert'), 'The server cannot be reached right now.');
  expect(await status(page).innerText()).toBe('');
  await page.unroute('**/v1/session.get');
  await page.getByRole('button', { name: 'Try again' }).click();
  await toggle(page).waitFor();
  await close();
});

test('a session that has ended asks to sign in again, and shows nothing of the account', async () => {
  const [care, expert] = [await login(node.url, 'care@example.test'), await join(node, 'expert')];
  const { page, close } = await visit(browser, url, { as: expert });
  await toggle(page).waitFor();
  await care.call('user.update', { userId: expert.user.id, active: false });
  await toggle(page).click();
  await reads(status(page), 'Your session has ended. Please sign in again.');
  expect(await page.getByRole('main').innerText()).not.toContain(expert.user.email);
  expect(await page.getByRole('switch').count()).toBe(0);
  await close();

  const other = await visit(browser, url, { as: care });
  await reads(status(other.page), 'Only experts get e-mails about requests');
  expect(await other.page.getByRole('switch').count()).toBe(0);
  await other.close();
  care.close();
});

test('11.1 in German and in Spanish', async () => {
  const expert = await join(node, 'expert');
  const german = await visit(browser, url, { as: expert, locale: 'de-DE' });
  await german.page.getByRole('switch', { name: 'wenn eine Anfrage allen Experten' }).click();
  await reads(status(german.page), 'Gespeichert. Wir schreiben Ihnen nicht mehr');
  await accessible(german.page, 'de');
  await german.close();
  const spanish = await visit(browser, url, { as: expert, locale: 'es-ES' });
  await spanish.page.getByRole('switch', { name: 'abierta a todos los expertos' }).click();
  await reads(status(spanish.page), 'Guardado. Le escribimos cuando');
  await accessible(spanish.page, 'es');
  await spanish.close();
});

test('nothing is cut off on a narrow screen', async () => {
  const expert = await join(node, 'expert');
  const { page, close } = await visit(browser, url, { as: expert, viewport: { width: 320, height: 640 } });
  await toggle(page).click();
  await reads(status(page), 'Saved.');
  await accessible(page);
  const box = await toggle(page).boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(24);
  await close();
});

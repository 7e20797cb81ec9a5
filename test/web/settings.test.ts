// "Choose which requests we e-mail you about" (6.3).
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, Page, Route } from 'playwright-core';
import type { Node } from '../../src/app.ts';
import { login } from '../helpers/client.ts';
import { join, mailed, mailsTo, scene } from '../helpers/people.ts';
import { world } from '../helpers/node.ts';
import { accessible, launch, reads, visit } from './browser.ts';
import { atWork } from './console-page.ts';
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
  await here.close();
});

const CHOICE = 'E-mail me when a request is open to all experts of my categories';
const REMINDERS = 'Remind me by e-mail of answers that I have not rated yet';
const toggle = (page: Page) => page.getByRole('switch', { name: CHOICE });
const status = (page: Page) => page.getByRole('status');
const save = (page: Page) => page.getByRole('button', { name: 'Save' });
const said = (page: Page) => page.locator('#times-status');
const zone = (page: Page) => page.getByLabel('Time zone', { exact: true });
const saved = async (id: string) => {
  const user = await node.ctx.stores.users.read(id);
  return { ...user?.notify, timeZone: user?.timeZone };
};
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

test('6.3 from the e-mail to no more e-mails: whoever is signed out signs in, and is where the letter led', async () => {
  const people = await scene(node);
  const ida = await expertWithPassword(node, people.category);
  const email = ida.email as string;
  const { request } = await opened(node, {}, people);
  const [mail] = await mailed(node, email, 1);
  expect(mail!.text).toContain(`/requests/${request.id}`);
  const link = new URL(/https?:\/\/\S+#open-requests/.exec(mail!.text as string)?.[0] ?? '');

  const { page, tab, close } = await atWork(browser, node.url, { path: link.pathname + link.hash });
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('E-mail or password is not right.').waitFor();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByLabel('Password').press('Enter');
  await page.getByText(`To ${email}`).waitFor();
  const top = async () => (await page.getByRole('heading', { name: 'E-mails' }).boundingBox())?.y ?? -1;
  await expect.poll(async () => (await top()) >= 0 && (await top()) < 450).toBe(true); // scrolled to
  await toggle(page).click();
  await expect.poll(() => wish(ida.id as string)).toBe(false);
  // a letter of before leads there too
  const before = await tab('/expert');
  await before.evaluate((old) => location.assign(old), `${node.url}/settings/notifications`);
  await before.waitForURL('**/expert/settings#open-requests');
  await toggle(before).waitFor();
  await close();

  const other = await expertWithPassword(node, people.category); // e-mailed last: Ida would have been before
  await opened(node, {}, people);
  await mailed(node, other.email as string, 1);
  expect(await mailsTo(node, email)).toHaveLength(1);
});

test('E10, 2.6 an expert sets hours, time zone and digest, and what is wrong stands at its field', async () => {
  const expert = await join(node, 'expert');
  const { page, close } = await atWork(browser, node.url, { as: expert, path: '/expert/settings' });
  await page.getByLabel('How often').selectOption('daily');
  await expect.poll(async () => (await saved(expert.user.id)).digest).toBe('daily');
  await page.getByRole('switch', { name: 'Quiet hours' }).click();
  await page.getByLabel('To', { exact: true }).fill('22:00');
  await page.getByText('Not saved yet.').waitFor();
  await page.getByRole('button', { name: 'Save the hours' }).click();
  await page.getByText('Please enter two different times').first().waitFor();
  expect(await page.getByLabel('From').getAttribute('aria-invalid')).toBe('true');
  await page.getByLabel('From').fill('21:30');
  await page.getByRole('button', { name: 'Save the hours' }).click();
  await expect.poll(async () => (await saved(expert.user.id)).quiet?.from).toBe('21:30');
  await zone(page).selectOption('Europe/Madrid');
  await expect
    .poll(() => saved(expert.user.id))
    .toEqual({
      ...{ openRequests: true, digest: 'daily', quiet: { from: '21:30', to: '22:00' } },
      timeZone: 'Europe/Madrid',
    });
  // what only the server knows
  await zone(page).evaluate((field) => (field as HTMLSelectElement).append(new Option('Mars', 'Mars/Olympus')));
  await zone(page).selectOption('Mars/Olympus');
  await page.getByText('The server does not know this time zone.').waitFor();
  await page.getByRole('button', { name: 'Use the time zone of this device: UTC' }).click();
  await expect.poll(async () => (await saved(expert.user.id)).timeZone).toBe('UTC');
  await close();
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
  await toggle(page).evaluate((one: HTMLElement) => [1, 2, 3].forEach(() => one.click()));
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

  care.close();
});

test('11.1 in German and in Spanish', async () => {
  const expert = await join(node, 'expert');
  const german = await visit(browser, url, { as: expert, locale: 'de-DE' });
  await german.page.getByRole('switch', { name: 'wenn eine Anfrage allen Experten' }).click();
  await reads(status(german.page), 'Gespeichert. Wir schreiben Ihnen nicht mehr');
  await german.page.getByRole('switch', { name: 'Ruhezeit' }).click();
  await reads(said(german.page), 'Noch nicht gespeichert.');
  await german.page.getByRole('button', { name: 'Speichern' }).click();
  await reads(said(german.page), 'Gespeichert.');
  await accessible(german.page, 'de');
  await german.close();
  const spanish = await visit(browser, url, { as: expert, locale: 'es-ES' });
  await spanish.page.getByRole('switch', { name: 'abierta a todos los expertos' }).click();
  await reads(status(spanish.page), 'Guardado. Le escribimos cuando');
  await spanish.page.getByLabel('Hasta').fill('22:00');
  await spanish.page.getByRole('button', { name: 'Guardar' }).click();
  await reads(spanish.page.getByRole('group', { name: 'Horas de silencio' }), 'Indique dos horas distintas');
  await accessible(spanish.page, 'es');
  await spanish.close();
});

test('2.6 an expert sets quiet hours, time zone and digest by the keyboard alone, and finds them again', async () => {
  const expert = await join(node, 'expert');
  const { page, sent, close } = await visit(browser, url, { as: expert, timezoneId: 'Europe/Berlin' });
  await toggle(page).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('End'); // one a day; what is typed of a name is forgotten after a second
  await reads(said(page), 'Not saved yet.');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  expect(await page.getByLabel('From').inputValue()).toBe('22:00');
  await page.getByLabel('From').fill('21:30');
  await zone(page).selectOption('America/New_York');
  await reads(page.getByRole('main'), 'there now.');
  await page.getByRole('button', { name: 'Use the time zone of this device: Europe/Berlin' }).press('Enter');
  expect(await zone(page).inputValue()).toBe('Europe/Berlin');
  expect(await page.getByRole('button', { name: 'this device' }).count()).toBe(0);
  expect(sent).toEqual(['session.get']);
  await save(page).press('Enter');
  await reads(said(page), /^Saved\.$/);
  expect(await saved(expert.user.id)).toEqual({
    ...{ openRequests: true, digest: 'daily', quiet: { from: '21:30', to: '07:00' } },
    timeZone: 'Europe/Berlin',
  });
  await accessible(page);

  await page.reload(); // asks nothing: all is saved
  await reads(page.getByRole('main'), 'When e-mails come');
  await expect.poll(() => page.getByLabel('From').inputValue()).toBe('21:30');
  await expect.poll(() => page.getByLabel('E-mails about open requests').inputValue()).toBe('daily');
  await expect.poll(() => zone(page).inputValue()).toBe('Europe/Berlin');
  expect(await said(page).innerText()).toBe('');
  await page.getByRole('switch', { name: 'Quiet hours' }).press('Space');
  expect(await page.getByLabel('From').count()).toBe(1);
  expect(await page.getByLabel('From').isVisible()).toBe(false);
  await save(page).press('Enter');
  await reads(said(page), /^Saved\.$/);
  expect((await saved(expert.user.id)).quiet).toBeNull();
  await close();
});

test('4 a customer ends the reminders and wants none at night; an admin has times alone', async () => {
  const customer = await join(node, 'customer');
  const { page, close } = await visit(browser, url, { as: customer });
  const reminders = page.getByRole('switch', { name: REMINDERS });
  expect(await reminders.isChecked()).toBe(true);
  expect(await toggle(page).count()).toBe(0);
  expect(await page.getByLabel('E-mails about open requests').isVisible()).toBe(false);
  await reminders.press('Space');
  await reads(status(page), 'Saved. We no longer remind you of answers that are not rated yet.');
  await page.getByRole('switch', { name: 'Quiet hours' }).click();
  await save(page).click();
  await reads(said(page), /^Saved\.$/);
  expect(await saved(customer.user.id)).toMatchObject({
    ...{ reminders: false, openRequests: true, quiet: { from: '22:00', to: '07:00' } },
    timeZone: 'UTC',
  });
  expect((await saved(customer.user.id)).digest).toBeUndefined();
  await accessible(page);
  await close();

  const nowhere = await visit(browser, url, { as: await join(node, 'customer', { email: null }) });
  await reads(nowhere.page.getByRole('main'), 'We do not know your e-mail address');
  await nowhere.close();

  const admin = await visit(browser, url, { as: await join(node, 'admin') });
  await reads(admin.page.getByRole('main'), 'We always e-mail you about cases, payments and webhooks.');
  expect(await admin.page.getByRole('switch').count()).toBe(1); // quiet hours
  await admin.close();
});

test('4 a customer whose letter has opened the question in this browser is signed in here too', async () => {
  const customer = await join(node, 'customer');
  const session = JSON.stringify({ token: customer.token, user: customer.user });
  const { page, close } = await visit(browser, url, {
    prepare: (page) => page.addInitScript(`localStorage.setItem('parley.session', ${JSON.stringify(session)})`),
  });
  await reads(page.getByRole('main'), `To ${customer.user.email}`);
  await close();

  const stranger = await visit(browser, url);
  await reads(stranger.page.getByRole('main'), 'open it from one of our e-mails first');
  await stranger.close();
});

test('what is wrong with the times stands beside them, and nothing is lost or sent', async () => {
  const expert = await join(node, 'expert');
  const { page, sent, close } = await visit(browser, url, { as: expert });
  const [from, to] = [page.getByLabel('From'), page.getByLabel('Until')];
  await page.getByRole('switch', { name: 'Quiet hours' }).click();
  await to.fill('22:00');
  await save(page).click();
  await reads(page.locator('#hours-error'), 'Please enter two different times');
  expect(await from.getAttribute('aria-invalid')).toBe('true');
  expect(await page.evaluate('document.activeElement.id')).toBe('from');
  expect(await page.getByRole('group', { name: 'Quiet hours' }).count()).toBe(1);
  await accessible(page);

  await to.fill('');
  expect(await from.getAttribute('aria-invalid')).toBe('false'); // while it is being mended
  await save(page).click();
  await reads(page.locator('#hours-error'), 'Please enter both times');
  expect(await to.getAttribute('aria-invalid')).toBe('true');
  expect(await from.getAttribute('aria-invalid')).toBe('false');
  expect(sent).toEqual(['session.get']);

  // what only the server knows: a zone that this browser has and the server has not
  await to.fill('06:00');
  await page.evaluate(`document.querySelector('#zone').append(new Option('Mars/Olympus', 'Mars/Olympus'))`);
  await zone(page).selectOption('Mars/Olympus');
  await save(page).click();
  await reads(page.locator('#zone-error'), 'The server does not know this time zone.');
  await reads(page.getByRole('alert'), 'Your choice could not be saved.');
  expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  await reads(said(page), 'Not saved yet.');
  expect(await to.inputValue()).toBe('06:00');

  await toggle(page).click(); // what was refused does not stand in the way of anything else, and stays as it was typed
  await reads(status(page), 'Saved. We no longer');
  expect(await saved(expert.user.id)).toMatchObject({ openRequests: false, timeZone: undefined });
  expect(await zone(page).inputValue()).toBe('Mars/Olympus');
  await zone(page).selectOption('Europe/Madrid');
  await save(page).click();
  await reads(said(page), /^Saved\.$/);
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(await saved(expert.user.id)).toMatchObject({
    ...{ openRequests: false, quiet: { from: '22:00', to: '06:00' } },
    timeZone: 'Europe/Madrid',
  });
  await close();
});

test('times that could not be saved stay as typed, and leaving the page asks first', async () => {
  const expert = await join(node, 'expert');
  const { page, close } = await visit(browser, url, { as: expert });
  await zone(page).selectOption('Europe/Berlin');
  let asked = 0;
  page.on('dialog', (dialog) => {
    asked += 1;
    void dialog.dismiss();
  });
  await page.evaluate('void setTimeout(() => location.reload())');
  await expect.poll(() => asked).toBe(1); // dismissed: it stays
  expect(await zone(page).inputValue()).toBe('Europe/Berlin');

  await page.context().setOffline(true);
  await save(page).click();
  await reads(page.getByRole('alert'), 'Your choice could not be saved. The server cannot be reached right now.');
  await reads(said(page), 'Not saved yet.');
  expect(await zone(page).inputValue()).toBe('Europe/Berlin');
  await accessible(page);
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await reads(said(page), /^Saved\.$/);
  expect((await saved(expert.user.id)).timeZone).toBe('Europe/Berlin');
  await page.reload();
  await toggle(page).waitFor();
  expect(asked).toBe(1);
  await close();
});

test('nothing is cut off on a narrow screen', async () => {
  const expert = await join(node, 'expert');
  const { page, close } = await visit(browser, url, { as: expert, viewport: { width: 320, height: 640 } });
  await toggle(page).click();
  await reads(status(page), 'Saved.');
  await accessible(page);
  const box = await toggle(page).boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(24);
  await page.getByRole('switch', { name: 'Quiet hours' }).click();
  await save(page).click();
  await reads(said(page), 'Saved.');
  await accessible(page);
  await close();
});

// The line in pages of others: nothing of the page changes the widget, nor the widget the page.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Node } from '../../src/app.ts';
import { clientId, postQuestion } from '../helpers/client.ts';
import type { Client } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { scene } from '../helpers/people.ts';
import { launch, visit } from './browser.ts';
import { hostSite } from './host.ts';
import type { HostSite } from './host.ts';

const here = world();
const FOREIGN = 'foreign.example.test';
let browser: Browser;
let node: Node;
let site: HostSite;

beforeAll(async () => {
  [browser, node] = await Promise.all([launch(), here.start()]);
  site = await hostSite(node.url);
});
afterAll(async () => {
  await site?.close();
  await here.close();
});

const launcher = (page: Page) => page.locator('parley-chat .launcher');
const panel = (page: Page) => page.locator('parley-chat dialog');
const sentence = (page: Page) => page.getByLabel('In one sentence');

/** The form of the widget, by the launcher. */
async function opened(page: Page): Promise<Locator> {
  await launcher(page).click();
  await sentence(page).waitFor();
  return sentence(page);
}

/** For `visit`: who is signed in on pages of this site. */
const signedIn =
  ({ token, user }: Pick<Client, 'token' | 'user'>) =>
  (page: Page) =>
    page.addInitScript((kept) => localStorage.setItem('parley.session', kept), JSON.stringify({ token, user }));

/** All that is drawn in the shadow root, as it looks. */
const looks = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelector('parley-chat')!.shadowRoot!.querySelectorAll('*')].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      const { color, fontSize, fontFamily, letterSpacing, textTransform, display, visibility, position, direction } =
        style;
      return [
        `${element.localName}.${element.className} ${[x, y, width, height].map(Math.round).join()}`,
        ...[color, fontSize, fontFamily, letterSpacing, textTransform, display, visibility, position, direction],
      ].join(' ');
    }),
  );

const chatOrigins = () => `${node.url} ${node.url.replace('http', 'ws')}`;
const POLICIES = {
  'a list of what is allowed': () => ({
    policy: `default-src 'none'; script-src ${node.url}; connect-src ${chatOrigins()}; frame-src ${node.url}`,
  }),
  'a nonce and strict-dynamic': () => ({
    policy: `default-src 'none'; script-src 'nonce-abc' 'strict-dynamic'; connect-src ${chatOrigins()}; frame-src ${node.url}`,
    script: 'async nonce="abc"',
  }),
  'trusted types, and none of them': () => ({
    policy: `default-src 'none'; script-src ${node.url}; connect-src ${chatOrigins()}; frame-src ${node.url}; require-trusted-types-for 'script'; trusted-types 'none'`,
  }),
};

test.each(Object.entries(POLICIES))('under %s it works and violates nothing', async (_what, policy) => {
  const asked = new Set<string>();
  const { page, close } = await visit(browser, site.page(policy()), {
    prepare: async (page) => {
      page.on('request', (request) => asked.add(new URL(request.url()).origin));
      await page.addInitScript(() => {
        const violations: string[] = [];
        Object.assign(window, { violations });
        addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));
      });
    },
  });
  const field = await opened(page);
  await field.pressSequentially('It does not start');
  expect(await field.inputValue()).toBe('It does not start');
  expect(await page.evaluate('violations')).toEqual([]);
  expect([...asked].sort()).toEqual([`http://127.0.0.1:${site.port}`, node.url].sort());
  await close();
});

test('a page of an Origin that is not allowed gets the launcher, and hears that there is no more', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(site.page().replace('127.0.0.1', FOREIGN));
  const heard = page.evaluate(
    () => new Promise((resolve) => addEventListener('parley:error', (event) => resolve((event as CustomEvent).detail))),
  );
  await launcher(page).click();
  expect(await heard).toEqual({ code: 'not_loaded' });
  await page.getByRole('button', { name: 'Not loaded. Try again' }).waitFor();
  expect(await panel(page).count()).toBe(0);
  await context.close();
});

test('a launcher that could not load says so until it has', async () => {
  const { page, close } = await visit(browser, site.page());
  await launcher(page).waitFor();
  await page.route('**/web/**', (route) => route.abort());
  await launcher(page).click();
  await page.getByRole('button', { name: 'Not loaded. Try again' }).waitFor();
  await page.unroute('**/web/**');
  await page.getByRole('button', { name: 'Not loaded. Try again' }).click();
  await sentence(page).waitFor();
  await page.keyboard.press('Escape');
  await panel(page).waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Ask an expert', exact: true }).waitFor();
  await close();
});

const HOSTILE = `
  * { text-transform: uppercase !important; letter-spacing: 6px !important; color: red !important; font: 40px serif !important;
      position: static !important; visibility: hidden !important; text-align: right !important; line-height: 3 !important;
      direction: rtl !important; margin: 30px !important }
  body > * { transform: rotate(3deg) !important; filter: blur(2px) !important; opacity: 0.2 !important; contain: strict !important }
  html { font-size: 8px !important } dialog, button, .root, .launcher, .panel { display: none !important }
  parley-chat { display: none !important; zoom: 3 !important }`;

test.each([
  ['rules for everything', `<style>${HOSTILE}</style>`],
  ['a root of 8 px', '<style>html { font-size: 8px }</style>'],
  ['a root of 24 px', '<style>html { font-size: 24px } body { font-size: 2rem }</style>'],
])('with %s it looks as without', async (_what, head) => {
  const plain = await visit(browser, site.page());
  await opened(plain.page);
  const before = await visit(browser, site.page({ head }));
  await opened(before.page);
  // the frame is seen when its form is there
  for (const { page } of [plain, before]) await page.locator('parley-chat [data-state="ready"] iframe').waitFor();
  const wanted = await looks(plain.page);
  expect(wanted.length).toBeGreaterThan(20);
  await expect.poll(() => looks(before.page)).toEqual(wanted);
  await before.close();
  await plain.close();
});

test('the page keeps its own: no style, no attribute, no covering, and it may place the launcher and others above it', async () => {
  const body =
    '<main style="height: 1500px">A shop</main><div id="cookies" style="position: fixed; inset: auto 0 0; height: 120px; z-index: 10000">Cookies?</div>';
  const { page, close } = await visit(browser, site.page({ body }));
  await launcher(page).waitFor();
  const own = () =>
    page.evaluate(() => {
      const shown = document.documentElement.cloneNode(true) as HTMLElement;
      shown.querySelector('parley-chat')?.remove();
      const { overflow, position, paddingRight } = getComputedStyle(document.body);
      return [shown.outerHTML, document.documentElement.style.cssText, overflow, position, paddingRight];
    });
  const at = (x: number, y: number) => page.evaluate(([x, y]) => document.elementFromPoint(x!, y!)?.localName, [x, y]);
  const before = await own();
  expect(before[0]).not.toContain('parley-chat');
  const { x, y, width, height } = (await launcher(page).boundingBox())!;
  expect(await at(x + width / 2, y + height / 2)).toBe('div'); // the banner is above it
  await page.evaluate(() =>
    document.querySelector<HTMLElement>('parley-chat')!.style.setProperty('--parley-z', '20000'),
  );
  expect(await at(x + width / 2, y + height / 2)).toBe('parley-chat');
  await opened(page);
  expect(await own()).toEqual(before);
  await page.keyboard.press('Escape');
  expect(await own()).toEqual(before);
  expect(await at(640, 300)).toBe('main');
  await page.evaluate(() => {
    const { style } = document.querySelector<HTMLElement>('parley-chat')!;
    style.setProperty('--parley-offset-block', '140px');
    style.setProperty('--parley-offset-inline', '50px');
  });
  expect(await launcher(page).boundingBox()).toMatchObject({ x: x - 30, y: y - 120 });
  await page.emulateMedia({ media: 'print' });
  expect(await launcher(page).isVisible()).toBe(false); // nor is it printed
  await close();
});

test('shortcuts of the page stay quiet, and its focus trap cannot take the caret', async () => {
  const body = '<div id="modal"><button>Theirs</button></div>';
  const { page, close } = await visit(browser, site.page({ body }));
  await page.evaluate(() => {
    const keys: string[] = [];
    Object.assign(window, { keys });
    for (const name of ['keydown', 'keyup', 'keypress'])
      document.addEventListener(name, (event) => keys.push((event as KeyboardEvent).key));
    const modal = document.querySelector('#modal')!;
    document.addEventListener(
      'focusin',
      (event) => {
        if (!modal.contains(event.target as Element)) modal.querySelector('button')!.focus();
      },
      true,
    );
  });
  await launcher(page).waitFor();
  expect(await page.evaluate('document.activeElement.localName')).toBe('body');
  const field = await opened(page);
  await field.click();
  await page.keyboard.type('s/?gk');
  expect(await field.inputValue()).toBe('s/?gk');
  expect(await page.evaluate('keys')).toEqual([]);
  await page.keyboard.press('Escape');
  expect(await page.evaluate("document.querySelector('parley-chat').shadowRoot.activeElement.className")).toContain(
    'launcher',
  );
  await page.keyboard.press('Tab'); // the panel that is closed holds nothing
  expect(await page.evaluate("document.querySelector('parley-chat').shadowRoot.activeElement")).toBeNull();
  await close();
});

const SWAP = (html: string) => {
  const body = document.createElement('body');
  body.append(...new DOMParser().parseFromString(html, 'text/html').body.childNodes);
  document.body.replaceWith(body);
};

test.each([
  ['put there by the line', '<h1>One</h1>', '<h1>Two</h1>'],
  ['of its pages', '<h1>One</h1><parley-chat></parley-chat>', '<h1>Two</h1><parley-chat></parley-chat>'],
])(
  'a page that swaps its body keeps the element that was %s, open and with what is written',
  async (_what, body, next) => {
    const { page, close } = await visit(browser, site.page({ body }));
    const field = await opened(page);
    await field.pressSequentially('My screen');
    await page.evaluate(() => Object.assign(window, { before: document.querySelector('parley-chat') }));
    for (let times = 0; times < 3; times += 1) await page.evaluate(SWAP, next);
    await page.getByRole('heading', { name: 'Two' }).waitFor();
    expect(await page.evaluate("document.querySelectorAll('parley-chat').length")).toBe(1);
    expect(await page.evaluate("before === document.querySelector('parley-chat')")).toBe(true);
    expect(await field.inputValue()).toBe('My screen');
    expect(await panel(page).isVisible()).toBe(true);
    await close();
  },
);

test('taken away for good it ends; put back it begins anew', async () => {
  const { page, close } = await visit(browser, site.page());
  await opened(page);
  const parts = () => page.evaluate("chat.shadowRoot.querySelector('dialog') !== null");
  const areKept = await page.evaluate(async () => {
    const chat = document.querySelector('parley-chat')!;
    Object.assign(window, { chat });
    chat.remove();
    await Promise.resolve();
    return chat.shadowRoot!.querySelector('dialog') !== null;
  });
  expect(areKept).toBe(true); // it may come back at once
  await page.clock.fastForward(5_000);
  expect(await parts()).toBe(false);
  await page.evaluate('document.body.append(chat)');
  await opened(page);
  await close();
});

test('opened and closed thirty times, and taken away and put back twenty times, it holds no more than before', async () => {
  const { page, close } = await visit(browser, site.page());
  const cdp = await page.context().newCDPSession(page);
  const held = async () => {
    await cdp.send('HeapProfiler.collectGarbage');
    return cdp.send('Memory.getDOMCounters');
  };
  await opened(page);
  await page.locator('parley-chat [data-state="ready"] iframe').waitFor(); // all that comes has come
  await page.keyboard.press('Escape');
  await page.evaluate(() => Object.assign(window, { chat: document.querySelector('parley-chat') }));
  const openAndClose = async () => {
    await page.evaluate('chat.open()');
    await panel(page).waitFor();
    await page.evaluate('chat.close()');
    await launcher(page).waitFor();
  };
  await openAndClose();
  const first = await held();
  for (let times = 0; times < 30; times += 1) await openAndClose();
  const afterOpening = await held();
  expect(afterOpening.jsEventListeners).toBeLessThanOrEqual(first.jsEventListeners * 1.05);
  expect(afterOpening.nodes).toBeLessThanOrEqual(first.nodes * 1.05);
  for (let times = 0; times < 20; times += 1) {
    await page.evaluate('chat.remove()');
    await page.clock.fastForward(5_000);
    await page.evaluate('document.body.append(chat)');
    await openAndClose();
  }
  const afterMounting = await held();
  expect(afterMounting.jsEventListeners).toBeLessThanOrEqual(first.jsEventListeners * 1.05);
  expect(afterMounting.nodes).toBeLessThanOrEqual(first.nodes * 1.05);
  console.log('open/close × 30, mount × 20:', { first, afterOpening, afterMounting });
  await close();
});

test('nothing is stored before somebody asks, nor loaded before somebody is about to', async () => {
  const paths: string[] = [];
  const { page, close } = await visit(browser, site.page(), {
    prepare: async (page) => page.on('request', (request) => paths.push(new URL(request.url()).pathname)),
  });
  await launcher(page).waitFor();
  expect(paths.filter((path) => path !== '/favicon.ico').slice(1)).toEqual(['/widget.js']);
  await opened(page);
  await page.keyboard.press('Escape');
  const stored = () =>
    page.evaluate(async () => [
      localStorage.length,
      sessionStorage.length,
      document.cookie,
      (await indexedDB.databases()).length,
    ]);
  expect(await stored()).toEqual([0, 0, '', 0]);
  await close();
});

test('where the browser keeps nothing for the site it works all the same', async () => {
  const { page, close } = await visit(browser, site.page(), {
    prepare: (page) =>
      page.addInitScript(() => {
        for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
          Object.defineProperty(window, name, {
            get: () => {
              throw new DOMException('denied', 'SecurityError');
            },
          });
      }),
  });
  const field = await opened(page);
  await field.pressSequentially('It works');
  await page.keyboard.press('Escape');
  await launcher(page).click();
  expect(await field.inputValue()).toBe('It works');
  await close();
});

test('what was said before the line came is done in order, events bubble, and a second line changes nothing', async () => {
  const head = `<script>
    window.parley = window.parley || []; window.heard = [];
    parley.push(['on', 'open', () => heard.push('open')], ['on', 'close', () => heard.push('close')]);
    parley.push(['ask', { subject: 'My tap drips' }]);
    addEventListener('parley:open', (event) => heard.push(event.target.localName));
  </script>`;
  const { page, close } = await visit(browser, site.page({ head }));
  await sentence(page).waitFor();
  expect(await sentence(page).inputValue()).toBe('My tap drips');
  await expect.poll(() => page.evaluate('heard')).toEqual(['open', 'parley-chat']);
  await page.evaluate((src) => {
    const script = document.createElement('script');
    script.src = `${src}/widget.js`;
    document.head.append(script);
    return new Promise((resolve) => (script.onload = resolve));
  }, node.url);
  expect(await page.evaluate("document.querySelectorAll('parley-chat').length")).toBe(1);
  expect(await sentence(page).inputValue()).toBe('My tap drips');
  await page.evaluate('parley.close()');
  expect(await page.evaluate('heard')).toEqual(['open', 'parley-chat', 'close']);
  await page.evaluate('parley.push(["toggle"])');
  await panel(page).waitFor();
  await close();
});

test('the category of the element is chosen also for a page that fills in the rest before the widget is there', async () => {
  const head = `<script>parley = [['ask', { subject: 'My tap drips', value: 3000 }]];</script>`;
  const body = '<parley-chat category="computer"></parley-chat>';
  const { page, close } = await visit(browser, site.page({ head, body, script: 'async data-manual' }));
  await sentence(page).waitFor();
  expect(await sentence(page).inputValue()).toBe('My tap drips');
  expect(await page.getByLabel('What is it about?').inputValue()).toBe('computer');
  expect(await page.getByRole('radio', { name: '$30.00' }).isChecked()).toBe(true);
  // what the page says itself counts more
  await page.evaluate('parley.ask({ category: "appraisals" })');
  await expect.poll(() => page.getByLabel('What is it about?').inputValue()).toBe('appraisals');
  await close();
});

test('each event is heard once by each, until it is heard no more; what the launcher looks like is there', async () => {
  const { page, close } = await visit(browser, site.page());
  await launcher(page).waitFor();
  await page.evaluate(`window.heard = []; window.hear = () => heard.push('heard');
    for (const name of ['open', 'open', 'close']) parley.on(name, hear);
    parley.off('open', hear); parley.off('ready', hear); parley.off('open', () => undefined);`);
  const icon = await launcher(page).evaluate((one) => {
    const { content, width, height, backgroundColor, clipPath } = getComputedStyle(one, '::before');
    return { content, width, height, backgroundColor, isCut: clipPath !== 'none' };
  });
  expect(icon).toEqual({
    content: '""',
    width: '24px',
    height: '24px',
    backgroundColor: 'rgb(255, 255, 255)',
    isCut: true,
  });
  await opened(page);
  expect(await page.evaluate('heard')).toEqual([]);
  await page.evaluate('parley.close()');
  expect(await page.evaluate('heard')).toEqual(['heard']);
  await page.evaluate('parley.on("open", hear); parley.on("open", hear); parley.open()');
  expect(await page.evaluate('heard')).toEqual(['heard', 'heard']);
  await close();
});

test('opened and put away again while it is loaded it stays away, and opens when it is wanted', async () => {
  const { page, close } = await visit(browser, site.page());
  await launcher(page).waitFor();
  let go = () => undefined as void;
  const isWanted = new Promise<void>((resolve) => (go = resolve));
  await page.route('**/web/a/**', async (route) => {
    await isWanted;
    await route.continue();
  });
  await page.evaluate(`window.heard = []; addEventListener('parley:ready', () => heard.push('ready'));
    addEventListener('parley:open', () => heard.push('open')); parley.toggle(); parley.toggle();`);
  go();
  await expect.poll(() => page.evaluate('heard')).toEqual(['ready']);
  await launcher(page).click();
  await sentence(page).waitFor();
  expect(await page.evaluate('heard')).toEqual(['ready', 'open']);
  await page.keyboard.press('Escape');
  await panel(page).waitFor({ state: 'hidden' });
  await close();
});

test('Esc in a dialog of the panel leaves the panel; put away with an open one, the page can be used', async () => {
  const { customer } = await scene(node, 0);
  const body = '<button onclick="this.textContent = \'Pressed\'">Of the page</button>';
  const { page, close } = await visit(browser, site.page({ body }), { prepare: signedIn(customer) });
  await launcher(page).click();
  await page.getByRole('button', { name: 'Settings' }).click();
  const forget = page.getByRole('button', { name: 'Forget me on this device' });
  const asked = page
    .getByRole('dialog')
    .filter({ has: page.getByRole('button', { name: 'Sign out' }) })
    .last();
  const asking = page.locator('parley-chat dialog dialog');
  await forget.click();
  await asked.waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => asking.count()).toBe(0);
  await forget.waitFor(); // the panel is there still
  await forget.click();
  await asking.waitFor();
  await page.evaluate('parley.close()');
  await panel(page).first().waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Of the page' }).click();
  await page.getByText('Pressed').waitFor();
  await launcher(page).click();
  await forget.waitFor();
  await expect.poll(() => asking.count()).toBe(0);
  // a phone that is turned has the panel anew
  await forget.click();
  await asking.waitFor();
  await page.setViewportSize({ width: 390, height: 740 });
  await expect.poll(() => asking.count()).toBe(0);
  await forget.click();
  await asking.waitFor();
  await close();
});

test('with badge="title" the number of what is unread stands before what the page calls itself, and goes with it', async () => {
  const { customer, first, category } = await scene(node, 0);
  const questionId = String((await postQuestion(customer, { category })).id);
  await first.call('question.claim', { questionId });
  const line = () => first.call('message.send', { questionId, clientId: clientId(), body: 'Are you there?' });
  const body = '<h1>A shop</h1><parley-chat badge="launcher title"></parley-chat>';
  const { page, close } = await visit(browser, site.page({ body }), { prepare: signedIn(customer) });
  const title = () => expect.poll(() => page.title());
  await line();
  await title().toBe('(1) Shop');
  await page.evaluate("document.title = 'Cart · Shop'");
  await line();
  await title().toBe('(2) Cart · Shop');
  await page.evaluate("document.querySelector('parley-chat').setAttribute('badge', 'launcher')");
  await title().toBe('Cart · Shop');
  await page.evaluate("document.querySelector('parley-chat').setAttribute('badge', 'title')");
  await title().toBe('(2) Cart · Shop');
  await page.evaluate("document.title = 'Till · Shop'");
  await page.evaluate(`parley.open()`);
  await page.evaluate(`document.querySelector('parley-chat').setAttribute('question', '${questionId}')`);
  await page.getByRole('log').waitFor();
  await title().toBe('Till · Shop'); // it was read
  await page.evaluate('parley.close()');
  await line();
  await title().toBe('(1) Till · Shop');
  await page.evaluate("document.querySelector('parley-chat').remove()");
  await page.clock.fastForward(5_000);
  await title().toBe('Till · Shop');
  await close();
});

test('attributes say language, label, place, theme, and how much is shown; an accent has a text that can be read', async () => {
  const body =
    '<style>parley-chat { --parley-accent: oklch(0.9 0.19 100) }</style><parley-chat locale="de" position="left" theme="dark" open></parley-chat>';
  const { page, close } = await visit(browser, site.page({ body }));
  await page.getByRole('dialog', { name: 'Fachleute fragen' }).waitFor();
  expect((await panel(page).boundingBox())!.x).toBe(20);
  expect(await page.locator('parley-chat .root').getAttribute('data-theme')).toBe('dark');
  const set = (name: string, value: string | null) =>
    page.evaluate(
      ([name, value]) => {
        const chat = document.querySelector('parley-chat')!;
        if (value === null) chat.removeAttribute(name);
        else chat.setAttribute(name, value);
      },
      [name, value] as const,
    );
  await set('open', null);
  await page.getByRole('button', { name: 'Fachleute fragen' }).waitFor();
  const ink = () => launcher(page).evaluate((element) => getComputedStyle(element).color);
  expect(await ink()).toBe('rgb(0, 0, 0)');
  await page.evaluate(() =>
    document.querySelector<HTMLElement>('parley-chat')!.style.setProperty('--parley-accent', 'rgb(80, 0, 60)'),
  );
  await set('theme', 'light');
  expect(await ink()).toBe('rgb(255, 255, 255)');
  await set('label', 'Frag Ada');
  await page.getByRole('button', { name: 'Frag Ada' }).waitFor();
  await set('locale', 'es');
  await set('label', null);
  await page.getByRole('button', { name: 'Pregunte a un experto' }).waitFor();
  await set('hide-launcher', '');
  expect(await launcher(page).isVisible()).toBe(false);
  await close();
});

test('every accent of a host, in both themes: its own lines and what is pressed have it, and all words on and in it can be read', async () => {
  const { page, close } = await visit(browser, site.page({ body: '<parley-chat open></parley-chat>' }));
  await panel(page).waitFor();
  for (const accent of ['#7a2e4d', '#ffd400', '#000', '#fff', '#f00', 'oklch(0.6 0.2 145)'])
    for (const theme of ['light', 'dark']) {
      const pairs = await page.evaluate(contrastsOf, { accent, theme });
      for (const [pair, contrast] of pairs)
        expect([accent, theme, pair, contrast >= 4.5]).toEqual([accent, theme, pair, true]);
      expect(pairs).toHaveLength(5);
    }
  await close();
});

/** In the page: each pair of colours, and how much they differ (1–21). */
function contrastsOf({ accent, theme }: { readonly accent: string; readonly theme: string }): [string, number][] {
  const chat = document.querySelector<HTMLElement>('parley-chat')!;
  chat.style.setProperty('--parley-accent', accent);
  chat.setAttribute('theme', theme);
  const probe = document.createElement('i');
  chat.shadowRoot!.querySelector('.root')!.append(probe);
  const pen = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
  const luminance = (token: string) => {
    probe.style.color = `var(--${token})`;
    pen.fillStyle = getComputedStyle(probe).color;
    pen.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0] = [...pen.getImageData(0, 0, 1, 1).data].map((channel) =>
      channel <= 10 ? channel / 3294 : ((channel / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const pairs: [string, string][] = [
    ['on-accent', 'accent'],
    ['on-bubble-me', 'bubble-me'],
    ['accent-ink', 'surface'],
    ['accent-ink', 'bg'],
    ['accent-ink', 'accent-soft'],
  ];
  const found = pairs.map(([one, other]): [string, number] => {
    const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
    return [`${one} / ${other}`, (high + 0.05) / (low + 0.05)];
  });
  probe.remove();
  return found;
}

test('a page that is left for another one is kept by the browser, and catches up when it is back', async () => {
  const { customer, first, category } = await scene(node, 0);
  const { id } = await postQuestion(customer, { category });
  const questionId = String(id);
  await first.call('question.claim', { questionId });
  const context = await browser.newContext();
  const session = JSON.stringify({ token: customer.token, user: customer.user });
  await context.addInitScript(
    ([port, kept]) => {
      if (location.port === port) localStorage.setItem('parley.session', kept);
    },
    [String(site.port), session] as const,
  );
  const page = await context.newPage();
  // asked of the page itself by requests, since nobody holds a page that comes back by its old handle
  const told: string[] = [];
  context.on('request', (request) => {
    const [, news] = /\/told\?(.*)$/.exec(request.url()) ?? [];
    if (news !== undefined) told.push(decodeURIComponent(news));
  });
  const head = `<script>
    const tell = (news) => fetch('/told?' + encodeURIComponent(news));
    addEventListener('pageshow', ({ persisted }) => persisted && tell('kept'));
    addEventListener('parley:message', ({ detail }) => tell('a line of ' + detail.by));
  </script>`;
  const body = `<h1>A shop</h1><parley-chat open question="${questionId}"></parley-chat>`;
  await page.goto(site.page({ head, body }));
  await page.getByRole('log').waitFor();
  await page.getByRole('textbox', { name: 'Write a message' }).fill('Not sent yet');
  await page.goto(site.page({ body: '<h1>Elsewhere</h1>', script: false }));
  await first.call('message.send', { questionId, clientId: clientId(), body: 'Are you there?' });
  await page.evaluate('history.back()').catch(() => undefined);
  await expect.poll(() => told).toEqual(['kept', 'a line of expert']);
  await context.close();
});

test('on a phone it takes the window, gives it back, and the focus returns to the launcher', async () => {
  const { page, close } = await visit(browser, site.page(), {
    viewport: { width: 390, height: 800 },
    hasTouch: true,
    isMobile: true,
  });
  await launcher(page).tap();
  await sentence(page).waitFor();
  expect(await panel(page).evaluate((element) => element.matches(':modal'))).toBe(true);
  expect(await panel(page).boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 800 });
  await page.setViewportSize({ width: 390, height: 500 }); // as a keyboard would
  await expect.poll(async () => (await panel(page).boundingBox())!.height).toBe(500);
  await page.keyboard.press('Escape');
  await panel(page).waitFor({ state: 'hidden' });
  expect(await page.evaluate("document.querySelector('parley-chat').shadowRoot.activeElement.className")).toContain(
    'launcher',
  );
  await close();
});

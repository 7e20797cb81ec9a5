// Rule 6.3: the link of a letter that ends such letters: one POST of a mail program (RFC 8058), or a page with a button.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { MailChoice } from '../../src/domain/mail.ts';
import { world } from '../helpers/node.ts';
import { join } from '../helpers/people.ts';

const here = world();
let node: Node;
beforeAll(async () => {
  node = await here.start();
});
afterAll(() => here.close());

const linkOf = (userId: string, choice: MailChoice) =>
  `${node.url}/unsubscribe?token=${node.ctx.tokens.signChoice(userId, choice)}`;
const accountOf = async (id: string) => (await node.ctx.stores.users.read(id))!;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const oneClick = (link: string, headers: Record<string, string> = FORM, body = 'List-Unsubscribe=One-Click') =>
  fetch(link, { method: 'POST', headers, body });

test('looking changes nothing, by GET, by HEAD, ever so often', async () => {
  const { user } = await join(node, 'expert');
  const before = await accountOf(user.id);
  for (const method of ['GET', 'HEAD', 'GET']) {
    const answer = await fetch(linkOf(user.id, 'openRequests'), { method });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  }
  expect(await accountOf(user.id)).toEqual(before);
});

test('6.3 one POST ends them at once, without a session, and the same again changes nothing more', async () => {
  const { user } = await join(node, 'expert');
  const answer = await oneClick(linkOf(user.id, 'openRequests'));
  expect(answer.status).toBe(200);
  const ended = await accountOf(user.id);
  expect(ended.notify.openRequests).toBe(false);
  expect(ended.notify).toEqual({ ...ended.notify, openRequests: false });
  expect((await oneClick(linkOf(user.id, 'openRequests'))).status).toBe(200);
  expect(await accountOf(user.id)).toEqual(ended);
});

test.each([
  ['a form in parts', { 'content-type': 'multipart/form-data; boundary=x' }, '--x\r\n\r\n--x--'],
  ['no type', {}, ''],
  ['plain text', { 'content-type': 'text/plain' }, 'List-Unsubscribe=One-Click'],
])('a mail program that sends %s ends them, too', async (_what, headers, body) => {
  const { user } = await join(node, 'customer');
  expect((await oneClick(linkOf(user.id, 'reminders'), headers, body)).status).toBe(200);
  expect((await accountOf(user.id)).notify.reminders).toBe(false);
});

test('whoever pressed it by mistake begins again on the page', async () => {
  const { user } = await join(node, 'customer', { locale: 'de' });
  const link = linkOf(user.id, 'reminders');
  expect(await (await oneClick(link)).text()).toContain('Die Erinnerungen sind beendet');
  const page = await (await fetch(link)).text();
  expect(page).toContain('<html lang="de">');
  expect(page).toContain('value="again"');
  expect(await (await oneClick(link, FORM, 'choice=again')).text()).toContain('Wir erinnern Sie wieder');
  expect((await accountOf(user.id)).notify.reminders).toBe(true);
});

test('many presses at once end as one', async () => {
  const { user } = await join(node, 'expert');
  const before = await accountOf(user.id);
  const answers = await Promise.all(Array.from({ length: 4 }, () => oneClick(linkOf(user.id, 'openRequests'))));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await accountOf(user.id)).version).toBe(before.version + 1);
});

test('a wish of another kind in the same moment is not lost', async () => {
  const { user } = await join(node, 'expert');
  await Promise.all([oneClick(linkOf(user.id, 'openRequests')), oneClick(linkOf(user.id, 'reminders'))]);
  expect((await accountOf(user.id)).notify).toEqual({ openRequests: false, reminders: false });
});

test('a link that is none of ours is a page that says so, and changes nothing', async () => {
  const { user } = await join(node, 'expert');
  const before = await accountOf(user.id);
  const token = node.ctx.tokens.signChoice(user.id, 'openRequests');
  const [id = '', , proof = ''] = token.split('.');
  const bad = [
    ...[
      '',
      'x',
      '..',
      token.slice(0, -1),
      `${token}x`,
      `${token}.x`,
      `${id}.reminders.${proof}`,
      `${id}.role.${proof}`,
    ],
    ...[`u_nobody.openRequests.${proof}`, '%00', '\u202e', 'a'.repeat(5_000)],
    node.ctx.tokens.signChoice('u_nobody', 'openRequests'),
    node.ctx.tokens.link(['openRequests', user.id]),
  ];
  for (const wrong of bad) {
    const link = `${node.url}/unsubscribe?token=${encodeURIComponent(wrong)}`;
    for (const answer of [await fetch(link, { headers: { 'accept-language': 'es' } }), await oneClick(link)]) {
      expect([wrong, answer.status]).toEqual([wrong, 404]);
      expect(answer.headers.get('content-type')).toContain('text/html');
    }
  }
  for (const query of ['', '?token=a&token=b', '?other=1']) {
    const answer = await fetch(`${node.url}/unsubscribe${query}`, { headers: { 'accept-language': 'es' } });
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('Este enlace no lleva a ninguna parte');
  }
  expect(await accountOf(user.id)).toEqual(before);
});

test('a link of somebody who is switched off is none', async () => {
  const { user } = await join(node, 'expert');
  const before = await accountOf(user.id);
  await node.ctx.stores.users.save({ ...before, active: false, version: before.version + 1 });
  expect((await oneClick(linkOf(user.id, 'openRequests'))).status).toBe(404);
});

test('a body that is too long is refused before it is read', async () => {
  const { user } = await join(node, 'expert');
  expect((await oneClick(linkOf(user.id, 'openRequests'), FORM, 'x'.repeat(5_000))).status).toBe(413);
  expect((await accountOf(user.id)).notify.openRequests).toBe(true);
});

test('another site cannot press it with a visitor’s browser', async () => {
  const { user } = await join(node, 'expert');
  const link = linkOf(user.id, 'openRequests');
  expect((await oneClick(link, { ...FORM, origin: 'https://elsewhere.example.test' })).status).toBe(403);
  expect((await accountOf(user.id)).notify.openRequests).toBe(true);
});

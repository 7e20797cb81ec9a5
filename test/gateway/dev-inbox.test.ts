import { expect, test } from 'vitest';
import type { InboxMail } from '../../src/models/inbox.ts';
import { createWorld } from './world.ts';

const mail = (id: string, to: string, minute: number): InboxMail => ({
  id,
  to,
  from: 'Parley <no-reply@localhost>',
  subject: `<b>${id}</b>`,
  text: 'Hello & <script>alert(1)</script>',
  html: '<p>Hello</p><script>alert(1)</script>',
  at: new Date(Date.UTC(2026, 10, 22, 12, minute)),
});
const inboxOf = (mails: InboxMail[]) => ({
  list: async (to?: string) => mails.filter((one) => to === undefined || one.to === to),
  find: async () => ({
    items: mails.map(({ id, to, from, subject, at }) => ({ id, to, from, subject, at })),
    total: 2,
  }),
  read: async (id: string) => mails.find((one) => one.id === id) ?? null,
});
const MAILS = [mail('m1', 'a@x.test', 1), mail('m2', 'b@x.test', 2)];

test('programs list the mail, all or of one recipient', async () => {
  const world = await createWorld({ inbox: inboxOf(MAILS) });
  expect((await world.app.inject('/dev/mail')).json()).toHaveLength(2);
  expect((await world.app.inject('/dev/mail?to=b%40x.test')).json()).toMatchObject([{ id: 'm2', to: 'b@x.test' }]);
  await world.close();
});

test('the page asks for a list without what is in the letters, and for one letter', async () => {
  const world = await createWorld({ inbox: inboxOf(MAILS) });
  const listed = (await world.app.inject('/dev/inbox/letters?after=nonsense&to=a&to=b')).json();
  expect(listed).toMatchObject({ total: 2, items: [{ id: 'm1' }, { id: 'm2' }] });
  expect(JSON.stringify(listed)).not.toContain('script');
  expect((await world.app.inject('/dev/inbox/letter?mail=m2')).json()).toMatchObject({
    id: 'm2',
    html: MAILS[1]!.html,
  });
  for (const path of ['letter', 'letter?mail=m3', 'html', 'html?mail=m3']) {
    expect((await world.app.inject(`/dev/inbox/${path}`)).statusCode).toBe(404);
  }
  await world.close();
});

test('the HTML of a letter may do nothing, in whatever window', async () => {
  const world = await createWorld({ inbox: inboxOf(MAILS) });
  const { body, headers } = await world.app.inject('/dev/inbox/html?mail=m1');
  expect(headers['content-type']).toContain('text/html');
  expect(body).toContain('<p>Hello</p>');
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain('sandbox allow-popups allow-popups-to-escape-sandbox');
  expect(policy).not.toMatch(/script-src|allow-scripts|allow-same-origin/);
  await world.close();
});

test('without an inbox there is none', async () => {
  const production = await createWorld();
  for (const path of ['inbox', 'mail', 'inbox/letters', 'inbox/letter?mail=m1', 'inbox/html?mail=m1']) {
    expect((await production.app.inject(`/dev/${path}`)).statusCode).toBe(404);
  }
  await production.close();
});

import { expect, test } from 'vitest';
import type { InboxMail } from '../../src/models/inbox.ts';
import { createWorld } from './world.ts';

const mail = (id: string, to: string, minute: number): InboxMail => ({
  id,
  to,
  from: 'Parley <no-reply@localhost>',
  subject: `<b>${id}</b>`,
  text: 'Hello & <script>alert(1)</script>',
  html: '<p>Hello</p>',
  at: new Date(Date.UTC(2026, 10, 22, 12, minute)),
});
const inboxOf = (mails: InboxMail[]) => ({
  list: async (to?: string) => mails.filter((one) => to === undefined || one.to === to),
});

test('programs list the mail, all or of one recipient', async () => {
  const world = await createWorld({ inbox: inboxOf([mail('m1', 'a@x.test', 1), mail('m2', 'b@x.test', 2)]) });
  expect((await world.app.inject('/dev/mail')).json()).toHaveLength(2);
  expect((await world.app.inject('/dev/mail?to=b%40x.test')).json()).toMatchObject([{ id: 'm2', to: 'b@x.test' }]);
  await world.close();
});

test('people see it newest first and as text only', async () => {
  const world = await createWorld({ inbox: inboxOf([mail('old', 'a@x.test', 1), mail('new', 'b@x.test', 2)]) });
  const { body, headers } = await world.app.inject('/dev/inbox');
  expect(headers['content-type']).toContain('text/html');
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(body.indexOf('new')).toBeLessThan(body.indexOf('old'));
  expect(body).toContain('&lt;script&gt;');
  expect(body).not.toContain('<script>');
  expect(body).not.toContain('<b>');
  await world.close();
});

test('an empty inbox says so, and without an inbox there is none', async () => {
  const [empty, production] = [await createWorld({ inbox: inboxOf([]) }), await createWorld()];
  expect((await empty.app.inject('/dev/inbox')).body).toContain('Nothing yet');
  for (const path of ['/dev/inbox', '/dev/mail']) expect((await production.app.inject(path)).statusCode).toBe(404);
  await empty.close();
  await production.close();
});

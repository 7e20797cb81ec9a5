// Texts that experts keep for messages, over real sockets.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, post } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { codeOf, each, join, pagesOf, refused } from '../helpers/people.ts';

const here = world();
let node: Node;
beforeAll(async () => {
  node = await here.start();
});
afterAll(() => here.close());

const TEXT = { title: 'Hello', body: 'Dear {name},\nhow can I help?', locale: 'en' };

test('2.3 a text is kept, changed and forgotten by its expert, and nobody else knows of it', async () => {
  const [ada, ben] = await Promise.all([join(node, 'expert'), join(node, 'expert')]);
  const { template } = await ada.call('template.save', { ...TEXT, title: '  Hello \n' });
  expect(template).toEqual({ id: expect.stringMatching(/^tp_/), ...TEXT });
  const templateId = template.id as string;
  expect((await ben.call('template.list')).items).toEqual([]);
  await refused(ben.call('template.save', { templateId, ...TEXT }), 'not_found');
  await refused(ben.call('template.remove', { templateId }), 'not_found');

  const changed = { ...TEXT, body: 'Good morning.' };
  expect(await ada.call('template.save', { templateId, ...changed })).toEqual({
    template: { ...template, ...changed },
  });
  expect((await ada.call('template.list')).items).toEqual([{ id: templateId, ...changed }]);
  await ada.call('template.remove', { templateId });
  expect((await ada.call('template.list')).items).toEqual([]);
  await refused(ada.call('template.remove', { templateId }), 'not_found');
});

test('2.3 the same text again is the same one; another text under its title is refused, in another language it is not', async () => {
  const ada = await join(node, 'expert');
  const first = await ada.call('template.save', TEXT);
  // an answer was lost: asked again over the other transport
  expect(await post(node.url, 'template.save', TEXT, ada.token)).toEqual(first);
  const taken = await refused(ada.call('template.save', { ...TEXT, title: 'HELLO', body: 'No.' }), 'input.invalid');
  expect(taken.details).toEqual({ fields: [{ path: 'title', reason: 'taken' }] });
  const german = await ada.call('template.save', { ...TEXT, locale: 'de' });
  const { id: templateId } = german.template as Json;
  await refused(ada.call('template.save', { templateId, ...TEXT }), 'input.invalid');
  expect(each((await ada.call('template.list')).items, 'locale')).toEqual(['de', 'en']);
});

test('2.3 there are a hundred of them at most, however many are saved at once', async () => {
  const ada = await join(node, 'expert');
  const { templates } = node.ctx.stores;
  const id = String(ada.user.id);
  for (let index = 0; index < 96; index += 1) {
    await templates.add(id, { id: `tp_${clientId()}`, title: `Text ${index}`, body: 'x', locale: 'en' });
  }
  const saving = Array.from({ length: 8 }, (_, index) =>
    codeOf(ada.call('template.save', { ...TEXT, title: `Another ${index}` })),
  );
  const codes = await Promise.all(saving);
  expect(codes.toSorted()).toEqual([
    ...Array<string>(4).fill('conflict.too_many_templates'),
    ...Array<string>(4).fill('ok'),
  ]);
  const pages = await pagesOf(ada, 'template.list', {});
  expect(pages.map((page) => page.length)).toEqual([50, 50]);
  const [last] = pages[1] as [Json];
  await ada.call('template.remove', { templateId: last.id });
  await ada.call('template.save', { ...TEXT, title: 'There is a place again' });
});

test('2.3 customers and admins keep none', async () => {
  for (const role of ['customer', 'admin'] as const) {
    const who = await join(node, role);
    await refused(who.call('template.list'), 'auth.forbidden');
    await refused(who.call('template.save', TEXT), 'auth.forbidden');
  }
});

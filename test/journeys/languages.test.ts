// Rule 11.1: what people of other languages are told on their way: refusals, warnings, notices, offers, e-mails.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, greeted, login, post, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { join, leave, mailed, ownCategory, refused } from '../helpers/people.ts';

const PUBLIC_URL = 'https://parley.example.test';
const here = world({ PUBLIC_URL, POLICY_OFFER_DELAY: '0s' });
let node: Node;

beforeAll(async () => {
  node = await here.start();
});
afterAll(() => here.close());

/** Money is written with a space that does not break. */
const plain = (text: unknown) => String(text).replaceAll('\u00a0', ' ');

const noticeOf = async (who: Client, code: string) =>
  plain((await who.heard('notice', (one) => one.code === code)).text);

const letter = async (who: Client, count: number): Promise<Json> => {
  const { subject, text, html } = (await mailed(node, String(who.user.email), count))[count - 1]!;
  return { subject, text: plain(text), html: plain(html) };
};

test('11.1 a question in German: offer, refusal, warning, notices and e-mails are in German', async () => {
  const category = await ownCategory(node);
  const expert = (locale: 'de' | 'en') => join(node, 'expert', { categories: [category], locale });
  const [customer, first, other] = await Promise.all([
    join(node, 'customer', { name: 'Grete', locale: 'de' }),
    expert('de'),
    expert('de'),
  ]);
  const english = await expert('en');
  const subject = 'Mein Laptop startet nicht';

  const request = await requested(customer, first, { category, subject });
  const { id, questionId } = request;
  expect(request.service.title).toBe('Sichere Fernhilfe');
  // 5.1: in the words of the category
  const { items } = await post(node.url, 'category.list', { locale: 'de' });
  const { services } = (items as Json[]).find((one) => one.id === category)!;
  expect((services as Json[]).find(({ key }) => key === 'remote_assistance')).toMatchObject({
    title: 'Sichere Fernhilfe',
    description: request.description,
  });
  expect(request.description).toContain('die Sie jederzeit beenden können');

  const tooEarly = await refused(customer.call('question.rate', { questionId, stars: 5 }), 'conflict.not_answered');
  expect(tooEarly.message).toContain('sobald der Experte die Antwort als vollständig gekennzeichnet hat.');
  const unknown = { method: 'GET', headers: { 'accept-language': 'de-AT,de;q=0.9' } };
  const problem = (await (await fetch(`${node.url}/v1/question.get?questionId=${questionId}`, unknown)).json()) as Json;
  expect(problem).toMatchObject({ code: 'auth.required', detail: 'Bitte melden Sie sich zuerst an.' });
  const { message } = await customer.call('message.send', {
    questionId,
    clientId: clientId(),
    body: 'Schreiben Sie an grete@example.test',
  });
  expect(message.warnings[0].hint).toMatch(/^Das sieht nach einer E-Mail-Adresse aus\. .*Feld für private Angaben\.$/);

  await first.call('request.decline', { requestId: id });
  expect(await noticeOf(customer, 'request.passed')).toBe(
    'Ihr Experte dankt Ihnen für die Anfrage „Sichere Fernhilfe“, kann sie aber nicht selbst übernehmen. Sie steht nun allen Experten der Kategorie offen, und Ihre schriftliche Unterhaltung geht weiter.',
  );
  const open = await letter(other, 1);
  expect(open.subject).toBe(`[Sichere Fernhilfe angefragt] ${subject}`);
  expect(open.text).toContain('Sie würden 19,50 $ verdienen.');
  expect(open.text).toContain(`Anfrage jetzt ansehen: ${PUBLIC_URL}/requests/${id}`);
  expect(open.text).toContain('Diese Nachricht wurde von Parley automatisch gesendet.');
  expect(open.text).toContain('Wählen Sie, über welche Anfragen wir Ihnen schreiben:');
  expect(open.html).toContain('<html lang="de"');
  expect((await letter(english, 1)).subject).toBe(`[Secure Remote Assistance Requested] ${subject}`);

  // each reads and hears it in their own language
  const prefixOf = async (who: Client): Promise<unknown> =>
    (await who.call('request.get', { requestId: id })).request.prefix;
  expect(await prefixOf(other)).toBe('[Sichere Fernhilfe angefragt]');
  expect(await prefixOf(english)).toBe('[Secure Remote Assistance Requested]');
  const heardBy = (who: Client) =>
    who.heard('request.changed', (request) => request.id === id && request.state === 'open');
  const german = await heardBy(other);
  expect(german).toEqual((await other.call('request.get', { requestId: id })).request);
  expect(german).toMatchObject({ prefix: '[Sichere Fernhilfe angefragt]', service: { title: 'Sichere Fernhilfe' } });
  expect((await heardBy(english)).prefix).toBe('[Secure Remote Assistance Requested]');

  await leave(node, customer);
  await other.call('request.accept', { requestId: id });
  const accepted = await letter(customer, 1);
  expect(accepted.subject).toBe('Ihre Anfrage „Sichere Fernhilfe“ wurde angenommen');
  expect(accepted.text).toContain('Ihr Zahlungsmittel wurde mit 39,00 $ belastet.');
  expect(accepted.text).toContain(`Unterhaltung öffnen: ${PUBLIC_URL}/questions/${questionId}`);
  const late = await refused(first.call('request.accept', { requestId: id }), 'conflict.already_accepted');
  expect(late.message).toContain('Diese Anfrage wurde bereits von einem anderen Experten angenommen.');
});

test('11.1 a question in Spanish: offer, refusal, notice and e-mail are in Spanish', async () => {
  const category = await ownCategory(node);
  const [customer, first, other] = await Promise.all([
    join(node, 'customer', { name: 'Sol', locale: 'es' }),
    join(node, 'expert', { categories: [category], locale: 'es' }),
    join(node, 'expert', { categories: [category], locale: 'es' }),
  ]);
  const { id, questionId, service } = await requested(customer, first, { category, subject: 'Mi portátil no arranca' });
  expect(service.title).toBe('Asistencia remota segura');
  const early = await refused(other.call('request.report', { requestId: id, connected: true }), 'not_found');
  expect(early.message).toBe('not_found: No hemos podido encontrarlo.');

  await first.call('request.decline', { requestId: id });
  expect(await noticeOf(customer, 'request.passed')).toContain('Su experto le agradece la solicitud de «Asistencia');
  const open = await letter(other, 1);
  expect(open.subject).toBe('[Solicitud: Asistencia remota segura] Mi portátil no arranca');
  expect(open.text).toContain('Usted ganaría 19,50 US$.');
  expect(open.html).toContain('<html lang="es"');

  await leave(node, customer);
  await other.call('request.accept', { requestId: id });
  const accepted = await letter(customer, 1);
  expect(accepted.subject).toBe('Su solicitud de «Asistencia remota segura» ha sido aceptada');
  expect(accepted.text).toContain('Le hemos cobrado 39,00 US$.');
  expect(accepted.text).toContain(`Abrir la conversación: ${PUBLIC_URL}/questions/${questionId}`);
});

test('5.1, 11.1 what the catalogue says of a service is in the language of whoever reads it', async () => {
  const category = await ownCategory(node);
  const [customer, first, english, spanish] = await Promise.all([
    join(node, 'customer', { name: 'Grete', locale: 'de' }),
    join(node, 'expert', { categories: [category], locale: 'de' }),
    join(node, 'expert', { categories: [category], locale: 'en' }),
    join(node, 'expert', { categories: [category], locale: 'es' }),
  ]);
  const request = await requested(customer, first, { category });
  const { id: requestId, questionId } = request;
  await first.call('request.decline', { requestId });
  const { services, automaticService } = (await node.ctx.stores.categories.find(category))!;
  const { title, description } = services.find(({ key }) => key === automaticService)!;

  expect(request.description).toBe(description.de);
  for (const [who, locale] of [
    [english, 'en'],
    [spanish, 'es'],
    [first, 'de'],
  ] as const) {
    const { request: landing } = await who.call('request.get', { requestId }); // what the landing page asks
    const listed = ((await who.call('request.list', { view: 'open' })).items as Json[]).find(
      ({ id }) => id === requestId,
    )!;
    for (const read of [landing, listed]) {
      expect([read.description, read.service.title]).toEqual([description[locale], title[locale]]);
    }
  }
  const { offers } = await customer.call('question.get', { questionId });
  expect(offers[0].description).toBe(description.de);
  const admin = await login(node.url, 'care@example.test'); // reads English
  const { items } = await admin.call('evidence.get', { questionId });
  const shown = (items as Json[]).find(({ type, what }) => type === 'offer' && what === 'shown')!;
  expect(shown.terms).toMatchObject({ service: title.en, description: description.en });
  admin.close();
});

test('8.1, 11.1 what an expert wrote of a service stays in their words, whoever reads it', async () => {
  const category = await ownCategory(node);
  const [customer, first] = await Promise.all([
    join(node, 'customer', { name: 'Sol', locale: 'es' }),
    join(node, 'expert', { categories: [category], locale: 'de' }),
  ]);
  const { id: questionId } = await postQuestion(customer, { category });
  await greeted(customer, first, questionId as string);
  for (const body of ['Hola', '¿Qué puedo hacer?']) {
    await customer.call('message.send', { questionId, clientId: clientId(), body });
  }
  const wrote = { title: 'Hausbesuch', description: 'Ich komme vorbei.' };
  const { offer } = await first.call('offer.propose', {
    ...{ questionId, service: { title: wrote.title }, description: wrote.description, clientId: clientId() },
    price: { amount: 2_000, currency: 'USD' },
  });
  const { offers } = await customer.call('question.get', { questionId });
  const read = (offers as Json[]).find(({ id }) => id === offer.id)!;
  for (const one of [offer, read]) expect([one.service.title, one.description]).toEqual(Object.values(wrote));
  const { items } = await first.call('catalogue.list');
  expect(items[0]).toMatchObject(wrote);
});

test('1.2, 11.1 a service that an admin renames is called so everywhere, in each reader’s language', async () => {
  const category = await ownCategory(node);
  const named = { en: 'Screen Help', de: 'Hilfe am Bildschirm', es: 'Ayuda en pantalla' };
  const before = (await node.ctx.stores.categories.find(category))!;
  const services = before.services.map((one) => (one.key === before.automaticService ? { ...one, title: named } : one));
  const care = await join(node, 'admin', { locale: 'es' });
  await care.call('category.save', { ...before, services });

  const [customer, first, other] = await Promise.all([
    join(node, 'customer', { name: 'Grete', locale: 'de' }),
    join(node, 'expert', { categories: [category], locale: 'en' }),
    join(node, 'expert', { categories: [category], locale: 'es' }),
  ]);
  const { id, service } = await requested(customer, first, { category, subject: 'X' });
  expect(service).toEqual({ key: 'remote_assistance', title: named.de });
  await first.call('request.decline', { requestId: id });
  const passed = await customer.heard('notice', ({ code }) => code === 'request.passed');
  expect(passed.text).toContain('Ihr Experte dankt Ihnen für die Anfrage „Hilfe am Bildschirm“');
  expect(passed.params).toMatchObject({ service: 'remote_assistance', title: named.de });
  const open = await letter(other, 1);
  expect(open.subject).toBe('[Solicitud: Ayuda en pantalla] X');
  expect(open.text).toContain('Ayuda en pantalla');
  expect((await first.call('request.get', { requestId: id })).request.prefix).toBe('[Screen Help Requested]');
  await other.call('request.accept', { requestId: id });
  expect((await other.call('request.get', { requestId: id })).request.prefix).toBe(
    '[Solicitud aceptada: Ayuda en pantalla]',
  );
  expect(await noticeOf(customer, 'request.accepted')).toContain('„Hilfe am Bildschirm“');

  // renamed once more: what was shown keeps its name
  const current = (await node.ctx.stores.categories.find(category))!;
  await care.call('category.save', { ...current, services: before.services });
  const no = { connected: false, attempts: 3, reason: 'no answer', comment: 'Rang three times.' };
  await other.call('request.report', { requestId: id, ...no });
  expect(await noticeOf(customer, 'request.unfulfilled')).toContain('„Hilfe am Bildschirm“');
  const letters = await mailed(node, String(care.user.email), 1);
  expect(letters[0]!.text).toContain('Ayuda en pantalla');
});

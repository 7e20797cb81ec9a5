// Text at the door over both transports: accounts, names, searches and messages in whatever way they are written, and any text in
// any field. What each field does with each text: test/commands/text-fields.test.ts.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomFrom } from '../chaos/chatter.ts';
import { piecesOf } from '../domain/worst-text.ts';
import { clientId } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { each } from '../helpers/people.ts';
import { place } from './world.ts';
import type { Answer, Place, Who } from './world.ts';

const E = 'Jose\u0301';

let here: Place;
beforeAll(async () => {
  here = await place({ RATE_LOGINS: '100000', RATE_VISITORS: '100000' });
});
afterAll(() => here.close());

const TRANSPORTS = ['http', 'socket'] as const;

describe.each(TRANSPORTS)('over %s', (transport) => {
  const ask = (who: Who, name: string, input: Json): Promise<Answer> =>
    transport === 'http' || who !== 'nobody'
      ? here[transport](who, name, JSON.stringify(input))
      : here.http(who, name, JSON.stringify(input)); // a socket is somebody's
  const good = async (who: Who, name: string, input: Json): Promise<Json> => {
    const answer = await ask(who, name, input);
    expect(answer.ok, answer.text).toBe(true);
    return answer.data;
  };
  const reasons = async (who: Who, name: string, input: Json): Promise<unknown> => {
    const answer = await ask(who, name, input);
    return answer.ok ? 'taken' : (answer.error['details'] as Json)['fields'];
  };
  const created = (change: Json) => ({
    role: 'expert',
    name: 'Zoe',
    password: 'long-enough',
    email: `${clientId()}@example.test`,
    ...change,
  });

  test('1.1 an account is the same however its e-mail is written', async () => {
    const mark = clientId().slice(-8);
    const local = `kim.${mark}`;
    const { user } = await good('care', 'user.create', created({ email: ` ${local}@Müller.Example ` }));
    expect(user.email).toBe(`${local}@xn--mller-kva.example`);
    for (const email of [
      `${local}@müller.example`,
      `${local}@mu\u0308ller.example`,
      ` ${local.toUpperCase()}@XN--MLLER-KVA.example\n`,
    ]) {
      expect((await good('nobody', 'session.login', { email, password: 'long-enough' }))['user'].id).toBe(user.id);
      const again = await ask('care', 'user.create', created({ email }));
      expect(again.error['code']).toBe('conflict.email_taken');
    }
    const found = await good('care', 'user.list', { search: `${mark}@MÜLLER.ex` });
    expect(each(found['items'] as Json[], 'id')).toEqual([user.id]);
    await good('care', 'user.create', created({ email: `${local}@x.xn--p1ai` }));
  });

  test('1.1 a blank round the e-mail does not keep anybody out', async () => {
    const answer = await good('nobody', 'session.login', { email: '  ada@example.test\t', password: 'parley-demo' });
    expect(answer['user'].name).toBe('Ada');
  });

  test('1.1 a password is the same however its letters are made', async () => {
    const email = `${clientId()}@example.test`;
    await good('care', 'user.create', created({ email, password: `${E}-${E}` }));
    for (const password of [`${E}-${E}`, 'José-José']) await good('nobody', 'session.login', { email, password });
    const wrong = await ask('nobody', 'session.login', { email, password: 'Jose-Jose' });
    expect(wrong.error['code']).toBe('auth.required');
  });

  test('who is looked for is found however the name is written', async () => {
    const mark = clientId().slice(-8);
    const composed = await good('nobody', 'session.visitor', { locale: 'es', name: `Jos\u00e9 ${mark}` });
    const decomposed = await good('nobody', 'session.visitor', { locale: 'es', name: ` Jose\u0301 ${mark}` });
    expect(decomposed['user'].name).toBe(composed['user'].name);
    for (const search of [`Jos\u00e9 ${mark}`, `JOSE\u0301 ${mark}`, ` Jose\u0301 ${mark}\n`]) {
      const { items } = await good('care', 'user.list', { search });
      expect(each(items as Json[], 'id').toSorted()).toEqual([composed['user'].id, decomposed['user'].id].toSorted());
    }
    expect((await good('care', 'user.list', { search: `Jose ${mark}` }))['items']).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['zero width', '\u200b\u200b', 'too_small'],
    ['marks on nothing', '\u0301\u0301', 'too_small'],
    ['fillers', '\u3164\u3164', 'too_small'],
    ['an override', 'Ada\u202e)erac remotsuc(', 'hidden_characters'],
    ['an isolate', '\u2067Ada', 'hidden_characters'],
    ['tags', 'Ada\u{e0041}', 'hidden_characters'],
    ['zero width between letters', 'A\u200bda', 'hidden_characters'],
    ['the service', 'Parley', 'reserved'],
    ['the service in other letters', 'Раrlеу', 'reserved'],
    ['customer care', 'Customer  care', 'reserved'],
    ['customer care in German', 'Kunden-Service Müller', 'reserved'],
    ['customer care in Spanish', 'Atencion al cliente', 'reserved'],
    ['a role', 'Expert', 'reserved'],
    ['an admin', 'Admin', 'reserved'],
    ['an expert of the team', 'Ada', 'looks_like_team'],
    ['an expert in other letters', 'Аdа', 'looks_like_team'],
    ['an expert with a digit', 'C1eo', 'looks_like_team'],
    ['an admin of the team', 'CARE', 'looks_like_team'],
  ])('1.1 a customer is not called as %s', async (_what, name, reason) => {
    const fields = [{ path: 'name', reason }];
    expect(await reasons('nobody', 'session.visitor', { locale: 'en', name })).toEqual(fields);
    expect(await reasons('customer', 'user.update', { name })).toEqual(fields);
  });

  test('1.1 experts are not called as a role or an admin; admins call people what they like', async () => {
    for (const name of ['Customer care', 'Parley support']) {
      expect(await reasons('ben', 'user.update', { name })).toEqual([{ path: 'name', reason: 'reserved' }]);
    }
    expect(await reasons('ben', 'user.update', { name: 'Саrе' })).toEqual([
      { path: 'name', reason: 'looks_like_team' },
    ]);
    for (const name of ['Ben', 'Cleo', 'Ben']) await good('ben', 'user.update', { name });
    await good('care', 'user.update', { name: 'Customer Care' });
    await good('care', 'user.update', { name: 'Care' });
    const { user } = await good('care', 'user.create', created({ name: 'Support' }));
    // and whoever keeps a name may keep everything else
    await good('care', 'user.update', { userId: here.ids.customer, name: 'Ada' });
    await good('customer', 'user.update', { name: 'Ada', locale: 'en' });
    await good('care', 'user.update', { userId: here.ids.customer, name: 'Cora' });
    await good('care', 'user.update', { userId: user.id, active: false, name: 'Xenia Off' });
    await good('nobody', 'session.visitor', { locale: 'en', name: 'Xenia Off' }); // of the team no more
  });

  test('2.3 a message stays as it was written, and is the same again', async () => {
    const body = `${E}\u202e\u200b  \0 two\r\nlines`;
    const input = { questionId: here.ids.question, clientId: clientId(), body };
    const first = await good('customer', 'message.send', input);
    expect(first['message'].body).toBe(body.replace('\r\n', '\n'));
    expect((await good('customer', 'message.send', input))['message']).toEqual(first['message']);
  });

  test('a refusal names no more than twenty fields, and no endless ones', async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`extra${index}`, 1]));
    expect(await reasons('customer', 'session.get', many)).toHaveLength(20);
    const [long] = (await reasons('customer', 'session.get', { ['x'.repeat(50_000)]: 1 })) as Json[];
    expect(long?.['path']).toHaveLength(100);
  });

  test(
    'whatever is written into any field of text, nothing is internal and nothing grows',
    { timeout: 180_000 },
    async () => {
      const random = randomFrom(Number(process.env['FUZZ'] ?? 1));
      const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
      const text = () => {
        const unit = Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(piecesOf())).join('');
        return unit
          .repeat(pick([1, 1, 2, 5, 40, 400]))
          .slice(0, pick([20, 80, 200, 2_000, 20_000]))
          .toWellFormed();
      };
      const { question, offer, request } = here.ids;
      const TARGETS: readonly (readonly [who: Who, name: string, field: string, rest: () => Json])[] = [
        ['nobody', 'session.visitor', 'name', () => ({ locale: 'en' })],
        ['nobody', 'session.visitor', 'email', () => ({ locale: 'en' })],
        ['nobody', 'session.login', 'email', () => ({ password: 'x' })],
        ['customer', 'user.update', 'name', () => ({})],
        ['care', 'user.list', 'search', () => ({})],
        ['care', 'audit.list', 'about', () => ({})],
        ['ada', 'request.list', 'cursor', () => ({ view: 'open' })],
        ['customer', 'message.send', 'body', () => ({ questionId: question, clientId: clientId() })],
        ['customer', 'message.send', 'clientId', () => ({ questionId: question, body: 'x' })],
        ['customer', 'question.rate', 'comment', () => ({ questionId: question, stars: 5 })],
        ['ada', 'offer.unable', 'reason', () => ({ offerId: offer })],
        ['ada', 'request.report', 'comment', () => ({ requestId: request, connected: true })],
        ['care', 'case.open', 'reason', () => ({ kind: 'refund', questionId: question, clientId: clientId() })],
        ['care', 'private-info.get', 'reason', () => ({ questionId: question })],
        ['customer', 'private-info.put', 'text', () => ({ questionId: question })],
      ];
      for (let round = 0; round < 250; round += 1) {
        const [who, name, field, rest] = pick(TARGETS);
        const value = text();
        const answer = await ask(who, name, { ...rest(), [field]: value });
        if (answer.ok) continue;
        const where = `${name} ${field} ${JSON.stringify(value.slice(0, 100))}: ${answer.text.slice(0, 300)}`;
        expect(answer.error['code'], where).not.toMatch(/^(?:internal|unavailable)$/);
        expect(answer.text.length, where).toBeLessThan(4_000);
      }
      await here.assertWell();
    },
  );
});

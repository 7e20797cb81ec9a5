// Text at the door: every field of every command refuses or normalises as its kind says, over both transports, and what is
// refused costs next to nothing.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { COMMANDS } from '../../src/commands/table.ts';
import { FILES } from '../../src/commands/files.ts';
import { randomFrom } from '../chaos/chatter.ts';
import { cpuOf, piecesOf } from '../domain/worst-text.ts';
import { clientId } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { each } from '../helpers/people.ts';
import { place } from './world.ts';
import type { Answer, Place, Who } from './world.ts';

type Kind = 'said' | 'written' | 'box' | 'text' | 'line' | 'name' | 'search' | 'email' | 'password' | 'opaque';

/** All fields that take any text; one that is not in it makes the first test red. */
const FIELDS: Readonly<Record<string, readonly [kind: Kind, max: number]>> = {
  'session.visitor name': ['name', 80],
  'session.visitor email': ['email', 254],
  'session.login email': ['email', 254],
  'session.login password': ['opaque', 128],
  'category.save name.en': ['line', 200],
  'category.save name.de': ['line', 200],
  'category.save name.es': ['line', 200],
  'category.save services.title.en': ['line', 200],
  'category.save services.title.de': ['line', 200],
  'category.save services.title.es': ['line', 200],
  'category.save services.description.en': ['text', 200],
  'category.save services.description.de': ['text', 200],
  'category.save services.description.es': ['text', 200],
  'question.post subject': ['line', 200],
  'question.post body': ['written', 10_000],
  'question.post clientId': ['opaque', 64],
  'question.list cursor': ['opaque', 100],
  'question.rate comment': ['text', 2_000],
  'message.send clientId': ['opaque', 64],
  'message.send body': ['said', 8_000],
  'offer.propose service.key': ['opaque', 40],
  'offer.propose service.title': ['line', 80],
  'offer.propose description': ['text', 2_000],
  'offer.propose clientId': ['opaque', 64],
  'offer.unable reason': ['text', 1_000],
  'request.list cursor': ['opaque', 100],
  'request.report attempts.note': ['text', 500],
  'request.report reason': ['text', 200],
  'request.report comment': ['text', 2_000],
  'earnings.list cursor': ['opaque', 100],
  'evidence.get cursor': ['opaque', 100],
  'user.list search': ['search', 100],
  'user.list cursor': ['opaque', 100],
  'user.create name': ['name', 80],
  'user.create email': ['email', 254],
  'user.create password': ['password', 128],
  'user.create clientId': ['opaque', 64],
  'user.update name': ['name', 80],
  'user.update email': ['email', 254],
  'user.update password': ['password', 128],
  'case.list cursor': ['opaque', 100],
  'case.open reason': ['text', 2_000],
  'case.open clientId': ['opaque', 64],
  'case.note text': ['text', 4_000],
  'case.note clientId': ['opaque', 64],
  'case.resolve comment': ['text', 2_000],
  'case.resolve clientId': ['opaque', 64],
  'refund.request reason': ['text', 2_000],
  'refund.request clientId': ['opaque', 64],
  'catalogue.list cursor': ['opaque', 100],
  'catalogue.rename title': ['line', 80],
  'private-info.get reason': ['text', 500],
  'private-info.put text': ['box', 10_000],
  'audit.list about': ['opaque', 80],
  'audit.list cursor': ['opaque', 100],
};

type Leaf = readonly [path: string, schema: z.ZodType];

/** The fields of a schema that take text of no fixed form. */
function textsIn(schema: z.ZodType, path = ''): Leaf[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return textsIn(schema.unwrap() as z.ZodType, path);
  }
  if (schema instanceof z.ZodArray) return textsIn(schema.element as z.ZodType, path);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((one) => textsIn(one as z.ZodType, path));
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([key, one]) =>
      textsIn(one, path === '' ? key : `${path}.${key}`),
    );
  }
  if (!(schema instanceof z.ZodString)) return [];
  const { pattern, format } = z.toJSONSchema(schema, { io: 'input' });
  return pattern === undefined && format !== 'date-time' ? [[path, schema]] : [];
}

const LEAVES: readonly Leaf[] = Object.entries({ ...COMMANDS, ...FILES }).flatMap(([name, row]) =>
  textsIn(row.input).map(([path, schema]) => [`${name} ${path}`, schema] as const),
);

test('every field that takes any text has a kind here', () => {
  expect(LEAVES.map(([path]) => path).toSorted()).toEqual(Object.keys(FIELDS).toSorted());
});

const REFUSED = { refused: true } as const;
type Outcome = string | typeof REFUSED;
const E = 'Jose\u0301';
const CARD = '4242 4242 4242 4242';
const MASKED = '•••• •••• •••• 4242';
const SPOOFS = [
  'Ada\u202e)nimda(',
  'Ada\u2066',
  'Ada\u200f',
  'Ada\u{e0041}',
  'Ada\u001b[2K',
  'Ada\0',
  'Ada\u3164x',
  'Ada\uffff',
];
const NOTHING = [
  '',
  ' \n\t',
  '\u200b\u200b',
  '\u0301\u0301',
  '\u3164',
  '\u{e0041}\u{e0042}',
  '\u2800 \u2800',
  '\u202e',
];

const refusing = (texts: readonly string[]) => texts.map((text) => [text, REFUSED] as const);
const same = (texts: readonly string[]) => texts.map((text) => [text, text] as const);

const KINDS: Readonly<Record<Kind, readonly (readonly [given: string, outcome: Outcome])[]>> = {
  said: [
    ...refusing(NOTHING),
    ...same([E, 'a  b\tc', 'a\u202eb', 'a\u200bb', 'a\0b', CARD]),
    ['\r\na\r\nb\rc ', 'a\nb\nc'],
  ],
  written: [
    ...refusing(NOTHING),
    ...same([E, 'a  b\tc', 'a\u202eb', 'a\u200bb', 'a\0b']),
    ['\r\na\r\nb\rc ', 'a\nb\nc'],
    [CARD, MASKED],
  ],
  box: [...same(['', ' ', E, '\u200b', '  a']), ['a\r\nb ', 'a\nb '], [CARD, MASKED]],
  text: [
    ...refusing(NOTHING),
    ...same(['José', 'a  b\tc', 'a\u202eb', 'a\nb', `a${'\u0301'.repeat(99)}`]),
    [` ${E}\r\n`, 'José'],
    ['a\r\nb\rc', 'a\nb\nc'],
    [CARD, MASKED],
  ],
  line: [
    ...refusing([...NOTHING, ...SPOOFS, `a${'\u0301'.repeat(99)}`]),
    ...same(['José', 'a  b', 'می\u200cخواهم', '👩\u200d👧']),
    [` ${E}\r\n`, 'José'],
    ['a\r\nb\tc', 'a b c'],
    ['Ver\u00adbin\u200bdung\ufeff', 'Verbindung'],
    [CARD, MASKED],
  ],
  name: [
    ...refusing([...NOTHING, ...SPOOFS, 'A\u200bda', 'A\u00adda', 'A\nda', `a${'\u0301'.repeat(12)}`]),
    ...same(['José', 'می\u200cخواهم', '👩\u200d👧']),
    [` ${E} `, 'José'],
    [CARD, MASKED],
  ],
  search: [...refusing([...NOTHING, ...SPOOFS]), ...same(['José', '.*', CARD]), [` ${E} `, 'José']],
  email: [
    ...refusing([...NOTHING, 'kim', 'kim@localhost', 'k\u200bim@a.test', 'a@b.test\r\nBcc: c@d.test', 'kim@mü/x.test']),
    [' Kim@Example.Test\n', 'kim@example.test'],
    ['kim@müller.example', 'kim@xn--mller-kva.example'],
    ['kim@x.xn--p1ai', 'kim@x.xn--p1ai'],
  ],
  password: [['seven77', REFUSED], ...same([' a blank  at both ends ', CARD]), [`${E}-${E}`, 'José-José']],
  opaque: same(['\u202e-opaque', `${E}-${E}`, ' blanks  kept ']),
};

describe.each(LEAVES.map(([path, schema]) => ({ path, schema, kind: FIELDS[path]?.[0] ?? 'opaque' })))(
  '$path: $kind',
  ({ path, schema, kind }) => {
    const [, max] = FIELDS[path] ?? ['opaque', 0];

    test('is kept in its form, or refused', () => {
      for (const [given, outcome] of KINDS[kind]) {
        const parsed = schema.safeParse(given);
        if (typeof outcome === 'string') expect(parsed.data, JSON.stringify(given)).toBe(outcome);
        else expect(parsed.success, JSON.stringify(given)).toBe(false);
        if (parsed.success) expect(schema.safeParse(parsed.data).data, 'a second time').toBe(parsed.data);
      }
    });

    test('is refused beyond its limit, and only for that', () => {
      for (const length of [max + 1, 62_000]) {
        const issues = schema.safeParse('4 '.repeat(length).slice(0, length - 1) + '4').error?.issues ?? [];
        expect(issues.map(({ code }) => code)).toEqual(['too_big']);
      }
    });

    test('costs next to nothing beyond it, and little within', () => {
      for (const unit of ['4 ', '4\u200d', 'a', ' ', '\u0301\u0323', '\r', 'four ', '\u202e', '@', 'ü.']) {
        const text = unit.repeat(62_000 / unit.length);
        expect(
          cpuOf(() => schema.safeParse(text), text),
          JSON.stringify(unit),
        ).toBeLessThan(1);
        const within = text.slice(0, max);
        expect(
          cpuOf(() => schema.safeParse(within), within),
          JSON.stringify(unit),
        ).toBeLessThan(10);
      }
    });
  },
);

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
    { timeout: 60_000 },
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
      for (let round = 0; round < 400; round += 1) {
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

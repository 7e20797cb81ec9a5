// Text at the door: every field of every command refuses or normalises as its kind says, and what is refused costs next to
// nothing. Over both transports: test/bad-input/text.test.ts.

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { COMMANDS } from '../../src/commands/table.ts';
import { costOf } from '../domain/worst-text.ts';

type Kind = 'said' | 'written' | 'box' | 'text' | 'line' | 'name' | 'search' | 'email' | 'password' | 'opaque';

/** All fields that take any text; one that is not in it makes the first test red. */
const FIELDS: Readonly<Record<string, readonly [kind: Kind, max: number]>> = {
  'session.visitor name': ['name', 80],
  'session.visitor email': ['email', 254],
  'session.email email': ['email', 254],
  'session.login email': ['email', 254],
  'session.login password': ['opaque', 128],
  'session.password old': ['opaque', 128],
  'session.password new': ['password', 128],
  'session.open clientId': ['opaque', 64],
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
  'message.check body': ['said', 8_000],
  'offer.propose service.key': ['opaque', 40],
  'offer.propose service.title': ['line', 80],
  'offer.propose description': ['text', 2_000],
  'offer.propose clientId': ['opaque', 64],
  'offer.unable reason': ['text', 1_000],
  'request.list cursor': ['opaque', 100],
  'request.attempt note': ['text', 500],
  'request.attempt clientId': ['opaque', 64],
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
  'case.mine cursor': ['opaque', 100],
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
  'template.list cursor': ['opaque', 100],
  'template.save title': ['line', 80],
  'template.save body': ['text', 8_000],
  'private-info.get reason': ['text', 500],
  'private-info.put text': ['box', 10_000],
  'audit.list about': ['opaque', 80],
  'audit.list cursor': ['opaque', 100],
  'notice.list cursor': ['opaque', 100],
  'mail.list cursor': ['opaque', 300],
  'mail.get mailId': ['opaque', 250],
  'mail.resend mailId': ['opaque', 250],
  'mail.resend clientId': ['opaque', 64],
  'webhook.save clientId': ['opaque', 64],
  'webhook.deliveries cursor': ['opaque', 100],
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

const LEAVES: readonly Leaf[] = Object.entries(COMMANDS).flatMap(([name, row]) =>
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
    ['\r\na\r\nb\rc ', '\na\nb\nc '],
  ],
  written: [
    ...refusing(NOTHING),
    ...same([E, 'a  b\tc', 'a\u202eb', 'a\u200bb', 'a\0b']),
    ['\r\na\r\nb\rc ', '\na\nb\nc '],
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
      for (const unit of ['4 ', '\u0301\u0323', 'four ', '\r']) {
        const text = unit.repeat(62_000 / unit.length);
        expect(
          costOf(() => schema.safeParse(text), text, 1),
          JSON.stringify(unit),
        ).toBeLessThan(1);
        const within = text.slice(0, max);
        expect(
          costOf(() => schema.safeParse(within), within, 10),
          JSON.stringify(unit),
        ).toBeLessThan(10);
      }
    });
  },
);

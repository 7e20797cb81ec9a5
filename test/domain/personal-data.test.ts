// Rule 9.2: what is recognised as personal data, how well on a labelled file, and that no text is slow to look at.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type * as library from 'libphonenumber-js/max';
import { beforeEach, expect, test, vi } from 'vitest';
import { COUNTRY_OF, PERSONAL_KINDS, findPersonalData } from '../../src/domain/personal-data/personal-data.ts';
import type { PersonalKind } from '../../src/domain/personal-data/personal-data.ts';
import { maskCards } from '../../src/domain/personal-data/card-number.ts';
import type { Country } from '../../src/domain/personal-data/phone-number.ts';
import type { Locale } from '../../src/domain/people.ts';

const asked = vi.hoisted(() => ({ times: 0 }));
// the library as it is, counted
vi.mock('libphonenumber-js/max', async (original) => {
  const real = await original<typeof library>();
  const parsePhoneNumberFromString: typeof real.parsePhoneNumberFromString = (...input) => {
    asked.times += 1;
    return real.parsePhoneNumberFromString(...input);
  };
  return { ...real, parsePhoneNumberFromString };
});
beforeEach(() => {
  asked.times = 0;
});

const found = (text: string, country: Country = 'US') =>
  findPersonalData(text, country).map(({ kind, start, end }) => [kind, text.slice(start, end)]);

interface Labelled {
  readonly half: 'development' | 'held-out';
  readonly locale: Locale;
  readonly text: string;
  readonly expected: readonly { readonly kind: PersonalKind; readonly text: string }[];
}

const lines = readFileSync(path.join(import.meta.dirname, '../fixtures/personal-data.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Labelled);

interface Score {
  right: number;
  wrong: number;
  missed: number;
}

/** Found where something of that kind is: right; found elsewhere: wrong; not found: missed. */
function scored(sample: readonly Labelled[]): Map<string, Score> {
  const scores = new Map<string, Score>();
  const count = (kind: string, what: keyof Score) => {
    for (const name of [kind, 'all']) {
      const score = scores.get(name) ?? { right: 0, wrong: 0, missed: 0 };
      score[what] += 1;
      scores.set(name, score);
    }
  };
  for (const { text, locale, expected } of sample) {
    const left = findPersonalData(text, COUNTRY_OF[locale]);
    for (const { kind, text: words } of expected) {
      const start = text.indexOf(words);
      const index = left.findIndex((one) => one.kind === kind && one.start < start + words.length && start < one.end);
      if (index >= 0) left.splice(index, 1);
      count(kind, index >= 0 ? 'right' : 'missed');
    }
    for (const { kind } of left) count(kind, 'wrong');
  }
  return scores;
}

const recall = ({ right, missed }: Score) => right / (right + missed);
const precision = ({ right, wrong }: Score) => right / (right + wrong);

test.each(['development', 'held-out', 'both'])('9.2 precision and recall on the labelled file: %s', (half) => {
  const sample = lines.filter((line) => half === 'both' || line.half === half);
  const scores = scored(sample);
  const row = (name: string, score: Score) =>
    `${name.padEnd(10)} precision ${precision(score).toFixed(3)}  recall ${recall(score).toFixed(3)}  ` +
    `(right ${score.right}, wrong ${score.wrong}, missed ${score.missed})`;
  console.log(
    [`personal data, ${half}, ${sample.length} lines`, ...[...scores].map(([name, one]) => row(name, one))].join('\n'),
  );
  const all = scores.get('all')!;
  expect(recall(all)).toBeGreaterThanOrEqual(0.95);
  expect(precision(all)).toBeGreaterThanOrEqual(0.9);
});

test('9.2 the labelled file is what it says: real turns, half of them with planted data, every kind and language', () => {
  expect(lines.length).toBeGreaterThanOrEqual(400);
  const planted = lines.filter(({ expected }) => expected.length > 0).length / lines.length;
  expect(planted).toBeGreaterThan(0.4);
  expect(planted).toBeLessThan(0.6);
  for (const half of ['development', 'held-out']) {
    const labels = lines.filter((line) => line.half === half).flatMap(({ expected }) => expected);
    expect(new Set(labels.map(({ kind }) => kind))).toEqual(new Set(PERSONAL_KINDS));
  }
  for (const locale of Object.keys(COUNTRY_OF)) {
    expect(lines.filter((line) => line.locale === locale && line.expected.length > 0).length).toBeGreaterThan(50);
  }
  for (const { text, expected } of lines) for (const { text: words } of expected) expect(text).toContain(words);
});

test.each<[Country, string, PersonalKind, string]>([
  ['US', 'call me: (415) 555-2671.', 'phone', '(415) 555-2671'],
  ['US', 'My cell is 5551234567', 'phone', '5551234567'],
  ['US', 'my number is 555-1234', 'phone', '555-1234'],
  ['US', 'I am in Berlin, +49 (0)30 23125 123', 'phone', '+49 (0)30 23125 123'],
  [
    'US',
    'Call five five five, one two three, four five six seven',
    'phone',
    'five five five, one two three, four five six seven',
  ],
  ['US', 'it is four one five 555 two six double seven', 'phone', 'four one five 555 two six double seven'],
  ['US', 'tel:+14155552671', 'phone', '+14155552671'],
  ['DE', 'ruf an: 030 / 231 25 123', 'phone', '030 / 231 25 123'],
  [
    'DE',
    'null eins sieben eins, drei neun zwei null null vier vier',
    'phone',
    'null eins sieben eins, drei neun zwei null null vier vier',
  ],
  ['ES', 'mi móvil: 612 34 56 78', 'phone', '612 34 56 78'],
  [
    'ES',
    'es el seis doce, treinta y cuatro, cincuenta y seis, setenta y ocho',
    'phone',
    'seis doce, treinta y cuatro, cincuenta y seis, setenta y ocho',
  ],
  ['US', 'mail jane.doe+x@example.co.uk, please', 'email', 'jane.doe+x@example.co.uk'],
  ['US', 'jane dot doe at example dot com', 'email', 'jane dot doe at example dot com'],
  ['US', 'jane(at)example(dot)com', 'email', 'jane(at)example(dot)com'],
  ['DE', 'hans Klammeraffe example Punkt de', 'email', 'hans Klammeraffe example Punkt de'],
  ['ES', 'juan arroba example punto com', 'email', 'juan arroba example punto com'],
  ['US', 'Visa 4111 1111 1111 1111, exp 12/27', 'card', '4111 1111 1111 1111'],
  ['US', 'amex 378282246310005', 'card', '378282246310005'],
  ['US', '４１１１-１１１１-１１１１-１１１１', 'card', '４１１１-１１１１-１１１１-１１１１'],
  ['US', 'skype: live:abc', 'skype', 'live:abc'],
  ['US', 'my skype is janedoe', 'skype', 'janedoe'],
  ['DE', 'mein Skype-Name ist hansmeier', 'skype', 'hansmeier'],
  ['ES', 'mi skype es juanperez', 'skype', 'juanperez'],
  ['US', 'or https://wa.me/14155552671', 'whatsapp', 'wa.me/14155552671'],
  ['US', 'see t.me/janedoe', 'telegram', 't.me/janedoe'],
  ['US', 'I use telegram a lot, just ask for @jane_doe', 'telegram', '@jane_doe'],
])('9.2 %s: %s', (country, text, kind, words) => {
  expect(found(text, country)).toEqual([[kind, words]]);
});

test.each([
  ...[
    'ping 192.168.100.200',
    '10.0.0.1:8080',
    '00:1A:2B:3C:4D:5E',
    'inet6 fe80::1ff:fe23:4567:890a',
    '8.8.8.8, 8.8.4.4',
  ],
  ...['550e8400-e29b-41d4-a716-446655440000', 'd41d8cd98f00b204e9800998ecf8427e', '0x80070057', 'error 2147942487'],
  ...['Linux 5.15.0-91-generic', 'version 10.0.19045.3803', 'KB5034441', 'zsnes_1.400-1_i386.deb', 'bug 1234567'],
  ...['2024-05-17 12:34:56', '17.05.2024', '05/12/2024 10:30', '1699999999999', '[  123.456789] usb 1-1: new'],
  ...[
    'pid 31415 ppid 2718',
    '1,234,567,890 bytes',
    'MemTotal: 16384256 kB',
    '976767872 blocks level 5',
    '$1,299.99',
    'netstat 1.42 (2001-04-15)',
  ],
  ...['https://example.com/4155552671', '/var/log/4155552671.log', '-rw-r--r-- 1 root root 4096 2006-02-19 04:30'],
  ...['0 0 0 0 0 0 0 0', '1 2 3 4 5 6 7 8 9 10', 'one two three four five six seven', 'order number 4155552671'],
  ...['root@host.example.com:~# ls', 'ssh -p 22 me@example.com', 'git@github.com:foo/bar.git', 'look at ubuntu.com'],
  ...[
    'my skype is not working',
    'mein Skype ist kaputt',
    'mi skype es muy lento',
    'the 64bit skype',
    'skype is a service',
  ],
  ...[
    'is there a telegram client?',
    'lol @ king',
    'mounted @ /media/disk-1',
    '0.4111111111111111',
    '4096 1024 2048 4096',
  ],
])('9.2 left alone: %s', (text) => {
  for (const country of ['US', 'DE', 'ES'] as const) expect(found(text, country)).toEqual([]);
});

test.each(['\u202a+1 212 555 0123\u202c', 'call \u200e+34 612 34 56 78', '+49\u00ad30\u00ad23125123'])(
  '9.2 signs that nobody sees, as address books copy them along, hide no number: %j',
  (text) => {
    expect(found(text).map(([kind]) => kind)).toEqual(['phone']);
  },
);

test('9.2 several in one message, each once and in order', () => {
  const text = 'jane@example.com or 415-555-2671, card 4242424242424242, skype: jane.doe9';
  expect(found(text).map(([kind]) => kind)).toEqual(['email', 'phone', 'card', 'skype']);
});

test.each([
  ['4111 1111 1111 1111', '•••• •••• •••• 1111'],
  ['my card:378282246310005!', 'my card:•••••••••••0005!'],
  ['4111-1111-1111-1111 and 5555555555554444', '••••-••••-••••-1111 and ••••••••••••4444'],
  ['4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', '• • • • • • • • • • • • 1 1 1 1'],
  ['4111 1111 1111 1112', '4111 1111 1111 1112'],
  ['1699999999999999', '1699999999999999'],
])('9.2 masked: %s', (text, masked) => {
  expect(maskCards(text)).toBe(masked);
  expect(maskCards(`card ${text}`)).toBe(`card ${masked}`);
  expect(maskCards(masked)).toBe(masked);
});

test.each([
  ['with what people add to it', '4111111111111111:12/25:123', '••••••••••••1111:12/25:123'],
  ['with its end behind a dot', '4111111111111111.12.2027', '••••••••••••1111.12.2027'],
  ['as a list counts it', '1.4111 1111 1111 1111', '1.•••• •••• •••• 1111'],
  ['with hyphens that are not seen', '4111\u00ad1111\u00ad1111\u00ad1111', '••••\u00ad••••\u00ad••••\u00ad1111'],
  ['with a word that sticks to it', '4111 1111 1111 1111expires', '•••• •••• •••• 1111expires'],
  ['glued to another', `6011111111111117vier${' eins'.repeat(15)}`, `••••••••••••1117${'•'.repeat(75)}1111`],
  [
    'with marks of direction',
    '\u202a4111\u200e1111\u200e1111\u200e1111\u202c',
    '\u202a••••\u200e••••\u200e••••\u200e1111\u202c',
  ],
  ['as addresses write blanks', 'card=4111+1111+1111+1111', 'card=••••+••••+••••+1111'],
  ['in a row of a table', 'visa|4111|1111|1111|1111', 'visa|••••|••••|••••|1111'],
  ['with colons', 'my card 4111:1111:1111:1111', 'my card ••••:••••:••••:1111'],
])('9.2 masked %s: %s', (_how, text, masked) => {
  expect(maskCards(text)).toBe(masked);
  expect(maskCards(masked)).toBe(masked);
});

test.each([
  '0.4111111111111111',
  '0,4111111111111111 sec',
  '4111111111111111.123 s',
  '4111111111111111:8080',
  '4111:1111:1111:1111',
  '0aab4111-1111-1111-1111aabbccdd',
  '4111|1111|1111|1111',
])('9.2 not masked: %s', (text) => {
  expect(maskCards(text)).toBe(text);
});

test('9.2 odd groups are a card number where cards are spoken of', () => {
  expect(maskCards('411111 1111111111 12/27')).toBe('411111 1111111111 12/27');
  expect(maskCards('my card: 411111 1111111111 12/27')).toBe('my card: •••••• ••••••1111 12/27');
});

test('9.2 a card number in words is masked as well, and everything else keeps its place', () => {
  const text = 'it is four one one one, one one one one, one one one one, one one one one. Thanks';
  const masked = maskCards(text);
  expect(masked).toMatch(/^it is •+1111\. Thanks$/);
  expect(masked).toHaveLength(text.length);
});

test.each([
  [
    'its expiry',
    'four one one one, one one one one, one one one one, one one one one, twelve twenty seven',
    ', twelve twenty seven',
  ],
  ['its expiry in digits', `four${' one'.repeat(15)} 12/27`, ' 12/27'],
  ['another card', `vier${' eins'.repeat(15)} 5555 5555 5555 4444`, ' •••• •••• •••• 4444'],
  ['digits without end', `vier${' eins'.repeat(15)}${' null'.repeat(60)}`, ' null'.repeat(60)],
])('9.2 a card number in words is masked also in front of %s', (_what, text, rest) => {
  const masked = maskCards(text);
  expect(masked).toMatch(/^•+1111/);
  expect(masked.endsWith(rest)).toBe(true);
  expect(masked).toHaveLength(text.length);
  expect(maskCards(masked)).toBe(masked);
});

/** Texts made to be slow: each is as long as a message may be. */
const HOSTILE = [
  ...[
    '1',
    '1 ',
    '12 ',
    '123 ',
    '1-',
    '1.',
    '(1',
    '((',
    '+',
    '+1 ',
    '0171 ',
    '415-',
    '4 1 ',
    '4111 ',
    '1)',
    '41111111111111111111 ',
  ],
  ...[
    '@',
    'a@',
    'a@a.',
    'a.a@',
    '@a.',
    ' at ',
    'a at a ',
    'a (at) a (dot) ',
    ' dot ',
    'a dot a at ',
    '-at-',
    'a-dot-a-at-a.',
    '%',
  ],
  ...[
    'skype ',
    'skype:',
    'skype is ',
    'my skype is is is ',
    'telegram @',
    'whatsapp: ',
    'wa.me/',
    'live:',
    'add me on skype ',
  ],
  ...[
    'one ',
    'one two ',
    'double ',
    'treinta y ',
    'a',
    'zig',
    'enta ',
    'einund',
    'ü',
    '\u200b',
    '•',
    ' ',
    '\n',
    'ssh -a ',
  ],
];

test.each(
  HOSTILE.map((piece) => [JSON.stringify(piece), piece.repeat(Math.ceil(8_000 / piece.length)).slice(0, 8_000)]),
)('9.2 nothing takes long: %s over and over', (_name, text) => {
  for (const country of ['US', 'DE', 'ES'] as const) {
    asked.times = 0;
    expect(findPersonalData(text, country).length).toBeLessThanOrEqual(100);
    expect(asked.times).toBeLessThanOrEqual(200);
    findPersonalData(`${text}4111 1111 1111 1111`, country);
  }
  maskCards(text);
});

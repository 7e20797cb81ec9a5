// Text at the door: one form, and nothing in a line that is not seen.
import { describe, expect, test } from 'vitest';
import { emailAddress, emailPart } from '../../src/domain/email-address.ts';
import {
  beginningOf,
  isPlain,
  isSeen,
  normalForm,
  oneLine,
  prose,
  withLineEnds,
  withoutUnseen,
} from '../../src/domain/text.ts';
import { costOf } from './worst-text.ts';

const COMPOSED = 'Jos\u00e9';
const DECOMPOSED = 'Jose\u0301';

describe('one form', () => {
  test('two ways of writing the same are the same', () => {
    expect(normalForm(DECOMPOSED)).toBe(COMPOSED);
    expect(prose(` ${DECOMPOSED}\r\n`)).toBe(COMPOSED);
    expect(oneLine(DECOMPOSED)).toBe(oneLine(COMPOSED));
    expect(normalForm('\u212b')).toBe('\u00c5'); // the sign of ångström is the letter
    expect(normalForm('\u1112\u1161\u11ab')).toBe('한');
  });

  test.each([
    ['of Windows', 'a\r\nb', 'a\nb'],
    ['of old Macs', 'a\rb', 'a\nb'],
    ['of all kinds', '\r\n\r\r\n\n', '\n\n\n\n'],
    ['in no other way', 'a\u0085\u2028\u2029\u000bb', 'a\u0085\u2028\u2029\u000bb'],
  ])('line ends %s', (_what, written, kept) => {
    expect(withLineEnds(written)).toBe(kept);
  });

  test.each([
    ['what is not blank in it', 'A  b', 'A  b'],
    ['white space as blanks', 'a\tb\u00a0c\nd\u3000e', 'a b c d e'],
    ['no blanks round it', ' \n a \t', 'a'],
    ['no hints where a word may break', 'Ver\u00adbin\u200bdung\ufeff', 'Verbindung'],
    ['compatible letters apart', 'ﬁ ① Ａ', 'ﬁ ① Ａ'],
  ])('a line has %s', (_what, written, kept) => {
    expect(oneLine(written)).toBe(kept);
  });

  test('whatever it is, a second time changes nothing', () => {
    for (const text of [
      '\u0958',
      DECOMPOSED,
      ' a\u0301\u0323 ',
      '\r\n \u200b \u00ad',
      `a${'\u0323\u0301'.repeat(400)}`,
    ]) {
      for (const form of [withLineEnds, normalForm, prose, oneLine]) expect(form(form(text))).toBe(form(text));
    }
  });

  test('marks without end stay as they are: to sort them costs the square of their number', () => {
    const piled = `a${'\u0301'.repeat(10_000)}${'\u0323'.repeat(10_000)}`;
    expect(normalForm(piled)).toBe(piled);
    for (const form of [prose, oneLine, isSeen, isPlain]) expect(costOf(form, piled, 10), form.name).toBeLessThan(10);
  });

  test('a beginning never ends within a character', () => {
    expect(beginningOf('ab😀', 3)).toBe('ab');
    expect(beginningOf('ab😀', 4)).toBe('ab😀');
  });
});

describe('what is seen', () => {
  test.each([
    ['nothing', ''],
    ['blanks', ' \u00a0\u3000'],
    ['zero width', '\u200b\u200b'],
    ['joiners', '\u200d\u200c'],
    ['marks on nothing', '\u0301\u0308'],
    ['a filler of Hangul', '\u3164\uffa0\u115f'],
    ['the empty pattern of Braille', '\u2800'],
    ['tags', '\u{e0041}\u{e0064}'],
    ['marks of direction', '\u200e\u202e\u2066'],
    ['a soft hyphen', '\u00ad'],
    ['variation selectors', '\ufe0f\u{e0100}'],
    ['controls', '\0\u0007\u001b'],
  ])('not %s', (_what, text) => {
    expect(isSeen(text)).toBe(false);
  });

  test.each(['a', '7', '?', '€', '😀', 'ا', '中', 'é', 'e\u0301', 'क्', '•'])('%s', (text) => {
    expect(isSeen(text)).toBe(true);
  });
});

describe('a line leaves its surroundings alone', () => {
  test.each([
    ['an override', 'Ada\u202e)trepxe('],
    ['an embedding', 'Ada\u202b'],
    ['an isolate', 'Ada\u2067'],
    ['the end of one', 'Ada\u2069'],
    ['a mark of direction', 'Ada\u200f'],
    ['a mark of Arabic letters', 'Ada\u061c'],
    ['zero width', 'A\u200bda'],
    ['a joiner between Latin letters', 'A\u200dda'],
    ['a non-joiner between Cyrillic letters', 'А\u200cда'],
    ['a joiner at the end', 'می\u200c'],
    ['a soft hyphen', 'A\u00adda'],
    ['an invisible plus', 'A\u2064da'],
    ['tags', 'Ada\u{e0041}'],
    ['a variation selector on a letter', 'A\ufe0fda'],
    ['a filler', 'Ada\u3164'],
    ['an escape of terminals', 'Ada\u001b[2K'],
    ['a NUL', 'Ada\0'],
    ['a line end', 'Ada\nAdmin'],
    ['what stands for no character', 'Ada\uffff\u{1fffe}'],
    ['an annotation', 'Ada\ufff9x\ufffay\ufffb'],
    ['marks that reach into other lines', `Ada${'\u0301'.repeat(9)}`],
  ])('not %s', (_what, line) => {
    expect(isPlain(line)).toBe(false);
    expect(isPlain(withoutUnseen(line)) || line.includes('\u0301')).toBe(true);
  });

  test.each([
    ['English', 'It’s me — “Kim” (O’Neil) & co. #1'],
    ['German', 'Müßig, Käthe-Ärmel'],
    ['Spanish', '¿Quién es José Ñandú?'],
    ['Vietnamese, decomposed', 'Nguyễn Thị'.normalize('NFD')],
    ['Arabic', 'مرحبا أحمد'],
    ['Persian with a non-joiner', 'می\u200cخواهم'],
    ['Hindi with a joiner', 'क्\u200dष'],
    ['Sinhala', 'ශ්\u200dරී'],
    ['Hebrew', 'שָׁלוֹם'],
    ['Japanese with a variant of an ideograph', '葛\u{e0100}飾'],
    ['Korean', '김 민수'],
    ['families and flags', '👩\u200d👩\u200d👧\u200d👦 🏳\ufe0f\u200d🌈 🇩🇪 👍🏽 1\ufe0f\u20e3 ❤\ufe0f'],
  ])('%s', (_what, line) => {
    expect(isPlain(line)).toBe(true);
    expect(withoutUnseen(line)).toBe(line.normalize('NFC'));
  });
});

describe('e-mail addresses', () => {
  test.each([
    ['Kim@Example.TEST', 'kim@example.test'],
    [' kim@example.test\n', 'kim@example.test'],
    ['kim@müller.example', 'kim@xn--mller-kva.example'],
    ['kim@mu\u0308ller.example', 'kim@xn--mller-kva.example'],
    ['kim@MÜLLER.Example', 'kim@xn--mller-kva.example'],
    ['kim@xn--mller-kva.example', 'kim@xn--mller-kva.example'],
    ['kim@x.xn--p1ai', 'kim@x.xn--p1ai'],
    ['KIM@X.XN--P1AI', 'kim@x.xn--p1ai'],
    ['kim@пример.рф', 'kim@xn--e1afmkfd.xn--p1ai'],
    ['kim@例え。テスト', 'kim@xn--r8jz45g.xn--zckzah'],
    ["o'neil+chat@mail.example.co", "o'neil+chat@mail.example.co"],
    ['a_b-c.d@1.de', 'a_b-c.d@1.de'],
    [`${'k'.repeat(241)}@example.test`, `${'k'.repeat(241)}@example.test`],
  ])('%j is %j', (written, kept) => {
    expect(emailAddress(written)).toBe(kept);
    expect(emailAddress(kept)).toBe(kept);
  });

  test.each([
    ...['', '@', 'kim', 'kim@', '@example.test', 'kim@localhost', 'kim@example', 'kim@.example', 'kim@example.'],
    ...['kim@@example.test', 'kim@exa mple.test', 'ki m@example.test', '.kim@example.test', 'kim.@example.test'],
    ...['kim..a@example.test', 'kim@example..test', 'kim@-example.test', 'kim@1.2.3.4', 'kim@[1.2.3.4]'],
    ...['"kim"@example.test', 'kim <kim@example.test>', 'kim@example.test, ben@example.test', 'kim@example.test\0'],
    ...['a@b.test\r\nBcc: c@d.test', 'kim@müller.example/x', 'kim@müller.example:25', 'kim@müller.example?x#y'],
    ...['kim@mü\u200bller.example', 'kim@mü\u00adller.example', 'kim@\u202emüller.example', 'kímberly@example.test'],
    ...['\u200bkim@example.test', 'kim@xn--.xn--', `${'k'.repeat(250)}@example.test`, `kim@${'ü'.repeat(200)}.de`],
  ])('%j is none', (written) => {
    expect(emailAddress(written)).toBeNull();
  });

  test('a part of one is looked for as it is kept', () => {
    expect(emailPart('Kim@MÜLLER')).toBe('kim@xn--mller-kva');
    expect(emailPart('müller.example')).toBe('xn--mller-kva.example');
    expect(emailPart('mple.te')).toBe('mple.te');
    expect(emailPart('José Ñ')).toBe('josé ñ');
  });
});

// 1.1 who chooses a name is neither the service nor one of its team, in whatever letters.
import { describe, expect, test } from 'vitest';
import { RESERVED_NAMES, saysReserved, skeletonOf } from '../../src/domain/names.ts';
import { costOf } from './worst-text.ts';

describe('what a name looks like', () => {
  test.each([
    ['in another case', 'ADA', 'ada'],
    ['in Cyrillic', 'Аdа', 'Ada'],
    ['in Greek', 'Βеn', 'Ben'],
    ['in letters of mathematics', '𝐀𝖉𝓪', 'Ada'],
    ['in letters of double width', 'Ａｄａ', 'Ada'],
    ['with other accents', 'Jose\u0301', 'José'],
    ['without them', 'Jose', 'José'],
    ['with a digit for a letter', 'C1eo', 'Cleo'],
    ['with a capital i for an l', 'CIeo', 'Cleo'],
    ['with an r and an n for an m', 'Torn', 'Tom'],
    ['with a zero', 'Dy0n', 'Dyon'],
    ['with other blanks and signs', ' Ada - L. ', 'ada l'],
    ['with what is not seen', 'A\u200bd\u00ada\u202e', 'Ada'],
    ['in Roman numerals', 'Ⅾan', 'Dan'],
  ])('%s', (_what, one, other) => {
    expect(skeletonOf(one)).toBe(skeletonOf(other));
  });

  test.each([
    ['Ada', 'Adam'],
    ['Ben', 'Bea'],
    ['Ben', 'Ken'],
    ['李明', '李朋'],
    ['Анна', 'Иван'],
    ['Jo', 'Joe'],
  ])('%s and %s are two', (one, other) => {
    expect(skeletonOf(one)).not.toBe(skeletonOf(other));
  });

  test('a second time changes nothing', () => {
    for (const name of ['Парлей', 'rnrn m', 'vv', 'Ærnest', 'ﷺ', '①']) {
      expect(skeletonOf(skeletonOf(name))).toBe(skeletonOf(name));
    }
  });
});

describe('reserved words', () => {
  const reserved = (name: string) => saysReserved(name, RESERVED_NAMES);

  test.each([
    ...[
      'Parley',
      'parley',
      'PARLEY',
      'ParIey',
      'Par1ey',
      'Раrlеу',
      'P a r l e y',
      'Parley Team',
      'The Parley (official)',
    ],
    ...['Customer care', 'customer-care', 'CustomerCare', 'Cust0mer Саre', 'Customer\u00a0care', 'Your Customer Care!'],
    ...['Support', 'Tech Support', 'Suppоrt', 'Admin', 'Adrnin', '4dmin', 'Adm1n', 'Аdmin', 'Expert', 'Expert Ada'],
    ...['Kundenservice', 'Kunden-Service', 'Kundendienst', 'KUNDENDIENST', 'Experte', 'Expertin Eva'],
    ...[
      'Atención al cliente',
      'Atencion al Cliente',
      'ATENCIO\u0301N AL CLIENTE',
      'Soporte',
      'Experto',
      'Administrador',
    ],
  ])('%s', (name) => {
    expect(reserved(name)).toBe(true);
  });

  test.each([
    ...['Kim', 'Ada', 'Parleyer', 'Carey', 'Supporter', 'Administration', 'Expertise', 'Ana Clientes', 'Sistina'],
    ...['Adminah', 'Kunden', 'Cara', 'José', '李小龙', 'Надежда', 'أحمد', '?', '😀', 'x', 'Staffan', 'Visitor'],
  ])('not %s', (name) => {
    expect(reserved(name)).toBe(false);
  });

  test('no name is dear to look at', () => {
    for (const unit of ['\ufdfa', 'a ', '\u0301\u0323', 'rn', '\ufe0f', 'Раr', '①', '中']) {
      expect(costOf(reserved, unit.repeat(80 / unit.length), 10), JSON.stringify(unit)).toBeLessThan(10);
    }
  });

  test('the words of another installation take the place of ours', () => {
    expect(saysReserved('Parley', ['Acme', 'Team'])).toBe(false);
    expect(saysReserved('Acrne Team', ['Acme'])).toBe(true);
    expect(saysReserved('???', ['!!!'])).toBe(false);
  });
});

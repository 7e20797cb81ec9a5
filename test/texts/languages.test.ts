// Rule 11.1: German and Spanish say all that English says, with the same names in it, by the rules of their own.
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, test } from 'vitest';
import { CASE_KINDS } from '../../src/domain/case.ts';
import type { NoticeCode, Params } from '../../src/domain/effects.ts';
import type { MailTemplate } from '../../src/domain/mail.ts';
import { LOCALES } from '../../src/domain/people.ts';
import type { Locale } from '../../src/domain/people.ts';
import { ERROR_TEXTS } from '../../src/texts/errors.ts';
import { mailText } from '../../src/texts/mail-text.ts';
import { MAIL_TEXTS } from '../../src/texts/mails/table.ts';
import { FALLBACK, FOOTER, MORE, SETTINGS, UNSUBSCRIBE, WHYS } from '../../src/texts/mails/words.ts';
import { NOTICE_TEXTS } from '../../src/texts/notices.ts';
import { OTHER_SERVICE, PREFIXES } from '../../src/texts/service.ts';
import { errorText, moneyText, noticeText, requestPrefix } from '../../src/texts/text.ts';
import { WARNING_TEXTS } from '../../src/texts/warnings.ts';

/** 3.2, 3.3: refusals that say until when. */
const TIMED = ['policy.fragmented_answer', 'policy.follow_up_early', 'policy.follow_up_late'] as const;
const { [TIMED[0]]: fragmented, [TIMED[1]]: early, [TIMED[2]]: late, ...errors } = ERROR_TEXTS;

const NO_MESSAGES = {
  errors,
  warnings: WARNING_TEXTS,
  otherService: OTHER_SERVICE,
  mailFooter: FOOTER,
  whys: WHYS,
  unsubscribe: UNSUBSCRIBE,
  settings: SETTINGS,
  fallback: FALLBACK,
};
const timed = { fragmented, early, late };
const ALL = { ...NO_MESSAGES, timed, notices: NOTICE_TEXTS, mails: MAIL_TEXTS, more: MORE, prefixes: PREFIXES };
const OTHERS = ['de', 'es'] as const;

/** These have no words of their own, so they are the same everywhere. */
const WORDLESS = ['mails.request_reserved.subject', 'mails.request_open.subject'];

/** What is said in this language, under its path: `mails.request_open.paragraphs.0`. */
function textsOf(value: object, locale: Locale, path: readonly (string | number)[] = []): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]: [string, string | object]): [string, string][] => {
    if (typeof inner === 'object') return textsOf(inner, locale, [...path, key]);
    return key === locale ? [[path.join('.'), inner]] : [];
  });
}

/** A part of a parsed message, as far as it is looked at here. */
interface Part {
  readonly type: number;
  readonly value?: unknown;
  readonly options?: Readonly<Record<string, { readonly value: readonly Part[] }>>;
}

const LITERAL = 0;
const SELECT = 5;
const PLURAL = 6;

const parse = (message: string, locale: Locale): readonly Part[] =>
  new IntlMessageFormat(message, locale, undefined, { ignoreTag: true }).getAst();

const partsOf = (parts: readonly Part[]): Part[] =>
  parts.flatMap((part) => [part, ...Object.values(part.options ?? {}).flatMap(({ value }) => partsOf(value))]);

/** What a message names: `subject`, `about: other|question`, `stars: plural`. */
function namesOf(message: string, locale: Locale): string[] {
  const names = partsOf(parse(message, locale)).flatMap(({ type, value, options }) => {
    if (type === LITERAL || typeof value !== 'string') return [];
    if (type === PLURAL) return [`${value}: plural`];
    return type === SELECT
      ? [
          `${value}: ${Object.keys(options ?? {})
            .toSorted()
            .join('|')}`,
        ]
      : [value];
  });
  return [...new Set(names)].toSorted();
}

describe.each(OTHERS)('11.1 %s beside en', (locale) => {
  const english = textsOf(ALL, 'en');
  const own = new Map(textsOf(ALL, locale));

  test('has a text for each English one, and no other', () => {
    expect([...own.keys()].toSorted()).toEqual(english.map(([path]) => path).toSorted());
  });

  test('names in each text what the English one names', () => {
    const named = (of: Iterable<[string, string]>, language: Locale) =>
      Object.fromEntries([...of].map(([path, text]) => [path, namesOf(text, language)]));
    expect(named(own, locale)).toEqual(named(english, 'en'));
  });

  test('says nothing in English', () => {
    expect(english.filter(([path, text]) => own.get(path) === text).map(([path]) => path)).toEqual(WORDLESS);
  });
});

describe.each(LOCALES)('11.1 %s by its own rules', (locale) => {
  const all = textsOf(ALL, locale);

  test('plurals have the forms the language has, and always `other`', () => {
    const rules = new Intl.PluralRules(locale);
    const forms = new Set(Array.from({ length: 1_000 }, (_, count) => rules.select(count)));
    const plurals = all.flatMap(([, text]) => partsOf(parse(text, locale)).filter(({ type }) => type === PLURAL));
    expect(plurals.length).toBeGreaterThan(0);
    for (const { options } of plurals) expect(new Set(Object.keys(options ?? {}))).toEqual(forms);
  });

  test('quotation marks are those of the language, in pairs', () => {
    const [open, close] = { en: '“”', de: '„“', es: '«»' }[locale];
    for (const [path, text] of all) {
      const marks = text.replace(/[^"'“”„«»‘‚]/gu, '');
      expect(marks, path).toBe(`${open}${close}`.repeat(marks.length / 2));
    }
  });

  test('what is no message has no names and no braces in it', () => {
    const actions = Object.values(MAIL_TEXTS).map(({ action }) => action);
    const plain = textsOf({ ...NO_MESSAGES, actions }, locale);
    for (const [path, text] of plain) expect(text, path).not.toMatch(/[{}#<>]/);
  });

  test.each(TIMED)('a refusal says until when, if it is known: %s', (code) => {
    expect(namesOf(ERROR_TEXTS[code][locale], locale)).toEqual(['until', 'until: none|other']);
    const until = '2026-03-02T10:05:00.000Z';
    expect(errorText(code, locale, { until })).toMatch(/2026.*10:05.* UTC/);
    for (const details of [undefined, {}, { until: 5 }])
      expect(errorText(code, locale, details)).not.toMatch(/[{}]|none/);
  });

  test.each(variants())('every notice and e-mail can be said %s', (_, params) => {
    const said = [
      ...(Object.keys(NOTICE_TEXTS) as NoticeCode[]).map((code) => noticeText(code, params, locale)),
      ...(Object.keys(MAIL_TEXTS) as MailTemplate[]).flatMap((template) => {
        const { subject, paragraphs, links, closing, action, footer } = mailText(template, params, locale, [params]);
        return [subject, ...paragraphs, ...links.map(({ label }) => label), closing ?? '.', action.label, ...footer];
      }),
      requestPrefix('Video Call', 'requested', locale),
      requestPrefix('Video Call', 'accepted', locale),
    ];
    for (const text of said) expect(text).not.toMatch(/[{}#]|undefined|NaN|null| {2}|^\s|\s$|\s[.,;!?]/);
  });
});

/** As the payment provider names them. */
const BANKS_REASONS = [
  ...[
    'fraudulent',
    'unrecognized',
    'duplicate',
    'product_not_received',
    'product_unacceptable',
    'credit_not_processed',
  ],
  ...['general', 'subscription_canceled'],
];

/** All names there are, with each of the forms that a select or a plural can take. */
function variants(): [string, Params][] {
  const whole: Params = {
    offerId: 'o1',
    questionId: 'q1',
    subject: 'My printer is offline',
    amount: 2_550,
    currency: 'USD',
    reason: 'The device is broken',
    kind: 'refund',
    stars: 2,
    resolution: 'done',
    outcome: 'open',
    expert: 'Ada',
    count: 1,
    step: 1,
    minutes: 10,
    url: 'https://hooks.example.test/in',
    excerpt: 'Please restart it.',
  };
  const title = { en: 'Remote Help', de: 'Fernhilfe', es: 'Ayuda remota' };
  const service = { service: 'remote_assistance', title };
  return [
    ['of a question', whole],
    ['of a service', { ...whole, ...service }],
    ['of an own service', { ...whole, service: 'own', title: 'Set up a network' }],
    ['with a deadline', { ...whole, ...service, until: '2026-03-04T15:05:00.000Z' }],
    ['since an instant', { ...whole, ...service, since: '2026-03-04T15:05:00.000Z' }],
    ...[0, 2].map((count): [string, Params] => [`of ${count}`, { ...whole, count }]),
    ...[2, 'last'].map((step): [string, Params] => [`at the step ${step}`, { ...whole, step }]),
    ['of what was paid before', { ...whole, ...service, paid: 'before' }],
    ['of a rating that pays after all', { ...whole, resolution: 'pay' }],
    ...[0, 1, 5].map((stars): [string, Params] => [`with ${stars} stars`, { ...whole, stars }]),
    ['of a dispute that changed nothing', { ...whole, resolution: 'dismissed' }],
    ...['won', 'lost'].map((outcome): [string, Params] => [`of a dispute that was ${outcome}`, { ...whole, outcome }]),
    ...['card_closed', 'disputed', 'insufficient_funds', 'address', 'card', ...BANKS_REASONS].map(
      (reason): [string, Params] => [`for the reason ${reason}`, { ...whole, reason }],
    ),
    ...CASE_KINDS.map((kind): [string, Params] => [`of the case ${kind}`, { ...whole, kind }]),
  ];
}

describe('11.1 plurals, money and dates follow the locale', () => {
  const plain = (text: string | undefined) => text?.replaceAll(/\s/g, ' ');
  const params: Params = { questionId: 'q1', subject: 'X', service: 'phone_call', amount: 4_000, currency: 'USD' };

  test.each([
    ['en', 1, 'with 1 star.'],
    ['en', 2, 'with 2 stars.'],
    ['de', 1, 'mit 1 Stern bewertet.'],
    ['de', 2, 'mit 2 Sternen bewertet.'],
    ['es', 1, 'con 1 estrella.'],
    ['es', 2, 'con 2 estrellas.'],
  ] as const)('in %s, %i is said "%s"', (locale, stars, words) => {
    expect(mailText('care_low_rating', { ...params, stars }, locale).paragraphs[0]).toContain(words);
  });

  test.each([
    ['en', '$40.00', '$1,234,567.89'],
    ['de', '40,00 $', '1.234.567,89 $'],
    ['es', '40,00 US$', '1.234.567,89 US$'],
  ] as const)('in %s, 40 dollars are %s and many are %s', (locale, few, many) => {
    expect(plain(moneyText({ amount: 4_000, currency: 'USD' }, locale))).toBe(few);
    expect(plain(moneyText({ amount: 123_456_789, currency: 'USD' }, locale))).toBe(many);
    expect(plain(noticeText('request.accepted', params, locale))).toContain(few);
  });

  test.each([
    ['en', 'Europe/Berlin', '4:05 PM GMT+1.'],
    ['de', 'Europe/Berlin', '16:05 MEZ'],
    ['es', 'America/Bogota', '10:05 GMT-5'],
    ['en', 'America/New_York', '10:05 AM EST.'],
  ] as const)('in %s, who lives in %s reads %s', (locale, timeZone, words) => {
    const until = '2026-03-04T15:05:00.000Z';
    const said = mailText('request_reserved', { ...params, until }, locale, [], timeZone).paragraphs.join(' ');
    expect(plain(said)).toContain(words);
  });

  test.each([
    ['en', 'kept for you until Mar 4, 2026, 3:05 PM UTC.'],
    ['de', 'bis 04.03.2026, 15:05 UTC für Sie reserviert.'],
    ['es', 'se le reserva hasta el 4 mar 2026, 15:05 UTC.'],
  ] as const)('in %s, a request is %s', (locale, words) => {
    const until = '2026-03-04T15:05:00.000Z';
    expect(plain(mailText('request_reserved', { ...params, until }, locale).paragraphs.join(' '))).toContain(words);
  });
});

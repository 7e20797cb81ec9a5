// What the widget says about every refusal that there is, and where it leads.
import { expect, test } from 'vitest';
import { CODES } from '../../src/domain/errors.ts';
import type { DeclineReason } from '../../src/domain/payment.ts';
import { ERROR_TEXTS } from '../../src/texts/errors.ts';
import { ParleyError, problem } from '../../web/client/errors.ts';
import type { ProblemCode } from '../../web/client/errors.ts';
import { LOCALES, loadTexts } from '../../web/texts/texts.ts';
import type { Texts } from '../../web/texts/texts.ts';
import { sentenceOf, wayOf } from '../../web/widget/ways.ts';

const REASONS = Object.keys({
  ...{ card_declined: 1, insufficient_funds: 1, expired_card: 1, authentication_required: 1, processing_error: 1 },
} satisfies Record<DeclineReason, 1>);
const SENTENCE = /^\S.*[.?]$/s;

test.each(LOCALES)('every code has a sentence for people in %s', async (locale) => {
  const texts = (await loadTexts(locale, ['first'])) as Texts;
  const refusals = CODES.map((code) => new ParleyError({ code, message: ERROR_TEXTS[code][locale] }));
  for (const error of [...refusals, problem('no_answer', locale), problem('offline', locale)]) {
    expect(sentenceOf(error, texts), error.code).toMatch(SENTENCE);
  }
  const declined = REASONS.map((reason) =>
    sentenceOf(new ParleyError({ code: 'payment.failed', message: 'Refused.', details: { reason } }), texts),
  );
  expect(new Set(declined).size).toBe(REASONS.length);
  expect(declined).not.toContain('Refused.');
});

test('every code has its way on', () => {
  const ways = new Map<string, string[]>();
  const all: readonly ProblemCode[] = [...CODES, 'no_answer', 'offline'];
  for (const code of all) ways.set(wayOf(code), [...(ways.get(wayOf(code)) ?? []), code]);
  expect(Object.fromEntries(ways)).toEqual({
    ended: ['auth.required'],
    forbidden: ['auth.forbidden'],
    gone: ['not_found'],
    fields: ['input.invalid', 'input.bad_signature'],
    wait: ['rate.limited'],
    pay: ['payment.failed'],
    again: ['unavailable', 'internal', 'no_answer', 'offline'],
    refetch: CODES.filter((code) => code.startsWith('conflict.')),
    hint: ['auth.link', ...CODES.filter((code) => code.startsWith('policy.'))],
  });
});

test('what a newer server refuses is said in its own sentence, and may be tried again', async () => {
  const texts = (await loadTexts('en', ['first'])) as Texts;
  const error = new ParleyError({ code: 'odd.thing' as ProblemCode, message: 'Not today.' });
  expect([sentenceOf(error, texts), wayOf(error.code)]).toEqual(['Not today.', 'again']);
});

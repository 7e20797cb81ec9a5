// Rule 11.1: what is said to people.
import { describe, expect, test } from 'vitest';
import type { NoticeCode, Params } from '../../src/domain/effects.ts';
import { CODES } from '../../src/domain/errors.ts';
import { MAILS } from '../../src/domain/mail.ts';
import type { MailTemplate } from '../../src/domain/mail.ts';
import { LOCALES } from '../../src/domain/people.ts';
import { NOTICE_TEXTS } from '../../src/texts/notices.ts';
import { errorText, mailText, moneyText, noticeText, paramsIn, requestPrefix } from '../../src/texts/text.ts';

const offer: Params = {
  offerId: 'o1',
  questionId: 'q1',
  subject: 'My printer is offline',
  service: 'remote_assistance',
  title: { en: 'Secure Remote Assistance', de: 'Sichere Fernhilfe', es: 'Asistencia remota segura' },
  amount: 2_550,
  currency: 'USD',
};
const question: Params = { questionId: 'q1', subject: 'My printer is offline' };

/** As the machines ask for them: domain/question.ts hands over question params, domain/offer.ts offer params. */
const paramsOf = (name: string): Params => {
  if (name === 'care_low_rating') return { ...question, stars: 2 };
  if (name === 'care_case_overdue') return { ...question, kind: 'refund' };
  if (/^dispute.resolved$/.test(name)) return { ...offer, resolution: 'done' };
  if (/^refund.refused$/.test(name)) return { ...question, reason: 'It was delivered' };
  if (/^care_(?:refund|charge|card)/.test(name)) {
    return { ...offer, outcome: 'open', reason: 'card_closed', until: '2026-03-04T15:05:00.000Z' };
  }
  if (/unable/.test(name)) return { ...offer, reason: 'The device is broken' };
  return name.startsWith('question') ? question : offer;
};

describe('refusals', () => {
  test.each(CODES)('%s is a sentence in every language', (code) => {
    for (const locale of LOCALES) expect(errorText(code, locale)).toMatch(/^[A-ZÄÖÜ¿¡].+[.?!]$/);
  });
});

describe('11.1 every notice and e-mail can be said with what its machine hands over', () => {
  test.each(Object.keys(NOTICE_TEXTS) as NoticeCode[])('the notice %s', (code) => {
    for (const locale of LOCALES) {
      const text = noticeText(code, paramsOf(code), locale);
      expect(text).toMatch(/^[A-ZÄÖÜ¿¡].+[.?!]$/);
      expect(text).not.toMatch(/[{}]|undefined|NaN| {2}/);
    }
  });

  test.each(Object.keys(MAILS) as MailTemplate[])('the e-mail %s', (template) => {
    for (const locale of LOCALES) {
      const { subject, paragraphs, action, footer } = mailText(template, paramsOf(template), locale);
      const all = [subject, ...paragraphs, action.label, footer].join('\n');
      expect(all).not.toMatch(/[{}]|undefined|NaN| {2}/);
      expect(action.path).toMatch(/^\/(requests\/o1|questions\/q1)$/);
      expect(paragraphs.length).toBeGreaterThan(0);
    }
  });

  test('an e-mail that does not exist is a bug', () => {
    expect(() => mailText('toString', offer, 'en')).toThrow('there is no e-mail "toString"');
  });
});

test('8.1 a service that an expert has named is called what they call it', () => {
  const title = 'Set up  my\nnetwork';
  const own = { ...offer, service: 'own', title: { en: title, de: title, es: title } };
  for (const locale of LOCALES) expect(noticeText('offer.proposed', own, locale)).toContain('Set up my network');
});

test('1.2 a service is called what its category calls it, in the language of the reader', () => {
  const renamed = { ...offer, title: { en: 'Screen Help', de: 'Hilfe am Bildschirm', es: 'Ayuda en pantalla' } };
  for (const locale of LOCALES) {
    expect(noticeText('request.accepted', renamed, locale)).toContain(renamed.title[locale]);
    expect(mailText('request_open', renamed, locale).subject).toContain(renamed.title[locale]);
    expect(paramsIn(renamed, locale)).toEqual({ ...renamed, title: renamed.title[locale] });
  }
});

test.each(['earnings_reversed', 'dispute_resolved'] as const)(
  '8.4 %s may be about an expert’s own offer, which has no landing page',
  (template) => {
    for (const locale of LOCALES) {
      expect(mailText(template, { ...offer, resolution: 'done' }, locale).action.path).toBe('/questions/q1');
    }
  },
);

describe('6.3 the Request Center', () => {
  test('prefixes are exactly those of the rule', () => {
    expect(requestPrefix('Secure Remote Assistance', 'requested', 'en')).toBe('[Secure Remote Assistance Requested]');
    expect(requestPrefix('Phone Call', 'requested', 'en')).toBe('[Phone Call Requested]');
    expect(requestPrefix('Secure Remote Assistance', 'accepted', 'en')).toBe('[Secure Remote Assistance Accepted]');
    expect(requestPrefix('Phone Call', 'accepted', 'en')).toBe('[Phone Call Accepted]');
    expect(requestPrefix('Video Call', 'requested', 'en')).toBe('[Video Call Requested]');
  });

  test('a service whose name is not known has a name still', () => {
    const nameless = { ...question, service: 'own' };
    expect(noticeText('offer.declined', nameless, 'en')).toContain('“Premium Service”');
    expect(noticeText('offer.declined', nameless, 'de')).toContain('„Premium-Dienst“');
    expect(noticeText('offer.declined', nameless, 'es')).toContain('«Servicio prémium»');
  });

  test('"View request now" names the prefix, the subject and what would be earned, and leads to the landing page', () => {
    const mail = mailText('request_open', { ...offer, offerId: 'o/1?' }, 'en');
    expect(mail.subject).toBe('[Secure Remote Assistance Requested] My printer is offline');
    expect(mail.paragraphs).toContain('You would earn $25.50.');
    expect(mail.action).toEqual({ label: 'View request now', path: '/requests/o%2F1%3F' });
    expect(mail.unsubscribe?.path).toBe('/settings/notifications');
  });

  test('6.1 who is asked first reads until when, as soon as the params say it', () => {
    const soon = mailText('request_reserved', offer, 'en').paragraphs.join(' ');
    expect(soon).toContain('the page shows the time that is left');
    const until = mailText('request_reserved', { ...offer, until: '2026-03-04T15:05:00.000Z' }, 'en');
    expect(until.paragraphs.join(' ')).toMatch(/kept for you until Mar 4, 2026, 3:05\sPM UTC\./);
  });

  test('only the e-mail to all experts can be unsubscribed from', () => {
    const can = (Object.keys(MAILS) as MailTemplate[]).filter(
      (name) => mailText(name, { ...offer, ...paramsOf(name) }, 'en').unsubscribe,
    );
    expect(can).toEqual(['request_open']);
  });
});

describe('money', () => {
  test.each([
    [2_550, 'USD', 'en', '$25.50'],
    [2_550, 'JPY', 'en', '¥2,550'],
    [2_550, 'KWD', 'en', 'KWD 2.550'],
    [123_456, 'EUR', 'de', '1.234,56 €'],
    [0, 'EUR', 'es', '0,00 €'],
  ] as const)('%i minor units of %s are, in %s, %s', (amount, currency, locale, text) => {
    expect(moneyText({ amount, currency }, locale).replaceAll(/\s/g, ' ')).toBe(text);
  });
});

describe("people's words", () => {
  test('stay on one line and are not read as a text pattern', () => {
    const nasty = 'Hi\r\nBcc: evil@example.test\u2028{amount} <b>bold</b>\u0000';
    expect(mailText('request_open', { ...offer, subject: nasty }, 'en').subject).toBe(
      '[Secure Remote Assistance Requested] Hi Bcc: evil@example.test {amount} <b>bold</b>',
    );
  });

  test('plurals follow the language', () => {
    const of = (stars: number) => mailText('care_low_rating', { ...question, stars }, 'en').paragraphs[0];
    expect(of(1)).toContain('1 star.');
    expect(of(2)).toContain('2 stars.');
  });
});

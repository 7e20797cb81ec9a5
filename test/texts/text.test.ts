// Rule 11.1: what is said to people.
import { describe, expect, test } from 'vitest';
import type { NoticeCode, Params } from '../../src/domain/effects.ts';
import { CODES } from '../../src/domain/errors.ts';
import { MAILS } from '../../src/domain/mail.ts';
import type { MailKind, MailTemplate } from '../../src/domain/mail.ts';
import { LOCALES } from '../../src/domain/people.ts';
import { NOTICE_TEXTS } from '../../src/texts/notices.ts';
import { mailText } from '../../src/texts/mail-text.ts';
import { errorText, moneyText, noticeText, paramsIn, requestPrefix } from '../../src/texts/text.ts';
import { ben, effectsOf, move, offered } from '../domain/examples.ts';
import { accepted, again, unfulfilled, win } from '../domain/offer-examples.ts';

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
  if (name.startsWith('presence')) return { count: 3, minutes: 10 };
  if (/unable/.test(name)) return { ...offer, reason: 'The device is broken' };
  if (name.startsWith('password')) return { role: 'expert', since: '2026-03-04T15:05:00.000Z' };
  if (name.startsWith('webhook'))
    return { url: 'https://hooks.example.test/in', webhookId: 'wh_1', since: '2026-03-04T15:05:00.000Z' };
  if (/_received$|^reminder$|^rating[._]/.test(name)) {
    return { ...question, expert: 'Ada', count: 2, step: 2, resolution: 'pay', until: '2026-03-04T15:05:00.000Z' };
  }
  if (name === 'request_digest') return { count: 2 };
  return name.startsWith('question') ? question : offer;
};

/** What it lists, if it does. */
const itemsOf = (name: MailTemplate): Params[] => {
  const { lists }: MailKind = MAILS[name];
  if (lists === 'quotes')
    return [{ excerpt: 'Please restart it.\nThen tell me what you see.' }, { excerpt: '{money} <b>' }];
  return lists === 'requests' ? [offer, { ...offer, offerId: 'o2' }] : [];
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
      const said = mailText(template, paramsOf(template), locale, itemsOf(template));
      const { subject, paragraphs, links, closing, action, footer } = said;
      const all = [subject, ...paragraphs, ...links.map(({ label }) => label), closing ?? '', action.label, ...footer];
      expect(all.join('\n')).not.toMatch(/[{}]|undefined|null|NaN| {2}/);
      expect(action.path).toMatch(/^\/(requests\/o1|questions\/q1|docs#\/webhook|expert\/settings)$/);
      expect(paragraphs.length).toBeGreaterThan(0);
      expect(footer).toHaveLength(2);
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
    expect(mail.unsubscribe?.choice).toBe('openRequests');
    expect(mail.settings?.path).toBe('/expert/settings#open-requests');
    expect(mailText('reminder', paramsOf('reminder'), 'en').settings?.path).toBe('/settings/notifications');
  });

  test('6.1 who is asked first reads until when, as soon as the params say it', () => {
    const soon = mailText('request_reserved', offer, 'en').paragraphs.join(' ');
    expect(soon).toContain('the page shows the time that is left');
    const until = mailText('request_reserved', { ...offer, until: '2026-03-04T15:05:00.000Z' }, 'en');
    expect(until.paragraphs.join(' ')).toMatch(/kept for you until Mar 4, 2026, 3:05\sPM UTC\./);
  });

  test('2.5 the expert whose low rating was reviewed reads what came of it, and no longer that it is paid when it is not', () => {
    const textOf = (resolution: string) => {
      const { subject, paragraphs } = mailText('rating_reviewed', { ...question, resolution }, 'en');
      return [subject, ...paragraphs].join(' ');
    };
    expect(textOf('pay')).toContain('Paid all the same');
    expect(textOf('dismissed')).toContain('your share of the value is not paid');
    expect(textOf('dismissed')).not.toContain('all the same');
    const before = mailText('rating_reviewed', question, 'en'); // owed by an earlier version
    expect(before.subject).toContain('Paid all the same');
  });

  test.each([
    ['en', 'Low rating', 'did not go through'],
    ['de', 'Niedrige Bewertung', 'fehlgeschlagen'],
    ['es', 'Valoración baja', 'no se ha realizado'],
  ] as const)(
    '2.5 in %s care reads of a low rating, or that what it granted could not be taken',
    (locale, low, unpaid) => {
      const textOf = (more: Params) => {
        const { subject, paragraphs } = mailText('care_low_rating', { ...question, stars: 2, ...more }, locale);
        return [subject, ...paragraphs].join(' ');
      };
      expect([textOf({}).includes(low), textOf({}).includes(unpaid)]).toEqual([true, false]);
      const said = textOf({ resolution: 'pay' });
      expect([said.includes(low), said.includes(unpaid)]).toEqual([false, true]);
    },
  );

  test.each([
    ['en', 'charged', 'on its way back'],
    ['de', 'berechnet', 'auf dem Weg zurück'],
    ['es', 'cobra', 'devolvemos'],
  ] as const)(
    '6.6 in %s an expired request is not charged, or what was paid goes back: never both',
    (locale, not, back) => {
      const textsOf = (params: Params) => [
        noticeText('request.expired', params, locale),
        mailText('request_expired', params, locale).paragraphs.join(' '),
      ];
      for (const text of textsOf(offer)) {
        expect(text).toContain(not);
        expect(text).not.toContain(back);
      }
      for (const text of textsOf({ ...offer, refundState: 'refunding' })) {
        expect(text).not.toContain(not);
        expect(text).toContain(back);
        expect(text).toContain(moneyText({ amount: 2_550, currency: 'USD' }, locale));
      }
    },
  );

  test.each([
    ['en', 'You have been charged', 'nothing more is charged'],
    ['de', 'belastet', 'nichts weiter berechnet'],
    ['es', 'hemos cobrado', 'no se le cobra nada más'],
  ] as const)(
    '7.1 in %s who has a service again is not told that they were charged again',
    (locale, charged, already) => {
      const textsOf = (outcome: ReturnType<typeof move>) => [
        ...effectsOf(outcome, 'notice').map(({ code, params }) => noticeText(code, params, locale)),
        ...effectsOf(outcome, 'mail').map(({ template, params }) =>
          mailText(template, params, locale).paragraphs.join(' '),
        ),
      ];
      const first = textsOf(move(offered, ...accepted));
      const second = textsOf(move(offered, ...unfulfilled, again, win(ben)));
      expect([first.length, second.length]).toEqual([2, 2]);
      for (const text of first) {
        expect(text).toContain(charged);
        expect(text).not.toContain(already);
      }
      for (const text of second) {
        expect(text).not.toContain(charged);
        expect(text).toContain(already);
      }
    },
  );

  test.each([
    ['en', 'withheld', 'for good'],
    ['de', 'einbehalten', 'endgültig'],
    ['es', 'retenidas', 'definitivamente'],
  ] as const)(
    '1.4 in %s an expert reads that earnings are withheld, or that they are gone: never both',
    (locale, until, gone) => {
      const textsOf = (params: Params) => [
        noticeText('earnings.disputed', params, locale),
        mailText('earnings_disputed', params, locale).paragraphs.join(' '),
      ];
      for (const text of textsOf(offer)) expect([text.includes(until), text.includes(gone)]).toEqual([true, false]);
      for (const text of textsOf({ ...offer, outcome: 'lost' })) {
        expect([text.includes(until), text.includes(gone)]).toEqual([false, true]);
        expect(text).toContain(moneyText({ amount: 2_550, currency: 'USD' }, locale));
      }
    },
  );

  test('a letter about a webhook says what to call, and leads there', () => {
    const mail = mailText('webhook_off', paramsOf('webhook_off'), 'de');
    expect(mail.action.path).toBe('/docs#/webhook');
    expect(mail.paragraphs.join(' ')).toContain('Seine webhookId ist wh_1.');
    const before = mailText('webhook_off', { url: 'https://hooks.example.test/in' }, 'de');
    expect(before.paragraphs.join(' ')).not.toContain('webhookId');
  });

  test('6.3 what can come often can be unsubscribed from, and nothing else', () => {
    const can = (Object.keys(MAILS) as MailTemplate[]).filter(
      (name) => mailText(name, { ...offer, ...paramsOf(name) }, 'en').unsubscribe,
    );
    expect(can).toEqual(['reminder', 'request_open', 'request_digest']);
  });
});

describe('2.6, 4 what was written, and what is not rated yet', () => {
  const about: Params = { ...question, expert: 'Ada' };

  test('one e-mail for several messages says how many there are, and quotes them as they were written', () => {
    const items = [{ excerpt: 'First  line\n\nsecond {line}' }, { excerpt: 'Und noch etwas.' }];
    const one = mailText('message_received', { ...about, count: 1 }, 'en', items.slice(0, 1));
    expect(one.paragraphs).toEqual(['Ada has written to you about “My printer is offline”.']);
    const two = mailText('message_received', { ...about, count: 2 }, 'de', items);
    expect(two.paragraphs).toEqual(['Ada hat Ihnen zu „My printer is offline“ 2 Nachrichten geschrieben.']);
    expect(two.quotes).toEqual(items.map(({ excerpt }) => excerpt));
    const answer = mailText('answer_received', { ...about, count: 1 }, 'es', items.slice(1));
    expect(answer.paragraphs[0]).toContain('ha respondido a su pregunta');
    expect(answer.closing).toContain('pregunte en la página');
  });

  test('the e-mails of one question to its customer have one subject, so that they are one thread', () => {
    for (const locale of LOCALES) {
      const subjects = (['answer_received', 'message_received', 'follow_up_received', 'reminder'] as const).map(
        (template) => mailText(template, { ...about, count: 1, step: 1 }, locale).subject,
      );
      expect(new Set(subjects).size).toBe(1);
      expect(subjects[0]).toContain('My printer is offline');
    }
  });

  test.each([
    ['en', 'Was it what you needed?', 'still waiting for your rating', 'for the last time'],
    ['de', 'Hat Ihnen das geholfen?', 'wartet noch auf Ihre Bewertung', 'zum letzten Mal'],
    ['es', '¿Era lo que necesitaba?', 'sigue esperando su valoración', 'por última vez'],
  ] as const)('the first reminder in %s asks, those that follow remind, the last one says so', (locale, ...words) => {
    [1, 2, 'last'].forEach((step, index) => {
      const [first] = mailText('reminder', { ...about, step }, locale).paragraphs;
      expect(first).toContain(words[index]);
    });
  });

  test('6.3 a digest names each request with its own link, and its button leads to the first', () => {
    const requests = [offer, { ...offer, offerId: 'o2', subject: 'Tax return', amount: 900 }];
    const digest = mailText('request_digest', { count: 2 }, 'en', requests);
    expect(digest.subject).toBe('2 open requests in your categories');
    expect(digest.links.map(({ path }) => path)).toEqual(['/requests/o1', '/requests/o2']);
    expect(digest.links[1]?.label).toBe('[Secure Remote Assistance Requested] Tax return: you would earn $9.00');
    expect(digest.action.path).toBe('/requests/o1');
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

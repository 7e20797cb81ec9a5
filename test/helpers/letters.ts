// One letter of every kind, as its machine hands it over, and the same with the worst that people could have written.

import type { Mail } from '../../src/context.ts';
import type { Params } from '../../src/domain/effects.ts';
import { MAILS } from '../../src/domain/mail.ts';
import type { MailKind, MailTemplate } from '../../src/domain/mail.ts';
import type { Locale } from '../../src/domain/people.ts';

export const TEMPLATES = Object.keys(MAILS) as MailTemplate[];

const LONG = 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(3);

export const USUAL = {
  subject: 'My printer is offline',
  expert: 'Ada Lovelace',
  reason: 'The device is broken',
  excerpt: 'Please switch it off and on again.\n\nThen tell me which light blinks.',
} as const;

/** Headers, HTML, patterns, addresses, those that look like ours, marks that turn the direction, emoji, and no end. */
export const HOSTILE = {
  subject: `Hi\r\nBcc: victim@example.test\u2028{money} <img src=x onerror=alert(1)> \u202eevil\u202c www.evil.example 😀 ${LONG}`,
  expert:
    '"Parley Support" <support@parley.evil.example>, https://evil.example/a?b=1\r\nX-Evil: 1, p\u0430rley.test, evil\u3002example',
  reason: '</p><script>alert(1)</script>{until, plural, other {#}}',
  excerpt: `<style>*{display:none}</style></blockquote></td></table><a href="https://evil.example">x</a>\u0000\r\n\u202eliame\r\n${LONG}`,
} as const;

/** `words`: what people wrote. */
export function letterTo(
  template: MailTemplate,
  locale: Locale,
  words: Readonly<Record<keyof typeof USUAL, string>> = USUAL,
): Mail {
  const { lists }: MailKind = MAILS[template];
  const { subject, expert, reason, excerpt } = words;
  const title = { en: 'Secure Remote Assistance', de: 'Sichere Fernhilfe', es: 'Asistencia remota segura' };
  const offer: Params = {
    ...{ offerId: 'o1', questionId: 'q1', subject, service: 'remote_assistance', title },
    ...{ amount: 2_550, currency: 'USD', until: '2026-03-04T15:05:00.000Z' },
  };
  const params: Params = {
    ...offer,
    ...{ expert, count: 2, step: 2, stars: 2, kind: 'refund', resolution: 'done', outcome: 'open' },
    ...{ reason: template === 'care_refund_failed' || template === 'care_card_testing' ? 'card_closed' : reason },
    ...{ url: 'https://hooks.example.test/in', since: '2026-03-01T15:05:00.000Z' },
  };
  const items =
    lists === 'requests' ? [offer, { ...offer, offerId: 'o2' }] : [{ excerpt }, { excerpt: 'Und noch etwas.' }];
  return {
    ...{ key: `${template}-${locale}`, userId: 'u_kim', to: 'kim@example.test', locale, template, params },
    ...(lists !== undefined && { items }),
  };
}

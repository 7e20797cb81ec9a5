// An e-mail in words: what stands in mails/table.ts, filled and in the language of whoever gets it.

import type { Params } from '../domain/effects.ts';
import { MAILS } from '../domain/mail.ts';
import type { MailKind, MailTemplate } from '../domain/mail.ts';
import type { Locale } from '../domain/people.ts';
import { format, valuesOf } from './text.ts';
import type { Values } from './text.ts';
import { MAIL_TEXTS } from './mails/table.ts';
import { FOOTER, UNSUBSCRIBE, WHYS } from './mails/words.ts';

interface Link {
  readonly label: string;
  readonly path: string;
}

/** An e-mail in words, all of them plain text of one line each, but for what is quoted. */
export interface MailText {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** what people wrote, as they wrote it, with their line breaks */
  readonly quotes: readonly string[];
  readonly links: readonly Link[];
  /** after what it quotes or lists */
  readonly closing: string | null;
  readonly action: Link;
  /** why one gets it, and that nobody reads an answer */
  readonly footer: readonly string[];
  readonly unsubscribe: Link | null;
}

/**
 * The words of an e-mail. Besides its own numbers a text may name `until` and `since`, ISO instants, when the params have them.
 * `items`: what it lists, as its row in domain/mail.ts says.
 * @throws Error when there is no such template
 */
export function mailText(template: string, params: Params, locale: Locale, items: readonly Params[] = []): MailText {
  if (!isMailTemplate(template)) throw new Error(`there is no e-mail "${template}"`);
  const { page, isOptional, lists, why }: MailKind = MAILS[template];
  const { subject, paragraphs, item, closing, action } = MAIL_TEXTS[template];
  const values = valuesOf(params, locale);
  const listed = items.map((one) => valuesOf(one, locale));
  return {
    subject: format(subject, locale, values),
    paragraphs: paragraphs.map((paragraph) => format(paragraph, locale, values)),
    quotes: lists === 'quotes' ? items.map(({ excerpt }) => (typeof excerpt === 'string' ? excerpt : '')) : [],
    links:
      item === undefined ? [] : listed.map((one) => ({ label: format(item, locale, one), path: pathOf(page, one) })),
    closing: closing === undefined ? null : format(closing, locale, values),
    action: { label: action[locale], path: pathOf(page, lists === 'requests' ? { ...values, ...listed[0] } : values) },
    footer: [WHYS[why][locale], FOOTER[locale]],
    unsubscribe: isOptional ? { label: UNSUBSCRIBE[locale], path: '/settings/notifications' } : null,
  };
}

function pathOf(page: MailKind['page'], { offerId, questionId }: Readonly<Values>): string {
  if (page === 'commands') return '/docs';
  return page === 'request' && offerId !== undefined
    ? `/requests/${encodeURIComponent(offerId)}`
    : `/questions/${encodeURIComponent(String(questionId))}`;
}

function isMailTemplate(name: string): name is MailTemplate {
  return Object.hasOwn(MAILS, name);
}

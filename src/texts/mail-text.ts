// An e-mail in words: what stands in mails/table.ts, filled and in the language of whoever gets it.

import type { Params } from '../domain/effects.ts';
import { MAILS } from '../domain/mail.ts';
import type { MailChoice, MailKind, MailTemplate } from '../domain/mail.ts';
import type { Locale } from '../domain/people.ts';
import { FALLBACK, FOOTER, MORE, SETTINGS, UNSUBSCRIBE, WHYS } from './mails/words.ts';
import { MAIL_TEXTS } from './mails/table.ts';
import { linkless, quoted, shortened } from './people-words.ts';
import type { Values } from './people-words.ts';
import { format, valuesOf } from './text.ts';

interface Link {
  readonly label: string;
  readonly path: string;
}

/** An e-mail in words, all of them plain text of one line each, but for what is quoted. */
export interface MailText {
  readonly subject: string;
  /** what a mail program shows beside the subject */
  readonly preheader: string;
  readonly paragraphs: readonly string[];
  /** what people wrote, as they wrote it, with their line breaks */
  readonly quotes: readonly string[];
  /** that there is more than is quoted */
  readonly more: string | null;
  readonly links: readonly Link[];
  /** after what it quotes or lists */
  readonly closing: string | null;
  readonly action: Link;
  /** before the address of the action, for who sees no button */
  readonly fallback: string;
  /** why one gets it, and that nobody reads an answer */
  readonly footer: readonly string[];
  readonly unsubscribe: { readonly label: string; readonly choice: MailChoice } | null;
  readonly settings: Link | null;
}

const SUBJECT_LENGTH = 160; // what no mail program shows to its end
const PREHEADER_LENGTH = 140;
const QUOTES = 5;

/**
 * The words of an e-mail. Besides its own numbers a text may name `until` and `since`, ISO instants, when the params have them.
 * They are said in the time zone of whoever reads it, UTC when that is not known.
 * `items`: what it lists, as its row in domain/mail.ts says.
 * @throws Error when there is no such template
 */
export function mailText(
  template: string,
  params: Params,
  locale: Locale,
  items: readonly Params[] = [],
  timeZone?: string,
): MailText {
  if (!isMailTemplate(template)) throw new Error(`there is no e-mail "${template}"`);
  const { page, choice, lists, why }: MailKind = MAILS[template];
  const { subject, paragraphs, item, closing, action } = MAIL_TEXTS[template];
  const values = valuesOf(params, locale, timeZone);
  const listed = items.map((one) => valuesOf(one, locale, timeZone));
  const quotes = lists === 'quotes' ? items.slice(0, QUOTES).map(({ excerpt }) => quoted(excerpt)) : [];
  const more = lists === 'quotes' ? items.length - quotes.length : 0;
  const said = paragraphs.map((paragraph) => format(paragraph, locale, linkless(values)));
  return {
    subject: shortened(format(subject, locale, values), SUBJECT_LENGTH),
    preheader: shortened([...said.slice(0, 1), ...quotes, ...said.slice(1)].join(' '), PREHEADER_LENGTH),
    paragraphs: said,
    quotes,
    more: more > 0 ? format(MORE, locale, { more }) : null,
    links: item ? listed.map((one) => ({ label: format(item, locale, linkless(one)), path: pathOf(page, one) })) : [],
    closing: closing ? format(closing, locale, linkless(values)) : null,
    action: { label: action[locale], path: pathOf(page, lists === 'requests' ? { ...values, ...listed[0] } : values) },
    fallback: FALLBACK[locale],
    footer: [WHYS[why][locale], FOOTER[locale]],
    unsubscribe: choice ? { label: UNSUBSCRIBE[choice][locale], choice } : null,
    settings: choice ? { label: SETTINGS[choice][locale], path: SETTINGS_PAGES[choice] } : null,
  };
}

/** Where it is chosen which letters come: experts in their console, customers where their letters lead. */
const SETTINGS_PAGES: Readonly<Record<MailChoice, string>> = {
  openRequests: '/expert/settings#open-requests',
  reminders: '/settings/notifications',
};

/** Where whoever has a password signs in; everybody else where letters are chosen. */
const DOORS: Readonly<Record<string, string>> = { expert: '/expert/settings', admin: '/admin/sign-in' };

function pathOf(page: MailKind['page'], { offerId, questionId, role }: Readonly<Values>): string {
  if (page === 'webhooks') return '/docs#/webhook'; // their commands
  if (page === 'account') return DOORS[role ?? ''] ?? '/settings/notifications';
  return page === 'request' && offerId !== undefined
    ? `/requests/${encodeURIComponent(offerId)}`
    : `/questions/${encodeURIComponent(String(questionId))}`;
}

function isMailTemplate(name: string): name is MailTemplate {
  return Object.hasOwn(MAILS, name);
}

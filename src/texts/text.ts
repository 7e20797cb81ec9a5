// Rule 11.1: every sentence for a person, in their language; plurals, money and times follow the locale.

import { IntlMessageFormat } from 'intl-messageformat';
import type { MailTemplate, NoticeCode, Params } from '../domain/effects.ts';
import type { Code } from '../domain/errors.ts';
import type { Money } from '../domain/ledger.ts';
import type { Locale } from '../domain/people.ts';
import type { PersonalKind } from '../domain/personal-data.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import type { Texts } from './shape.ts';

const TEXTS: Readonly<Record<Locale, Texts>> = { en, de, es };

/** Where the button of an e-mail leads; one about a question alone leads there in any case. */
const PAGES: Readonly<Record<MailTemplate, 'request' | 'question'>> = {
  request_reserved: 'request',
  request_open: 'request',
  request_passed: 'question',
  request_accepted: 'question',
  request_payment_failed: 'question',
  request_expired: 'question',
  request_unfulfilled: 'question',
  request_refunded: 'request',
  question_payment_failed: 'question',
  offer_proposed: 'question',
  offer_accepted: 'question',
  offer_payment_failed: 'question',
  offer_unable: 'question',
  report_reminder: 'request',
  report_overdue: 'request',
  care_low_rating: 'question',
  refund_granted: 'question',
  refund_refused: 'question',
  refund_failed: 'question',
  earnings_disputed: 'question',
  earnings_restored: 'question',
  care_refund_failed: 'question',
  care_chargeback: 'question',
  care_card_testing: 'question',
  earnings_reversed: 'question',
  dispute_resolved: 'question',
  care_not_connected: 'question',
  care_unable_to_complete: 'question',
  care_case_overdue: 'question',
};

/** Of these there may be many, so whoever gets them can choose not to (6.3). */
const UNSUBSCRIBABLE: ReadonlySet<MailTemplate> = new Set<MailTemplate>(['request_open']);

interface Link {
  readonly label: string;
  readonly path: string;
}

/** An e-mail in words, all of them plain text of one line each. */
export interface MailText {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly action: Link;
  readonly footer: string;
  readonly unsubscribe: Link | null;
}

/** The sentence that goes with a refusal. */
export function errorText(code: Code, locale: Locale): string {
  return TEXTS[locale].errors[code];
}

/** 9.2: the sentence for whoever sent personal data. */
export function warningText(kind: PersonalKind, locale: Locale): string {
  return TEXTS[locale].warnings[kind];
}

/** The sentence of a notice. */
export function noticeText(code: NoticeCode, params: Params, locale: Locale): string {
  return format(TEXTS[locale].notices[code], locale, valuesOf(params, locale));
}

/**
 * The words of an e-mail. Besides its own numbers a text may name `until`, an ISO instant, when the params have it.
 * @throws Error when there is no such template
 */
export function mailText(template: string, params: Params, locale: Locale): MailText {
  if (!isMailTemplate(template)) throw new Error(`there is no e-mail "${template}"`);
  const texts = TEXTS[locale];
  const mail = texts.mails[template];
  const values = valuesOf(params, locale);
  return {
    subject: format(mail.subject, locale, values),
    paragraphs: mail.paragraphs.map((paragraph) => format(paragraph, locale, values)),
    action: { label: mail.action, path: pathOf(PAGES[template], values) },
    footer: texts.mailFooter,
    unsubscribe: UNSUBSCRIBABLE.has(template) ? { label: texts.unsubscribe, path: '/settings/notifications' } : null,
  };
}

/** 6.3, 7.3: "[Secure Remote Assistance Requested]". `service`: what it is called in this language */
export function requestPrefix(service: string, state: 'requested' | 'accepted', locale: Locale): string {
  return format(TEXTS[locale].prefixes[state], locale, { service });
}

/** Params as a reader of this language gets them: names of services in that one. */
export function paramsIn(params: Params, locale: Locale): Readonly<Values> {
  const said = Object.entries(params).map(([name, value]): [string, string | number] => [
    name,
    typeof value === 'object' ? value[locale] : value,
  ]);
  return Object.fromEntries(said);
}

/** Minor units as people write them; how many a unit has depends on the currency. */
export function moneyText({ amount, currency }: Money, locale: Locale): string {
  const style = moneyStyle(locale, currency);
  return style.format(amount / 10 ** (style.resolvedOptions().maximumFractionDigits ?? 0));
}

/** Made once each: making one costs a hundred times what using it does. */
const moneyStyles = new Map<string, Intl.NumberFormat>();

function moneyStyle(locale: Locale, currency: string): Intl.NumberFormat {
  const name = `${locale}-${currency}`;
  const style = moneyStyles.get(name) ?? new Intl.NumberFormat(locale, { style: 'currency', currency });
  moneyStyles.set(name, style);
  return style;
}

/** What a text can name: the params, with service, money and time in words. */
type Values = Record<string, string | number>;

function valuesOf(params: Params, locale: Locale): Values {
  const lines = Object.entries(paramsIn(params, locale)).map(([name, value]) => [name, oneLine(value)] as const);
  const said: Readonly<Values> = Object.fromEntries(lines);
  const service = String(said.title ?? TEXTS[locale].otherService);
  return {
    ...said,
    about: said.service === undefined ? 'question' : 'service',
    service,
    requested: requestPrefix(service, 'requested', locale),
    accepted: requestPrefix(service, 'accepted', locale),
    money: moneyOf(params, locale),
    until: said.until === undefined ? 'none' : timeText(new Date(said.until), locale),
  };
}

/** A text that names money without having any would be a bug, but not one worth losing the sentence for. */
function moneyOf({ amount, currency }: Params, locale: Locale): string {
  return typeof amount === 'number' && typeof currency === 'string' ? moneyText({ amount, currency }, locale) : '';
}

/** The reader's time zone is not known. */
function timeText(at: Date, locale: Locale): string {
  const style = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  return `${style.format(at)} UTC`;
}

/** People's words stay on their line, whether that becomes a header, a paragraph or a notice. */
function oneLine(value: string | number): string | number {
  return typeof value === 'string' ? value.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim() : value;
}

function pathOf(page: 'request' | 'question', { offerId, questionId }: Readonly<Values>): string {
  return page === 'request' && offerId !== undefined
    ? `/requests/${encodeURIComponent(offerId)}`
    : `/questions/${encodeURIComponent(String(questionId))}`;
}

function isMailTemplate(name: string): name is MailTemplate {
  return Object.hasOwn(PAGES, name);
}

/** Parsing a message costs more than filling it: each is parsed once. */
const parsed = new Map<string, IntlMessageFormat>();

function format(message: string, locale: Locale, values: Values): string {
  const key = `${locale} ${message}`;
  const known = parsed.get(key) ?? new IntlMessageFormat(message, locale, undefined, { ignoreTag: true });
  parsed.set(key, known);
  return String(known.format(values));
}

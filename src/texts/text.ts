// Rule 11.1: every sentence for a person, in their language; plurals, money and times follow the locale. The sentences stand
// beside this file, each in all languages at once; they are ICU messages, and what they may name is listed at `Values`.
// German says „Sie“, Spanish «usted», both the words of the pages in web/; names of services stand in quotation marks there,
// so that nothing has to be declined or to agree with their gender.

import { IntlMessageFormat } from 'intl-messageformat';
import type { NoticeCode, Params } from '../domain/effects.ts';
import type { Code, Details } from '../domain/errors.ts';
import type { Money } from '../domain/ledger.ts';
import type { Locale, Localized } from '../domain/people.ts';
import type { PersonalKind } from '../domain/personal-data/personal-data.ts';
import { ERROR_TEXTS } from './errors.ts';
import { NOTICE_TEXTS } from './notices.ts';
import { oneLine } from './people-words.ts';
import type { Values } from './people-words.ts';
import { OTHER_SERVICE, PREFIXES } from './service.ts';
import { WARNING_TEXTS } from './warnings.ts';

/** The sentence that goes with a refusal. It may name `until`, an ISO instant, when the details have it. */
export function errorText(code: Code, locale: Locale, { until }: Details = {}): string {
  return format(ERROR_TEXTS[code], locale, {
    until: typeof until === 'string' ? timeText(new Date(until), locale) : 'none',
  });
}

/** 9.2: the sentence for whoever sent personal data. */
export function warningText(kind: PersonalKind, locale: Locale): string {
  return WARNING_TEXTS[kind][locale];
}

/** The sentence of a notice. */
export function noticeText(code: NoticeCode, params: Params, locale: Locale): string {
  return format(NOTICE_TEXTS[code], locale, valuesOf(params, locale));
}

/** 6.3, 7.3: "[Secure Remote Assistance Requested]". `service`: what it is called in this language */
export function requestPrefix(service: string, state: 'requested' | 'accepted', locale: Locale): string {
  return format(PREFIXES[state], locale, { service });
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

/** What not every text of its kind says, and what is owed by an earlier version does not. */
const UNSAID = { refundState: 'none', resolution: 'none', webhookId: 'none', paid: 'none', outcome: 'none' };

/** All that a text can name: the params, with service, money and times in words. */
export function valuesOf(params: Params, locale: Locale, timeZone?: string): Values {
  const lines = Object.entries(paramsIn(params, locale)).map(
    ([name, value]) => [name, typeof value === 'string' ? oneLine(value) : value] as const,
  );
  const said: Readonly<Values> = Object.fromEntries(lines);
  const service = String(said.title ?? OTHER_SERVICE[locale]);
  return {
    ...UNSAID,
    ...said,
    about: said.service === undefined ? 'question' : 'service',
    service,
    requested: requestPrefix(service, 'requested', locale),
    accepted: requestPrefix(service, 'accepted', locale),
    money: moneyOf(params, locale),
    until: said.until === undefined ? 'none' : timeText(new Date(said.until), locale, timeZone),
    since: said.since === undefined ? 'none' : timeText(new Date(said.since), locale, timeZone),
  };
}

/** A text that names money without having any would be a bug, but not one worth losing the sentence for. */
function moneyOf({ amount, currency }: Params, locale: Locale): string {
  return typeof amount === 'number' && typeof currency === 'string' ? moneyText({ amount, currency }, locale) : '';
}

/** In the reader's time zone when that is known, and always with its name. */
function timeText(at: Date, locale: Locale, timeZone = 'UTC'): string {
  const { time, zone } = timeStyle(locale, timeZone);
  const name = zone.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
  return `${time.format(at)} ${name}`;
}

/** As with money: made once each. */
const timeStyles = new Map<string, { readonly time: Intl.DateTimeFormat; readonly zone: Intl.DateTimeFormat }>();

function timeStyle(locale: Locale, timeZone: string) {
  const key = `${locale} ${timeZone}`;
  const style = timeStyles.get(key) ?? {
    time: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }),
    zone: new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' }),
  };
  timeStyles.set(key, style);
  return style;
}

/** Parsing a message costs more than filling it: each is parsed once. */
const parsed = new Map<string, IntlMessageFormat>();

export function format(text: Localized, locale: Locale, values: Values): string {
  const message = text[locale];
  const key = `${locale} ${message}`;
  const known = parsed.get(key) ?? new IntlMessageFormat(message, locale, undefined, { ignoreTag: true });
  parsed.set(key, known);
  return String(known.format(values));
}

// Input fields that several commands share; bounds live here and nowhere further in.

import { z } from 'zod';
import { maskCards } from '../domain/personal-data/card-number.ts';
import { amountProblem } from '../domain/currency.ts';
import { emailAddress } from '../domain/email-address.ts';
import { Refusal } from '../domain/errors.ts';
import type { Money } from '../domain/ledger.ts';
import { timeZoneOf } from '../domain/notify.ts';
import { LOCALES } from '../domain/people.ts';
import { isPlain, isSeen, normalForm, oneLine, prose, withLineEnds } from '../domain/text.ts';
import { pageRoom } from '../models/page.ts';

/**
 * What fails ends there: nothing behind a bound looks at what is beyond it. Bounds stand first, before anything that reads
 * the whole text.
 */
const STOP = { abort: true } as const;
export const refusedAs = (reason: string) => ({ ...STOP, params: { reason } });
const ROOM = 2; // a text may shrink to its limit: blanks around it, line ends of two characters, marks that are joined

export const Id = z.string().regex(/^[a-z]{1,3}_[0-9a-f-]{36}$/);
export const CategoryId = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
/** Nobody's words: kept and compared as it is. */
export const ClientId = z.string().min(8).max(64);
/** The token of a letter's link: 32 bytes. */
export const LinkToken = z.string().regex(/^[\w-]{43}$/);
export const Locale = z.enum(LOCALES);
export const Password = z.string().min(8, STOP).max(128, STOP).overwrite(normalForm);
export const PaymentMethod = z.string().regex(/^pm_[A-Za-z0-9_]{1,60}$/);
export const Currency = z.string().regex(/^[A-Z]{3}$/);
/** Minor units; what can be paid depends on the currency: `assertPayable`. */
export const Amount = z.int().min(1).max(1_000_000_000_000);
/** What a row of the audit log is about: any id, `<question>/<seq>` for a message. */
export const AuditTargetId = z.string().min(1).max(80);
export const Cursor = z.string().min(1).max(100);
/** By a clock of 24 hours. */
export const TimeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/);
/** IANA name, as Intl knows it. */
export const TimeZone = z
  .string()
  .regex(/^[\w+\-/]{1,64}$/, STOP)
  .refine((name) => timeZoneOf(name) !== null, refusedAs('unknown'));
export const Seq = z.int().min(0).max(999_999_999);
/** ISO 8601 with a zone. */
export const Instant = z
  .string()
  .max(40, STOP)
  .check(z.iso.datetime({ offset: true }));
/** Lower case, the domain in ASCII. */
export const Email = z
  .string()
  .max(254, STOP)
  .refine((text) => emailAddress(text) !== null, refusedAs('invalid_format'))
  .overwrite((text) => emailAddress(text) ?? text)
  .meta({ format: 'email' });

/** A text that `tidied` makes no longer; what nobody can see is nothing. */
const seen = (max: number, tidied: (text: string) => string) =>
  z
    .string()
    .max(ROOM * max, STOP)
    .overwrite(tidied)
    .min(1, STOP)
    .max(max, STOP)
    .refine(isSeen, refusedAs('too_small'));

/** What is said in a message: as it was written but for line ends. `message.send` masks it itself, once it has seen what is in it. */
export const Said = (max: number) => seen(max, withLineEnds);
/** 9.2: what is written into a conversation; card numbers are masked before anything else sees it. */
export const Written = (max: number) => Said(max).overwrite(maskCards);
/** The same of what may be nothing. */
export const WrittenOrNothing = (max: number) =>
  z
    .string()
    .max(ROOM * max, STOP)
    .overwrite(withLineEnds)
    .max(max, STOP)
    .overwrite(maskCards);
/** Free text beside the conversation: reasons, comments, notes, descriptions. */
export const Text = (max: number) => seen(max, prose).overwrite(maskCards);
/** A subject, a title: one line of which everything is seen, and which leaves its surroundings alone. */
export const Line = (max: number) =>
  seen(max, oneLine).refine(isPlain, refusedAs('hidden_characters')).overwrite(maskCards);
/** What somebody is called: as a line, but nothing that is not seen is taken out of it. */
export const Name = z
  .string()
  .max(ROOM * 80, STOP)
  .overwrite((text) => normalForm(text).trim())
  .min(1, STOP)
  .max(80, STOP)
  .refine(isSeen, refusedAs('too_small'))
  .refine(isPlain, refusedAs('hidden_characters'))
  .overwrite((text) => maskCards(oneLine(text)));
/** A part of a name or an e-mail address. */
export const Search = seen(100, oneLine).refine(isPlain, refusedAs('hidden_characters'));

/** 8.1: what an expert calls a service of their own. */
export const ServiceTitle = Line(80);

export const PAGE = 50; // entries of a list

/** A field that only the stores can judge. */
export function invalid(path: string, reason: string, rule: { readonly minimum?: number } = {}): Refusal {
  return new Refusal('input.invalid', { fields: [{ path, reason, ...rule }] });
}

/** 1.3: what no card can pay is refused at the door. @throws Refusal `input.invalid` with the rule beside the field */
export function assertPayable(path: string, money: Money): void {
  const problem = amountProblem(money);
  if (problem !== null) throw new Refusal('input.invalid', { fields: [{ path, ...problem }] });
}

/** One more than a page was read: the extra one says that there is a next page. A page ends at its size as well. */
export function paged<T>(found: readonly T[], cursorOf: (last: T) => string): { items: T[]; nextCursor?: string } {
  const room = pageRoom();
  const tooMuch = found.slice(0, PAGE).findIndex((one) => !room.takes(JSON.stringify(one)));
  const items = found.slice(0, tooMuch < 0 ? PAGE : tooMuch);
  const last = items.at(-1);
  return found.length > items.length && last !== undefined ? { items, nextCursor: cursorOf(last) } : { items };
}

/** The place in a list that is sorted by time: "<instant>/<id>". @throws Refusal `input.invalid` */
export function cursorOf(text: string): { at: Date; id: string } {
  const [at = '', id = ''] = text.split('/');
  const date = new Date(at);
  if (Number.isNaN(date.getTime()) || id === '') throw invalid('cursor', 'unknown');
  return { at: date, id };
}

// Input fields that several commands share; bounds live here and nowhere further in.

import { z } from 'zod';
import { maskCards } from '../domain/card-number.ts';
import { amountProblem } from '../domain/currency.ts';
import { Refusal } from '../domain/errors.ts';
import type { Money } from '../domain/ledger.ts';
import { LOCALES } from '../domain/people.ts';
import { pageRoom } from '../models/page.ts';

export const Id = z.string().regex(/^[a-z]{1,3}_[0-9a-f-]{36}$/);
export const CategoryId = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
export const ClientId = z.string().min(8).max(64);
export const Locale = z.enum(LOCALES);
export const Name = z.string().trim().min(1).max(80).overwrite(maskCards);
export const Email = z.email().max(254).toLowerCase();
export const Password = z.string().min(8).max(128);
export const PaymentMethod = z.string().regex(/^pm_[A-Za-z0-9_]{1,60}$/);
export const Currency = z.string().regex(/^[A-Z]{3}$/);
/** Minor units; what can be paid depends on the currency: `assertPayable`. */
export const Amount = z.int().min(1).max(1_000_000_000_000);
/** What a row of the audit log is about: any id, `<question>/<seq>` for a message. */
export const AuditTargetId = z.string().min(1).max(80);
export const Cursor = z.string().min(1).max(100);
export const Seq = z.int().min(0).max(999_999_999);
/** What is said in a message: `message.send` masks it itself, once it has seen what is in it. */
export const Said = (max: number) => z.string().trim().min(1).max(max);
/** 9.2: free text, in which card numbers are masked before anything else sees it. */
export const Text = (max: number) => Said(max).overwrite(maskCards);

/** 8.1: what an expert calls a service of their own. */
export const ServiceTitle = Text(80);

export const PAGE = 50; // entries of a list

/** A field that only the stores can judge. */
export function invalid(path: string, reason: string): Refusal {
  return new Refusal('input.invalid', { fields: [{ path, reason }] });
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

// Rule 9.2: contact data typed into a conversation. The conversations are technical: what looks like a number of a
// machine (addresses, versions, sizes, dates, identifiers, output of programs) is left alone.

import { asciiDigits, findCards, overlap } from './card-number.ts';
import { findEmails, findHandles } from './contact-handles.ts';
import type { Messenger } from './contact-handles.ts';
import type { Locale } from '../people.ts';
import { ENOUGH_DIGITS, findPhones } from './phone-number.ts';
import type { Country } from './phone-number.ts';
import { spelledRuns } from './spelled-digits.ts';
import type { Span } from './spelled-digits.ts';

export const PERSONAL_KINDS = ['card', 'email', 'phone', 'skype', 'whatsapp', 'telegram'] as const satisfies readonly (
  'card' | 'email' | 'phone' | Messenger
)[];

export type PersonalKind = (typeof PERSONAL_KINDS)[number];

/** Something that was recognised, by its place in the text (UTF-16 units); never what it says. */
export interface PersonalData extends Span {
  readonly kind: PersonalKind;
}

export const COUNTRY_OF: Readonly<Record<Locale, Country>> = { en: 'US', de: 'DE', es: 'ES' };

const MOST_TEXT = 10_000; // more than any message has
const MOST_FOUND = 100; // in one message: a list of addresses is as good a reason for a case at its hundredth line
/** Signs that looking is worth it; most messages have none. */
const WORTH_A_LOOK =
  /@|skype|whats[\s-]?app|telegram|\b(?:wa|t)\.me|\btg:|\blive:|[([{<]\s?(?:at|ät|aet)\s?[)\]}>]|[-_*]at[-_*]|arroba|klammeraffe|\sät\s|\saet\s|\s(?:at|bei|en)\s{1,2}[\w-]{1,40}(?:\s?[.([{<*_-]|\s{1,2}(?:dot|punkt|punto)\b)/iu;

/** What a text says about how to reach or charge somebody, in the order of the text. Linear in its length. */
export function findPersonalData(text: string, country: Country): PersonalData[] {
  const plain = asciiDigits(text.slice(0, MOST_TEXT));
  const runs = spelledRuns(plain);
  if (runs.length === 0 && !ENOUGH_DIGITS.test(plain) && !WORTH_A_LOOK.test(plain)) return [];
  const found: PersonalData[] = [];
  // the surer ones first: what they take is nothing else as well
  const add = (more: readonly PersonalData[]) => {
    for (const one of more) {
      if (found.length < MOST_FOUND && !found.some((other) => overlap(one, other))) found.push(one);
    }
  };
  add(findCards(plain, runs).map((card) => placed('card', card)));
  add(findEmails(plain).map((email) => placed('email', email)));
  add(findHandles(plain).map((handle) => placed(handle.kind, handle)));
  add(findPhones(plain, country, runs).map((phone) => placed('phone', phone)));
  return found.sort((one, other) => one.start - other.start);
}

const placed = (kind: PersonalKind, { start, end }: Span): PersonalData => ({ kind, start, end });

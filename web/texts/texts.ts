// The words of the pages: a missing one, or one without its values, does not compile. A page loads its language alone, in three
// parts, each when it is wanted.

import type * as first from './en/first.ts';
import type * as rest from './en/rest.ts';
import type * as talk from './en/talk.ts';

export type Texts = typeof first & typeof rest & typeof talk;
export type Locale = 'en' | 'de' | 'es';
export const LOCALES: readonly Locale[] = ['en', 'de', 'es'];

/** `first`: what is seen when the widget opens. `rest`: what few need at once. */
export type Part = 'first' | 'talk' | 'rest';

const LOADED: Record<Locale, Record<Part, () => Promise<Partial<Texts>>>> = {
  en: {
    first: () => import('./en/first.ts'),
    talk: () => import('./en/talk.ts'),
    rest: () => import('./en/rest.ts'),
  },
  de: {
    first: () => import('./de/first.ts'),
    talk: () => import('./de/talk.ts'),
    rest: () => import('./de/rest.ts'),
  },
  es: {
    first: () => import('./es/first.ts'),
    talk: () => import('./es/talk.ts'),
    rest: () => import('./es/rest.ts'),
  },
};

export async function loadTexts(locale: Locale, parts: Iterable<Part>): Promise<Partial<Texts>> {
  const loaded = await Promise.all([...parts].map((part) => LOADED[locale][part]()));
  return Object.assign({}, ...loaded) as Partial<Texts>;
}

/** The first of these tags that there are words for; English when none is. */
export const localeOf = (tags: readonly string[]): Locale =>
  tags.map((tag) => LOCALES.find((locale) => tag.toLowerCase().startsWith(locale))).find(Boolean) ?? 'en';

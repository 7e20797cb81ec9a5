// The words of the pages: a missing one, or one without its values, does not compile. A page loads its language alone, in three
// parts, each when it is wanted.

import type { first } from './en/first.ts';
import type { rest } from './en/rest.ts';
import type { talk } from './en/talk.ts';

export type Texts = typeof first & typeof rest & { readonly talk: typeof talk };
export type Locale = 'en' | 'de' | 'es';
export const LOCALES: readonly Locale[] = ['en', 'de', 'es'];

/** `first`: what is seen when the widget opens. `rest`: what few need at once. */
export type Part = 'first' | 'talk' | 'rest';

const LOADED: Record<Locale, Record<Part, () => Promise<Partial<Texts>>>> = {
  en: {
    first: async () => (await import('./en/first.ts')).first,
    talk: () => import('./en/talk.ts'),
    rest: async () => (await import('./en/rest.ts')).rest,
  },
  de: {
    first: async () => (await import('./de/first.ts')).first,
    talk: () => import('./de/talk.ts'),
    rest: async () => (await import('./de/rest.ts')).rest,
  },
  es: {
    first: async () => (await import('./es/first.ts')).first,
    talk: () => import('./es/talk.ts'),
    rest: async () => (await import('./es/rest.ts')).rest,
  },
};

export async function loadTexts(locale: Locale, parts: Iterable<Part>): Promise<Partial<Texts>> {
  const loaded = await Promise.all([...parts].map((part) => LOADED[locale][part]()));
  return Object.assign({}, ...loaded) as Partial<Texts>;
}

/** The first of these tags that there are words for; English when none is. */
export const localeOf = (tags: readonly string[]): Locale =>
  tags.map((tag) => LOCALES.find((locale) => tag.toLowerCase().startsWith(locale))).find(Boolean) ?? 'en';

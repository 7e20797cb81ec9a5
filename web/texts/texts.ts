// The words of the pages: a missing one, or one without its values, does not compile. A page loads its language alone.

import type { texts } from './en/index.ts';

export type Texts = typeof texts;
export type Locale = 'en' | 'de' | 'es';
export const LOCALES: readonly Locale[] = ['en', 'de', 'es'];

const LOADED: Record<Locale, () => Promise<{ readonly texts: Texts }>> = {
  en: () => import('./en/index.ts'),
  de: () => import('./de/index.ts'),
  es: () => import('./es/index.ts'),
};

export const loadTexts = async (locale: Locale): Promise<Texts> => (await LOADED[locale]()).texts;

/** The first of these tags that there are words for; English when none is. */
export const localeOf = (tags: readonly string[]): Locale =>
  tags.map((tag) => LOCALES.find((locale) => tag.toLowerCase().startsWith(locale))).find(Boolean) ?? 'en';

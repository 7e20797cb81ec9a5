// The words of the card's frame, which loads its language alone and nothing of the widget's.

import type { card } from './en/card.ts';
import { LOCALES } from './texts.ts';
import type { Locale } from './texts.ts';

export type CardTexts = typeof card;

const LOADED: Record<Locale, () => Promise<{ readonly card: CardTexts }>> = {
  en: () => import('./en/card.ts'),
  de: () => import('./de/card.ts'),
  es: () => import('./es/card.ts'),
};

/** English for a language that there are no words for. */
export const loadCardTexts = async (locale: string): Promise<CardTexts> =>
  (await LOADED[LOCALES.find((known) => known === locale) ?? 'en']()).card;

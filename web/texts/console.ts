// The words of the console, in one part a language: whoever works with it needs nearly all of them, and the widget none.

import type { words } from './en/console.ts';
import type { Locale } from './texts.ts';

export type ConsoleTexts = typeof words;

const LOADED: Record<Locale, () => Promise<{ readonly words: ConsoleTexts }>> = {
  en: () => import('./en/console.ts'),
  de: () => import('./de/console.ts'),
  es: () => import('./es/console.ts'),
};

/** @throws Error when they cannot be loaded */
export const loadConsoleTexts = async (locale: Locale): Promise<ConsoleTexts> => (await LOADED[locale]()).words;

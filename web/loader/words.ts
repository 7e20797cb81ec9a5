// The words of the launcher, which is there before any others are: what it is called, and that nothing came when it was pressed.

export type Locale = 'en' | 'de' | 'es';

export const WORDS: Readonly<Record<Locale, readonly [ask: string, failed: string]>> = {
  en: ['Ask an expert', 'Not loaded. Try again'],
  de: ['Fachleute fragen', 'Nicht geladen. Erneut versuchen'],
  es: ['Pregunte a un experto', 'No se ha cargado. Inténtelo de nuevo'],
};

/** The first of these tags that there are words for; English when none is. */
export const localeOf = (...tags: readonly (string | null)[]): Locale =>
  tags.map((tag) => (tag ?? '').slice(0, 2).toLowerCase()).find((tag): tag is Locale => tag in WORDS) ?? 'en';

/** Of the name of everything that is kept. */
export const PREFIX = 'parley.';

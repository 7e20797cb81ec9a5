// The words of the launcher, which is there before any other words are. The app says the rest.

export type Locale = 'en' | 'de' | 'es';

export const WORDS: Readonly<Record<Locale, { readonly ask: string; readonly failed: string }>> = {
  en: { ask: 'Ask an expert', failed: 'The chat could not be loaded. Try again' },
  de: { ask: 'Fachleute fragen', failed: 'Der Chat konnte nicht geladen werden. Erneut versuchen' },
  es: { ask: 'Pregunte a un experto', failed: 'No se pudo cargar el chat. Inténtelo de nuevo' },
};

/** The first of these tags that there are words for; English when none is. */
export const localeOf = (...tags: readonly (string | null)[]): Locale =>
  tags.map((tag) => tag?.slice(0, 2).toLowerCase()).find((tag): tag is Locale => tag !== undefined && tag in WORDS) ??
  'en';

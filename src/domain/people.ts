// Rule 1.1: who takes part.

export type Role = 'customer' | 'expert' | 'admin' | 'system';
export type Locale = 'en' | 'de' | 'es';

export const LOCALES = ['en', 'de', 'es'] as const satisfies readonly Locale[];

/** A person as others may see them. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

/** A text in the three languages of rule 11.1. */
export type Localized = Readonly<Record<Locale, string>>;

/** What a person wrote: it is said in their words to everybody. */
export const inAllLanguages = (text: string): Localized => ({ en: text, de: text, es: text });

/** What is sold: a key that programs use and a title that people read (1.2). */
export interface Service {
  readonly key: string;
  readonly title: Localized;
}

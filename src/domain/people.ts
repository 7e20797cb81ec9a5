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

/** Whoever calls: authenticated, with what scoped look-ups need. */
export interface Actor {
  readonly id: string;
  readonly role: Exclude<Role, 'system'>;
  readonly name: string;
  readonly locale: Locale;
  /** experts: the ids of their categories */
  readonly categories: readonly string[];
  /** of the account: whose rights have changed since gets a higher one, and this one holds no more */
  readonly tokenVersion: number;
  /** of the token: one log-in, however often it is renewed; absent in those of earlier versions */
  readonly session?: string;
  /** when the token ends */
  readonly expiresAt: Date;
}

export type ReceiverKind = 'customer' | 'expert' | 'admin';

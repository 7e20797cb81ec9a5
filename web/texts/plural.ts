// "1 new message", "2 new messages", by the language's own rules.

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

export const plural = (locale: string, count: number, forms: Forms): string =>
  forms[new Intl.PluralRules(locale).select(count)] ?? forms.other;

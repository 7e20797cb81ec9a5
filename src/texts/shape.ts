// What a language has to say (11.1): de.ts, en.ts and es.ts are data of this one type. Texts are ICU messages; what
// they may name is listed at `Values` in text.ts.

import type { MailTemplate, NoticeCode } from '../domain/effects.ts';
import type { Code } from '../domain/errors.ts';
import type { PersonalKind } from '../domain/personal-data.ts';

export interface MailTexts {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** the words on the button; where it leads is the same in every language */
  readonly action: string;
}

export interface Texts {
  readonly errors: Readonly<Record<Code, string>>;
  readonly notices: Readonly<Record<NoticeCode, string>>;
  /** 9.2: what the sender of personal data is told, beside the message */
  readonly warnings: Readonly<Record<PersonalKind, string>>;
  readonly mails: Readonly<Record<MailTemplate, MailTexts>>;
  readonly mailFooter: string;
  /** the words on the link to the notification settings */
  readonly unsubscribe: string;
  /** a service whose name is not known; all others are called what their category or their expert calls them */
  readonly otherService: string;
  /** 6.3 and 7.3: before the subject in the Request Center and in e-mails */
  readonly prefixes: { readonly requested: string; readonly accepted: string };
}

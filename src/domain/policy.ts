// The numbers of the rules, as the machines need them. The values are settings; only their shape is known here.

import type { PricePolicy } from './price.ts';

export interface Policy {
  /** 2.2 how long a claim holds without an answer, ms */
  readonly claimMs: number;
  /** 2.8 silence after which a question closes by itself, ms */
  readonly autoCloseMs: number;
  /** 6.1 how long a request is kept for the expert of the conversation, ms */
  readonly reservationMs: number;
  /** 6.6 life of a request without an acceptance, ms */
  readonly requestTtlMs: number;
  /** 6.6 life of a request after a failed capture, ms */
  readonly paymentUpdateTtlMs: number;
  /** 8.1 how long after the customer's second reply an expert may offer a premium service, ms */
  readonly offerDelayMs: number;
  /** 7.1 time to report after accepting, ms */
  readonly reportWindowMs: number;
  /** 7.2 when the expert is reminded to report, ms after accepting, ascending */
  readonly reportRemindersMs: readonly number[];
  /** 10.1 time to resolve a case, ms from its opening */
  readonly caseResponseMs: number;
  /** 1.3 the expert's share, in hundredths of a percent (5000 = 50 %) */
  readonly shareBasisPoints: number;
  /** 3.2 within which a second message is a fragment, ms; 0: none ever is */
  readonly fragmentWindowMs: number;
  /** 3.3 when a follow-up may be sent, ms after the expert's last answer */
  readonly followUpMs: { readonly from: number; readonly until: number };
  /** 4.1 when a customer is reminded, ms after the last answer, ascending; none: only the regular ones below */
  readonly remindersMs: readonly number[];
  /** 4.1 how far the reminders after these are apart, ms */
  readonly reminderEveryMs: number;
  /** 4.1 how many of them there are; 0: none */
  readonly reminderMax: number;
  /** 4.1 how long the link in a letter opens the customer's question, ms */
  readonly linkMs: number;
  /** 2.6 within which messages are gathered into one letter, ms; 0: each has its own */
  readonly gatherMs: number;
  /** 2.6 letters to one person within an hour, of those that can wait a little */
  readonly mailsPerHour: number;
  /** 6.3 after which those who are further away are written to about an open request, ms; 0: everybody at once */
  readonly ringsMs: number;
  /** how long it is known what became of a letter, ms */
  readonly keepMailsMs: number;
  /** 6.1 requests let pass in a row after which an expert is away; 0: never */
  readonly awayAfterMissed: number;
  /** 6.1 how long an expert looks at no page of theirs before they are away, ms; 0: for as long as they like */
  readonly awayAfterHiddenMs: number;
  /** 2.5 the lowest rating that pays the expert, stars */
  readonly payingStars: number;
  /** 5.2 */
  readonly price: PricePolicy;
}

/** 7.1 attempts that must be logged before "could not connect" is taken. */
export const ATTEMPTS_FOR_NO = 3;

// What is told to connected clients: that something has happened, with the records as they are now.

import type { Availability, AvailabilityState } from './availability.ts';
import type { Case } from './case.ts';
import type { NoticeCode, Params } from './effects.ts';
import type { Message } from './message.ts';
import type { Offer } from './offer.ts';
import type { Locale, Person, Role } from './people.ts';
import type { Question } from './question.ts';

export interface QuestionChanged {
  readonly type: 'question.changed';
  readonly question: Question;
  readonly lastSeq: number;
  /** the ids of those who have a part in it; others hear what the queue shows of it */
  readonly experts: readonly string[];
}

/** gateway/publish turns it into each receiver's view. */
export type Fact =
  | { readonly type: 'message.created'; readonly message: Message }
  /** 9.2: a flag is for admins only, a redaction for everybody who follows the conversation */
  | { readonly type: 'message.changed'; readonly message: Message; readonly to: 'admins' | 'everybody' }
  | QuestionChanged
  /** `request.changed` to experts and admins, `offer.changed` to the customer */
  | { readonly type: 'offer.changed'; readonly offer: Offer }
  | { readonly type: 'case.changed'; readonly changed: Case }
  | {
      readonly type: 'notice';
      readonly to: string;
      readonly locale: Locale;
      readonly code: NoticeCode;
      readonly params: Params;
    }
  /** 9.1: that it changed, never what it says; `to`: its customer and the experts who deliver */
  | {
      readonly type: 'private-info.changed';
      readonly to: readonly string[];
      readonly questionId: string;
      readonly version: number;
      readonly by: Person;
      readonly at: Date;
    }
  | { readonly type: 'typing'; readonly questionId: string; readonly by: Person & { readonly role: Role } }
  | { readonly type: 'read.changed'; readonly questionId: string; readonly by: Person; readonly seq: number }
  | {
      readonly type: 'presence.changed';
      readonly questionId: string;
      readonly userId: string;
      readonly online: boolean;
      readonly state: AvailabilityState;
    }
  /** 6.1: to their own pages with all of it, to who sees their light with the state that it comes to `now` */
  | {
      readonly type: 'availability.changed';
      readonly userId: string;
      readonly availability: Availability;
      readonly now: Date;
    }
  /** their name or language has changed: gateways look the account up */
  | { readonly type: 'user.changed'; readonly userId: string }
  /** the user's rights have changed: open sockets are closed, the client connects again with what holds now */
  /** `session`: only that one has ended */
  | {
      readonly type: 'user.revoked';
      readonly userId: string;
      readonly tokenVersion: number;
      readonly session?: string;
    };

// All events that clients hear, with the view that each carries: publishing one that does not stand here, or one that says
// something else, does not compile. docs/protocol.md says who hears which; web/client/protocol.ts is made from this table.

import { z } from 'zod';
import { AVAILABILITIES } from '../domain/availability.ts';
import { AvailabilityView } from './views/availability.ts';
import { CaseView } from './views/case.ts';
import { AuthorView, PersonView } from './views/fields.ts';
import { MessageView } from './views/message.ts';
import { NoticeView } from './views/notice.ts';
import { OfferNewsView, OfferView, RequestNewsView } from './views/offer.ts';
import { PrivateInfoChangeView } from './views/private-info.ts';
import { QuestionView } from './views/question.ts';
import { QueueChangeView } from './views/queue.ts';

export const EVENTS = {
  'message.created': MessageView,
  'message.changed': MessageView,
  'question.changed': QuestionView,
  /** 2.2: of questions that one has no part in */
  'queue.changed': QueueChangeView,
  /** customers get their offer in their language, experts and admins in all languages */
  'offer.changed': z.union([OfferView, OfferNewsView]),
  /** customers get the same, experts and admins the entry of the Request Center */
  'request.changed': z.union([OfferView, RequestNewsView]),
  'case.changed': CaseView,
  'private-info.changed': PrivateInfoChangeView,
  'read.changed': z.strictObject({ questionId: z.string(), by: PersonView, seq: z.int() }),
  /** 6.1: of somebody in a conversation; one's own pages hear of themselves, without a conversation */
  'presence.changed': z.union([
    z
      .strictObject({
        questionId: z.string(),
        userId: z.string(),
        online: z.boolean(),
        state: z.enum(AVAILABILITIES),
      })
      .meta({ id: 'Light' }),
    AvailabilityView.extend({ userId: z.string() }).meta({ id: 'OwnAvailability' }),
  ]),
  typing: z.strictObject({ questionId: z.string(), by: AuthorView }),
  notice: NoticeView,
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type EventName = keyof typeof EVENTS;
/** What an event carries. */
export type EventView<N extends EventName> = z.input<(typeof EVENTS)[N]>;

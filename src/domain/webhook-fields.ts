// Rule 9.5: what is stored of webhooks, for the inventory of personal-fields.ts. What is sent holds more, of which nothing is kept.

import { ended, person, pseudonym } from './treatment.ts';
import type { Inventory } from './treatment.ts';

const DATA = ['questionId', 'offerId', 'caseId', 'webhookId', 'seq', 'version', 'state', 'kind', 'authorRole'];

export const WEBHOOK_FIELDS = {
  webhooks: {
    notPersonal: [
      ...['_id', 'version', 'url', 'events[]', 'content', 'withText', 'active', 'off.why', 'off.at', 'createdAt'],
      ...['failures', 'failingSince', 'warnedAt', 'pausedUntil', 'leaseUntil', 'leaseBy', 'place'],
      ...['kek', 'number', 'createdAt', 'until', 'wrapped', 'sealed'].map((field) => `secrets[].${field}`),
    ],
    personal: person('createdBy', 'admin'),
  },

  deliveries: {
    notPersonal: [
      ...['_id', 'webhookId', 'eventId', 'event', 'questionId', 'at', 'state', 'tries', 'dueAt', 'keptUntil'],
      ...DATA.map((field) => `data.${field}`),
      ...['at', 'ms', 'status', 'error'].map((field) => `log[].${field}`),
    ],
    personal: {
      'data.authorId': pseudonym('author'),
      'log[].answer': ended('customer', 'what a receiver has said, for as long as KEEP_DELIVERIES'),
    },
  },
} as const satisfies Readonly<Record<string, Inventory>>;

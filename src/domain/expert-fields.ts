// Rule 9.5: what experts keep for their work, for the inventory of personal-fields.ts.

import { keep, pseudonym } from './treatment.ts';
import type { Inventory } from './treatment.ts';

export const EXPERT_FIELDS = {
  catalogue: {
    notPersonal: ['_id', 'price.amount', 'price.currency'],
    personal: {
      expertId: pseudonym('expert'),
      title: keep('expert', 'a template for all customers, which its expert can remove'),
      titleKey: keep('expert', 'the title, to compare by'),
      description: keep('expert', 'a template for all customers, which its expert can remove'),
    },
  },

  templates: {
    notPersonal: ['_id', 'locale', 'place'],
    personal: {
      expertId: pseudonym('expert'),
      title: keep('expert', 'a text for all customers, which its expert can remove'),
      titleKey: keep('expert', 'the title, to compare by'),
      body: keep('expert', 'a text for all customers, which its expert can remove'),
    },
  },
} as const satisfies Readonly<Record<string, Inventory>>;

// Rule 9.5: what is stored of payments at their providers, for the inventory of personal-fields.ts.

import { BOOKS, clear, keep } from './treatment.ts';
import type { Inventory } from './treatment.ts';

export const PROVIDER_FIELDS: Readonly<Record<string, Inventory>> = {
  simulated_payments: {
    notPersonal: ['_id', 'kind', 'amount', 'currency', 'outcome', 'once', 'at'],
    personal: { method: clear('customer'), authorisation: keep('customer', BOOKS) },
  },

  // after the provider was told to forget the method and the customer
  stripe_payments: {
    notPersonal: ['_id', 'key', 'kind', 'hold.amount', 'hold.currency', 'once', 'outcome', 'at'],
    personal: {
      'hold.method': clear('customer'),
      'hold.customer': clear('customer'),
      'hold.card.brand': clear('customer'),
      'hold.card.last4': clear('customer'),
      authorisation: keep('customer', BOOKS),
    },
  },

  stripe_events: { notPersonal: ['_id', 'at'], personal: {} },
};

// Rule 9.5: what is stored of letters and their links, and what erasing a customer will do to it (personal-fields.ts).

import { ONCE, clear, gone, keep, pseudonym } from './treatment.ts';
import type { Inventory } from './treatment.ts';

/** of `models/owed.ts` */
const OWED = ['attempts', 'state', 'why', 'at', 'dueAt', 'takenAt', 'settledAt', 'goneAt', 'lane'];

export const MAIL_FIELDS: Readonly<Record<string, Inventory>> = {
  mails: {
    notPersonal: ['template', 'about[]', 'ifAway', 'hurried', 'forced', 'upTo', ...OWED],
    personal: {
      _id: pseudonym('author'),
      to: pseudonym('author'),
      gather: pseudonym('author'),
      gatherAs: pseudonym('author'),
      'params.*': clear('customer'),
    },
  },

  mailings: {
    notPersonal: ['_id', 'key', 'categoryId', 'template', 'ring', ...OWED],
    personal: { except: pseudonym('expert'), 'params.*': clear('customer') },
  },

  // the newest of each person, and of 30 days
  notices: {
    notPersonal: ['endsAt', 'notices[].key', 'notices[].at', 'notices[].code'],
    personal: { _id: pseudonym('author'), 'notices[].params.*': clear('customer') },
  },

  inbox: {
    notPersonal: ['from', 'at'],
    personal: {
      _id: gone('author'),
      to: gone('author'),
      subject: gone('customer'),
      preheader: gone('customer'),
      headers: gone('author'),
      text: gone('customer'),
      html: gone('customer'),
    },
  },

  // ended by the account's token version, and of themselves
  links: {
    notPersonal: ['_id', 'questionId', 'purpose', 'tokenVersion', 'expiresAt', 'usedAt'],
    personal: { userId: pseudonym('customer'), email: clear('customer'), clientId: keep('customer', ONCE) },
  },
};

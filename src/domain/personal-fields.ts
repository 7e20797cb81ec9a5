// Rule 9.5: every field that is stored, whose it is when it is somebody's, and what erasing a customer will do to it.
// Nothing is erased by this table: it is what erasing will be made from, and a test is red for a field that is not in it.

import { EXPERT_FIELDS } from './expert-fields.ts';
import { MAIL_FIELDS } from './mail-fields.ts';
import { PROVIDER_FIELDS } from './provider-fields.ts';
import { BOOKS, ONCE, author, clear, ended, keep, person, pseudonym, replace } from './treatment.ts';
import type { Inventory } from './treatment.ts';
import { WEBHOOK_FIELDS } from './webhook-fields.ts';

const CLOSED = 'destroyed when the question is closed (9.1), which erasing does first';
const SETTLED = 'empty within moments: erasing waits for it, since what is owed would write names back';

const each = (at: string, fields: readonly string[]) => fields.map((field) => `${at}.${field}`);

const MONEY = ['amount', 'currency'];
/** of `models/record.ts` */
const RECORD = ['_id', 'version', 'state', 'dueAt', 'changedAt', 'outboxAt', 'writer'];
const outbox = { 'outbox.*': ended('author', SETTLED) };

const PAYMENT = [
  ...each('payment', ['state', 'attempt', 'returned.asked']),
  ...each('payment.returned.moves[]', ['kind', 'amount', 'reversed', 'undone']),
  ...each('payment.returned.disputes[]', ['state', 'amount', 'taken', 'dueBy', 'escalated']),
];
const payment = {
  'payment.method': clear('customer'),
  'payment.reason': clear('customer'),
  'payment.authorisation': keep('customer', BOOKS),
  'payment.returned.moves[].dispute': keep('customer', BOOKS),
  'payment.returned.disputes[].id': keep('customer', BOOKS),
  'payment.returned.disputes[].reason': clear('customer'),
};

const report = (at: string) => ({
  notPersonal: each(at, ['connected', 'at', 'attempts[].at']),
  personal: {
    [`${at}.reason`]: clear('customer'),
    [`${at}.comment`]: clear('customer'),
    [`${at}.attempts[].note`]: clear('customer'),
  },
});

const AUDITED = ['_id', 'actor.role', 'action', 'targets[].what', 'at'];
const audited = { 'actor.id': pseudonym('admin'), 'targets[].id': pseudonym('customer') };

/** By collection. */
export const PERSONAL_FIELDS: Readonly<Record<string, Inventory>> = {
  users: {
    notPersonal: [
      ...[
        'version',
        'role',
        'categories[]',
        'notify.openRequests',
        'notify.reminders',
        'notify.digest',
        'notify.quiet.from',
        'notify.quiet.to',
        'timeZone',
        'active',
        'tokenVersion',
        ...['revokedAt', 'followsSince'],
        ...each('newPassword', ['version', 'at']),
        ...each('endedSessions[]', ['session', 'until']),
        'createdAt',
      ],
      ...['availability.version', ...each('availability.away', ['because', 'since', 'until'])],
      ...[
        'availability.missed[].offerId',
        'availability.missed[].at',
        'availability.answeredAt',
        'availability.hiddenSince',
      ],
    ],
    personal: {
      _id: pseudonym('author'),
      name: replace('author'),
      email: clear('author'),
      login: clear('author'),
      passwordHash: clear('author'),
      locale: clear('author'),
      nameKey: keep('expert', 'what the name of an expert or admin looks like: made anew when they are renamed'),
    },
  },

  questions: {
    notPersonal: [
      ...RECORD,
      ...PAYMENT,
      ...['categoryId', 'locale', 'lockedUntil', 'offerAvailableAt', 'expertWroteAt', 'ratingEnabled', 'earned'],
      ...[
        'answeredAt',
        'reminders',
        'remindAt',
        'rating.stars',
        'rating.by',
        'createdAt',
        'postedAt',
        'closedAt',
        'activeAt',
      ],
      ...each('value', MONEY),
      ...each('payout', MONEY),
      ...each('history[]', ['what', 'at', 'by.role', 'stars']),
      ...each('queue', ['version', 'at']),
    ],
    personal: {
      ...outbox,
      ...payment,
      'queue.left': pseudonym('expert'),
      ...person('customer', 'customer'),
      ...person('expert', 'expert'),
      ...person('firstExpert', 'expert'),
      ...person('answeredBy', 'expert'),
      ...author('history[].by'),
      subject: clear('customer'),
      body: clear('customer'),
      comment: clear('customer'),
      paymentMethod: clear('customer'),
      'card.brand': clear('customer'),
      'card.last4': clear('customer'),
      'history[].reason': clear('customer'),
      clientId: keep('customer', ONCE),
      ratedExpert: pseudonym('expert'),
      earnedBy: pseudonym('expert'),
      paidTo: pseudonym('expert'),
    },
  },

  // what anybody wrote in a customer's conversation is about that customer: texts of both sides are cleared
  messages: {
    notPersonal: [
      ...['_id', 'questionId', 'kind', 'by.role', 'at', 'redactedAt', 'outboxAt', 'asksRating', 'confirmed'],
      ...each('unreplied', ['askedAt', 'said.at', 'answered.at', 'followedUp']),
      ...each('flags[]', ['by.role', 'reason', 'at']),
    ],
    personal: {
      ...outbox,
      ...author('by'),
      ...author('flags[].by'),
      'unreplied.said.expertId': pseudonym('expert'),
      'unreplied.answered.expertId': pseudonym('expert'),
      body: clear('customer'),
      'personal[].kind': clear('customer'),
      'personal[].start': clear('customer'),
      'personal[].end': clear('customer'),
      clientId: keep('author', ONCE),
    },
  },

  refused_messages: {
    notPersonal: ['_id', ...each('refused[]', ['kind', 'code', 'at'])],
    personal: {
      ...person('refused[].by', 'expert'),
      'refused[].key': pseudonym('expert'),
      'refused[].clientId': keep('expert', ONCE),
    },
  },

  read_marks: {
    notPersonal: ['seq', 'at'],
    personal: { _id: pseudonym('author') },
  },

  // price, payout, times and states stay: money, and what prices are learned from (5.2)
  offers: {
    notPersonal: [
      ...RECORD,
      ...PAYMENT,
      ...['origin', 'openOn', 'questionId', 'categoryId', 'locale', 'service.key', 'pricePoints[]'],
      ...[
        'postedAt',
        'priceHow',
        'priceOutcome',
        'shownAt',
        'requestedAt',
        'expiresAt',
        'reservedUntil',
        'generation',
        'acceptedAt',
        'reportDueAt',
      ],
      'reminders',
      ...each('price', MONEY),
      ...each('payout', MONEY),
      ...report('report').notPersonal,
      'attempts[].at',
      ...each('history[]', ['what', 'at', 'by.role']),
      ...report('history[].report').notPersonal,
    ],
    personal: {
      ...outbox,
      ...payment,
      ...person('customer', 'customer'),
      ...person('proposedBy', 'expert'),
      ...person('acceptedBy', 'expert'),
      ...author('history[].by'),
      ...report('report').personal,
      'attempts[].note': clear('customer'),
      'attempts[].clientId': keep('expert', ONCE),
      ...report('history[].report').personal,
      preview: clear('customer'),
      subject: clear('customer'),
      // of an offer that an expert has worded for this customer; the words of a category are nobody's
      'service.title.*': clear('customer'),
      'description.*': clear('customer'),
      unableReason: clear('customer'),
      'history[].reason': clear('customer'),
      clientId: keep('expert', ONCE),
      reservedFor: pseudonym('expert'),
      passedBy: pseudonym('expert'),
    },
  },

  cases: {
    notPersonal: [
      ...RECORD,
      ...['kind', 'questionId', 'offerId', 'seq', 'openedBy.role', 'openedAt', 'respondBy', 'overdue'],
      ...each('notes[]', ['by.role', 'at']),
      ...each('history[]', ['what', 'by.role', 'at']),
      ...each('resolved', ['resolution', 'by.role', 'at']),
    ],
    personal: {
      ...outbox,
      ...person('customer', 'customer'),
      ...person('assignee', 'admin'),
      ...person('history[].to', 'admin'),
      ...author('openedBy'),
      ...author('notes[].by'),
      ...author('history[].by'),
      ...author('resolved.by'),
      key: pseudonym('author'),
      subject: clear('customer'),
      reason: clear('customer'),
      'notes[].text': clear('customer'),
      'resolved.comment': clear('customer'),
      clientId: keep('author', ONCE),
      'notes[].clientId': keep('admin', ONCE),
      'resolved.clientId': keep('admin', ONCE),
    },
  },

  // append-only: the database refuses a change
  entries: {
    notPersonal: ['_id', 'kind', 'currency', 'legs[].amount', 'questionId', 'offerId', 'at'],
    personal: { 'legs[].account': pseudonym('author') },
  },

  ...MAIL_FIELDS,

  ...PROVIDER_FIELDS,

  private_info: {
    notPersonal: ['_id', 'version', 'at'],
    personal: {
      sealed: ended('customer', CLOSED),
      'by.id': ended('author', CLOSED),
      'by.name': ended('author', CLOSED),
    },
  },

  data_keys: {
    inKeys: true,
    notPersonal: ['_id', 'state', 'kek', 'at'],
    personal: { wrapped: ended('customer', CLOSED) },
  },

  audit: {
    notPersonal: [...AUDITED, 'call', 'outcome', 'prevHash', 'hash'],
    personal: {
      ...audited,
      reason: keep('admin', 'a link of the chain of hashes; admins are told to put no personal data into it'),
    },
  },

  audit_announced: {
    notPersonal: AUDITED,
    personal: { ...audited, reason: ended('admin', 'a row of the audit log, or nothing, within minutes') },
  },

  ...EXPERT_FIELDS,

  categories: {
    notPersonal: [
      ...['_id', 'version', 'name.*', 'currency', 'automaticService', 'pricePoints[]', 'pricing', 'pricing.fixed'],
      ...each('services[]', ['key', 'title.*', 'description.*', 'suggestedPrice']),
      ...each('offerLimits', ['min', 'max']),
      ...each('questionValues', ['min', 'suggested[]']),
    ],
    personal: {},
  },

  ...WEBHOOK_FIELDS,
  migrations: { notPersonal: ['_id', 'name', 'at', 'holder', 'until'], personal: {} },
};

// All stores there are, once.

import type mongoose from 'mongoose';
import { AUDIT } from './audit.ts';
import { CASES } from './case.ts';
import { CATALOGUE } from './catalogue.ts';
import { CATEGORIES } from './category.ts';
import type { Clock } from './clock.ts';
import { DATA_KEYS } from './data-key.ts';
import { DELIVERIES } from './delivery.ts';
import { ENTRIES } from './entry.ts';
import { INBOX } from './inbox.ts';
import { LINKS } from './link.ts';
import { OWED_MAILS } from './mail.ts';
import { OWED_MAILINGS } from './mailing.ts';
import { MESSAGES } from './message.ts';
import { NOTICES } from './notice.ts';
import { OFFERS } from './offer.ts';
import { PRIVATE_INFO } from './private-info.ts';
import { QUESTIONS } from './question.ts';
import { READ_MARKS } from './read-mark.ts';
import { REFUSED_MESSAGES } from './refused-message.ts';
import { SIMULATED_PAYMENTS } from './simulated-payment.ts';
import type { StoreKind } from './store.ts';
import { STRIPE_EVENTS } from './stripe-event.ts';
import { STRIPE_PAYMENTS } from './stripe-payment.ts';
import { TEMPLATES } from './template.ts';
import { USERS } from './user.ts';
import { WEBHOOKS } from './webhook.ts';

/** In the main database. */
export const MAIN = {
  users: USERS,
  categories: CATEGORIES,
  catalogue: CATALOGUE,
  templates: TEMPLATES,
  questions: QUESTIONS,
  messages: MESSAGES,
  refusedMessages: REFUSED_MESSAGES,
  readMarks: READ_MARKS,
  offers: OFFERS,
  cases: CASES,
  entries: ENTRIES,
  mails: OWED_MAILS,
  mailings: OWED_MAILINGS,
  inbox: INBOX,
  links: LINKS,
  notices: NOTICES,
  simulatedPayments: SIMULATED_PAYMENTS,
  stripePayments: STRIPE_PAYMENTS,
  stripeEvents: STRIPE_EVENTS,
  audit: AUDIT,
  privateInfo: PRIVATE_INFO,
  webhooks: WEBHOOKS,
  deliveries: DELIVERIES,
} as const satisfies Kinds;

/** 9.1: in that of the data keys. */
export const APART = { dataKeys: DATA_KEYS } as const satisfies Kinds;

type Kinds = Readonly<Record<string, StoreKind>>;
type Opened<All extends Kinds> = { readonly [Name in keyof All]: ReturnType<All[Name]['open']> };

export type Stores = Opened<typeof MAIN> & Opened<typeof APART>;

export function storesIn(db: mongoose.mongo.Db, keysDb: mongoose.mongo.Db, clock: Clock): Stores {
  return { ...openAll(MAIN, db, clock), ...openAll(APART, keysDb, clock) };
}

function openAll<All extends Kinds>(kinds: All, db: mongoose.mongo.Db, clock: Clock): Opened<All> {
  const opened = Object.entries(kinds).map(([name, kind]) => [name, kind.open(db, clock)] as const);
  return Object.fromEntries(opened) as Opened<All>; // each under its own name
}

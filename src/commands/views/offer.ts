// An offer (5, 8), and the request that an automatic one becomes (6): two views of one record.

import { z } from 'zod';
import { mayPreview } from '../../domain/access.ts';
import type { OfferReceiver } from '../../domain/access.ts';
import { OFFER_STATES } from '../../domain/offer.ts';
import type { Offer } from '../../domain/offer.ts';
import { REFUND_STATES, refundStateOf } from '../../domain/offer-refund.ts';
import type { Attempt } from '../../domain/report.ts';
import type { Locale } from '../../domain/people.ts';
import { requestPrefix } from '../../texts/text.ts';
import { Instant, MoneyView, PersonView, instant, personView } from './fields.ts';

const AttemptsView = z.array(z.strictObject({ at: Instant, note: z.string().nullable() }));
const ReportView = z
  .strictObject({
    connected: z.boolean(),
    attempts: AttemptsView,
    reason: z.string().nullable(),
    comment: z.string().nullable(),
    at: Instant,
  })
  .meta({ id: 'Report' });

const offerFields = {
  id: z.string(),
  version: z.int(),
  questionId: z.string(),
  origin: z.enum(['automatic', 'expert']),
  proposedBy: PersonView.optional().meta({ description: 'The expert who offers it; absent when the platform does.' }),
  unableReason: z.string().optional().meta({ description: 'Why the expert is unable to complete it (8.3).' }),
  service: z.strictObject({ key: z.string(), title: z.string() }),
  description: z.string(),
  price: MoneyView,
  payout: MoneyView.optional().meta({ description: 'Experts and admins only.' }),
  state: z.enum(OFFER_STATES),
  shownAt: Instant.meta({ description: 'Its place in the conversation.' }),
  reservedFor: z.string().nullable(),
  reservedUntil: Instant.nullable(),
  requestedAt: Instant.nullable(),
  expiresAt: Instant.nullable(),
  acceptedBy: PersonView.nullable(),
  acceptedAt: Instant.nullable(),
  reportDueAt: Instant.nullable(),
  attempts: AttemptsView.optional().meta({
    description: 'To reach the customer, as far as they are logged (7.1). The accepting expert and admins only.',
  }),
  report: ReportView.nullable().optional().meta({ description: 'The accepting expert and admins only.' }),
  paymentReason: z
    .string()
    .nullable()
    .optional()
    .meta({ description: 'Why the payment failed. The customer and admins only.' }),
  refundState: z.enum(REFUND_STATES).nullable().optional().meta({
    description:
      'How far a price that was taken is on its way back, also of a request that is withdrawn or expired. The customer and admins only.',
  }),
};

const entryFields = {
  subject: z.string(),
  category: z.string(),
  preview: z.string().nullable().meta({
    description:
      'The first 200 characters of the question, without what looks like personal data (9.2); null: not to be read any more.',
  }),
  postedAt: Instant.nullable(),
};

export const OfferView = z.strictObject(offerFields).meta({ id: 'Offer' });

export const RequestEntryView = z
  .strictObject({ ...offerFields, prefix: z.string(), ...entryFields })
  .meta({ id: 'RequestEntry' });

const WordsView = z.strictObject({ en: z.string(), de: z.string(), es: z.string() }).meta({ id: 'Words' });
/** What is told to many at once has its words in all languages (11.1): who hears it takes their own. */
const newsFields = {
  ...offerFields,
  service: z.strictObject({ key: z.string(), title: WordsView }),
  description: WordsView,
};

export const OfferNewsView = z.strictObject(newsFields).meta({ id: 'OfferNews' });

export const RequestNewsView = z
  .strictObject({ ...newsFields, prefix: WordsView, ...entryFields })
  .meta({ id: 'RequestNews' });

export function offerView(offer: Offer, receiver: OfferReceiver, locale: Locale): z.input<typeof OfferView> {
  return { ...offerPart(offer, receiver), ...inLanguage(offer, locale) };
}

/** 6.3, 7.3: the entry of the Request Center. */
export function requestEntryView(
  offer: Offer,
  receiver: OfferReceiver,
  locale: Locale,
): z.input<typeof RequestEntryView> {
  return { ...offerView(offer, receiver, locale), prefix: prefixIn(offer, locale), ...entryPart(offer, receiver) };
}

export function offerNews(offer: Offer, receiver: OfferReceiver): z.input<typeof OfferNewsView> {
  const { service, description } = offer;
  return { ...offerPart(offer, receiver), service: { key: service.key, title: service.title }, description };
}

export function requestNews(offer: Offer, receiver: OfferReceiver): z.input<typeof RequestNewsView> {
  const prefix = { en: prefixIn(offer, 'en'), de: prefixIn(offer, 'de'), es: prefixIn(offer, 'es') };
  return { ...offerNews(offer, receiver), prefix, ...entryPart(offer, receiver) };
}

const inLanguage = ({ service, description }: Offer, locale: Locale) => ({
  service: { key: service.key, title: service.title[locale] },
  description: description[locale],
});

function offerPart(offer: Offer, receiver: OfferReceiver) {
  const asExpert = receiver === 'expert' || receiver === 'deliverer';
  return {
    id: offer.id,
    version: offer.version,
    questionId: offer.questionId,
    origin: offer.origin,
    ...(offer.proposedBy && { proposedBy: personView(offer.proposedBy) }),
    ...(offer.unableReason !== null && { unableReason: offer.unableReason }),
    price: offer.price,
    ...(receiver !== 'customer' && { payout: offer.payout }),
    state: offer.state,
    shownAt: offer.shownAt.toISOString(),
    reservedFor: offer.reservedFor,
    reservedUntil: instant(offer.reservedUntil),
    requestedAt: instant(offer.requestedAt),
    expiresAt: instant(offer.expiresAt),
    acceptedBy: offer.acceptedBy && personView(offer.acceptedBy),
    acceptedAt: instant(offer.acceptedAt),
    reportDueAt: instant(offer.reportDueAt),
    ...((receiver === 'deliverer' || receiver === 'admin') && {
      attempts: attemptsView(offer.report?.attempts ?? offer.attempts ?? []),
      report: reportView(offer),
    }),
    ...(!asExpert && { paymentReason: offer.payment.reason, refundState: refundStateOf(offer) }),
  };
}

const prefixIn = ({ acceptedBy, service }: Offer, locale: Locale) =>
  requestPrefix(service.title[locale], acceptedBy === null ? 'requested' : 'accepted', locale);

function entryPart(offer: Offer, receiver: OfferReceiver) {
  return {
    subject: offer.subject,
    category: offer.categoryId,
    preview: mayPreview(receiver, offer) ? offer.preview : null,
    postedAt: instant(offer.postedAt),
  };
}

function reportView({ report }: Offer): z.input<typeof ReportView> | null {
  if (report === null) return null;
  return { ...report, attempts: attemptsView(report.attempts), at: report.at.toISOString() };
}

const attemptsView = (attempts: readonly Attempt[]) => attempts.map(({ at, note }) => ({ at: at.toISOString(), note }));

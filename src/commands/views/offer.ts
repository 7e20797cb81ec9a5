// An offer (5, 8), and the request that an automatic one becomes (6): two views of one record.

import { z } from 'zod';
import { mayPreview } from '../../domain/access.ts';
import type { OfferReceiver } from '../../domain/access.ts';
import { OFFER_STATES } from '../../domain/offer.ts';
import type { Attempt, Offer } from '../../domain/offer.ts';
import type { Locale, Localized } from '../../domain/people.ts';
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
  paymentReason: z.string().nullable().optional().meta({ description: 'Why the payment failed. The customer only.' }),
};

export const OfferView = z.strictObject(offerFields).meta({ id: 'Offer' });

export const RequestEntryView = z
  .strictObject({
    ...offerFields,
    prefix: z.string(),
    subject: z.string(),
    category: z.string(),
    preview: z.string().nullable().meta({
      description:
        'The first 200 characters of the question, without what looks like personal data (9.2); null: not to be read any more.',
    }),
    postedAt: Instant.nullable(),
  })
  .meta({ id: 'RequestEntry' });

export function offerView(offer: Offer, receiver: OfferReceiver, locale: Locale): z.input<typeof OfferView> {
  const asExpert = receiver === 'expert' || receiver === 'deliverer';
  return {
    id: offer.id,
    version: offer.version,
    questionId: offer.questionId,
    origin: offer.origin,
    ...(offer.proposedBy && { proposedBy: personView(offer.proposedBy) }),
    ...(offer.unableReason !== null && { unableReason: offer.unableReason }),
    service: { key: offer.service.key, title: localized(offer.service.title, locale) },
    description: localized(offer.description, locale),
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
      attempts: attemptsView(offer.report?.attempts ?? []),
      report: reportView(offer),
    }),
    ...(!asExpert && { paymentReason: offer.payment.reason }),
  };
}

/** 6.3, 7.3: the entry of the Request Center. */
export function requestEntryView(
  offer: Offer,
  receiver: OfferReceiver,
  locale: Locale,
): z.input<typeof RequestEntryView> {
  const stage = offer.acceptedBy === null ? 'requested' : 'accepted';
  return {
    ...offerView(offer, receiver, locale),
    prefix: requestPrefix(localized(offer.service.title, locale), stage, locale),
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

const localized = (text: Localized, locale: Locale) => text[locale];

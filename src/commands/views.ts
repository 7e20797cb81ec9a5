// What a receiver may see of each entity: the schemas of the protocol and the functions that fill them. Command outputs
// and live events use the same ones. A field that the receiver may not see is absent.

import { z } from 'zod';
import type { PrivateInfo } from '../dispatch/private-info.ts';
import { CASE_KINDS, CASE_STATES } from '../domain/case.ts';
import type { Case } from '../domain/case.ts';
import { FLAG_REASONS } from '../domain/message.ts';
import type { Author, Flag, Message } from '../domain/message.ts';
import type { Offer } from '../domain/offer.ts';
import { PERSONAL_KINDS } from '../domain/personal-data.ts';
import type { PersonalData } from '../domain/personal-data.ts';
import { LOCALES } from '../domain/people.ts';
import type { Actor, Locale, Localized, Person, ReceiverKind } from '../domain/people.ts';
import { OFFER_STATES } from '../domain/offer.ts';
import { QUESTION_STATES } from '../domain/question.ts';
import type { Question } from '../domain/question.ts';
import type { AuditRow } from '../models/audit.ts';
import type { Category } from '../models/category.ts';
import type { Ratings } from '../models/question.ts';
import type { User } from '../models/user.ts';
import { requestPrefix, warningText } from '../texts/text.ts';

const Instant = z.iso.datetime();
export const MoneyView = z
  .strictObject({ amount: z.int(), currency: z.string().length(3) })
  .meta({ id: 'Money', description: 'Integer minor units of an ISO 4217 currency.' });
export const PersonView = z.strictObject({ id: z.string(), name: z.string() }).meta({ id: 'Person' });

export const UserView = z
  .strictObject({
    id: z.string(),
    version: z.int(),
    role: z.enum(['customer', 'expert', 'admin']),
    name: z.string(),
    locale: z.enum(LOCALES),
    email: z.string().nullable().optional(),
    categories: z.array(z.string()).optional(),
    notify: z.strictObject({ openRequests: z.boolean() }).optional(),
    active: z.boolean().optional(),
  })
  .meta({ id: 'User' });

export const ExpertView = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    categories: z.array(z.string()),
    rating: z.strictObject({
      average: z
        .number()
        .nullable()
        .meta({ description: 'Of the customers’ own stars, with one decimal; null: nobody has rated yet.' }),
      count: z.int().meta({ description: 'Ratings that customers gave themselves.' }),
      automatic: z.int().meta({ description: 'Automatic ratings; they are not in the average.' }),
    }),
  })
  .meta({ id: 'Expert' });

export const CategoryView = z
  .strictObject({
    id: z.string(),
    version: z.int(),
    name: z.string(),
    currency: z.string(),
    automaticService: z.string(),
    services: z.array(
      z.strictObject({ key: z.string(), title: z.string(), description: z.string(), suggestedPrice: MoneyView }),
    ),
  })
  .meta({ id: 'Category' });

export const QuestionView = z
  .strictObject({
    id: z.string(),
    version: z.int(),
    state: z.enum(QUESTION_STATES),
    category: z.string(),
    subject: z.string(),
    body: z.string(),
    value: MoneyView,
    customer: PersonView,
    expert: PersonView.nullable(),
    lockedUntil: Instant.nullable(),
    lastSeq: z.int(),
    ratingEnabled: z.boolean(),
    rating: z.strictObject({ stars: z.int(), by: z.enum(['customer', 'automatic']) }).nullable(),
    offerAvailableAt: Instant.nullable(),
    postedAt: Instant.nullable(),
    closedAt: Instant.nullable(),
    payment: z
      .strictObject({ state: z.string(), reason: z.string().nullable() })
      .optional()
      .meta({ description: 'Customers and admins only.' }),
  })
  .meta({ id: 'Question' });

export const AuthorView = z.strictObject({ id: z.string(), name: z.string(), role: z.string() });

export const MessageView = z
  .strictObject({
    questionId: z.string(),
    seq: z.int(),
    clientId: z.string(),
    kind: z.string(),
    by: AuthorView,
    body: z.string(),
    attachments: z.array(z.never()),
    at: Instant,
    redacted: z.boolean(),
    warnings: z
      .array(z.strictObject({ kind: z.enum(PERSONAL_KINDS), start: z.int(), end: z.int(), hint: z.string() }))
      .optional()
      .meta({
        description: 'The sender only: where in the body personal data was recognised, and what to do instead.',
      }),
    flagged: z
      .array(z.strictObject({ by: AuthorView, reason: z.enum(FLAG_REASONS), at: Instant }))
      .optional()
      .meta({ description: 'All flags for admins; for the sides, the one they set themselves.' }),
  })
  .meta({ id: 'Message' });

const ReportView = z
  .strictObject({
    connected: z.boolean(),
    attempts: z.array(z.strictObject({ at: Instant, note: z.string().nullable() })),
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
  reservedFor: z.string().nullable(),
  reservedUntil: Instant.nullable(),
  requestedAt: Instant.nullable(),
  expiresAt: Instant.nullable(),
  acceptedBy: PersonView.nullable(),
  acceptedAt: Instant.nullable(),
  reportDueAt: Instant.nullable(),
  report: ReportView.nullable().optional().meta({ description: 'The accepting expert and admins only.' }),
  paymentReason: z.string().nullable().optional().meta({ description: 'Why the payment failed. The customer only.' }),
};

export const OfferView = z.strictObject(offerFields).meta({ id: 'Offer' });

export const RequestEntryView = z
  .strictObject({ ...offerFields, prefix: z.string(), subject: z.string(), category: z.string() })
  .meta({ id: 'RequestEntry' });

const adminsOnly = { description: 'Admins only.' };

export const CaseView = z
  .strictObject({
    id: z.string(),
    version: z.int(),
    kind: z.enum(CASE_KINDS),
    state: z.enum(CASE_STATES),
    questionId: z.string(),
    offerId: z.string().nullable(),
    seq: z.int().nullable().meta({ description: 'The message it is about.' }),
    subject: z.string(),
    reason: z.string().nullable(),
    openedAt: Instant,
    resolution: z.string().nullable(),
    resolvedAt: Instant.nullable(),
    openedBy: AuthorView.optional().meta(adminsOnly),
    customer: PersonView.optional().meta(adminsOnly),
    dueAt: Instant.optional().meta({ description: 'When it should be resolved by. Admins only.' }),
    overdue: z.boolean().optional().meta(adminsOnly),
    assignee: PersonView.nullable().optional().meta(adminsOnly),
    notes: z
      .array(z.strictObject({ by: AuthorView, at: Instant, text: z.string() }))
      .optional()
      .meta(adminsOnly),
    history: z
      .array(z.strictObject({ what: z.string(), by: AuthorView, at: Instant, to: PersonView.nullable() }))
      .optional()
      .meta(adminsOnly),
    comment: z
      .string()
      .nullable()
      .optional()
      .meta({ description: 'What the admin who resolved it said. Admins only.' }),
    resolvedBy: AuthorView.nullable().optional().meta(adminsOnly),
  })
  .meta({ id: 'Case' });

export const ReadView = z
  .strictObject({ by: PersonView, seq: z.int() })
  .meta({ id: 'Read', description: 'How far one side has read.' });

/** What `private-info.changed` tells; version 0: nothing was put there yet. */
export const PrivateInfoChangeView = z
  .strictObject({ questionId: z.string(), version: z.int(), by: PersonView.nullable(), at: Instant.nullable() })
  .meta({ id: 'PrivateInfoChange' });

export const PrivateInfoView = z
  .strictObject({
    questionId: z.string(),
    version: z.int().meta({ description: '0: nothing was put there yet.' }),
    text: z.string().nullable().meta({ description: 'Null: the box is empty.' }),
    by: PersonView.nullable(),
    at: Instant.nullable(),
  })
  .meta({ id: 'PrivateInfo' });

export const AuditRowView = z
  .strictObject({
    seq: z.int(),
    at: Instant,
    actor: z.strictObject({ id: z.string(), role: z.string() }),
    action: z.string(),
    targets: z.array(z.strictObject({ what: z.string(), id: z.string() })),
    reason: z.string().nullable(),
    outcome: z.enum(['done', 'unknown']).meta({ description: 'Unknown: cut off by a failure.' }),
    hash: z.string(),
  })
  .meta({ id: 'AuditRow' });

/** `deliverer`: the expert who accepted; `expert`: any other who may know of it. */
export type OfferReceiver = ReceiverKind | 'deliverer';

/** One's own account, or any for admins. */
export function userView(user: User): z.input<typeof UserView> {
  const base = { id: user.id, version: user.version, role: user.role, name: user.name, locale: user.locale };
  const own = { ...base, email: user.email, notify: user.notify, active: user.active };
  return user.role === 'expert' ? { ...own, categories: [...user.categories] } : own;
}

/** 2.5, 7.4: an automatic rating pays like any other, but says nothing of what a customer thought. */
export function expertView(user: User, ratings: readonly Ratings[]): z.input<typeof ExpertView> {
  const own = ratings.find(({ by }) => by === 'customer');
  const automatic = ratings.find(({ by }) => by === 'automatic');
  return {
    id: user.id,
    name: user.name,
    categories: [...user.categories],
    rating: {
      average: own === undefined ? null : Math.round((own.stars / own.count) * 10) / 10,
      count: own?.count ?? 0,
      automatic: automatic?.count ?? 0,
    },
  };
}

export function categoryView(category: Category, locale: Locale): z.input<typeof CategoryView> {
  return {
    id: category.id,
    version: category.version,
    name: category.name[locale],
    currency: category.currency,
    automaticService: category.automaticService,
    services: category.services.map((service) => ({
      key: service.key,
      title: service.title[locale],
      description: service.description[locale],
      suggestedPrice: { amount: service.suggestedPrice, currency: category.currency },
    })),
  };
}

export function questionView(
  question: Question,
  lastSeq: number,
  receiver: ReceiverKind,
): z.input<typeof QuestionView> {
  const { payment } = question;
  return {
    id: question.id,
    version: question.version,
    state: question.state,
    category: question.categoryId,
    subject: question.subject,
    body: question.body,
    value: question.value,
    customer: personView(question.customer),
    expert: question.expert && personView(question.expert),
    lockedUntil: instant(question.lockedUntil),
    lastSeq,
    ratingEnabled: question.ratingEnabled,
    rating: question.rating,
    offerAvailableAt: instant(question.offerAvailableAt),
    postedAt: instant(question.postedAt),
    closedAt: instant(question.closedAt),
    ...(receiver !== 'expert' && { payment: { state: payment.state, reason: payment.reason } }),
  };
}

export function messageView(message: Message): z.input<typeof MessageView> {
  return {
    questionId: message.questionId,
    seq: message.seq,
    clientId: message.clientId,
    kind: message.kind,
    by: { id: message.by.id, name: message.by.name, role: message.by.role },
    body: message.body,
    attachments: [],
    at: message.at.toISOString(),
    redacted: message.redactedAt !== undefined,
  };
}

/** 9.2: the sender is warned of what was recognised; people see the flag they set themselves, admins see all. */
export function messageViewFor(actor: Actor, message: Message): z.input<typeof MessageView> {
  if (actor.role === 'admin') return adminMessageView(message);
  const own = message.flags?.filter(({ by }) => by.id === actor.id) ?? [];
  const warned = message.by.id === actor.id && message.personal !== undefined;
  return {
    ...messageView(message),
    ...(warned && { warnings: message.personal.map((one) => warningView(one, actor.locale)) }),
    ...(own.length > 0 && { flagged: own.map(flagView) }),
  };
}

export function adminMessageView(message: Message): z.input<typeof MessageView> {
  return { ...messageView(message), ...(message.flags && { flagged: message.flags.map(flagView) }) };
}

const warningView = ({ kind, start, end }: PersonalData, locale: Locale) => ({
  kind,
  start,
  end,
  hint: warningText(kind, locale),
});

const flagView = ({ by, reason, at }: Flag) => ({ by: authorView(by), reason, at: at.toISOString() });

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
    reservedFor: offer.reservedFor,
    reservedUntil: instant(offer.reservedUntil),
    requestedAt: instant(offer.requestedAt),
    expiresAt: instant(offer.expiresAt),
    acceptedBy: offer.acceptedBy && personView(offer.acceptedBy),
    acceptedAt: instant(offer.acceptedAt),
    reportDueAt: instant(offer.reportDueAt),
    ...((receiver === 'deliverer' || receiver === 'admin') && { report: reportView(offer) }),
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
  };
}

/** A case: all of it for admins, what they asked for and what came of it for whoever opened it. */
export function caseView(found: Case, receiver: ReceiverKind): z.input<typeof CaseView> {
  return {
    id: found.id,
    version: found.version,
    kind: found.kind,
    state: found.state,
    questionId: found.questionId,
    offerId: found.offerId,
    seq: found.seq,
    subject: found.subject,
    reason: found.reason,
    openedAt: found.openedAt.toISOString(),
    resolution: found.resolved && found.resolved.resolution,
    resolvedAt: instant(found.resolved && found.resolved.at),
    ...(receiver === 'admin' && caseFile(found)),
  };
}

function caseFile({ openedBy, customer, respondBy, overdue, assignee, notes, history, resolved }: Case) {
  return {
    openedBy: authorView(openedBy),
    customer: personView(customer),
    dueAt: respondBy.toISOString(),
    overdue,
    assignee: assignee && personView(assignee),
    notes: notes.map(({ by, at, text }) => ({ by: authorView(by), at: at.toISOString(), text })),
    history: history.map(({ what, by, at, to }) => ({
      ...{ what, by: authorView(by), at: at.toISOString() },
      to: to && personView(to),
    })),
    comment: resolved && resolved.comment,
    resolvedBy: resolved && authorView(resolved.by),
  };
}

export function privateInfoView(info: PrivateInfo): z.input<typeof PrivateInfoView> {
  const { questionId, version, text, by, at } = info;
  return { questionId, version, text: text === '' ? null : text, by: by && personView(by), at: instant(at) };
}

/** 9.1: that it changed; what it says is read with `private-info.get` and travels nowhere else. */
export function privateInfoChange(
  changed: Pick<PrivateInfo, 'questionId' | 'version' | 'by' | 'at'>,
): z.input<typeof PrivateInfoChangeView> {
  const { questionId, version, by, at } = changed;
  return { questionId, version, by: by && personView(by), at: instant(at) };
}

/** 2.3: the marks of the two sides. */
export function readViews(
  { customer, expert }: Question,
  marks: readonly { readonly userId: string; readonly seq: number }[],
): z.input<typeof ReadView>[] {
  const sides = [customer, ...(expert ? [expert] : [])];
  return marks.flatMap(({ userId, seq }) => {
    const by = sides.find(({ id }) => id === userId);
    return by ? [{ by: personView(by), seq }] : [];
  });
}

export function auditRowView({
  prevHash: _prev,
  call: _call,
  at,
  targets,
  ...row
}: AuditRow): z.input<typeof AuditRowView> {
  return { ...row, at: at.toISOString(), targets: [...targets] };
}

function reportView({ report }: Offer): z.input<typeof ReportView> | null {
  if (report === null) return null;
  const attempts = report.attempts.map(({ at, note }) => ({ at: at.toISOString(), note }));
  return { ...report, attempts, at: report.at.toISOString() };
}

const localized = (text: Localized, locale: Locale) => text[locale];
export const authorView = ({ id, name, role }: Author) => ({ id, name, role });
const personView = ({ id, name }: Person) => ({ id, name });
const instant = (at: Date | null) => at && at.toISOString();

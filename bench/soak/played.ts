// What was played in a soak, counted from the histories of its records; and which ways nobody has gone.

import mongoose from 'mongoose';
import type { Case } from '../../src/domain/case.ts';
import type { Offer, OfferEventType } from '../../src/domain/offer.ts';
import type { Question, QuestionEvent } from '../../src/domain/question.ts';

type Stored<Record extends { id: string }> = Omit<Record, 'id'> & { readonly _id: string };

export interface Records {
  readonly questions: readonly Stored<Question>[];
  readonly offers: readonly Stored<Offer>[];
  readonly cases: readonly Stored<Case>[];
}

export async function recordsOf(mongodbUri: string): Promise<Records> {
  const client = await mongoose.mongo.MongoClient.connect(mongodbUri);
  const db = client.db();
  const [questions, offers, cases] = await Promise.all([
    db.collection<Stored<Question>>('questions').find().toArray(),
    db.collection<Stored<Offer>>('offers').find().toArray(),
    db.collection<Stored<Case>>('cases').find().toArray(),
  ]);
  await client.close();
  return { questions, offers, cases };
}

/** `done`: by people, what no record tells of. */
export function played(
  { questions, offers, cases }: Records,
  done: readonly string[],
): Readonly<Record<string, number>> {
  const automatic = offers.filter(({ origin }) => origin === 'automatic');
  const own = offers.filter(({ origin }) => origin === 'expert');
  const asked = (what: QuestionEvent['type']) => stepsIn(questions, what);
  const requested = (what: OfferEventType) => stepsIn(automatic, what);
  const offered = (what: OfferEventType) => stepsIn(own, what);
  const refunds = cases.filter(({ kind }) => kind === 'refund');
  const decided = (as: string) => refunds.filter(({ resolved }) => resolved?.resolution === as).length;
  const times = (what: string) => done.filter((one) => one === what).length;
  const first = automatic.filter(({ acceptedBy, reservedFor }) => acceptedBy !== null && acceptedBy.id === reservedFor);
  return {
    posted: questions.filter(({ postedAt }) => postedAt !== null).length,
    claimed: asked('claim'),
    released: asked('release'),
    answered: asked('answer'),
    'rated by customers': questions.filter(({ rating }) => rating?.by === 'customer').length,
    'rated by a service': questions.filter(({ rating }) => rating?.by === 'automatic').length,
    'paid for': asked('captured'),
    closed: asked('close'),
    'automatic offers declined': requested('decline'),
    requested: requested('request'),
    'No Thanks': requested('pass'),
    'nothing said in time': requested('lapse'),
    'won by who was asked first': first.length,
    won: requested('win'),
    'charged for a request': requested('captured'),
    'charge failed': requested('capture_failed'),
    'card mended, open again': requested('reopen'),
    expired: requested('expire'),
    'taken back or money back': requested('withdraw'),
    'attempts logged': automatic.reduce((sum, { attempts = [] }) => sum + attempts.length, 0),
    fulfilled: requested('report_yes'),
    'not reached': requested('report_no'),
    'asked again': requested('request_again'),
    'report overdue': requested('overdue'),
    'offers by experts': own.length,
    'of a new or own service': own.filter(({ service }) => service.key === 'own').length,
    'experts’ offers declined': offered('decline'),
    'experts’ offers withdrawn': offered('withdraw'),
    booked: offered('captured'),
    'booking failed': offered('capture_failed'),
    'not completed': offered('unable'),
    'refunds asked for': refunds.length,
    'refunds granted': decided('grant'),
    'refunds refused': decided('refuse'),
    'money given back': stepsIn(offers, 'refunded') + asked('refunded'),
    ...Object.fromEntries(BY_HAND.map((what) => [what, times(what)])),
  };
}

const BY_HAND = ['another card given', 'private box filled', 'decision about a refund read', 'notices read'] as const;

function stepsIn<What>(
  records: readonly { readonly history: readonly { readonly what: What }[] }[],
  what: What,
): number {
  return records.reduce((sum, { history }) => sum + history.filter((step) => step.what === what).length, 0);
}

// What questions and offers of an earlier version went through, as far as their fields still tell.

import type mongoose from 'mongoose';
import { SYSTEM } from '../domain/message.ts';
import type { Offer, OfferStep } from '../domain/offer.ts';
import type { Question, QuestionStep } from '../domain/question.ts';

export async function rememberHistory(db: mongoose.mongo.Db): Promise<void> {
  await rememberPast(db.collection<Old<Question>>('questions'), pastOfQuestion);
  await rememberPast(db.collection<Old<Offer>>('offers'), pastOfOffer);
}

/** With the fields that the history has taken the place of. */
type Old<R> = Omit<R, 'id'> & { _id: string; ratedAt?: Date | null; declinedAt?: Date | null };

async function rememberPast<R extends { history: readonly { at: Date }[] }>(
  collection: mongoose.mongo.Collection<Old<R>>,
  pastOf: (record: mongoose.mongo.WithId<Old<R>>) => R['history'],
): Promise<void> {
  const lacking = { history: { $exists: false } } as mongoose.mongo.Filter<Old<R>>; // beyond the driver's types
  for await (const record of collection.find(lacking)) {
    const history = pastOf(record).toSorted((one, other) => one.at.getTime() - other.at.getTime());
    const update = { $set: { history } } as unknown as mongoose.mongo.UpdateFilter<Old<R>>;
    await collection.updateOne({ ...lacking, _id: record._id }, update);
  }
}

function pastOfQuestion({ customer, postedAt, rating, ratedAt, closedAt }: Old<Question>): QuestionStep[] {
  const asked = { ...customer, role: 'customer' } as const;
  const past: QuestionStep[] = [];
  if (postedAt !== null) past.push({ what: 'authorised', at: postedAt, by: null });
  if (rating !== null && ratedAt) {
    const { by, stars } = rating;
    const step = by === 'customer' ? ({ what: 'rate', by: asked } as const) : AUTOMATIC;
    past.push({ ...step, at: ratedAt, stars });
  }
  if (closedAt !== null) past.push({ what: 'close', at: closedAt, by: null });
  return past;
}

const AUTOMATIC = { what: 'rate_automatic', by: SYSTEM } as const;

function pastOfOffer({ customer, declinedAt, requestedAt, acceptedAt, report }: Old<Offer>): OfferStep[] {
  const wished = { ...customer, role: 'customer' } as const;
  const past: OfferStep[] = [];
  if (declinedAt) past.push({ what: 'decline', at: declinedAt, by: wished });
  if (requestedAt !== null) past.push({ what: 'request', at: requestedAt, by: wished });
  if (acceptedAt !== null) past.push({ what: 'captured', at: acceptedAt, by: null });
  if (report !== null) {
    past.push({ what: report.connected ? 'report_yes' : 'report_no', at: report.at, by: null, report });
  }
  return past;
}

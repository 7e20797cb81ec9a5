// Offers of an earlier version get what the Request Center shows of their question (6.3).

import type mongoose from 'mongoose';
import type { Offer } from '../domain/offer.ts';
import { previewOf } from '../domain/preview.ts';
import type { Question } from '../domain/question.ts';

type Asked = Pick<Question, 'body' | 'locale' | 'postedAt'>;

export async function previewQuestions(db: mongoose.mongo.Db): Promise<void> {
  const offers = db.collection<Pick<Offer, 'questionId'> & { _id: string; preview?: string; postedAt?: Date | null }>(
    'offers',
  );
  const questions = db.collection<Asked & { _id: string }>('questions');
  const lacking = { preview: { $exists: false } };
  for await (const { _id, questionId } of offers.find(lacking, { projection: { questionId: 1 } })) {
    const asked = await questions.findOne({ _id: questionId }, { projection: { body: 1, locale: 1, postedAt: 1 } });
    const { body, locale, postedAt }: Asked = asked ?? { body: '', locale: 'en', postedAt: null };
    await offers.updateOne({ _id, ...lacking }, { $set: { preview: previewOf(body, locale), postedAt } });
  }
}

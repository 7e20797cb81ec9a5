// E-mails that an earlier version owes or has sent: they are found by lane now, and in the mail log by what they are about; those
// that were sent are not kept for ever.

import mongoose from 'mongoose';

const KEPT_DAYS = 90;
const OLD_INDEX = 'due';
const IS_TEXT = { $eq: [{ $type: '$$this' }, 'string'] };

/** Repeatable. */
export async function laneMails(db: mongoose.mongo.Db): Promise<void> {
  const mails = db.collection('mails');
  const isSettled = { $eq: [{ $ifNull: ['$dueAt', null] }, null] };
  const goneAt = { $dateAdd: { startDate: '$$NOW', unit: 'day', amount: KEPT_DAYS } };
  await mails.updateMany({ lane: { $exists: false } }, [
    {
      $set: {
        lane: 0,
        about: { $filter: { input: ['$params.questionId', '$params.offerId'], cond: IS_TEXT } },
        why: null,
        takenAt: null,
        settledAt: { $cond: [isSettled, '$at', null] },
        goneAt: { $cond: [isSettled, goneAt, '$$REMOVE'] },
      },
    },
  ]);
  await dropIndex(mails, OLD_INDEX);
}

async function dropIndex(collection: mongoose.mongo.Collection, name: string): Promise<void> {
  try {
    await collection.dropIndex(name);
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoServerError) || !NOT_THERE.has(Number(error.code))) throw error;
  }
}

const NOT_THERE: ReadonlySet<number> = new Set([26, 27]); // NamespaceNotFound, IndexNotFound

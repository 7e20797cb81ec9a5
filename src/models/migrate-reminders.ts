// Questions of an earlier version know when they were answered, and when their customer is reminded next (4).

import type mongoose from 'mongoose';

const DAY_MS = 86_400_000;
/** The schedule that every installation had until now: others were refused. */
const STEPS_MS = [1, 2, 3, 7, 14, 21, 28, 35, 42, 49, 56, 63].map((days) => days * DAY_MS);
const BATCH = 500;

type Doc = { _id: string } & Record<string, unknown>;
type Write = mongoose.mongo.AnyBulkWriteOperation<Doc>;

interface Said {
  readonly _id: string;
  readonly state: string;
  readonly rating: unknown;
  readonly dueAt: Date | null;
  readonly payment: { readonly returned?: unknown };
  readonly answeredAt: Date | null;
  readonly repliedAt: Date | null;
}

/**
 * From now on: what was missed is not made up for, so that nothing goes out in a burst. Repeatable, and done for each question in
 * one write.
 */
export async function planReminders(db: mongoose.mongo.Db): Promise<void> {
  const questions = db.collection<Doc>('questions');
  const lacking = { answeredAt: { $exists: false } };
  const { localTime } = (await db.command({ hello: 1 })) as { localTime: Date };
  let writes: Write[] = [];
  const flush = async () => {
    if (writes.length > 0) await questions.bulkWrite(writes, { ordered: false });
    writes = [];
  };
  for await (const said of questions.aggregate<Said>([
    { $match: { ...lacking, ratingEnabled: true } },
    ...WHAT_WAS_SAID,
  ])) {
    const { remindAt, reminders } = nextOf(said, localTime);
    const dueAt = remindAt !== null && (said.dueAt === null || remindAt < said.dueAt) ? { dueAt: remindAt } : {};
    writes.push({
      updateOne: {
        filter: { _id: said._id, ...lacking, dueAt: said.dueAt },
        update: [{ $set: { answeredAt: said.answeredAt, reminders, remindAt, ...dueAt } }],
      },
    });
    if (writes.length === BATCH) await flush();
  }
  await flush();
  await questions.updateMany(lacking, { $set: { answeredAt: null, reminders: 0, remindAt: null } });
}

/** When the last answer was written, and the customer's last message: by the index of who has written in it. */
const WHAT_WAS_SAID = [
  {
    $lookup: {
      from: 'messages',
      localField: '_id',
      foreignField: 'questionId',
      as: 'said',
      pipeline: [{ $project: { _id: 0, kind: 1, 'by.role': 1, at: 1 } }],
    },
  },
  {
    $project: {
      ...{ state: 1, rating: 1, dueAt: 1, 'payment.returned': 1 },
      answeredAt: newest({ $eq: ['$$this.kind', 'answer'] }),
      repliedAt: newest({ $eq: ['$$this.by.role', 'customer'] }),
    },
  },
];

/** When the newest of these was written; null: there is none. */
function newest(cond: object) {
  const those = { $filter: { input: '$said', cond } };
  return { $ifNull: [{ $max: { $map: { input: those, in: '$$this.at' } } }, null] };
}

function nextOf(said: Said, now: Date): { remindAt: Date | null; reminders: number } {
  const { answeredAt, repliedAt } = said;
  const isOver = said.state === 'closed' || said.rating !== null || said.payment.returned !== undefined;
  if (answeredAt === null || isOver || (repliedAt !== null && repliedAt > answeredAt)) {
    return { remindAt: null, reminders: 0 };
  }
  const dates = STEPS_MS.map((ms) => new Date(answeredAt.getTime() + ms));
  const next = dates.findIndex((at) => at > now);
  return next < 0 ? { remindAt: null, reminders: dates.length } : { remindAt: dates[next] ?? null, reminders: next };
}

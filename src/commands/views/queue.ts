// What the queue shows (2.2): questions that wait for an expert, and those that wait no more.

import { z } from 'zod';
import type { Question } from '../../domain/question.ts';
import { pageRoom } from '../../models/page.ts';
import { Instant, PersonView, personView } from './fields.ts';
import { QuestionView, questionView } from './question.ts';

const MOST = 200; // entries told at once; whoever has to hear of more reads the queue

/** Of one that somebody has taken, or that is over. */
const TakenView = z
  .strictObject({
    id: z.string(),
    version: z.int(),
    state: z.enum(['claimed', 'answered', 'closed']),
    category: z.string(),
    expert: PersonView.nullable().meta({ description: 'Who has it; null: nobody.' }),
  })
  .meta({ id: 'Taken' });

const News = z.strictObject({
  at: Instant.meta({ description: 'Hand it back as `since`.' }),
  items: z
    .array(z.union([QuestionView, TakenView]))
    .meta({ description: 'Those to claim as `question.list` has them; of others only that they are taken, by whom.' }),
  complete: z.boolean().meta({ description: 'False: there was more than is told; `question.list` has the queue.' }),
});

export const QueueNewsView = News.meta({ id: 'QueueNews' });
export const QueueChangeView = News.extend({ category: z.string() }).meta({ id: 'QueueChange' });

/** A question as it is now, and its last line. */
export interface Queued {
  readonly question: Question;
  readonly lastSeq: number;
}

/** `found`: the oldest change first; never a draft */
export function queueNewsView(found: readonly Queued[], at: Date): z.input<typeof QueueNewsView> {
  const room = pageRoom();
  const tooMuch = found.findIndex(
    ({ question }, index) => index === MOST || !room.takes(`${question.subject}${question.body}`),
  );
  const told = tooMuch < 0 ? found : found.slice(0, tooMuch);
  return { at: at.toISOString(), items: told.map(entryView), complete: told.length === found.length };
}

/** One more than can be told: then it is not all. */
export const MOST_READ = MOST + 1;

function entryView({ question, lastSeq }: Queued): z.input<typeof News>['items'][number] {
  const { id, version, state, categoryId: category, expert } = question;
  if (state === 'open' || state === 'draft') return questionView(question, lastSeq, 'expert');
  return { id, version, state, category, expert: expert && personView(expert) };
}

// What a letter's link shows before it is opened (4.1): what is needed to rate, and nothing of the conversation.

import { z } from 'zod';
import { conversationExpertOf } from '../../domain/question.ts';
import type { Question } from '../../domain/question.ts';
import { LOCALES } from '../../domain/people.ts';
import type { Locale } from '../../domain/people.ts';

export const LinkView = z.strictObject({
  questionId: z.string(),
  subject: z.string(),
  expert: z.string().nullable().meta({ description: 'The name.' }),
  state: z.enum(['open', 'closed']),
  ratingEnabled: z.boolean(),
  stars: z.int().nullable().meta({ description: 'Given already: they can be raised, never lowered (2.5).' }),
  locale: z.enum(LOCALES),
});

export function linkView({
  question,
  user,
}: {
  readonly question: Question;
  readonly user: { readonly locale: Locale };
}): z.input<typeof LinkView> {
  return {
    questionId: question.id,
    subject: question.subject,
    expert: conversationExpertOf(question)?.name ?? null,
    state: question.state === 'closed' ? 'closed' : 'open',
    ratingEnabled: question.ratingEnabled,
    stars: question.rating?.stars ?? null,
    locale: user.locale,
  };
}

// How far the sides have read (2.3).

import { z } from 'zod';
import type { Question } from '../../domain/question.ts';
import { PersonView, personView } from './fields.ts';

export const ReadView = z
  .strictObject({ by: PersonView, seq: z.int() })
  .meta({ id: 'Read', description: 'How far one side has read.' });

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

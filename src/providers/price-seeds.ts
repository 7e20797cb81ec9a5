// Rule 5.2: the chance in the choice of a price. It comes from the question, so that whoever makes its offer again after a crash draws
// the same; and from a secret, so that nobody knows beforehand which of their questions will be shown the cheapest point.

import { createHmac } from 'node:crypto';
import type { Seed } from '../domain/chance.ts';

const WORD_BYTES = 4;

/** `secret`: that of the tokens, the same for all nodes. */
export function priceSeeds(secret: string): (questionId: string) => Seed {
  return (questionId) => {
    const digest = createHmac('sha256', secret).update(`price of ${questionId}`).digest();
    const word = (index: number) => digest.readUInt32LE(index * WORD_BYTES);
    return [word(0), word(1), word(2), word(3)];
  };
}

// What was refused is said by what comes with the answer at the earliest: whoever is refused is connected.

import { later } from './later.tsx';

export const Problem = later(async () => (await import('./problem.tsx')).Problem, { words: [] });

// Rule 3: does a message ask for a rating? How well it is recognised is measured in test/domain/asks-for-rating.test.ts.

import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { phraseFinder } from './phrases.ts';

/** 3.1: does this text ask for a rating, in English, German or Spanish? Whoever writes may use either. */
export const asksForRating: (text: string) => boolean = phraseFinder([en, de, es]);

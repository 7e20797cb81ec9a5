// The forms that settings have: each takes the text of the environment and gives what it is used for, or says in a few
// words what is wrong with it. Nothing secret is repeated: what may hold a password is described, never quoted.

import { z } from 'zod';

/** Reads a text by `read`, without blanks around it; what it throws as a `Misfit` is what is wrong. */
export const form = <T>(read: (text: string) => T) =>
  z.string().transform((text, check) => {
    try {
      return read(text.trim());
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      for (const message of error.problems) check.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
  });

export class Misfit extends Error {
  readonly problems: readonly string[];
  constructor(...problems: string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

export function assert(fits: boolean, problem: string): asserts fits {
  if (!fits) throw new Misfit(problem);
}

/** "a, b," → a, b */
export const partsOf = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

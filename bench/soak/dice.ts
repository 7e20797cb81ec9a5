// What people in the soak do by chance, the same at each run: what was found can be looked for again.

import { chance } from '../../src/domain/chance.ts';
import type { Chance } from '../../src/domain/chance.ts';

export class Dice {
  readonly #roll: Chance;

  constructor(person: number) {
    this.#roll = chance([15, person, 0, 0]);
  }

  /** In so many of a hundred times. */
  falls(percent: number): boolean {
    return this.#roll() * 100 < percent;
  }

  of<One>(some: readonly One[]): One {
    return some[Math.floor(this.#roll() * some.length)]!; // there is at least one
  }
}

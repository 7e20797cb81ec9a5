// What a batch of records owes, and what of it is settled. One effect that fails keeps no other from being settled, and has
// no other settled again.

import type { Effect, EffectType } from '../domain/effects.ts';
import type { Saved } from '../models/record.ts';

export interface Owed<E extends Effect, R> {
  readonly record: R;
  readonly effect: E;
}

export class Sheet<R> {
  /** the first one */
  error: unknown;
  readonly records: readonly R[];
  private readonly byRecord = new Map<R, Owed<Effect, R>[]>();
  private readonly byType = new Map<EffectType, Owed<Effect, R>[]>();
  private readonly settled = new Set<Owed<Effect, R>>();

  constructor(batch: readonly Saved<R>[]) {
    this.records = batch.map(({ record }) => record);
    for (const { record, outbox } of batch) {
      const ofRecord = outbox.map((effect) => ({ record, effect }));
      this.byRecord.set(record, ofRecord);
      for (const one of ofRecord) {
        const alike = this.byType.get(one.effect.type);
        if (alike === undefined) this.byType.set(one.effect.type, [one]);
        else alike.push(one);
      }
    }
  }

  /** What is owed yet of these kinds. */
  owed(types: readonly EffectType[]): Owed<Effect, R>[] {
    return types.flatMap((type) => (this.byType.get(type) ?? []).filter((one) => !this.settled.has(one)));
  }

  owedBy(record: R, types: readonly EffectType[]): Owed<Effect, R>[] {
    return this.rest(record).filter(({ effect }) => types.includes(effect.type));
  }

  /** The records that owe something yet. */
  left(): Saved<R>[] {
    return this.records
      .map((record) => ({ record, outbox: this.rest(record).map(({ effect }) => effect) }))
      .filter(({ outbox }) => outbox.length > 0);
  }

  leftBeside({ record, effect }: Owed<Effect, R>): Effect[] {
    return this.rest(record)
      .map((one) => one.effect)
      .filter((one) => one !== effect);
  }

  hasSettled(record: R, is: (effect: Effect) => boolean): boolean {
    return (this.byRecord.get(record) ?? []).some((one) => this.settled.has(one) && is(one.effect));
  }

  /** It went along into a later version of its record, and is owed by that one. */
  passOn(record: R): void {
    for (const one of this.rest(record)) this.settled.add(one);
  }

  /** False when it failed: then these are owed still. */
  async attempt(some: readonly Owed<Effect, R>[], work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
    } catch (error) {
      this.error ??= error;
      return false;
    }
    for (const one of some) this.settled.add(one);
    return true;
  }

  private rest(record: R): Owed<Effect, R>[] {
    return (this.byRecord.get(record) ?? []).filter((one) => !this.settled.has(one));
  }
}

// What records owe the world, paid: many records at once or one, in the order of the rows of EFFECTS.

import type { Ctx } from '../context.ts';
import type { Effect, EffectType } from '../domain/effects.ts';
import type { Saved } from '../models/record.ts';
import { EFFECTS } from './effects.ts';
import type { OneByOne, Row, Together } from './effects.ts';
import type { FollowUp } from './follow-ups.ts';
import type { AnyOwner, Owner } from './machines.ts';
import { Sheet } from './sheet.ts';
import type { Owed } from './sheet.ts';

/** Effects that share a row are settled as one. */
interface Step<Of> {
  readonly row: Of;
  readonly types: readonly EffectType[];
}
const TYPES = Object.keys(EFFECTS) as EffectType[];
const STEPS: readonly Step<Row<EffectType>>[] = [...new Set<Row<EffectType>>(Object.values(EFFECTS))].map((row) => ({
  row,
  types: TYPES.filter((type) => EFFECTS[type] === row),
}));
const isTogether = (step: Step<Row<EffectType>>): step is Step<Together<EffectType>> => step.row.when === 'together';
const stepsAt = (when: OneByOne<EffectType>['when']) =>
  STEPS.filter((step): step is Step<OneByOne<EffectType>> => step.row.when === when);

const TOGETHER = STEPS.filter(isTogether);
const [FIRST, BESIDE, TOLD] = [stepsAt('first'), stepsAt('beside'), stepsAt('told')];
const [THEN, LAST] = [stepsAt('then'), stepsAt('last')];
const FIRST_TYPES = FIRST.flatMap(({ types }) => types);
const LAST_TYPES = LAST.flatMap(({ types }) => types);

const NOW = Promise.resolve();

/**
 * Settles records whose new state is on disk: the decision stands there whatever happens here, so it never throws. What could
 * not be settled, and nothing else, stays owed, and the sweep tries again. `follow` takes what is asked of other records.
 * Who watches is told at once; `quiet`: the rest waits for this, while other records have a deadline to keep.
 */
export async function settleBatch<R extends object>(
  ctx: Ctx,
  of: Owner<R>,
  batch: readonly Saved<R>[],
  follow: (next: FollowUp) => Promise<void>,
  quiet = NOW,
): Promise<void> {
  for (const { record } of batch) if (isDue(record)) ctx.setAlarm(record.dueAt);
  const store = of.store(ctx.stores);
  const told = tellAtOnce(ctx, of, batch);
  let standing = batch;
  if (told.size === batch.length && quiet !== NOW) {
    // what can wait makes no garbage while other records have a deadline to keep
    await quiet;
    standing = await unmoved(ctx, of, batch);
  }
  const sheet = new Sheet(standing.map((saved) => unfolded(saved, told.has(saved.record))));
  try {
    await settleSheet({ ctx, of, sheet, follow }, quiet, (left) => store.stillOwe(left));
  } catch (error) {
    ctx.log.warn({ err: error }, 'effects stay owed until the sweep');
    return;
  }
  const left = sheet.left();
  if (left.length > 0) {
    const effects = [...new Set(left.flatMap(({ outbox }) => outbox.map(({ type }) => type)))];
    ctx.log.warn({ err: sheet.error, effects }, 'effects stay owed until the sweep');
  }
  const owing = new Set(left.map(({ record }) => record));
  const clean = sheet.records.filter((record) => !owing.has(record));
  if (clean.length > 0) void clear(ctx, store.clearOutbox(clean));
  await clear(ctx, store.stillOwe(left));
}

/** Whoever has moved a record meanwhile has taken along what it owed, and has told it. */
async function unmoved<R extends object>(ctx: Ctx, of: Owner<R>, batch: readonly Saved<R>[]) {
  try {
    return (await of.store(ctx.stores).unmoved?.(batch)) ?? batch;
  } catch {
    return batch; // told twice rather than not at all
  }
}

/** Tells whoever watches of these records, as far as nothing has to be read or settled before; answers which. */
function tellAtOnce<R extends object>(ctx: Ctx, of: Owner<R>, batch: readonly Saved<R>[]): ReadonlySet<R> {
  const told = new Set<R>();
  if (of.isTold !== 'at_once') return told;
  for (const { record, outbox } of batch) {
    if (outbox.some(({ type }) => type !== 'changed' && FIRST_TYPES.includes(type))) continue;
    const fact = outbox.some(({ type }) => type === 'changed') ? of.fact(ctx, record) : null;
    if (fact instanceof Promise) continue;
    if (fact !== null) ctx.publish(fact);
    told.add(record);
  }
  return told;
}

/** What stands for others is replaced by them; `isTold`: whoever watches knows already. */
function unfolded<R extends object>({ record, outbox }: Saved<R>, isTold: boolean): Saved<R> {
  const effects = outbox.flatMap((effect) => {
    if (isTold && effect.type === 'changed') return [];
    const row: Row<EffectType> = EFFECTS[effect.type];
    return row.when === 'unfolded' ? row.unfold(record, effect) : [effect];
  });
  return { record, outbox: effects };
}

interface Settling<R extends object> {
  readonly ctx: Ctx;
  readonly of: AnyOwner;
  readonly sheet: Sheet<R>;
  readonly follow: (next: FollowUp) => Promise<void>;
}

async function settleSheet<R extends object>(
  settling: Settling<R>,
  quiet: Promise<void>,
  note: (left: readonly Saved<R>[]) => Promise<void>,
): Promise<void> {
  const { sheet } = settling;
  const atOnce = (steps: readonly Step<OneByOne<EffectType>>[]) =>
    steps.flatMap(({ row, types }) => sheet.owed(types).map((one) => settleOne(settling, row, [one])));
  await Promise.all([
    (async () => {
      await settleFirst(settling);
      await quiet;
      await Promise.all([...TOGETHER.map((step) => settleTogether(settling, step)), ...atOnce(TOLD)]);
    })(),
    quiet.then(() => Promise.all(atOnce(BESIDE))),
  ]);
  for (const { row, types } of THEN) for (const one of sheet.owed(types)) await settleOne(settling, row, [one]);
  // noted before it takes long, so that nobody is told anything twice because of it
  const owing = sheet.left().filter(({ record }) => sheet.owedBy(record, LAST_TYPES).length > 0);
  const told = owing.filter(({ record }) => sheet.hasSettled(record, ({ type }) => type !== 'changed'));
  if (told.length > 0) await note(told);
  await Promise.all(atOnce(LAST));
}

/** Record by record; after an effect that fails the record's others wait as well. */
async function settleFirst<R extends object>(settling: Settling<R>): Promise<void> {
  for (const record of settling.sheet.records) {
    const owed = settling.sheet.owedBy(record, FIRST_TYPES);
    if (owed.length === 0) continue;
    for (const { row, types } of FIRST) {
      const [one, ...others] = owed.filter(({ effect }) => types.includes(effect.type));
      if (one !== undefined && !(await settleOne(settling, row, [one, ...others]))) break;
    }
  }
}

/** What a record owes once, or several times over. False when it stays owed. */
function settleOne<R extends object>(
  { ctx, of, sheet, follow }: Settling<R>,
  row: OneByOne<EffectType>,
  some: readonly [Owed<Effect, R>, ...Owed<Effect, R>[]],
): Promise<boolean> {
  const [one] = some;
  return sheet.attempt(some, async () => {
    const next = await row.settle(ctx, { ...one, of, left: () => sheet.leftBeside(one) });
    for (const step of next ?? []) {
      await follow(step);
      if ('own' in step) sheet.passOn(one.record);
    }
  });
}

/** If that fails, each by itself. */
async function settleTogether<R extends object>(
  { ctx, sheet }: Settling<R>,
  { row, types }: Step<Together<EffectType>>,
): Promise<void> {
  const some = sheet.owed(types);
  const settle = (owed: readonly Owed<Effect, R>[]) =>
    sheet.attempt(owed, () =>
      row.settle(
        ctx,
        owed.map(({ effect }) => effect),
      ),
    );
  if (some.length === 0 || (await settle(some)) || some.length === 1) return;
  await Promise.all(some.map((one) => settle([one])));
}

async function clear(ctx: Ctx, clearing: Promise<void>): Promise<void> {
  try {
    await clearing;
  } catch (error) {
    ctx.log.warn({ err: error }, 'effects will be settled once more');
  }
}

const isDue = (record: object): record is { dueAt: Date } => 'dueAt' in record && record.dueAt instanceof Date;

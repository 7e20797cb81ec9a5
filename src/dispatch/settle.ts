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
  const sheet = new Sheet(batch.map(unfolded));
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
  if (clean.length > 0) void cleared(ctx, store.settled(clean));
  await cleared(ctx, store.stillOwe(left));
}

function unfolded<R extends object>({ record, outbox }: Saved<R>): Saved<R> {
  const effects = outbox.flatMap((effect) => {
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
      for (const record of sheet.records) await settleInOrder(settling, record);
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

/** After one that fails the others wait as well. */
async function settleInOrder<R extends object>(settling: Settling<R>, record: R): Promise<void> {
  for (const { row, types } of FIRST) {
    const [one, ...others] = settling.sheet.owedBy(record, types);
    if (one !== undefined && !(await settleOne(settling, row, [one, ...others]))) return;
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

async function cleared(ctx: Ctx, clearing: Promise<void>): Promise<void> {
  try {
    await clearing;
  } catch (error) {
    ctx.log.warn({ err: error }, 'effects will be settled once more');
  }
}

const isDue = (record: object): record is { dueAt: Date } => 'dueAt' in record && record.dueAt instanceof Date;

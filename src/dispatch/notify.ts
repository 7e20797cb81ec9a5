// People are told in a line, and find it later when nobody was connected.

import type { Ctx } from '../context.ts';
import type { EffectOf } from '../domain/effects.ts';
import type { Told } from '../models/notice.ts';

/** Kept before it is told: what somebody has heard they find again. Repeatable. */
export async function notify(ctx: Ctx, notices: readonly Omit<EffectOf<'notice'>, 'type'>[]): Promise<void> {
  const now = ctx.now();
  const kept = new Map<string, Told[]>();
  for (const { to, code, params } of notices) {
    const theirs = kept.get(to) ?? [];
    kept.set(to, theirs);
    theirs.push({ at: now, code, params });
  }
  const [receivers] = await Promise.all([
    Promise.all(notices.map(({ to }) => ctx.stores.users.read(to))),
    ctx.stores.notices.keep(kept, now),
  ]);
  notices.forEach(({ to, code, params }, index) => {
    ctx.publish({ type: 'notice', to, locale: receivers[index]?.locale ?? 'en', code, params });
  });
}

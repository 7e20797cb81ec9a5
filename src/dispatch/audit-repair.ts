// What an admin had begun when its process died or failed: nobody can tell how far it came, so the audit log says that.

import type { Ctx } from '../context.ts';

const HEARD_OF_MS = 60_000; // longer than any command takes
const BATCH = 500;

/** Repeatable, by many at once: a call has one row. */
export async function recordUnheardOf(ctx: Ctx): Promise<void> {
  const { audit } = ctx.stores;
  for (const announced of await audit.unheardOf(new Date(ctx.now().getTime() - HEARD_OF_MS), BATCH)) {
    await audit.append({ ...announced, outcome: 'unknown' });
    await audit.withdraw(announced.call);
  }
}

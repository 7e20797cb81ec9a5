// What records prove and the journal lacks is booked (1.4): the entries that `verify` calls missing. All other differences
// are for people: nothing is taken away, and nothing is changed.

import type { Ctx } from '../context.ts';
import type { Entry } from '../domain/ledger.ts';
import { SYSTEM } from '../domain/message.ts';
import { verify } from './verify.ts';
import type { Verification } from '../domain/books.ts';

/** The books after it, and what was booked. */
export interface Repaired extends Verification {
  readonly booked: readonly Entry[];
}

/** Repeatable, also when it was cut off; each entry has a row of its own in the audit log. `newCall`: a new id each time. */
export async function repair(ctx: Pick<Ctx, 'stores' | 'payments' | 'now'>, newCall: () => string): Promise<Repaired> {
  const { lacking } = await verify(ctx);
  for (const entry of lacking) await bookAudited(ctx, entry, newCall());
  return { ...(await verify(ctx)), booked: lacking };
}

async function bookAudited({ stores, now }: Pick<Ctx, 'stores' | 'now'>, entry: Entry, call: string): Promise<void> {
  const { key, offerId, questionId } = entry;
  const about = { what: 'question', id: questionId };
  const announced = {
    call,
    actor: { id: SYSTEM.id, role: SYSTEM.role },
    action: 'ledger.repair',
    targets: offerId === null ? [about] : [about, { what: 'offer', id: offerId }],
    reason: key,
    at: now(),
  };
  await stores.audit.announce(announced);
  await stores.entries.book([entry], announced.at);
  await stores.audit.append({ ...announced, outcome: 'done' });
  await stores.audit.withdraw(call);
}

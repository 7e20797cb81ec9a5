// The payment provider speaks up by itself (webhooks). What it says is never believed: the key tells which record to look
// at, and that one asks the provider.

import type { Ctx } from '../context.ts';
import { aboutOf } from '../domain/payment.ts';
import { billOf } from './ask-provider.ts';
import type { Payable } from './ask-provider.ts';
import { follow } from './change.ts';
import { askingAgain } from './follow-ups.ts';
import { lookAfter } from './returns.ts';

/** An event: about the authorisation of this key, or about money of this authorisation that went back. */
export interface Noticed {
  readonly id: string;
  readonly key: string | null;
  readonly returned?: string | null;
}

/** An event of the provider, looked at once. Noted after the look: whoever dies in between is told again. */
export async function eventNoticed(ctx: Ctx, event: Noticed): Promise<void> {
  if (await ctx.stores.stripeEvents.isKnown(event.id)) return;
  if (event.key !== null) await takeProviderNotice(ctx, event.key);
  if (event.returned) await takeReturnNotice(ctx, await ctx.payments.keyOf(event.returned));
  await ctx.stores.stripeEvents.note(event.id, ctx.now());
}

/** Repeatable, in any order, for keys that are long settled: then it does nothing. */
export async function takeProviderNotice(ctx: Ctx, key: string): Promise<void> {
  const id = aboutOf(key)?.id;
  if (id === undefined) return;
  const saved = (await ctx.stores.offers.read(id)) ?? (await ctx.stores.questions.read(id));
  if (saved === null) return;
  const isWaitedFor = mayBeWaitedFor(saved.record, ctx.now());
  if (mayAskAbout(saved.record, isWaitedFor)) await follow(ctx, askingAgain(saved.record, isWaitedFor));
}

/** 8.4: money of this key went back, or came again. */
export async function takeReturnNotice(ctx: Ctx, key: string | null): Promise<void> {
  const id = key === null ? undefined : aboutOf(key)?.id;
  if (id !== undefined) await lookAfter(ctx, id);
}

/** A hold that was asked for so recently that its customer's call may not have ended. */
const mayBeWaitedFor = ({ payment, dueAt }: Payable, now: Date) =>
  payment.state === 'authorising' && (dueAt === null || dueAt > now);

/** One that is abandoned is undone by asking: not while its customer may still be waiting for the answer. */
function mayAskAbout(record: Payable, isWaitedFor: boolean): boolean {
  const { payment, unattended } = billOf(record);
  if (payment.state === 'capturing') return true;
  if (payment.state === 'authorising') return unattended === 'finish' || !isWaitedFor;
  return payment.state === 'released' && payment.authorisation === null; // given up before it was known
}

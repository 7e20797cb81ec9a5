// What the provider has and no record knows of: holds whose caller died, or that came twice. Asked for by the provider's
// own list, because no record leads to them. Only holds are let go; of money that was taken the record follows what the
// provider has done to it since: what is listed as returned, and what a record knows to be disputed.

import type { Ctx } from '../context.ts';
import { aboutOf, wants } from '../domain/payment.ts';
import type { Payment, ProviderPayment } from '../domain/payment.ts';
import { lookAfter } from './returns.ts';

const LOOK_BACK_MS = 8 * 24 * 60 * 60_000; // providers let a hold go by themselves after a week
const PAGE = 100; // ids of records with a dispute

/** Answers how many holds were let go; what fails for one of them waits for the next look. Repeatable, by many at once. */
export async function reconcile(ctx: Ctx): Promise<number> {
  let released = 0;
  for await (const held of ctx.payments.list(new Date(ctx.now().getTime() - LOOK_BACK_MS))) {
    if (held.state === 'held' && (await isLeftOver(ctx, held)) && (await letGo(ctx, held))) released += 1;
  }
  await lookForReturns(ctx);
  return released;
}

/** Of refunds that came back and of disputes, whose notices may have been lost, or are not sent here at all. */
async function lookForReturns(ctx: Ctx): Promise<void> {
  const looked = new Set<string>();
  for await (const key of ctx.payments.returnedSince(new Date(ctx.now().getTime() - LOOK_BACK_MS))) {
    const id = aboutOf(key)?.id;
    if (id === undefined) continue;
    looked.add(id);
    await look(ctx, id);
  }
  // decided, it may be, months after it was opened
  for (const store of [ctx.stores.offers, ctx.stores.questions]) {
    for await (const id of undecided(store)) if (!looked.has(id)) await look(ctx, id);
  }
}

/** Page by page, so that it may take its time. */
async function* undecided(store: Pick<Ctx['stores']['offers'], 'undecided'>): AsyncIterable<string> {
  let page = await store.undecided('', PAGE);
  while (page.length > 0) {
    yield* page;
    page = await store.undecided(page.at(-1) ?? '', PAGE);
  }
}

async function look(ctx: Ctx, id: string): Promise<void> {
  try {
    await lookAfter(ctx, id);
  } catch (error) {
    ctx.log.warn({ err: error }, 'money that went back is looked at again later');
  }
}

async function letGo(ctx: Ctx, { key, authorisation }: ProviderPayment): Promise<boolean> {
  try {
    await ctx.payments.void(`void-${key}-${authorisation}`, authorisation);
    return true;
  } catch (error) {
    ctx.log.warn({ err: error }, 'a hold that nobody wants stays until the next look');
    return false;
  }
}

/** The record is read after the list, so it knows at least as much. */
async function isLeftOver(ctx: Ctx, held: ProviderPayment): Promise<boolean> {
  const payment = await paymentOf(ctx, held.key);
  if (payment !== null) return !wants(payment, held);
  // another installation with the same account, or a restored backup: not ours to end
  ctx.log.warn({ key: held.key }, 'the payment provider holds money for a record that does not exist');
  return false;
}

async function paymentOf(ctx: Ctx, key: string): Promise<Payment | null> {
  const about = aboutOf(key);
  if (about === null) return null;
  const saved = (await ctx.stores.offers.read(about.id)) ?? (await ctx.stores.questions.read(about.id));
  return saved?.record.payment ?? null;
}

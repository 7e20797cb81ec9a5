// Reads the books of questions and offers, the journal and the provider's list, and compares them (domain/books.ts). What
// can be repaired, repair.ts does.

import type { Ctx } from '../context.ts';
import { compare } from '../domain/books.ts';
import type { Books, Verification } from '../domain/books.ts';

/** Reads everything and compares it; what moved meanwhile is no difference. */
export async function verify(ctx: Pick<Ctx, 'stores' | 'payments'>): Promise<Verification> {
  const books = await read(ctx);
  const compared = compare(books);
  const versions = new Map([...books.questions, ...books.offers].map(({ record }) => [record.id, record.version]));
  const moved = new Set<string>();
  for (const id of new Set(compared.differences.map(({ about }) => about))) {
    const now = (await ctx.stores.offers.read(id)) ?? (await ctx.stores.questions.read(id));
    if (now !== null && now.record.version !== versions.get(id)) moved.add(id);
  }
  const differences = compared.differences.filter(({ about }) => !moved.has(about));
  return {
    ...compared,
    differences: differences.map(({ kind, id, expected, found }) => ({ kind, id, expected, found })),
    lacking: differences.flatMap(({ missing }) => missing ?? []),
    inProgress: [...compared.inProgress, ...moved].toSorted(),
  };
}

/** Records first: one that stays as it was until the end has settled its entries and payments before they were read. */
async function read({ stores, payments }: Pick<Ctx, 'stores' | 'payments'>): Promise<Books> {
  return {
    questions: await allOf(stores.questions.all()),
    offers: await allOf(stores.offers.all()),
    entries: await allOf(stores.entries.all()),
    payments: await allOf(payments.list()),
  };
}

async function allOf<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

// What `npm run ledger:verify` says of the run: the product's own verification beside the checks that trust nothing of it.

import { verify } from '../src/dispatch/verify.ts';
import { connectMongo } from '../src/models/mongo.ts';
import { simulatedPayments } from '../src/providers/simulated-payments.ts';
import type { Verdict } from './invariants.ts';

export async function ledgerVerdict(mongodbUri: string): Promise<Verdict> {
  const { stores, close } = await connectMongo(mongodbUri);
  try {
    const payments = simulatedPayments({ records: stores.simulatedPayments, timeoutMs: 1_000, lateMs: 0 });
    const { differences, summary } = await verify({ stores, payments });
    return {
      id: '1.4',
      claim: 'npm run ledger:verify finds no difference',
      examined: `${summary.entries} entries, ${summary.payments} authorisations`,
      faults: differences.map(({ kind, id, expected, found }) => `${kind} ${id}: expected ${expected}; found ${found}`),
    };
  } finally {
    await close();
  }
}

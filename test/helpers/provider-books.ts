// How a payment provider's own records say that the authorisations for one thing have ended: what the tests judge by.

import type { Node } from '../../src/app.ts';
import type { Json } from './client.ts';
import type { StripeFake } from './stripe-fake.ts';

/** Of a question's value or an offer's price, by its id; what was declined or let go is left out. */
export type ProviderBooks = (id: string) => Promise<string[]>;

const MOST_CARDS = 9; // as the entries that the tests look at

export function simulatedBooks(node: Node): ProviderBooks {
  return async (id) => {
    const authorisations = Array.from({ length: MOST_CARDS }, (_, index) => `sim_auth-${id}-${index + 1}`);
    const records = await Promise.all(
      authorisations.map((authorisation) => node.ctx.stores.simulatedPayments.byAuthorisation(authorisation)),
    );
    return records.flatMap((calls) => {
      const done = calls.filter(({ outcome }) => outcome === 'ok').map(({ kind }) => kind);
      const times = (kind: string) => done.filter((one) => one === kind).length;
      const isHeld = done.includes('authorise') && !done.includes('void');
      return standing({ captures: times('capture'), refunds: times('refund'), isHeld });
    });
  };
}

/** By what the stand-in has done, and by what it shows of it. */
export function stripeBooks(stripe: StripeFake): ProviderBooks {
  return async (id) =>
    [...stripe.intents.values()]
      .filter(({ metadata }) => (metadata as Json).parley_about === id)
      .flatMap((intent) => {
        const authorisation = String(intent.id);
        const [captures, refunds] = [stripe.captures(authorisation), stripe.refunds(authorisation)];
        if ((intent.status === 'succeeded') !== captures > 0) return [`${captures} captures, ${String(intent.status)}`];
        return standing({ captures, refunds, isHeld: intent.status === 'requires_capture' });
      });
}

function standing({ captures, refunds, isHeld }: { captures: number; refunds: number; isHeld: boolean }): string[] {
  if (captures > 1) return [`captured ${captures} times`];
  if (refunds > captures) return [`refunded ${refunds} times`];
  if (refunds > 0) return ['refunded'];
  if (captures > 0) return ['captured'];
  return isHeld ? ['held'] : [];
}

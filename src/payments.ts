// Which payment provider an installation has (PAYMENTS), with its books: for the node and for the verification; and what pages
// are told of it.

import type { Config } from './config.ts';
import type { PaymentPort, Site } from './context.ts';
import type { Stores } from './models/stores.ts';
import { simulatedPayments } from './providers/simulated-payments.ts';
import { stripePayments } from './providers/stripe/payments.ts';

interface Surroundings {
  readonly stores: Stores;
  readonly now: () => Date;
  /** the simulated provider's webhooks; Stripe's come by HTTP */
  readonly onNotice: (key: string) => void;
  readonly onReturn?: (key: string) => void;
}

export const siteOf = ({ stripe, demo }: Config): Site => ({
  provider: stripe === undefined ? 'simulated' : 'stripe',
  publishableKey: stripe?.publishableKey ?? null,
  demo,
});

export function paymentsOf(config: Config, { stores, now, onNotice, onReturn }: Surroundings): PaymentPort {
  const { stripe, paymentTimeoutMs: timeoutMs, simulatedLateMs: lateMs } = config;
  if (stripe === undefined) {
    return simulatedPayments({
      records: stores.simulatedPayments,
      timeoutMs,
      lateMs,
      now,
      onNotice,
      ...(onReturn && { onReturn }),
    });
  }
  const { secretKey, apiBase } = stripe;
  return stripePayments({ secretKey, apiBase, records: stores.stripePayments, timeoutMs, now });
}

// Every path of money through Stripe, whoever dies on it: the stand-in outlives them, and its own books are asked.

import { afterAll } from 'vitest';
import { stripeBooks } from '../helpers/provider-books.ts';
import { STRIPE_KEY, WEBHOOK_SECRET, stripeFake } from '../helpers/stripe-fake.ts';
import { moneyMatrix } from './money-matrix.ts';

const stripe = await stripeFake({ page: 100 });
afterAll(() => stripe.close());

moneyMatrix({
  env: {
    PAYMENTS: 'stripe',
    STRIPE_SECRET_KEY: STRIPE_KEY,
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    STRIPE_API_BASE: stripe.url,
  },
  books: () => stripeBooks(stripe),
  // what settling writes besides is the same for every provider, and in money.test.ts
  among: /^(?:GET|POST|stripe)|\.(?:insert|save)$/,
  steps: [
    ...['questions.insert', 'questions.save', 'offers.insert', 'offers.save', 'cases.insert', 'cases.save'],
    ...['GET /v1/payment_methods/:id', 'POST /v1/payment_intents', 'POST /v1/payment_intents/:id/capture'],
    ...['POST /v1/payment_intents/:id/cancel', 'GET /v1/refunds', 'POST /v1/refunds'],
    ...['stripePayments.ask', 'stripePayments.answer'],
  ],
  recoveries: [
    ['question.post', 'sweep'],
    ['question.rate', 'sweep'],
    ['request.accept', 'notice'],
    ['request.withdraw after no', 'sweep'],
    ['payment.update of a request', 'sweep'],
  ],
  recoveredFrom: /^(?:GET|POST|stripe)/,
  recoverySteps: [
    ...['GET /v1/payment_methods/:id', 'POST /v1/payment_intents', 'POST /v1/payment_intents/:id/capture'],
    ...['POST /v1/payment_intents/:id/cancel', 'POST /v1/refunds', 'stripePayments.ask', 'stripePayments.answer'],
    ...['GET /v1/payment_intents', 'GET /v1/payment_intents/:id', 'stripeEvents.note'],
  ],
});

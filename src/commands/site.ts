// What anybody may know of the installation before they are somebody in it: its time, and what its pages are drawn from.

import { z } from 'zod';
import { LOCALES } from '../domain/people.ts';
import { openCommand } from './command.ts';
import { Instant } from './views/fields.ts';

const Milliseconds = z.int();
/** The numbers of the rules that people are told. Who earns which share is nobody's business but theirs. */
const PolicyView = z
  .strictObject({
    claimMs: Milliseconds,
    autoCloseMs: Milliseconds,
    reservationMs: Milliseconds,
    requestTtlMs: Milliseconds,
    paymentUpdateTtlMs: Milliseconds,
    offerDelayMs: Milliseconds,
    reportWindowMs: Milliseconds,
    caseResponseMs: Milliseconds,
    fragmentWindowMs: Milliseconds,
    followUpMs: z.strictObject({ from: Milliseconds, until: Milliseconds }),
    payingStars: z.int(),
  })
  .meta({ id: 'Policy' });

export const site = {
  'time.get': openCommand({
    summary: 'The time by which deadlines are judged. Refused to nobody who has asked for too much else.',
    limit: 'none',
    reads: true,
    input: z.strictObject({}),
    output: z.strictObject({ now: Instant }),
    run: (ctx) => Promise.resolve({ now: ctx.now().toISOString() }),
  }),

  'site.get': openCommand({
    summary: 'What pages need to know of the installation: how one pays, languages, the numbers of the rules.',
    reads: true,
    input: z.strictObject({}),
    output: z.strictObject({
      payments: z.strictObject({
        provider: z.enum(['simulated', 'stripe']),
        publishableKey: z.string().optional().meta({ description: 'With which browsers speak to the provider.' }),
      }),
      locales: z.array(z.enum(LOCALES)),
      policy: PolicyView,
      timeScale: z.number().meta({ description: 'How much faster countdowns are shown to run.' }),
      demo: z.boolean().meta({ description: 'There are accounts with public passwords.' }),
    }),
    run: ({ site: { provider, publishableKey, demo }, policy }) =>
      Promise.resolve({
        payments: { provider, ...(publishableKey !== null && { publishableKey }) },
        locales: [...LOCALES],
        policy: {
          claimMs: policy.claimMs,
          autoCloseMs: policy.autoCloseMs,
          reservationMs: policy.reservationMs,
          requestTtlMs: policy.requestTtlMs,
          paymentUpdateTtlMs: policy.paymentUpdateTtlMs,
          offerDelayMs: policy.offerDelayMs,
          reportWindowMs: policy.reportWindowMs,
          caseResponseMs: policy.caseResponseMs,
          fragmentWindowMs: policy.fragmentWindowMs,
          followUpMs: policy.followUpMs,
          payingStars: policy.payingStars,
        },
        timeScale: 1,
        demo,
      }),
  }),
};

// Every way a question of the soak can go: those of the demo (demo/paths.ts), and those of services that experts offer by themselves.
// The subject names it, so that customers and experts play it together by what they read on their pages.

import type { OfferState } from '../../src/domain/offer.ts';

export interface Path {
  readonly name: string;
  /** the customer's card fails when it is charged */
  readonly card?: 'mended' | 'never mended';
  /** what the customer does about the automatic offer */
  readonly customer: 'declines' | 'requests' | 'takes back';
  /** what the expert does who is asked first; `nothing` for all: the others leave it too */
  readonly asked?: 'Accept' | 'No Thanks' | 'nothing' | 'nothing for all';
  /** what comes of an accepted request, `no` the first time only when it is asked for again */
  readonly report?: 'yes' | 'no' | 'never';
  /** what becomes of a service that the expert offers */
  readonly own?: 'booked' | 'declined' | 'withdrawn' | 'unable';
  /** where the request, or the expert's offer, comes to rest */
  readonly ends: OfferState;
  /** after it could not be delivered */
  readonly unfulfilled?: 'asks again' | 'money back';
  /** the expert gives it back once, and whoever is there takes it on */
  readonly isReleased?: true;
  /** what the customer does in the end */
  readonly last?: 'asks for a refund' | 'closes';
}

/** Each of ten customers begins with one of the first ten, and goes on ten further: what takes long stands before what is short. */
export const PATHS: readonly Path[] = [
  { name: 'nobody accepts', isReleased: true, customer: 'requests', asked: 'nothing for all', ends: 'expired' },
  { name: 'the card is never mended', card: 'never mended', customer: 'requests', asked: 'Accept', ends: 'expired' },
  { name: 'accepted, never reported', customer: 'requests', asked: 'Accept', report: 'never', ends: 'report_overdue' },
  {
    ...{ name: 'not reached, asked again', customer: 'requests', asked: 'Accept', report: 'no', ends: 'fulfilled' },
    unfulfilled: 'asks again',
  },
  { name: 'booked, the card is mended', card: 'mended', customer: 'declines', own: 'booked', ends: 'accepted' },
  {
    ...{ name: 'the card is mended', card: 'mended', customer: 'requests', asked: 'No Thanks' },
    ...{ report: 'yes', ends: 'fulfilled' },
  },
  { name: 'booked, not completed', customer: 'declines', own: 'unable', ends: 'unable', last: 'asks for a refund' },
  {
    ...{ name: 'booked with another card, closed', card: 'mended', customer: 'declines', own: 'booked' },
    ...{ ends: 'accepted', last: 'closes' },
  },
  { name: 'the expert’s offer is declined', customer: 'declines', own: 'declined', ends: 'declined' },
  { name: 'the expert withdraws the offer', customer: 'declines', own: 'withdrawn', ends: 'withdrawn' },

  {
    ...{ name: 'not reached, money back', customer: 'requests', asked: 'Accept', report: 'no', ends: 'refunded' },
    unfulfilled: 'money back',
  },
  {
    ...{ name: 'accepted at once', customer: 'requests', asked: 'Accept', report: 'yes', ends: 'fulfilled' },
    last: 'asks for a refund',
  },
  {
    ...{ name: 'silence, then a race', customer: 'requests', asked: 'nothing', report: 'yes', ends: 'fulfilled' },
    last: 'asks for a refund',
  },
  { name: 'taken back', customer: 'takes back', asked: 'nothing for all', ends: 'withdrawn' },
  { name: 'declined', customer: 'declines', ends: 'declined', last: 'closes' },
  {
    ...{ name: 'No Thanks, then a race', customer: 'requests', asked: 'No Thanks', report: 'yes', ends: 'fulfilled' },
    last: 'asks for a refund',
  },
];

/** By a subject, or by anything that holds one. */
export const pathIn = (text: string): Path | undefined => PATHS.find(({ name }) => text.includes(`: ${name}.`));

export const subjectOf = (who: string, times: number, { name }: Path) => `${who} asks ${times}: ${name}.`;

/** The subjects of these, wherever they stand. */
export const subjectsOf = (paths: readonly Path[]) => new RegExp(`: (?:${paths.map(({ name }) => name).join('|')})\\.`);

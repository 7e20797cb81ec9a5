// Every way a request can go, and which conversation goes which.

import * as plays from './plays.ts';
import type { Scene } from './plays.ts';

export interface Path {
  readonly title: string;
  /** of 60 conversations */
  readonly times: number;
  readonly card?: string;
  /** the customer rates the answer in the end; a fulfilled service does that by itself (7.4) */
  readonly rates?: boolean;
  /** not at any price */
  readonly unwilling?: boolean;
  readonly play: (scene: Scene) => Promise<void>;
}

const FAILS_AT_CAPTURE = 'pm_card_chargeCustomerFail';

/** The longest first, so that no slow one is left over at the end. */
export const PATHS: readonly Path[] = [
  { title: 'nobody accepts, it expires', times: 4, rates: true, play: plays.nobody },
  { title: 'card fails and stays so, it expires', times: 2, card: FAILS_AT_CAPTURE, play: plays.cardNeverMended },
  { title: 'accepted, but never reported', times: 4, play: plays.neverReported },
  { title: 'silence, then a race of all', times: 10, play: plays.raceOfAll },
  { title: 'card fails, mended, open for all again', times: 6, card: FAILS_AT_CAPTURE, play: plays.cardMended },
  { title: 'report: not connected, asked again', times: 4, play: plays.askedAgain },
  { title: 'report: not connected, refunded', times: 4, rates: true, play: plays.refunded },
  { title: 'No Thanks, then another one wins', times: 8, play: plays.noThanks },
  { title: 'the first expert accepts', times: 10, play: plays.firstAccepts },
  { title: 'offer declined; away and back again', times: 6, rates: true, unwilling: true, play: plays.declined },
  { title: 'taken back before anyone accepts', times: 2, rates: true, play: plays.takenBack },
];

export interface Planned<Conversation> {
  readonly index: number;
  readonly path: Path;
  readonly conversation: Conversation;
  /** the most that this customer would pay for the service, minor units */
  readonly pays: number;
}

/** Deals the paths out in turns until each has had its times; fewer conversations get the first of the deal. */
export function planOf<Conversation>(conversations: readonly Conversation[]): Planned<Conversation>[] {
  const rounds = Math.max(...PATHS.map(({ times }) => times));
  const deal = Array.from({ length: rounds }, (_, round) => PATHS.filter(({ times }) => times > round)).flat();
  return conversations.slice(0, deal.length).map((conversation, index) => ({
    index,
    path: deal[index]!, // sliced to its length
    conversation,
    pays: limitOf(deal, index),
  }));
}

const SWAYED = 8; // times: of paths that are lived so often, some customers look at the price
const ALWAYS = 2; // of each path are lived whatever it costs
const LIMITS = { from: 3_000, to: 4_800, steps: 20 };

/** Customers differ in what they would pay: some anything, some nothing, the others something between the price points. */
function limitOf(deal: readonly Path[], index: number): number {
  const path = deal[index];
  if (path === undefined || path.unwilling === true) return 0;
  const before = deal.slice(0, index).filter((one) => one === path).length;
  if (path.times < SWAYED || before < ALWAYS) return Infinity;
  const { from, to, steps } = LIMITS;
  return from + (((index * 7) % steps) / (steps - 1)) * (to - from);
}

// What a record went through, step by step, for disputes (10.1): its other fields only tell how it stands.

import type { Author } from './message.ts';
import type { Dispute } from './payment.ts';
import type { Person } from './people.ts';

export interface Step<What extends string> {
  /** the event of the machine */
  readonly what: What;
  readonly at: Date;
  /** null: the payment provider's answer, or a decision of customer care: its case knows whose */
  readonly by: Author | null;
  /** of a decline, a charge that failed, of "unable to complete" */
  readonly reason?: string;
}

/** Far more than a conversation has, and a bound for whoever claims and releases without end. */
export const MOST_STEPS = 1_000;

type Kept = Pick<Step<string>, 'what' | 'by'>;

export function remember<S extends Kept>(history: readonly S[], step: S): readonly S[] {
  const last = history.at(-1);
  // 6.5: the method is used from now on, and no other step has used the one before
  if (step.what === 'change_method' && last?.what === 'change_method') return [...history.slice(0, -1), step];
  return [...(history.length < MOST_STEPS ? history : withRoom(history)), step];
}

/**
 * Whoever does the same without end must not make anybody's answer, rating, money or leaving forgotten. So what goes first is what
 * says least, the oldest of it: turns in which nothing happened, then cards, then rounds that began anew. The last turn of an
 * expert tells when they left (2.2): it stays as long as there are others.
 */
function withRoom<S extends Kept>(history: readonly S[]): readonly S[] {
  const turns = emptyTurns(history);
  const last = new Map(turns.map(({ who, at }) => [who, at]));
  const goes =
    turns.find(({ who, at }) => last.get(who) !== at)?.at ??
    cardBefore(history) ??
    roundBefore(history) ??
    turns[0]?.at;
  return history.filter((_, index) => !(goes ?? [0]).includes(index));
}

const ENDS: ReadonlySet<string> = new Set(['release', 'lapse']);
const DEEDS: ReadonlySet<string> = new Set(['write', 'answer']);

/** Claims and what ended them, where their expert did nothing in between, whatever others did. */
function emptyTurns(history: readonly Kept[]): { readonly who: string | undefined; readonly at: readonly number[] }[] {
  const begun = history.flatMap(({ what, by }, index) => (what === 'claim' ? [{ who: by?.id, index }] : []));
  return begun.flatMap(({ who, index }, nth) => {
    const turn = history.slice(index, begun[nth + 1]?.index);
    const end = turn.findIndex(({ what }) => ENDS.has(what));
    const isEmpty = end > 0 && !turn.slice(0, end).some(({ what }) => DEEDS.has(what));
    return isEmpty ? [{ who, at: [index, index + end] }] : [];
  });
}

/** What came of a card, and which it was: each try that was booked stands in the journal as well (1.4). */
const OF_CARDS: ReadonlySet<string> = new Set([
  'change_method',
  'authorise',
  'authorised',
  'authorisation_failed',
  'capture_failed',
]);

/** The oldest step about a card after which there was another of its kind. */
function cardBefore(history: readonly Kept[]): number[] | undefined {
  const isPast = ({ what }: Kept, index: number) =>
    OF_CARDS.has(what) && history.findLastIndex((one) => one.what === what) !== index;
  const found = history.findIndex(isPast);
  return found < 0 ? undefined : [found];
}

const LONGEST_ROUND = 12; // steps

/**
 * Of the longest stretch that is one round over and over, by the same people, the second: when somebody left for the first time,
 * or for the last, the others tell.
 */
function roundBefore(history: readonly Kept[]): number[] | undefined {
  let longest = { from: 0, length: 0, round: 0 };
  for (let round = 1; round <= LONGEST_ROUND; round += 1) {
    let from = 0;
    for (let index = 0; index + round < history.length; index += 1) {
      if (!isSame(history[index], history[index + round])) from = index + 1;
      const length = index + 1 - from; // of what comes again
      if (length >= 2 * round && length > longest.length) longest = { from, length, round };
    }
  }
  const { from, round } = longest;
  return round === 0 ? undefined : Array.from({ length: round }, (_, nth) => from + round + nth);
}

/** Each says something of its own, and none comes without end. */
const UNLIKE: ReadonlySet<string | undefined> = new Set(['rate', 'disputed']);

const isSame = (one: Kept | undefined, other: Kept | undefined): boolean =>
  one?.what === other?.what && one?.by?.id === other?.by?.id && !UNLIKE.has(one?.what);

/** What an event says of why it happened. */
export function reasonIn(event: {
  readonly type: string;
  readonly reason?: string;
  readonly dispute?: Dispute;
}): Pick<Step<string>, 'reason'> {
  const { reason, dispute } = event;
  if (dispute !== undefined) return { reason: `${dispute.state}: ${dispute.reason}` };
  return reason === undefined ? {} : { reason };
}

export const asExpert = (person: Person | null): Author | null => person && { ...person, role: 'expert' };

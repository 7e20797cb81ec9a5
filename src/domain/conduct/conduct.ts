// Rule 3: what an expert may not say to a customer who has not replied yet. What the conversation knows is handed in; what is
// recognised in a text is in asks-for-rating.ts.

import { Refusal } from '../errors.ts';
import type { Code } from '../errors.ts';
import type { Message, MessageKind } from '../message.ts';
import type { Offer } from '../offer.ts';
import type { Policy } from '../policy.ts';
import type { QuestionStep } from '../question.ts';

/** What experts have written that their customer has not replied to: all that the next message is judged by. */
export interface Unreplied {
  /** 3.1: when one of it asked for a rating, the newest of these */
  readonly askedAt: Date | null;
  /** 3.2: the newest `answer` or `message` */
  readonly said: Spoken | null;
  /** 3.3: the newest `answer` */
  readonly answered: Spoken | null;
  /** 3.3: there is a `follow_up` in it */
  readonly followedUp: boolean;
}

interface Spoken {
  readonly expertId: string;
  readonly at: Date;
}

/** The customer has written last, or nobody has. */
export const ALL_REPLIED: Unreplied = { askedAt: null, said: null, answered: null, followedUp: false };

/** 3.3: what a follow-up is judged by besides: nothing else is. */
export interface Earlier {
  /** this expert's answer has stood */
  readonly answered: boolean;
  readonly rated: boolean;
  /** ever before, by whomever */
  readonly followedUp: boolean;
  /** another expert is on the question, too */
  readonly isShared: boolean;
}

/** Nothing speaks against a follow-up. */
export const NOTHING_EARLIER: Earlier = { answered: false, rated: false, followedUp: false, isShared: false };

/** A message that an expert wants to send. */
export interface Wish {
  readonly kind: MessageKind;
  readonly expertId: string;
  readonly at: Date;
  /** 3.1: as `asksForRating` has it */
  readonly asksRating: boolean;
}

/** The one objection that an expert may overrule (3.2). */
export const CONFIRMABLE = 'policy.fragmented_answer' satisfies Code;

const OF_FOLLOW_UPS = 'policy.follow_up_';

/** Is it a refusal of rule 3? */
export const isOfConduct = (code: Code): boolean =>
  code === CONFIRMABLE || code === 'policy.rating_insistence' || code.startsWith(OF_FOLLOW_UPS);

/** What stands unreplied once this message does, too. */
export function unrepliedAfter(
  before: Unreplied,
  { by, kind, at, asksRating }: Pick<Message, 'by' | 'kind' | 'at' | 'asksRating'>,
): Unreplied {
  if (by.role !== 'expert') return ALL_REPLIED;
  const spoken: Spoken = { expertId: by.id, at };
  return {
    askedAt: asksRating ? at : before.askedAt,
    said: isSaid(kind) ? spoken : before.said,
    answered: kind === 'answer' ? spoken : before.answered,
    followedUp: before.followedUp || kind === 'follow_up',
  };
}

/**
 * 3: all that speaks against a message, the weightiest first; only `CONFIRMABLE` can be overruled. Pure.
 */
export function objectionsTo(wish: Wish, unreplied: Unreplied, earlier: Earlier, policy: Policy): Refusal[] {
  return [
    wish.kind === 'follow_up' ? againstFollowUp(wish, unreplied, earlier, policy) : againstInsistence(wish, unreplied),
    againstFragment(wish, unreplied, policy),
  ].filter((objection) => objection !== null);
}

/** 3.1: one reminder is fine, a second one only after a reply. */
function againstInsistence({ asksRating }: Wish, { askedAt }: Unreplied): Refusal | null {
  if (!asksRating || askedAt === null) return null;
  return new Refusal('policy.rating_insistence', { since: askedAt.toISOString() });
}

/** 3.2: an answer is one message. What another expert wrote is no part of it. */
function againstFragment({ kind, expertId, at }: Wish, { said }: Unreplied, policy: Policy): Refusal | null {
  if (!isSaid(kind) || said?.expertId !== expertId) return null;
  const until = later(said.at, policy.fragmentWindowMs);
  return at < until ? new Refusal(CONFIRMABLE, { until: until.toISOString() }) : null;
}

/** 3.3: once, in its time, to a customer who has said nothing, by the only expert, and not about stars. */
function againstFollowUp(wish: Wish, unreplied: Unreplied, earlier: Earlier, policy: Policy): Refusal | null {
  const answeredAt = unreplied.answered?.expertId === wish.expertId ? unreplied.answered.at : null;
  if (earlier.rated) return new Refusal('policy.follow_up_rated');
  if (answeredAt === null) {
    return new Refusal(earlier.answered ? 'policy.follow_up_replied' : 'policy.follow_up_unanswered');
  }
  if (unreplied.followedUp || earlier.followedUp) return new Refusal('policy.follow_up_repeated');
  const [from, until] = [later(answeredAt, policy.followUpMs.from), later(answeredAt, policy.followUpMs.until)];
  if (wish.at < from) return new Refusal('policy.follow_up_early', { until: from.toISOString() });
  if (wish.at > until) return new Refusal('policy.follow_up_late', { until: until.toISOString() });
  if (earlier.isShared) return new Refusal('policy.follow_up_shared');
  return wish.asksRating ? new Refusal('policy.follow_up_asks_rating') : null;
}

/** What counts as a part of an answer (3.2). */
const isSaid = (kind: Message['kind']) => kind === 'answer' || kind === 'message';

const later = (at: Date, ms: number) => new Date(at.getTime() + ms);

/**
 * 3.3: is another expert on the question: one who wrote in it and has not released it since, or who has accepted a service
 * and not ended it? A claim that lapsed was not released.
 */
export function isShared(
  expertId: string,
  authors: readonly string[],
  history: readonly QuestionStep[],
  offers: readonly Pick<Offer, 'state' | 'acceptedBy'>[],
): boolean {
  const released = releasedBy(history);
  const delivers = offers.some(({ state, acceptedBy }) => AT_WORK.has(state) && acceptedBy?.id !== expertId);
  return delivers || authors.some((id) => id !== expertId && !released.has(id));
}

const AT_WORK: ReadonlySet<Offer['state']> = new Set(['capturing', 'accepted', 'report_overdue']);

/** Who has released the question, and not claimed it again. */
function releasedBy(history: readonly QuestionStep[]): ReadonlySet<string> {
  const released = new Set<string>();
  let holder: string | null = null;
  for (const { what, by } of history) {
    if ((what === 'claim' || what === 'answer') && by !== null) {
      holder = by.id;
      released.delete(by.id);
    } else if (what === 'release' && holder !== null) {
      released.add(holder); // by themselves, or for them when they left
    }
  }
  return released;
}

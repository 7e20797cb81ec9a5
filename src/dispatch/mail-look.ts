// What a look at a letter's reason finds, and what several of them ask.

import type { Ctx } from '../context.ts';
import { mayByOffer } from '../domain/access.ts';
import type { Asker } from '../domain/access.ts';
import type { Params } from '../domain/effects.ts';
import { reached } from '../domain/instant.ts';
import type { MailTemplate } from '../domain/mail.ts';
import { isTaken } from '../domain/offer.ts';
import type { Offer } from '../domain/offer.ts';
import type { Question } from '../domain/question.ts';
import type { OwedMail } from '../models/mail.ts';
import type { User } from '../models/user.ts';

/** What a letter says beside what was owed. */
export interface Said {
  readonly template?: MailTemplate;
  readonly params?: Params;
  readonly items?: readonly Params[];
  /** 2.6: the last message that it tells of */
  readonly upTo?: number;
}

export interface Looked {
  /** why nobody needs it any more: a word; null: they do */
  readonly gone: string | null;
  /** null: there is nothing left to say, whoever wants it sent */
  readonly said: Said | null;
}

export type Look = (ctx: Ctx, mail: OwedMail, to: User) => Promise<Looked>;

/** 6.3: why nobody can accept it any more; null: somebody can. */
export async function requestIsOver(ctx: Ctx, params: Params): Promise<string | null> {
  const offer = await offerOf(ctx, params);
  if (offer === null) return null;
  if (offer.state !== 'open') return isTaken(offer) ? 'taken' : offer.state;
  return reached(offer.expiresAt, ctx.now()) ? 'expired' : null;
}

/** 6.3: by its category, and who has said No Thanks is not asked again. */
export function isOpenTo(asker: Asker, offer: Offer, now: Date): boolean {
  return offer.state === 'open' && offer.passedBy !== asker.id && mayByOffer(asker, 'win', offer, now);
}

/** The question that it is about, as the params name it. */
export const questionIdOf = ({ questionId }: Params): string => (typeof questionId === 'string' ? questionId : '');

export async function offerOf(ctx: Ctx, { offerId }: Params): Promise<Offer | null> {
  return typeof offerId === 'string' ? ((await ctx.stores.offers.read(offerId))?.record ?? null) : null;
}

export async function questionOf(ctx: Ctx, { questionId }: Params): Promise<Question | null> {
  return typeof questionId === 'string' ? ((await ctx.stores.questions.read(questionId))?.record ?? null) : null;
}

// Rule 3 when an expert writes: what the conversation knows is handed to the rules where the message gets its place, and what
// they refuse is written down.

import type { Ctx } from '../context.ts';
import { asksForRating } from '../domain/conduct/asks-for-rating.ts';
import { CONFIRMABLE, NOTHING_EARLIER, isOfConduct, isShared, objectionsTo } from '../domain/conduct/conduct.ts';
import type { Earlier, Wish } from '../domain/conduct/conduct.ts';
import { Refusal } from '../domain/errors.ts';
import { EXPERT_KINDS, authorOf } from '../domain/message.ts';
import type { MessageKind } from '../domain/message.ts';
import type { Actor } from '../domain/people.ts';
import { COUNTRY_OF, findPersonalData } from '../domain/personal-data/personal-data.ts';
import type { PersonalData } from '../domain/personal-data/personal-data.ts';
import { assertExpertMayWrite } from '../domain/question.ts';
import type { Standing } from '../domain/question.ts';
import type { Appended, Judge, NewMessage, Owes } from '../models/append.ts';
import { standingFor } from './access.ts';

/**
 * Writes an expert's message if rule 3 lets it stand at its place. What is refused is written down first; what was written
 * before is answered as it stands.
 * @throws Refusal `policy.*`, or as `messages.append`
 */
export async function appendOfExpert(
  ctx: Ctx,
  found: Standing,
  message: NewMessage,
  isConfirmed: boolean,
  owes: Owes,
): Promise<Appended> {
  const wish = wishOf(message);
  // only a follow-up is looked up for
  const earlier = wish.kind === 'follow_up' ? await earlierOf(ctx, wish, found) : NOTHING_EARLIER;
  const judge: Judge = (unreplied) => {
    const objections = objectionsTo(wish, unreplied, earlier, ctx.policy);
    const stands = objections.find(({ code }) => code !== CONFIRMABLE || !isConfirmed);
    return stands ?? (objections.length > 0 ? { confirmed: true } : {});
  };
  try {
    return await ctx.stores.messages.append({ ...message, ...(wish.asksRating && { asksRating: true }) }, judge, owes);
  } catch (error) {
    if (error instanceof Refusal) await noteRefused(ctx, message, error);
    throw error;
  }
}

type Said = Pick<NewMessage, 'kind' | 'body' | 'by' | 'at'>;

const wishOf = ({ kind, body, by, at }: Said): Wish => ({ kind, expertId: by.id, at, asksRating: asksForRating(body) });

async function noteRefused(ctx: Ctx, message: NewMessage, { code }: Refusal): Promise<void> {
  if (!isOfConduct(code)) return;
  const { questionId, clientId, kind, at } = message;
  const by = { id: message.by.id, name: message.by.name };
  await ctx.stores.refusedMessages.note(questionId, { by, clientId, kind, code, at });
}

/** 3.3 */
async function earlierOf(ctx: Ctx, { expertId }: Wish, found: Standing): Promise<Earlier> {
  const { messages, questions, offers } = ctx.stores;
  const [authors, question, offered] = await Promise.all([
    messages.experts(found.id),
    questions.read(found.id),
    offers.ofQuestion(found.id),
  ]);
  const others = authors.map(({ id }) => id);
  return {
    ...knownEarlier(expertId, found),
    followedUp: authors.some(({ followedUp }) => followedUp),
    isShared: isShared(expertId, others, question?.record.history ?? [], offered),
  };
}

/** As far as it is known without looking. */
const knownEarlier = (expertId: string, { answeredBy, rating }: Standing): Earlier => ({
  ...NOTHING_EARLIER,
  answered: answeredBy?.id === expertId,
  rated: rating !== null,
});

/** What a message would be told if it were sent now. */
interface Advice {
  /** 3 */
  readonly objections: readonly Refusal[];
  /** 9.2 */
  readonly personal: readonly PersonalData[];
  /** those that would be taken, confirmed or not */
  readonly allowedKinds: readonly (typeof EXPERT_KINDS)[number][];
}

/**
 * A dry run of the same, which writes nothing and looks no further for a follow-up than it must.
 * @throws Refusal `not_found`, `conflict.*` for whoever may not write now
 */
export async function adviceOn(
  ctx: Ctx,
  actor: Actor,
  questionId: string,
  { kind, body }: Pick<NewMessage, 'kind' | 'body'>,
): Promise<Advice> {
  const found = await standingFor(ctx, actor, questionId);
  const at = ctx.now();
  assertExpertMayWrite(found, actor.id, at);
  const wish = wishOf({ kind, body, by: authorOf(actor), at });
  const unreplied = await ctx.stores.messages.unreplied(questionId);
  const against = (one: MessageKind, earlier: Earlier) =>
    objectionsTo({ ...wish, kind: one }, unreplied, earlier, ctx.policy);
  const known = knownEarlier(actor.id, found);
  const earlier = against('follow_up', known).length > 0 ? known : await earlierOf(ctx, wish, found);
  const mayBe = (one: MessageKind) => against(one, earlier).every(({ code }) => code === CONFIRMABLE);
  return {
    objections: against(kind, earlier),
    personal: findPersonalData(body, COUNTRY_OF[found.locale]),
    allowedKinds: EXPERT_KINDS.filter(mayBe),
  };
}

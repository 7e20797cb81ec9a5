// The written conversation (2.3): what comes before a message is stored, and what follows from it.

import type { Ctx } from '../context.ts';
import { may } from '../domain/access.ts';
import { Refusal } from '../domain/errors.ts';
import type { Effect } from '../domain/effects.ts';
import { SYSTEM, authorOf } from '../domain/message.ts';
import type { Flag, FlagReason, Message, MessageKind } from '../domain/message.ts';
import { messageEffects } from '../domain/message-letter.ts';
import type { Actor } from '../domain/people.ts';
import { maskCards } from '../domain/personal-data/card-number.ts';
import { COUNTRY_OF, findPersonalData } from '../domain/personal-data/personal-data.ts';
import type { PersonalData } from '../domain/personal-data/personal-data.ts';
import { assertExpertMayWrite, assertOpenForMessages } from '../domain/question.ts';
import type { Standing } from '../domain/question.ts';
import type { Saved } from '../models/record.ts';
import { standingFor, standingToFollow } from './access.ts';
import { change, settle, unlessMoved } from './change.ts';
import { appendOfExpert } from './conduct.ts';
import { inTurn } from './in-turn.ts';
import { MESSAGE, QUESTION } from './machines.ts';
import { noteReply } from './expert-offer.ts';
import { effectsOfMessage } from './webhook-events.ts';

interface Written {
  readonly questionId: string;
  readonly clientId: string;
  readonly kind: MessageKind;
  /** as it was sent: card numbers are masked here, before it goes anywhere */
  readonly body: string;
  /** 3.2: true: also what is a fragment; 9.2: false: refused if personal data is recognised in it */
  readonly confirm: boolean | undefined;
}

/**
 * Stores a message; the same `clientId` again is the same message.
 * @throws Refusal `not_found`, `conflict.closed`, `.draft`, `.claimed`, `.not_claimed`, `policy.*`
 */
export async function send(ctx: Ctx, actor: Actor, sent: Written): Promise<Message> {
  const found = await ctx.stores.questions.findStanding(sent.questionId);
  if (found === null || !may(actor, 'find', found, ctx.now())) return sentBefore(ctx, actor, sent);
  const personal = findPersonalData(sent.body, COUNTRY_OF[found.locale]);
  const refusal = refusalToWrite(ctx, actor, found) ?? refusalToShare(personal, sent.confirm);
  // what was stored before the refusal stands: the sender only missed the answer
  const { record: written, outbox } = refusal
    ? { record: await sentBefore(ctx, actor, sent, refusal), outbox: [] }
    : await append(ctx, actor, found, sent, personal);
  await follow(ctx, actor, found, written);
  // who dies before this leaves all of it to the sweep
  const left = outbox.filter(({ type }) => type !== 'said');
  const settling = outbox.length > 0 ? settle(ctx, MESSAGE, [{ record: written, outbox: left }]) : null;
  if (written.flags !== undefined) await settling; // nobody waits for a letter
  return written;
}

/** Notes how far somebody has read; answers how far that can be. @throws Refusal `not_found`, `auth.forbidden` */
export async function markRead(ctx: Ctx, actor: Actor, questionId: string, seq: number): Promise<number> {
  await standingToFollow(ctx, actor, questionId);
  const upTo = Math.min(seq, await ctx.stores.messages.lastSeq(questionId));
  if (await ctx.stores.readMarks.move(questionId, actor.id, upTo, ctx.now())) {
    ctx.publish({ type: 'read.changed', questionId, by: { id: actor.id, name: actor.name }, seq: upTo });
  }
  return upTo;
}

/** 9.2: once for each person. @throws Refusal `not_found`, `auth.forbidden` */
export async function flag(
  ctx: Ctx,
  actor: Actor,
  questionId: string,
  seq: number,
  reason: FlagReason,
): Promise<Message> {
  await standingToFollow(ctx, actor, questionId);
  const flagged = await ctx.stores.messages.flag(questionId, seq, { by: authorOf(actor), reason, at: ctx.now() });
  if (flagged === null) throw new Refusal('not_found');
  ctx.publish({ type: 'message.changed', message: flagged.record, to: 'admins' });
  await settle(ctx, MESSAGE, [flagged]);
  return flagged.record;
}

/** 9.2: its text is gone for good; its place stays. @throws Refusal `not_found` */
export async function redact(ctx: Ctx, actor: Actor, questionId: string, seq: number): Promise<Message> {
  await standingFor(ctx, actor, questionId);
  const redacted = await ctx.stores.messages.redact(questionId, seq, ctx.now());
  if (redacted === null) throw new Refusal('not_found');
  // also when it was gone already: the first answer may have been lost together with its event
  ctx.publish({ type: 'message.changed', message: redacted, to: 'everybody' });
  return redacted;
}

/** 2.2, 2.8 */
function refusalToWrite(ctx: Ctx, actor: Actor, found: Standing): Refusal | null {
  try {
    if (actor.role === 'expert') assertExpertMayWrite(found, actor.id, ctx.now());
    else assertOpenForMessages(found);
    return null;
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal;
    throw refusal;
  }
}

/** 9.2: whoever asks first (`confirm: false`) is told where something was recognised, and nothing is sent. */
function refusalToShare(personal: readonly PersonalData[], confirm: boolean | undefined): Refusal | null {
  return personal.length > 0 && confirm === false ? new Refusal('policy.personal_data', { found: personal }) : null;
}

/**
 * Who may not write any more, or not even know of the question, has still got what they sent before: only the answer was missed.
 * @throws Refusal this one, when nothing was sent
 */
async function sentBefore(
  ctx: Ctx,
  actor: Actor,
  { questionId, clientId }: Written,
  refusal = new Refusal('not_found'),
): Promise<Message> {
  const earlier = await ctx.stores.messages.find(questionId, actor.id, clientId);
  if (earlier === null) throw refusal;
  return earlier;
}

async function append(
  ctx: Ctx,
  actor: Actor,
  found: Standing,
  { questionId, clientId, kind, body, confirm }: Written,
  personal: readonly PersonalData[],
): Promise<Saved<Message>> {
  const [by, at] = [authorOf(actor), ctx.now()];
  const line = { questionId, clientId, kind, body, by, at, ...flaggedBySystem(body, personal, at) };
  // 2.3: what a writer sends one after the other stands one after the other
  const [away, subscriptions] = await inTurn(
    ctx.stores,
    `${questionId} ${actor.id}`,
    Promise.all([actor.role === 'expert' ? ifAway(ctx, found.customer.id) : null, ctx.stores.webhooks.subscriptions()]),
  );
  const toOperators = effectsOfMessage(subscriptions, at);
  const owes = (placed: Message): Effect[] => [
    ...(isHeeded(actor, found, placed) ? [{ type: 'said' } as const] : []),
    ...messageEffects(placed, away),
    ...toOperators,
  ];
  const { message, replayed } = await (actor.role === 'expert'
    ? appendOfExpert(ctx, found, line, confirm === true, owes)
    : ctx.stores.messages.append(line, undefined, owes));
  // also when it stood there already: the first answer may have been lost together with its event
  ctx.publish({ type: 'message.created', message });
  if (message.flags !== undefined) ctx.publish({ type: 'message.changed', message, to: 'admins' });
  // what stood there owes what it owed then: the sweep settles it, if nobody has
  return { record: message, outbox: replayed ? [] : owes(message) };
}

/** 2.6: them, when they are not connected. Redis is asked only about who is not connected here. */
async function ifAway(ctx: Ctx, personId: string): Promise<string | null> {
  return ctx.isHere(personId) || (await ctx.online([personId])).has(personId) ? null : personId;
}

/** 9.2: what is sent anyway is flagged by itself. */
function flaggedBySystem(body: string, personal: readonly PersonalData[], at: Date) {
  if (personal.length === 0) return {};
  const byItself: Flag = { by: SYSTEM, reason: 'personal_information', at };
  return { body: maskCards(body), personal, flags: [byItself] };
}

/** What a message means for its question. Repeated when it was cut off; `said` is owed until then. */
async function follow(ctx: Ctx, actor: Actor, found: Standing, written: Message): Promise<void> {
  if (actor.role === 'expert') await noteExpertWrote(ctx, actor, found, written);
  // 8.1: looked up again when the expert offers something, so nothing is lost with it
  else if (found.expertWroteAt !== null && found.offerAvailableAt === null) await unlessMoved(noteReply(ctx, found.id));
}

/** 2.4, 5.1: the first message brings the offer, an answer enables the rating. */
async function noteExpertWrote(ctx: Ctx, actor: Actor, found: Standing, written: Message): Promise<void> {
  if (!isHeeded(actor, found, written)) return;
  const { kind, at } = written;
  const expert = { id: actor.id, name: actor.name };
  // closed meanwhile: the message stands before the last line, and brings nothing any more
  await unlessMoved(change(ctx, QUESTION, found.id, { type: kind === 'answer' ? 'answer' : 'write', expert, at }));
}

/** Does it mean anything for its question? */
function isHeeded(actor: Actor, found: Standing, { kind, at }: Message): boolean {
  if (actor.role !== 'expert') return false;
  return found.expertWroteAt === null || (kind === 'answer' && isNews(actor, found, at));
}

/** An answer: by somebody else than the last one, under a new claim, or another one, from which reminders count (4.2). */
function isNews(actor: Actor, { answeredBy, answeredAt, state }: Standing, at: Date): boolean {
  return answeredBy?.id !== actor.id || state === 'claimed' || answeredAt === null || at > answeredAt;
}

// A fact becomes events: a room per kind of receiver, each with its own view. Who is in no room hears nothing. Broadcasts
// name one room each, because the sharded adapter sends those only to the gateways where that room has somebody in it.

import type { Server } from 'socket.io';
import type { Logger } from 'pino';
import { caseView } from '../commands/views/case.ts';
import { adminMessageView, messageView } from '../commands/views/message.ts';
import { offerView, requestEntryView } from '../commands/views/offer.ts';
import { privateInfoChange } from '../commands/views/private-info.ts';
import { questionView } from '../commands/views/question.ts';
import type { Fact } from '../domain/fact.ts';
import type { Message } from '../domain/message.ts';
import type { Offer } from '../domain/offer.ts';
import type { Locale } from '../domain/people.ts';
import type { Question } from '../domain/question.ts';
import { noticeText, paramsIn } from '../texts/text.ts';
import { tellGateways } from './adapter.ts';

export const ADMINS = 'admins';
export const userRoom = (userId: string) => `user-${userId}`;
export const categoryRoom = (categoryId: string) => `category-${categoryId}`;
export const QUESTION_ROOM = 'question-';
export const questionRoom = (questionId: string) => QUESTION_ROOM + questionId;

/** What gateways are told of a conversation, with the version of the record that says so. */
export interface Sides {
  readonly questionId: string;
  readonly version: number;
  /** who may follow it besides admins */
  readonly userIds: readonly string[];
}
export const SIDES_CHANGED = 'sides.changed';

/** What gateways are told of an account: who has signed in since has a token of this version or a later one. */
export interface Revoked {
  readonly userId: string;
  readonly tokenVersion: number;
}
export const USER_REVOKED = 'user.revoked';

/** Works in a gateway, and in a worker whose `io` has an adapter but no HTTP server. Never throws, never waits. */
export function publisher(io: Server, { log }: { readonly log: Logger }): (fact: Fact) => void {
  const everywhere: Rooms = {
    to: (room) => io.to(room),
    tell: (event, about) => {
      tellGateways(io, event, about);
    },
  };
  return (fact) => {
    try {
      publishTo(everywhere, fact);
    } catch (error) {
      log.error({ err: error, fact: fact.type }, 'not published');
    }
  };
}

/** As much of a server as facts need: the beat has one for those of this gateway who were not told. */
export interface Rooms {
  readonly to: Server['to'];
  /** tells gateways themselves */
  readonly tell: (event: string, about: Readonly<Record<string, unknown>>) => void;
}

export function publishTo(io: Rooms, fact: Fact): void {
  switch (fact.type) {
    case 'message.created':
      io.to(questionRoom(fact.message.questionId)).emit(fact.type, messageView(fact.message));
      return;
    case 'message.changed':
      publishMessageChange(io, fact.message, fact.to);
      return;
    case 'typing':
      io.to(questionRoom(fact.questionId)).except(userRoom(fact.by.id)).emit(fact.type, body(fact));
      return;
    case 'presence.changed':
      io.to(questionRoom(fact.questionId)).except(userRoom(fact.userId)).emit(fact.type, body(fact));
      return;
    case 'read.changed':
      io.to(questionRoom(fact.questionId)).emit(fact.type, body(fact));
      return;
    case 'question.changed':
      publishQuestion(io, fact.question, fact.lastSeq);
      return;
    case 'offer.changed':
      publishOffer(io, fact.offer);
      return;
    case 'case.changed':
      io.to(ADMINS).emit(fact.type, caseView(fact.changed, 'admin'));
      return;
    case 'private-info.changed':
      for (const id of fact.to) io.to(userRoom(id)).emit(fact.type, privateInfoChange(fact));
      return;
    case 'notice': {
      const { to, code, params, locale } = fact;
      io.to(userRoom(to)).emit(
        fact.type,
        lazy(() => ({ code, params: paramsIn(params, locale), text: noticeText(code, params, locale) })),
      );
      return;
    }
    case 'user.revoked':
      io.tell(USER_REVOKED, { userId: fact.userId, tokenVersion: fact.tokenVersion } satisfies Revoked);
      return;
  }
}

/** 9.2: who flagged a message is for admins only, wherever they are. */
function publishMessageChange(io: Rooms, message: Message, to: 'admins' | 'everybody'): void {
  const event = 'message.changed';
  if (to === 'everybody') io.to(questionRoom(message.questionId)).except(ADMINS).emit(event, messageView(message));
  io.to(ADMINS).emit(event, adminMessageView(message));
}

function publishQuestion(io: Rooms, question: Question, lastSeq: number): void {
  const event = 'question.changed';
  const customer = userRoom(question.customer.id);
  io.to(customer).emit(
    event,
    lazy(() => questionView(question, lastSeq, 'customer')),
  );
  if (question.state === 'draft') return;

  const category = categoryRoom(question.categoryId);
  const forExperts = lazy(() => questionView(question, lastSeq, 'expert'));
  io.to(category).emit(event, forExperts);
  // 2.2: its expert hears of it also when the category was taken from them meanwhile
  if (question.expert) io.to(userRoom(question.expert.id)).except(category).emit(event, forExperts);
  io.to(ADMINS).emit(
    event,
    lazy(() => questionView(question, lastSeq, 'admin')),
  );
  const userIds = [question.customer.id, ...(question.expert ? [question.expert.id] : [])];
  io.tell(SIDES_CHANGED, { questionId: question.id, version: question.version, userIds } satisfies Sides);
}

/** Experts and admins of all languages share rooms: they hear of a service in English, and read it in their own. */
const ROOM_LOCALE: Locale = 'en';

function publishOffer(io: Rooms, offer: Offer): void {
  const asked = offer.requestedAt !== null;
  const customer = userRoom(offer.customer.id);
  const forCustomer = lazy(() => offerView(offer, 'customer', offer.locale));
  io.to(customer).emit('offer.changed', forCustomer);
  if (asked) io.to(customer).emit('request.changed', forCustomer);
  if (offer.proposedBy) {
    const asExpert = offer.acceptedBy === null ? 'expert' : 'deliverer'; // 8.2: nobody else delivers it
    io.to(userRoom(offer.proposedBy.id)).emit(
      'offer.changed',
      lazy(() => offerView(offer, asExpert, ROOM_LOCALE)),
    );
  }
  if (!asked) {
    io.to(ADMINS).emit(
      'offer.changed',
      lazy(() => offerView(offer, 'admin', ROOM_LOCALE)),
    );
    return;
  }
  io.to(ADMINS).emit(
    'request.changed',
    lazy(() => requestEntryView(offer, 'admin', ROOM_LOCALE)),
  );
  publishToExperts(io, offer);
}

/** 6.1: kept for one expert nobody else hears of it; once it was open, all who were shown it hear what became of it. */
function publishToExperts(io: Rooms, offer: Offer): void {
  const event = 'request.changed';
  const category = categoryRoom(offer.categoryId);
  const deliverer = offer.acceptedBy && userRoom(offer.acceptedBy.id);
  const first = offer.reservedFor === null ? null : userRoom(offer.reservedFor);
  const wasOpen = offer.generation > 0;
  const forOthers = lazy(() => requestEntryView(offer, 'expert', ROOM_LOCALE));

  const forDeliverer = lazy(() => requestEntryView(offer, 'deliverer', ROOM_LOCALE));
  if (deliverer !== null) io.to(deliverer).emit(event, forDeliverer);
  if (wasOpen) except(io.to(category), deliverer).emit(event, forOthers);
  // once it was open, the first expert hears of it like all experts of the category
  if (first !== null && first !== deliverer && !wasOpen) io.to(first).emit(event, forOthers);
}

const except = (to: ReturnType<Rooms['to']>, room: string | null) => (room === null ? to : to.except(room));

/** Made when it is encoded: of most rooms nobody is listening, and of a record that stays as it is a view can wait. */
function lazy<View>(make: () => View): { toJSON(): View } {
  let made: View | undefined;
  return { toJSON: () => (made ??= make()) };
}

/** What the fact says, without its name. */
function body<F extends Fact>({ type: _, ...rest }: F): Omit<F, 'type'> {
  return rest;
}

// A fact becomes events: a room per kind of receiver, each with its own view. Who is in no room hears nothing. Broadcasts
// name one room each, because the sharded adapter sends those only to the gateways where that room has somebody in it.

import type { Logger } from 'pino';
import type { Server } from 'socket.io';
import type { EventName } from '../commands/events.ts';
import { availabilityView } from '../commands/views/availability.ts';
import { caseView } from '../commands/views/case.ts';
import { adminMessageView, messageView } from '../commands/views/message.ts';
import { noticeView } from '../commands/views/notice.ts';
import { offerNews, offerView, requestNews } from '../commands/views/offer.ts';
import { privateInfoChange } from '../commands/views/private-info.ts';
import { questionView } from '../commands/views/question.ts';
import type { Queued } from '../commands/views/queue.ts';
import type { Case } from '../domain/case.ts';
import type { Fact, QuestionChanged } from '../domain/fact.ts';
import type { Message } from '../domain/message.ts';
import type { Offer } from '../domain/offer.ts';
import { tellGateways } from './adapter.ts';
import type { Carried, GatewayEvents, Io } from './client.ts';
import { QueueGatherer } from './queue.ts';
import { sidesOf } from './told.ts';

export const ADMINS = 'admins';
export const userRoom = (userId: string) => `user-${userId}`;
export const categoryRoom = (categoryId: string) => `category-${categoryId}`;
/** 2.2: those who watch the queue of the category */
export const queueRoom = (categoryId: string) => `queue-${categoryId}`;
export const QUESTION_ROOM = 'question-';
export const questionRoom = (questionId: string) => QUESTION_ROOM + questionId;

interface PublisherParts {
  readonly log: Logger;
  readonly now: () => Date;
}

/** Works in a gateway, and in a worker whose `io` has an adapter but no HTTP server. Never throws, never waits. */
export function publisher(io: Io, { log, now }: PublisherParts): (fact: Fact) => void {
  const emit = emitterIn(io);
  const gathered = new QueueGatherer({
    now,
    tell: (category, view) => {
      emit(queueRoom(category), 'queue.changed', view);
    },
    failed: (error) => {
      log.error({ err: error }, 'queue not published');
    },
  });
  const everywhere: Rooms = {
    emit,
    queue: (queued) => {
      gathered.add(queued);
    },
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
  /** `except`: not to who is in this room as well */
  readonly emit: <N extends EventName>(room: string, event: N, view: Carried<N>, except?: string | null) => void;
  /** 2.2: whoever watches the queue of its category, as far as it shows something else now */
  readonly queue: (queued: Queued) => void;
  /** tells gateways themselves */
  readonly tell: <E extends keyof GatewayEvents>(event: E, about: Parameters<GatewayEvents[E]>[0]) => void;
}

/** `io`: all gateways, or those of this one. Socket.IO's own types cannot follow a name that is not known yet; ours do. */
export function emitterIn(io: Pick<Server, 'to'>): Rooms['emit'] {
  return (room, event, view, except = null) => {
    const to = except === null ? io.to(room) : io.to(room).except(except);
    to.emit(event, view);
  };
}

export function publishTo(rooms: Rooms, fact: Fact): void {
  switch (fact.type) {
    case 'message.created':
      rooms.emit(questionRoom(fact.message.questionId), fact.type, messageView(fact.message));
      return;
    case 'message.changed':
      publishMessageChange(rooms, fact.message, fact.to);
      return;
    case 'question.changed':
      publishQuestion(rooms, fact);
      return;
    case 'offer.changed':
      publishOffer(rooms, fact.offer);
      return;
    case 'case.changed':
      publishCase(rooms, fact.changed);
      return;
    case 'private-info.changed':
      for (const id of fact.to) rooms.emit(userRoom(id), fact.type, privateInfoChange(fact));
      return;
    case 'notice': {
      const { to, code, params, locale } = fact;
      rooms.emit(
        userRoom(to),
        fact.type,
        lazy(() => noticeView(code, params, locale)),
      );
      return;
    }
    case 'availability.changed': {
      const { userId, availability, now } = fact;
      const view = availabilityView(availability, now);
      rooms.emit(userRoom(userId), 'presence.changed', { userId, ...view });
      rooms.tell(fact.type, { userId, version: view.version, state: view.state });
      return;
    }
    case 'user.changed':
      rooms.tell(fact.type, { userId: fact.userId });
      return;
    case 'user.revoked':
      rooms.tell(fact.type, {
        userId: fact.userId,
        tokenVersion: fact.tokenVersion,
        sessions: fact.session === undefined ? [] : [fact.session],
      });
      return;
    default: {
      // said in a conversation, and told as it is: to all who follow it but the one it is about, who hears marks only
      const { type, ...view } = fact;
      const whose = 'by' in fact ? fact.by.id : fact.userId;
      rooms.emit(questionRoom(fact.questionId), type, view, type === 'read.changed' ? null : userRoom(whose));
    }
  }
}

/** 9.2: who flagged a message is for admins only, wherever they are. */
function publishMessageChange(rooms: Rooms, message: Message, to: 'admins' | 'everybody'): void {
  const event = 'message.changed';
  if (to === 'everybody') rooms.emit(questionRoom(message.questionId), event, messageView(message), ADMINS);
  rooms.emit(ADMINS, event, adminMessageView(message));
}

function publishQuestion(rooms: Rooms, { question, lastSeq, experts }: QuestionChanged): void {
  const event = 'question.changed';
  const customer = userRoom(question.customer.id);
  rooms.emit(
    customer,
    event,
    lazy(() => questionView(question, lastSeq, 'customer')),
  );
  if (question.state === 'draft') return;

  const forExperts = lazy(() => questionView(question, lastSeq, 'expert'));
  for (const id of experts) rooms.emit(userRoom(id), event, forExperts);
  rooms.queue({ question, lastSeq });
  rooms.emit(
    ADMINS,
    event,
    lazy(() => questionView(question, lastSeq, 'admin')),
  );
  const userIds = sidesOf(question.customer, question.expert);
  rooms.tell('sides.changed', { questionId: question.id, version: question.version, userIds });
}

/** 10.1: whoever has opened it hears what became of it; an admin who has, as all admins. */
function publishCase(rooms: Rooms, changed: Case): void {
  const event = 'case.changed';
  rooms.emit(
    ADMINS,
    event,
    lazy(() => caseView(changed, 'admin')),
  );
  const { id, role } = changed.openedBy;
  if (role !== 'customer' && role !== 'expert') return;
  rooms.emit(
    userRoom(id),
    event,
    lazy(() => caseView(changed, role)),
  );
}

/** Experts and admins of all languages share rooms, so that each is told once: what they hear has its words in all of them. */
function publishOffer(rooms: Rooms, offer: Offer): void {
  const asked = offer.requestedAt !== null;
  const customer = userRoom(offer.customer.id);
  const forCustomer = lazy(() => offerView(offer, 'customer', offer.locale));
  rooms.emit(customer, 'offer.changed', forCustomer);
  if (asked) rooms.emit(customer, 'request.changed', forCustomer);
  if (offer.proposedBy) {
    const asExpert = offer.acceptedBy === null ? 'expert' : 'deliverer'; // 8.2: nobody else delivers it
    rooms.emit(
      userRoom(offer.proposedBy.id),
      'offer.changed',
      lazy(() => offerNews(offer, asExpert)),
    );
  }
  if (!asked) {
    rooms.emit(
      ADMINS,
      'offer.changed',
      lazy(() => offerNews(offer, 'admin')),
    );
    return;
  }
  rooms.emit(
    ADMINS,
    'request.changed',
    lazy(() => requestNews(offer, 'admin')),
  );
  publishToExperts(rooms, offer);
}

/** 6.1: kept for one expert nobody else hears of it; once it was open, all who were shown it hear what became of it. */
function publishToExperts(rooms: Rooms, offer: Offer): void {
  const event = 'request.changed';
  const category = categoryRoom(offer.categoryId);
  const deliverer = offer.acceptedBy && userRoom(offer.acceptedBy.id);
  const first = offer.reservedFor === null ? null : userRoom(offer.reservedFor);
  const wasOpen = offer.generation > 0;
  const forOthers = lazy(() => requestNews(offer, 'expert'));

  const forDeliverer = lazy(() => requestNews(offer, 'deliverer'));
  if (deliverer !== null) rooms.emit(deliverer, event, forDeliverer);
  if (wasOpen) rooms.emit(category, event, forOthers, deliverer);
  // once it was open, the first expert hears of it like all experts of the category
  if (first !== null && first !== deliverer && !wasOpen) rooms.emit(first, event, forOthers);
}

/** Made when it is encoded: of most rooms nobody is listening, and of a record that stays as it is a view can wait. */
function lazy<View>(make: () => View): { toJSON(): View } {
  let made: View | undefined;
  return { toJSON: () => (made ??= make()) };
}

// Questions and requests on their way to what is measured, through the protocol.

import { randomUUID } from 'node:crypto';
import type { Socket } from 'socket.io-client';
import { call, connect } from './client.ts';
import type { Session } from './client.ts';

export async function post(customer: Socket): Promise<string> {
  const { question } = await call<{ question: { id: string } }>(customer, 'question.post', {
    category: 'computer',
    subject: 'My laptop does not start',
    body: 'It only shows a black screen.',
    value: { amount: 1_000, currency: 'USD' },
    paymentMethod: 'pm_card_visa',
    clientId: randomUUID(),
  });
  return question.id;
}

/** A request that is kept for the expert of the conversation; its id. */
export async function reserved(customer: Socket, expert: Socket): Promise<string> {
  const questionId = await post(customer);
  await call(expert, 'question.claim', { questionId });
  await call(expert, 'message.send', { questionId, clientId: randomUUID(), kind: 'greeting', body: 'Hello.' });
  const { offers } = await call<{ offers: { id: string }[] }>(customer, 'question.get', { questionId });
  const offerId = offers[0]!.id;
  await call(customer, 'offer.accept', { offerId });
  return offerId;
}

/** Their expert is told of open requests by events only. */
export async function withoutMail(url: string, { token }: Session): Promise<void> {
  const socket = await connect(url, { token });
  await call(socket, 'user.update', { notify: { openRequests: false } });
  socket.disconnect();
}

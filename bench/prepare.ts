// Questions and requests on their way to what is measured, through the protocol.

import { randomUUID } from 'node:crypto';
import type { Answer } from '../web/client/calls.ts';
import type { Connection } from '../web/client/connection.ts';
import { connect } from './client.ts';

export async function post(customer: Connection, category = 'computer'): Promise<string> {
  const { question } = await customer.call('question.post', {
    category,
    subject: 'My laptop does not start',
    body: 'It only shows a black screen.',
    value: { amount: 1_000, currency: 'USD' },
    paymentMethod: 'pm_card_visa',
    clientId: randomUUID(),
  });
  return question.id;
}

/** A request that is kept for the expert of the conversation; its id. */
export async function reserved(customer: Connection, expert: Connection): Promise<string> {
  const questionId = await post(customer);
  await expert.call('question.claim', { questionId });
  await expert.call('message.send', { questionId, clientId: randomUUID(), kind: 'greeting', body: 'Hello.' });
  const { offers } = await customer.call('question.get', { questionId });
  const offerId = offers[0]!.id;
  await customer.call('offer.accept', { offerId });
  return offerId;
}

/** Their expert is told of open requests by events only. */
export async function withoutMail(url: string, { token }: Answer<'session.login'>): Promise<void> {
  const connection = await connect(url, token);
  await connection.call('user.update', { notify: { openRequests: false } });
  connection.close();
}

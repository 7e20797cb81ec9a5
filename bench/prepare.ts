// Questions and requests on their way to what is measured, through the protocol.

import { randomUUID } from 'node:crypto';
import type mongoose from 'mongoose';
import { v7 as uuid } from 'uuid';
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

/** `openRequests`: they want letters of them. */
export interface Hired {
  readonly category: string;
  readonly openRequests: boolean;
}

/** Experts put straight into MongoDB: a password would be a tenth of a second of CPU for each. Answers their ids. */
export async function hire(db: mongoose.mongo.Db, count: number, { category, openRequests }: Hired): Promise<string[]> {
  const ids = Array.from({ length: count }, () => `u_${uuid()}`);
  const experts = ids.map((id) => ({
    ...{ _id: id, version: 1, role: 'expert', name: `Expert ${id}`, locale: 'en', email: `${id}@example.test` },
    ...{ passwordHash: null, categories: [category], notify: { openRequests }, active: true, tokenVersion: 1 },
    createdAt: new Date(),
  }));
  await db.collection<{ _id: string }>('users').insertMany(experts, { ordered: false });
  return ids;
}

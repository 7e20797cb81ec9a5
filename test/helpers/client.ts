// The product's own client, as tests want it: what goes over the wire is judged by them, and every event that it heard is kept.

import { randomUUID } from 'node:crypto';
import type { Socket } from 'socket.io-client';
import { overHttp } from '../../web/client/calls.ts';
import type { Calls } from '../../web/client/calls.ts';
import { connect as open } from '../../web/client/connection.ts';
import { ParleyError } from '../../web/client/errors.ts';
import type { EventName } from '../../web/client/connection.ts';
import type { Code, User } from '../../web/client/protocol.ts';
import { spoken } from '../../web/client/spoken.ts';
import { followed } from './agreement.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what comes over the wire is judged by the tests
export type Json = Record<string, any>;

/** A refusal; its message says the code as well. */
export class CommandFailed extends ParleyError {
  declare readonly details: Json | undefined;

  constructor({ code, message, details }: { code: string; message: string; details?: Json | undefined }) {
    super({ code: code as Code, message: `${code}: ${message}`, ...(details && { details }) });
  }
}

export interface Client {
  readonly socket: Socket;
  readonly token: string;
  readonly user: Json;
  /** `told`: as it came over the line */
  readonly events: { name: string; body: Json; told: unknown }[];
  /** Rejects with CommandFailed. */
  call(name: string, input?: Json): Promise<Json>;
  /** The first event, past or future, of this name that fits. */
  heard(name: string, fits?: (body: Json) => boolean, timeoutMs?: number): Promise<Json>;
  close(): void;
}

export async function visitor(url: string, input: Json = {}): Promise<Client> {
  const { token } = await post(url, 'session.visitor', { locale: 'en', ...input });
  return connect(url, token);
}

export async function login(url: string, email: string, password = 'parley-demo'): Promise<Client> {
  const { token } = await post(url, 'session.login', { email, password });
  return connect(url, token);
}

const PATIENCE_MS = 120_000; // for an answer, on a machine that may have much else to do

export async function connect(url: string, token: string): Promise<Client> {
  const connection = await open({ url, token, reconnects: false, answerMs: PATIENCE_MS });
  const { socket } = connection;
  const events: { name: string; body: Json; told: unknown }[] = [];
  const listeners = new Set<() => void>();
  const follower = followed(connection, url);
  let account: User | null = null;
  const early: [name: EventName, body: unknown][] = [];
  const take = (name: EventName, told: unknown, { locale }: User) => {
    const body = spoken(name, told, () => locale) as Json;
    events.push({ name, body, told });
    follower?.hear(name, body);
    for (const listener of listeners) listener();
  };
  socket.onAny((name: EventName, told: unknown) => {
    if (account === null) early.push([name, told]);
    else take(name, told, account);
  });
  const call = (name: string, input: Json = {}) => {
    const ask = () => asked(connection, name, input);
    return follower === null ? ask() : follower.around(name, input, ask);
  };
  const { user } = await connection.call('session.get', {});
  if (follower !== null) follower.user = user;
  if (follower !== null && user.role === 'expert') await connection.call('queue.watch', {});
  account = user;
  for (const [name, told] of early) take(name, told, user);
  return {
    socket,
    token,
    user,
    events,
    call,
    heard: (name, fits = () => true, timeoutMs = PATIENCE_MS) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = events.find((event) => event.name === name && fits(event.body));
          if (found === undefined) return;
          stop();
          resolve(found.body);
        };
        const timer = setTimeout(() => {
          stop();
          reject(new Error(`${name} was not heard; heard: ${events.map((event) => event.name).join(', ')}`));
        }, timeoutMs);
        const stop = () => {
          clearTimeout(timer);
          listeners.delete(look);
        };
        listeners.add(look);
        look();
      }),
    close: () => connection.close(),
  };
}

/** A command over HTTP; rejects with CommandFailed. */
export const post = (url: string, name: string, input: Json, token?: string): Promise<Json> =>
  asked(overHttp({ url, token, answerMs: PATIENCE_MS }), name, input);

/** Whatever a test asks, also what no typed program could. What nobody answers is no refusal. */
async function asked(calls: Calls, name: string, input: Json): Promise<Json> {
  try {
    return await calls.call(name as 'session.get', input as never);
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
    if (error.code === 'no_answer') throw new Error(error.message, { cause: error });
    throw new CommandFailed(error);
  }
}

export const clientId = () => randomUUID();

/** A question in `computer`, posted and paid. */
export async function postQuestion(customer: Client, input: Json = {}): Promise<Json> {
  const { question } = await customer.call('question.post', {
    category: 'computer',
    subject: 'My laptop does not start',
    body: 'It only shows a black screen.',
    value: { amount: 1_000, currency: 'USD' },
    paymentMethod: 'pm_card_visa',
    clientId: clientId(),
    ...input,
  });
  return question as Json;
}

/** The expert claims the question and greets; answers the automatic offer as the customer hears of it. */
export async function greeted(customer: Client, expert: Client, questionId: string): Promise<Json> {
  await customer.call('question.watch', { questionId });
  await expert.call('question.claim', { questionId });
  await expert.call('message.send', { questionId, clientId: clientId(), kind: 'greeting', body: 'Hello, I can help.' });
  return customer.heard('offer.changed', (offer) => offer.questionId === questionId && offer.state === 'offered');
}

/** A question whose customer has accepted the automatic offer; answers the request. */
export async function requested(customer: Client, expert: Client, input: Json = {}): Promise<Json> {
  const question = await postQuestion(customer, input);
  const offer = await greeted(customer, expert, question.id);
  const accepted = await customer.call('offer.accept', { offerId: offer.id });
  return accepted.offer as Json;
}

// An ordinary client: one Socket.IO connection, acknowledgements as promises, and every event it heard.

import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';

const ANSWER_MS = 15_000; // who waits longer says where, before the test as a whole gives up

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what comes over the wire is judged by the tests
export type Json = Record<string, any>;

export class CommandFailed extends Error {
  readonly code: string;
  readonly details: Json | undefined;

  constructor(error: { code: string; message: string; details?: Json }) {
    super(`${error.code}: ${error.message}`);
    this.code = error.code;
    this.details = error.details;
  }
}

export interface Client {
  readonly socket: Socket;
  readonly token: string;
  readonly user: Json;
  readonly events: { name: string; body: Json }[];
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

export async function connect(url: string, token: string): Promise<Client> {
  const socket = io(url, { transports: ['websocket'], auth: { token }, forceNew: true, reconnection: false });
  const events: { name: string; body: Json }[] = [];
  const listeners = new Set<() => void>();
  socket.onAny((name: string, body: Json) => {
    events.push({ name, body });
    for (const listener of listeners) listener();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  const call = async (name: string, input: Json = {}): Promise<Json> => {
    const answer = await socket.timeout(ANSWER_MS).emitWithAck(name, input);
    if (!answer.ok) throw new CommandFailed(answer.error);
    return answer.data as Json;
  };
  const { user } = await call('session.get');
  return {
    socket,
    token,
    user,
    events,
    call,
    heard: (name, fits = () => true, timeoutMs = 10_000) =>
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
    close: () => socket.disconnect(),
  };
}

/** A command over HTTP; rejects with CommandFailed. */
export async function post(url: string, name: string, input: Json, token?: string): Promise<Json> {
  const response = await fetch(`${url}/v1/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(input),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const body = (await response.json()) as Json;
  if (!response.ok) throw new CommandFailed({ ...body, code: String(body.code), message: String(body.detail) });
  return body;
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

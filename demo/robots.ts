// Customers and experts who behave like people with a browser: they know nothing but what the protocol tells them.

import { randomUUID } from 'node:crypto';
import type { Input } from '../web/client/calls.ts';
import { ParleyError } from '../web/client/errors.ts';
import type { Client, Message, Offer, Question } from './client.ts';
import { View } from './view.ts';
import type { Witness } from './witness.ts';

/** When a message was sent, by clientId, until the other side shows it. */
const underWay = new Map<string, number>();

const SEND_TRIES = 3;

class Robot {
  readonly client: Client;
  readonly views = new Map<string, View>();
  protected readonly witness: Witness;

  constructor(client: Client, witness: Witness) {
    this.client = client;
    this.witness = witness;
    client.offers.each((offer) => witness.heard.push({ userId: client.user.id, at: Date.now(), offer }));
  }

  get name(): string {
    return this.client.user.name;
  }

  /** Follows a conversation; again after an absence, from where it was left. */
  async watch(questionId: string): Promise<View> {
    const view = this.views.get(questionId) ?? this.#newView(questionId);
    this.views.set(questionId, view);
    const { question, offers } = await view.follow(await this.client.connection);
    if (question !== null) this.client.questions.push(question);
    for (const offer of offers) this.client.offers.push(offer);
    return view;
  }

  async say(questionId: string, body: string, kind?: Input<'message.send'>['kind']): Promise<number> {
    const clientId = randomUUID();
    underWay.set(clientId, performance.now());
    // 3.2: recordings go on as they went, reply or none
    const { message } = await this.#send({ questionId, clientId, body, confirm: true, ...(kind && { kind }) });
    this.witness.acked.push({ questionId, seq: message.seq, clientId, by: this.client.user.id, body });
    return message.seq;
  }

  /** The offer as it became, in a version after `after`. */
  sees(offerId: string, state: Offer['state'], after = 0): Promise<Offer> {
    return this.client.offers.until(
      (offer) => offer.id === offerId && offer.state === state && offer.version > after,
      `${offerId} to be ${state}, as ${this.name} sees it`,
    );
  }

  /** Without an answer nobody knows whether it arrived: the same clientId again is the same message (2.3). */
  async #send(input: Input<'message.send'>): Promise<{ message: Message }> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.client.call('message.send', input);
      } catch (error) {
        if (isRefusal(error) || tries === SEND_TRIES) throw error;
      }
    }
  }

  #newView(questionId: string): View {
    const view = new View(questionId);
    view.appeared.each(({ clientId, by }) => {
      const sentAt = underWay.get(clientId);
      if (sentAt === undefined || by.id === this.client.user.id) return;
      underWay.delete(clientId);
      this.witness.deliveries.push(performance.now() - sentAt);
    });
    return view;
  }
}

export class Customer extends Robot {
  async ask(question: { category: string; subject: string; body: string; cents: number; card: string }) {
    const { category, subject, body, cents, card } = question;
    const { question: posted } = await this.client.call('question.post', {
      category,
      subject,
      body,
      value: { amount: cents, currency: 'USD' },
      paymentMethod: card,
      clientId: randomUUID(),
    });
    await this.watch(posted.id);
    return posted;
  }

  /** 5.1: the automatic offer, after the first words of an expert. */
  isOffered(questionId: string): Promise<Offer> {
    return this.client.offers.until(
      (offer) => offer.questionId === questionId && offer.state === 'offered',
      `the automatic offer of ${questionId}`,
    );
  }

  async accept({ id }: Offer): Promise<Offer> {
    return (await this.client.call('offer.accept', { offerId: id })).offer;
  }

  async isTold(code: string, questionId: string): Promise<void> {
    const fits = (notice: { code: string; params: Readonly<Record<string, unknown>> }) =>
      notice.code === code && notice.params['questionId'] === questionId;
    await this.client.notices.until(fits, `the notice ${code} of ${questionId}`);
  }

  async updateCard(questionId: string): Promise<void> {
    await this.client.call('payment.update', { questionId, paymentMethod: 'pm_card_visa' });
  }
}

export class Expert extends Robot {
  /** 2.2: sees a question come in, and takes it. */
  async takeUp({ id }: Question): Promise<void> {
    await this.client.questions.until(
      (question) => question.id === id && question.state === 'open',
      `${id} to be open, as ${this.name} sees it`,
    );
    await this.client.call('question.claim', { questionId: id });
    await this.watch(id);
  }

  /** Presses Accept; answers whether the request is theirs now. */
  async press(requestId: string, round: number): Promise<boolean> {
    const outcome = await refusalOf(this.client.call('request.accept', { requestId }));
    this.witness.presses.push({ requestId, round, expert: this.client.user.id, outcome: outcome ?? 'won' });
    return outcome === null;
  }

  /** 6.1: tries to see, and to take, what is reserved for somebody else. */
  async peek(requestId: string): Promise<void> {
    const { items } = await this.client.call('request.list', { view: 'open' });
    const read = await refusalOf(this.client.call('request.get', { requestId }));
    const accepted = await refusalOf(this.client.call('request.accept', { requestId }));
    const listed = items.some(({ id }) => id === requestId);
    this.witness.peeks.push({ requestId, expert: this.client.user.id, listed, read, accepted });
  }

  async report(requestId: string, connected: boolean): Promise<Offer> {
    const excuse = { attempts: 3, reason: 'no_answer', comment: 'Three tries, nobody there.' }; // 7.1
    const input = { requestId, connected, ...(!connected && excuse) };
    return (await this.client.call('request.report', input)).request;
  }
}

/** The code of the refusal; null when there was none. */
export async function refusalOf(call: Promise<unknown>): Promise<string | null> {
  try {
    await call;
    return null;
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
}

/** Not answered is not refused. */
const isRefusal = (error: unknown): error is ParleyError => error instanceof ParleyError && error.code !== 'no_answer';

// Conversations of two, at the product and at the bare server, spoken in the same way by the same code.

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Connection } from '../web/client/connection.ts';
import { Door, connect, each, range } from './client.ts';
import type { Send } from './client.ts';
import { post } from './prepare.ts';

/** A conversation is followed by its two sides; either may say something. */
export class Talk {
  readonly id: string;
  readonly sides: readonly [Connection, Connection];
  readonly #onItsWay = new Map<string, () => void>();
  #turn: 0 | 1 = 0;
  #count = 0;

  constructor(id: string, sides: readonly [Connection, Connection]) {
    this.id = id;
    this.sides = sides;
    for (const side of sides) {
      side.on('message.created', ({ clientId }) => {
        // the product tells the writer as well; that is its business and not the delivery
        if (clientId.startsWith(sideOf(sides, side))) return;
        this.#onItsWay.get(clientId)?.();
      });
    }
  }

  /** One message, by the sides in turn. Settled with the ms until the ack and the other side's event were both there. */
  say(body: string, settled: (ms: number) => void): void {
    const from = this.sides[this.#turn];
    const clientId = `${this.#turn}-${this.id.slice(-12)}-${this.#count}`;
    this.#turn = this.#turn === 0 ? 1 : 0;
    this.#count += 1;
    let missing = 2;
    const began = performance.now();
    const arrived = () => {
      missing -= 1;
      if (missing > 0) return;
      this.#onItsWay.delete(clientId);
      settled(performance.now() - began);
    };
    this.#onItsWay.set(clientId, arrived);
    const input = { questionId: this.id, clientId, body, confirm: true }; // 3.2: nobody waits for a reply here
    void from.call('message.send', input).then(arrived);
  }

  /** How many were sent and have not arrived. */
  get waiting(): number {
    return this.#onItsWay.size;
  }

  close(): void {
    for (const side of this.sides) side.close();
  }
}

const sideOf = (sides: readonly [Connection, Connection], side: Connection) => (side === sides[0] ? '0-' : '1-');

const AT_A_TIME = 20;

/** Questions that their expert has claimed, customer and expert watching: from here on a message is only a message. */
export async function parleyTalks(url: string, count: number): Promise<Talk[]> {
  const door = await Door.at(url);
  const expert = await door.login('ada@example.test');
  const talks = await each(range(count), AT_A_TIME, async () => {
    const { token } = await door.visitor();
    const [customer, ada] = await Promise.all([connect(url, token), connect(url, expert.token)]);
    const questionId = await post(customer);
    await customer.call('question.watch', { questionId });
    await ada.call('question.claim', { questionId });
    await ada.call('question.watch', { questionId });
    // the first line of an expert brings the offer (5.1)
    await ada.call('message.send', {
      questionId,
      clientId: randomUUID(),
      kind: 'greeting',
      body: 'Hello, I can help.',
    });
    return new Talk(questionId, [customer, ada]);
  });
  door.close();
  return talks;
}

export async function bareTalks(url: string, count: number): Promise<Talk[]> {
  return each(range(count), AT_A_TIME, async () => {
    const conversation = `q_${randomUUID()}`;
    const sides = await Promise.all([connect(url, conversation), connect(url, conversation)]);
    return new Talk(conversation, sides);
  });
}

/** The next of them says the next line. */
export function inTurn(talks: readonly Talk[]): Send {
  const lines = realLines();
  let next = 0;
  return (settled) => {
    next += 1;
    talks[next % talks.length]!.say(lines[next % lines.length]!, settled);
  };
}

interface Recorded {
  readonly turns: readonly { readonly text: string }[];
}

/** Lines of 100 to 200 bytes that people have written to each other (demo/CONVERSATIONS.md says where they are from). */
export function realLines(): readonly string[] {
  const file = new URL('../demo/conversations.json', import.meta.url);
  const all = JSON.parse(readFileSync(file, 'utf8')) as readonly Recorded[];
  return all
    .flatMap(({ turns }) => turns.map(({ text }) => text.trim()))
    .filter((text) => Buffer.byteLength(text) >= 100 && Buffer.byteLength(text) <= 200);
}

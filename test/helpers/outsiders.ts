// Whoever has no business with a conversation, each kind once; and the proof that they changed nothing.

import { io } from 'socket.io-client';
import { expect } from 'vitest';
import type { Node } from '../../src/app.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { CommandFailed, login, post } from './client.ts';
import type { Client, Json } from './client.ts';
import { codeOf, join, onDisk, ownCategory, scene } from './people.ts';
import type { Scene } from './people.ts';

export interface Outsiders extends Scene {
  /** an expert of the category who does not hold the question */
  readonly colleague: Client;
  /** an expert of another category */
  readonly stranger: Client;
  readonly otherCustomer: Client;
  readonly admin: Client;
}

/** What each of them is told; who is missing may do it. */
export type Refusals = Partial<
  Record<'otherCustomer' | 'stranger' | 'colleague' | 'admin' | 'first' | 'customer', string>
>;

export async function outsiders(node: Node): Promise<Outsiders> {
  const [people, otherCategory] = await Promise.all([scene(node), ownCategory(node)]);
  const [stranger, otherCustomer, admin] = await Promise.all([
    join(node, 'expert', { name: 'Dan', categories: [otherCategory] }),
    join(node, 'customer', { name: 'Carl' }),
    login(node.url, 'care@example.test'),
  ]);
  return { ...people, colleague: people.others[0]!, stranger, otherCustomer, admin };
}

/** Each of them is refused, a stranger without a token as well, over both transports, and the question is as it was. */
export async function expectRefused(
  node: Node,
  people: Outsiders,
  questionId: string | null,
  [name, input]: [name: string, input: Json],
  refusals: Refusals,
): Promise<void> {
  const before = questionId === null ? null : await onDisk(node, questionId);
  const told: Record<string, string> = {};
  for (const who of Object.keys(refusals) as (keyof Refusals)[]) {
    told[who] = await codeOf(people[who].call(name, input));
  }
  expect({ [name]: told }).toEqual({ [name]: refusals });
  const overHttp = COMMANDS[name]?.over === 'socket' ? 'not_found' : 'auth.required'; // there is no such route
  expect(await codeOf(post(node.url, name, input))).toBe(overHttp);
  expect(await codeOf(post(node.url, name, input, 'not-a-token'))).toBe(overHttp);
  expect(await codeOf(anonymously(node, name, input))).toBe('auth.required');
  if (questionId !== null) expect(await onDisk(node, questionId)).toEqual(before);
}

/** Over a socket without a token. */
async function anonymously(node: Node, name: string, input: Json): Promise<void> {
  const socket = io(node.url, { transports: ['websocket'], forceNew: true, reconnection: false });
  try {
    const answer = (await socket.timeout(60_000).emitWithAck(name, input)) as Json;
    if (!answer.ok) throw new CommandFailed(answer.error as { code: string; message: string });
  } finally {
    socket.disconnect();
  }
}

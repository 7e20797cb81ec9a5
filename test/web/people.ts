// People who sign in with a password, and requests that stand where a page shows them.

import { randomUUID } from 'node:crypto';
import type { Node } from '../../src/app.ts';
import { login, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { scene } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';

export const PASSWORD = 'a password of the tests';

/** A new expert who is nowhere connected. */
export async function expertWithPassword(node: Node, category: string): Promise<Json> {
  const care = await login(node.url, 'care@example.test');
  const input = { role: 'expert', name: 'Ida', email: `${randomUUID()}@example.test`, password: PASSWORD };
  const { user } = await care.call('user.create', { ...input, categories: [category] });
  care.close();
  return user as Json;
}

export interface Asked extends Scene {
  readonly request: Json;
  /** a colleague of the first expert */
  readonly ben: Client;
  /** the landing page */
  readonly url: string;
}

/** A request that is kept for the first expert. */
export async function reserved(node: Node, input: Json = {}, known?: Scene): Promise<Asked> {
  const people = known ?? (await scene(node));
  const request = await requested(people.customer, people.first, { category: people.category, ...input });
  return { ...people, request, ben: people.others[0]!, url: `${node.url}/requests/${request.id}` };
}

/** A request that all experts of the category may accept. */
export async function opened(node: Node, input: Json = {}, known?: Scene): Promise<Asked> {
  const asked = await reserved(node, input, known);
  await asked.first.call('request.decline', { requestId: asked.request.id });
  return asked;
}

export async function stateOf(asked: Asked): Promise<string> {
  return (await asked.first.call('request.get', { requestId: asked.request.id })).request.state as string;
}

/** Reported that nobody could be reached. */
export const notConnected = (requestId: string) => ({
  requestId,
  connected: false,
  attempts: 3,
  reason: 'no answer',
  comment: 'Nobody picked up.',
});

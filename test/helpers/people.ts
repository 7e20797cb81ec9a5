// People and categories of a test's own on a running node, so that tests beside each other share nothing.

import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { User } from '../../src/models/user.ts';
import { CommandFailed, connect } from './client.ts';
import type { Client, Json } from './client.ts';
import { all } from './all.ts';

export type AccountInput = Partial<Pick<User, 'name' | 'email' | 'locale' | 'categories' | 'notify' | 'active'>>;

/** An account without a password; its e-mail is its own. */
export async function account(node: Node, role: User['role'], input: AccountInput = {}): Promise<User> {
  const id = randomUUID();
  const user: User = {
    id: `u_${id}`,
    version: 1,
    role,
    name: role,
    locale: 'en',
    email: `${id}@example.test`,
    passwordHash: null,
    categories: [],
    notify: { openRequests: true },
    active: true,
    tokenVersion: 1,
    createdAt: node.ctx.now(),
    ...input,
  };
  expect(await node.ctx.stores.users.insert(user)).toBe(true);
  return user;
}

/** A token that holds from now on, by the node's clock. */
export const tokenOf = (node: Node, { id, role, tokenVersion }: User): Promise<string> =>
  node.ctx.tokens.sign({ userId: id, role, tokenVersion });

/** A new account, connected. */
export async function join(node: Node, role: User['role'], input: AccountInput = {}): Promise<Client> {
  return connect(node.url, await tokenOf(node, await account(node, role, input)));
}

/** A category like `computer` in which nobody else is. */
export async function ownCategory(node: Node): Promise<string> {
  const like = await node.ctx.stores.categories.find('computer');
  const id = `c-${randomBytes(6).toString('hex')}`;
  expect(await node.ctx.stores.categories.save({ ...like!, id, version: 1 })).toBe(true);
  return id;
}

/** A customer and experts of one category of their own: the first one holds the conversation, the others are colleagues. */
export interface Scene {
  readonly category: string;
  readonly customer: Client;
  readonly first: Client;
  readonly others: Client[];
}

export async function scene(node: Node, colleagues = 1): Promise<Scene> {
  const category = await ownCategory(node);
  const expert = (name: string) => join(node, 'expert', { name, categories: [category] });
  const [customer, first, ...others] = await Promise.all([
    join(node, 'customer', { name: 'Cora' }),
    expert('Ada'),
    ...Array.from({ length: colleagues }, (_, index) => expert(`Ben ${index}`)),
  ]);
  return { category, customer, first, others };
}

/** The refusal of a call: fails when the call succeeds or is refused otherwise. */
export async function refused(call: Promise<unknown>, code: string): Promise<CommandFailed> {
  const outcome = await call.then(
    () => 'it was done',
    (error: unknown) => error,
  );
  expect(outcome).toMatchObject({ code });
  return outcome as CommandFailed;
}

/** The code of a refusal, or `ok`. */
export const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => {
      if (error instanceof CommandFailed) return error.code;
      throw error;
    },
  );

/** When this returns, everything that was published before has been heard. */
export async function settled(...clients: Client[]): Promise<void> {
  await Promise.all(clients.map((client) => client.call('session.get')));
}

/** The bodies of what was heard by this name, of one question or request. */
export const heardOf = (client: Client, name: string, id: string): Json[] =>
  client.events
    .filter((event) => event.name === name)
    .map((event) => event.body)
    .filter(
      (body) =>
        body.id === id || body.questionId === id || body.params?.questionId === id || body.params?.offerId === id,
    );

/** What the queue tells of a question, past or future, when it fits; whoever waits must watch it. */
export async function queued(client: Client, fits: (item: Json) => boolean): Promise<Json> {
  const { items } = await client.heard('queue.changed', (body) => (body.items as Json[]).some(fits));
  return (items as Json[]).find(fits)!;
}

/** For what comes beside the answers: the matcher is tried again until it holds. */
export const eventually = <T>(look: () => T | Promise<T>) => expect.poll(look, { interval: 10 });

/** Waits until the server has noticed that this person left. */
export async function leave(node: Node, client: Client): Promise<void> {
  client.close();
  await eventually(async () => (await node.ctx.online([client.user.id])).size).toBe(0);
}

/** Waits until nothing is owed for this request any more, on disk: the process itself knows it a little earlier. */
export async function cleared(node: Node, offerId: string): Promise<void> {
  const owing = () => all(node.ctx.stores.offers.unsettled(new Date('2999-01-01'), 1_000));
  await eventually(async () => (await owing()).some(({ record }) => record.id === offerId)).toBe(false);
}

/** Waits until no mail is on its way any more. */
export async function posted(node: Node): Promise<void> {
  const { mails, mailings } = node.ctx.stores;
  for (const store of [mailings, mails]) {
    await eventually(async () => (await store.due(node.ctx.now(), 1)).length).toBe(0);
  }
}

/** The letters to an address, the oldest first. */
export async function mailsTo(node: Node, email: string): Promise<Json[]> {
  const response = await fetch(`${node.url}/dev/mail?to=${encodeURIComponent(email)}`);
  expect(response.status).toBe(200);
  return ((await response.json()) as Json[]).reverse();
}

/** Waits for so many letters to an address. */
export async function mailed(node: Node, email: string, count: number): Promise<Json[]> {
  await eventually(async () => (await mailsTo(node, email)).length).toBe(count);
  return mailsTo(node, email);
}

/** Everything that is on disk about a question, to prove that nothing has changed. */
export async function onDisk(node: Node, questionId: string): Promise<unknown> {
  const { questions, offers, messages, entries, cases } = node.ctx.stores;
  const found = await offers.ofQuestion(questionId);
  const keys = ['authorise', 'release', 'capture', 'payout', 'reversal', 'refund'].flatMap((kind) =>
    [questionId, ...found.map(({ id }) => id)].flatMap((id) => [`${kind}-${id}`, `${kind}-${id}-1`, `${kind}-${id}-2`]),
  );
  return {
    question: (await questions.read(questionId))?.record,
    offers: found,
    messages: await messages.page(questionId, {}, 500),
    cases: await cases.ofQuestion(questionId),
    entries: (await entries.findAll(keys)).toSorted((a, b) => (a.key < b.key ? -1 : 1)),
  };
}

const TRIES = [1, 2, 3, 4, 5, 6, 7, 8, 9]; // of a card: more than any test makes, whatever is lost

/** The kinds of the journal's entries about one thing (a question's value or an offer's price), by their keys. */
export async function entriesOf(node: Node, id: string): Promise<string[]> {
  const gone = ['reversal', 'refund', 'chargeback'];
  const kinds = ['authorise', 'release', 'capture', 'payout', ...gone, ...gone.map((kind) => `${kind}_undone`)];
  const keys = kinds.flatMap((kind) => [`${kind}-${id}`, ...TRIES.map((attempt) => `${kind}-${id}-${attempt}`)]);
  const found = await node.ctx.stores.entries.findAll(keys);
  for (const entry of found) expect(entry.legs.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
  return found.map(({ key }) => key.replace(`-${id}`, '')).toSorted();
}

/** What the payment provider has on record about one thing: kind and outcome of each call, in order. */
export async function provided(node: Node, id: string, attempts = 1): Promise<string[]> {
  const all = await Promise.all(
    Array.from({ length: attempts }, (_, index) =>
      node.ctx.stores.simulatedPayments.byAuthorisation(`sim_auth-${id}-${index + 1}`),
    ),
  );
  return all.flat().map(({ kind, outcome }) => (outcome === 'ok' ? kind : `${kind} ${outcome}`));
}

/** One field of each of many things that came over the wire. */
export const each = (list: unknown, field: string): unknown[] => (list as Json[]).map((one): unknown => one[field]);

export const idsOf = (page: Json): string[] => each(page.items, 'id').map(String);

/** 6.3: the ids of what an expert has in a view of the Request Center. */
export const listed = async (expert: Client, view: string): Promise<string[]> =>
  idsOf(await expert.call('request.list', { view }));

/** All pages of a list, by its cursors. */
export async function pagesOf(who: Client, name: string, input: Json, most = 20): Promise<Json[][]> {
  const pages: Json[][] = [];
  let cursor: unknown;
  do {
    const page = await who.call(name, { ...input, ...(cursor !== undefined && { cursor }) });
    pages.push(page.items as Json[]);
    cursor = page.nextCursor;
  } while (cursor !== undefined && pages.length < most);
  return pages;
}

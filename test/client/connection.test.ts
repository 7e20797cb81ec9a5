// A connection that comes back by itself, and knows when there is nothing to come back with.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { connect } from '../../web/client/connection.ts';
import type { Connection, Status } from '../../web/client/connection.ts';
import { login } from '../helpers/client.ts';
import { startLink } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';
import { account, tokenOf } from '../helpers/people.ts';

const here = world({ MAX_SOCKETS_PER_USER: '2' });
const open: Connection[] = [];
let node: Node;
beforeAll(async () => {
  node = await here.start();
});
afterAll(async () => {
  for (const connection of open) connection.close();
  await here.close();
});

async function connected(token: string, url = node.url): Promise<Connection> {
  const connection = await connect({ url, token });
  open.push(connection);
  return connection;
}

const person = async () => {
  const user = await account(node, 'customer');
  return { user, token: await tokenOf(node, user) };
};

const statusesOf = (connection: Connection): Status[] => {
  const seen: Status[] = [];
  connection.onStatus((status) => seen.push(status));
  return seen;
};

test('a line that is lost comes back, calls made meanwhile wait, and events are heard as before', async () => {
  const link = await startLink({ port: Number(new URL(node.url).port) });
  const { user, token } = await person();
  const connection = await connected(token, `http://127.0.0.1:${link.port}`);
  const heard: string[] = [];
  connection.on('question.changed', ({ id }) => heard.push(id));
  const seen = statusesOf(connection);
  link.refuse();
  await expect.poll(() => connection.status).toBe('offline');
  const call = connection.call('session.get', {});
  link.heal();
  expect((await call).user.id).toBe(user.id);
  expect(seen).toEqual(['offline', 'online']);

  const { question } = await connection.call('question.post', {
    category: 'computer',
    subject: 'It is dark',
    body: 'Very.',
    value: { amount: 1_000, currency: 'USD' },
    paymentMethod: 'pm_card_visa',
    clientId: 'after-the-return',
  });
  await expect.poll(() => heard).toContain(question.id);
  connection.close();
  await link.close();
});

test('I22 a token that has ended ends the connection, with the reason, and it does not knock again', async () => {
  const care = await login(node.url, 'care@example.test');
  const { user, token } = await person();
  const connection = await connected(token);
  const seen = statusesOf(connection);
  await care.call('user.update', { userId: user.id, active: false });
  await expect.poll(() => connection.status).toBe('ended');
  expect(connection.reason?.code).toBe('auth.required');
  expect(seen).toEqual(['ended']);
  await expect(connection.call('session.get', {})).rejects.toMatchObject({ code: 'auth.required' });
  expect(connection.socket.active).toBe(false);
  // whoever comes with it now is told the same
  await expect(connect({ url: node.url, token })).rejects.toMatchObject({ code: 'auth.required' });
  care.close();
});

test('a token that ended while the line was lost is found out on the return', async () => {
  const link = await startLink({ port: Number(new URL(node.url).port) });
  const care = await login(node.url, 'care@example.test');
  const { user, token } = await person();
  const connection = await connected(token, `http://127.0.0.1:${link.port}`);
  link.refuse();
  await expect.poll(() => connection.status).toBe('offline');
  await care.call('user.update', { userId: user.id, active: false });
  link.heal();
  await expect.poll(() => connection.status).toBe('ended');
  expect(connection.reason?.code).toBe('auth.required');
  care.close();
  await link.close();
});

test('what refuses the connection is said, and who connects for the first time is not kept waiting', async () => {
  const { token } = await person();
  await Promise.all([connected(token), connected(token)]);
  await expect(connect({ url: node.url, token })).rejects.toMatchObject({
    code: 'conflict.too_many_sockets',
    details: { limit: 2 },
  });
  await expect(connect({ url: 'http://127.0.0.1:1', token })).rejects.toMatchObject({ code: 'no_answer' });
});

test('who was sent away comes back after a rest', async () => {
  const { token } = await person();
  const connection = await connected(token);
  const seen = statusesOf(connection);
  const beside = await Promise.all([connected(token), connected(token).catch(() => null)]);
  // a third one would be too many: it loses its line, and its place
  connection.socket.io.engine.close();
  const third = await connect({ url: node.url, token });
  await expect.poll(() => connection.reason?.code).toBe('conflict.too_many_sockets');
  expect(connection.status).toBe('offline');
  third.close();
  await expect.poll(() => connection.status, { timeout: 15_000 }).toBe('online');
  expect(connection.reason).toBeNull();
  expect(seen).toEqual(['offline', 'online']);
  for (const one of beside) one?.close();
});

test('closed is closed', async () => {
  const { token } = await person();
  const connection = await connected(token);
  const seen = statusesOf(connection);
  connection.close();
  await expect(connection.call('session.get', {})).rejects.toMatchObject({ code: 'no_answer' });
  expect(seen).toEqual(['closed']);
});

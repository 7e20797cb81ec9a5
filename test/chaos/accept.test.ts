// Rule 6.4 and I1: one winner, however many press at once, wherever they are connected.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../helpers/client.ts';
import type { Client, Json, CommandFailed } from '../helpers/client.ts';
import { endProcesses } from '../helpers/process.ts';
import { experts, installation, opened, people } from './world.ts';
import type { Installation } from './world.ts';

const EXPERTS = 40;
const SOCKETS = 4;
const ACCEPTS = 5; // of each expert
const ROUNDS = 4;

let here: Installation;
let urls: string[];
beforeAll(async () => {
  here = await installation();
  urls = (await Promise.all([here.gateway(), here.gateway()])).map(({ url }) => url);
});
afterAll(async () => {
  await endProcesses();
  await here.close();
});

test('200 accepts by 40 experts on two gateways: one winner, one capture', { timeout: 600_000 }, async () => {
  const { customer, ada } = await people(urls[0] ?? '');
  const all: Client[][] = [];
  for (const { token } of await experts(here, EXPERTS)) {
    all.push(await Promise.all(Array.from({ length: SOCKETS }, (_, index) => connect(urls[index % 2] ?? '', token))));
  }

  for (let round = 0; round < ROUNDS; round += 1) {
    const requestId = (await opened(customer, ada))['id'] as string;
    const presses = all.flatMap((sockets) =>
      Array.from({ length: ACCEPTS }, (_, index) => sockets[(index + round) % SOCKETS] as Client),
    );
    expect(presses).toHaveLength(200);
    const answers = await Promise.allSettled(presses.map((client) => client.call('request.accept', { requestId })));

    const won = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value['request'] as Json] : []));
    const lost = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as CommandFailed] : []));
    // who has won it hears so each time, also while the capture is under way, at both gateways
    expect(won).toHaveLength(ACCEPTS);
    expect(new Set(won.map(({ acceptedBy }) => (acceptedBy as Json)['id'] as string)).size).toBe(1);
    for (const request of won) expect(['accepted', 'capturing']).toContain(request['state']);
    expect(won).toContainEqual(expect.objectContaining({ id: requestId, state: 'accepted' }));
    expect(new Set(lost.map((failure) => failure.code))).toEqual(new Set(['conflict.already_accepted']));

    const winner = all.find(([client]) => client?.user['id'] === won[0]?.['acceptedBy'].id);
    expect(winner).toBeDefined();
    const stored = await here.offer(requestId);
    expect(stored).toMatchObject({ state: 'accepted', acceptedBy: { id: winner?.[0]?.user['id'] as string } });
    const { captures, entries } = await here.effectsOf([requestId]);
    expect(captures.map(({ outcome }) => outcome as string)).toEqual(['ok']);
    expect(entries.filter(({ kind }) => kind === 'capture')).toHaveLength(1);

    // 6.4: it disappears from every list at once
    const isTaken = (request: Json) => request['id'] === requestId && request['state'] === 'accepted';
    await Promise.all(all.flat().map((client) => client.heard('request.changed', isTaken)));
    const center = await Promise.all(all.map(([client]) => (client as Client).call('request.list', { view: 'open' })));
    expect(center.flatMap(({ items }) => items as Json[])).toEqual([]);
    const priority = await (winner?.[0] as Client).call('request.list', { view: 'priority' });
    expect((priority['items'] as Json[]).map(({ id }) => id as string)).toContain(requestId);
  }
  for (const client of [customer, ada, ...all.flat()]) client.close();
});

test('accept, withdraw and close at once: whoever was first, money and state agree', { timeout: 600_000 }, async () => {
  const [one, other] = await Promise.all(urls.map(people));
  const [first, second] = await Promise.all(
    (await experts(here, 2)).map(({ token }, index) => connect(urls[index] ?? '', token)),
  );
  const outcomes: string[] = [];
  for (let round = 0; round < 8; round += 1) {
    const { customer, ada } = (round % 2 ? one : other) as { customer: Client; ada: Client };
    const request = await opened(customer, ada);
    const [id, questionId] = [request['id'] as string, request['questionId'] as string];
    const ending =
      round % 4 < 2
        ? customer.call('request.withdraw', { requestId: id })
        : customer.call('question.close', { questionId });
    const [ended, ...accepted] = await Promise.allSettled([
      ending,
      (first as Client).call('request.accept', { requestId: id }),
      (second as Client).call('request.accept', { requestId: id }),
    ]);
    const stored = await here.offer(id);
    const { captures } = await here.effectsOf([id]);
    const winners = accepted.filter(({ status }) => status === 'fulfilled').length;
    outcomes.push(stored['state'] as string);
    if (stored['state'] === 'accepted') {
      expect([winners, captures.length]).toEqual([1, 1]);
      if (round % 4 < 2) expect(ended).toMatchObject({ reason: { code: 'conflict.already_accepted' } });
    } else {
      expect([stored['state'], winners, captures.length, ended.status]).toEqual(['withdrawn', 0, 0, 'fulfilled']);
    }
  }
  expect(outcomes).toHaveLength(8);
  for (const client of [one, other].flatMap((pair) => (pair ? [pair.customer, pair.ada] : []))) client.close();
  first?.close();
  second?.close();
});

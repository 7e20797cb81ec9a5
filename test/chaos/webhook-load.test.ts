// Thousands of deliveries beside everything else: one receiver is well, one answers nothing, one fails. The first gets each event
// once and those of a question in their order; the others cost a few lines, and nobody waits for them.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Node } from '../../src/app.ts';
import { eventIdOf } from '../../src/models/delivery.ts';
import type { NewDelivery } from '../../src/models/delivery.ts';
import { clientId, login, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { mailsTo, scene } from '../helpers/people.ts';
import { answers, startReceiver } from '../helpers/receiver.ts';
import type { TestReceiver } from '../helpers/receiver.ts';
import { undisturbed } from '../helpers/undisturbed.ts';

const QUESTIONS = 100;
const STEPS = 12; // events of each
const PROBED_AFTER = 5; // failures in a row, then one delivery at a time
const SOON_MS = 10_000;
const clock = undisturbed();
const PATIENCE = { timeout: 180_000, interval: 50 };

const here = world({ WEBHOOK_ALLOW_PRIVATE: '1', POLICY_RESERVATION: '2s' });
let node: Node;
let care: Client;
let well: TestReceiver;
let failing: TestReceiver;
let silent: Silent;

beforeAll(async () => {
  [node, well, failing, silent] = await Promise.all([here.start(), startReceiver(), startReceiver(), startSilent()]);
  failing.behave(answers(500));
  care = await login(node.url, 'care@example.test');
});
afterAll(async () => {
  await silent?.close(); // so that nobody waits for it
  await here.close();
  await Promise.all([well?.close(), failing?.close()]);
});

interface Silent {
  readonly url: string;
  /** at any moment so far */
  mostLines(): number;
  close(): Promise<void>;
}

/** Takes every connection and every request, and answers none. */
async function startSilent(): Promise<Silent> {
  const lines = new Set<Socket>();
  let most = 0;
  const server: Server = createServer(() => undefined);
  server.on('connection', (line) => {
    lines.add(line);
    most = Math.max(most, lines.size);
    line.on('close', () => lines.delete(line));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    mostLines: () => most,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function subscribed(url: string): Promise<string> {
  const { webhook } = await care.call('webhook.save', { url, events: ['question.answered'] });
  return webhook.id as string;
}

/** Events of many questions, in turn: as many questions were answered, one after the other, again and again. */
function happened(webhookId: string): NewDelivery[] {
  const from = Date.now() - 60_000;
  return Array.from({ length: STEPS * QUESTIONS }, (_, index) => {
    const [questionId, version] = [`q_load-${index % QUESTIONS}`, Math.floor(index / QUESTIONS)];
    return {
      ...{ webhookId, event: 'question.answered' as const, questionId, dueAt: new Date(from) },
      eventId: eventIdOf('question.answered', questionId, version),
      at: new Date(from + index),
      data: { questionId, version, state: 'answered' },
    };
  });
}

test(
  '3,600 deliveries, a third of them to a receiver that hangs, a third to one that fails: the others come once, in order, and nobody waits',
  { timeout: 600_000 },
  async () => {
    const { category, customer, first, others } = await scene(node, 1);
    const ids = await Promise.all([well.url, failing.url, silent.url].map(subscribed));
    for (const id of ids) await node.ctx.stores.deliveries.owe(happened(id));
    node.ctx.setAlarm(node.ctx.now());

    // beside them a reservation lapses, its letters go out, and commands are answered
    const lapsed = new Promise<{ at: number; by: number }>((resolve) => {
      customer.socket.on('offer.changed', ({ state }: Json) => {
        if (state === 'open') resolve({ at: Date.now(), by: clock() });
      });
    });
    const request = await requested(customer, first, { category });
    const until = new Date(request.reservedUntil as string).getTime();
    const due = clock() + until - Date.now();
    const { at, by } = await lapsed;
    expect(at).toBeGreaterThanOrEqual(until);
    expect(by - due).toBeLessThan(SOON_MS);
    const ben = String(others[0]!.user.email);
    await vi.waitFor(async () => expect(await mailsTo(node, ben)).toHaveLength(1), PATIENCE);
    const { id: questionId } = await postQuestion(customer, { category });
    await customer.call('message.send', { questionId, clientId: clientId(), body: 'Is somebody there?' });

    await vi.waitFor(() => expect(well.received.length).toBeGreaterThanOrEqual(STEPS * QUESTIONS), PATIENCE);
    expect(new Set(well.received.map(({ headers }) => headers['webhook-id'])).size).toBe(STEPS * QUESTIONS);
    expect(well.received).toHaveLength(STEPS * QUESTIONS);
    for (let index = 0; index < QUESTIONS; index += 1) {
      const versions = well.about(`q_load-${index}`).map(({ body }) => body.data['version']);
      expect(versions).toEqual(Array.from({ length: STEPS }, (_, version) => version));
    }

    const { concurrency } = node.ctx.webhookLimits;
    expect(silent.mostLines()).toBeGreaterThan(0);
    expect(silent.mostLines()).toBeLessThanOrEqual(2 * concurrency); // one that was given up may close a little later
    expect(failing.received.length).toBeLessThanOrEqual(PROBED_AFTER + 2 * concurrency); // it is left alone
    await vi.waitFor(async () => {
      const shown = (await care.call('webhook.list', {})).items as Json[];
      const waiting = new Map(shown.map((one) => [one.id as string, one.waiting as number]));
      expect(waiting.get(ids[0]!)).toBe(0); // as soon as the last answers are noted
      // nothing of what they were not sent is lost
      for (const id of ids.slice(1)) expect(waiting.get(id)).toBe(STEPS * QUESTIONS);
    }, PATIENCE);
  },
);

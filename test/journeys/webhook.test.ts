// The life of a request as an operator hears of it, from a node that runs: alarms, worker and all.
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { WEBHOOK_EVENTS } from '../../src/domain/webhook.ts';
import { clientId, login, postQuestion, requested } from '../helpers/client.ts';
import type { Client } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { eventually, scene } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';
import { answers, startReceiver } from '../helpers/receiver.ts';
import type { TestReceiver } from '../helpers/receiver.ts';

const here = world({ WEBHOOK_ALLOW_PRIVATE: '1' });
let node: Node;
let admin: Client;
let people: Scene;
let receiver: TestReceiver;
let secret: string;

beforeAll(async () => {
  [node, receiver] = await Promise.all([here.start(), startReceiver()]);
  admin = await login(node.url, 'care@example.test');
  people = await scene(node, 0);
  const saved = await admin.call('webhook.save', { url: receiver.url, events: [...WEBHOOK_EVENTS] });
  secret = saved.secret as string;
});
afterAll(async () => {
  await here.close();
  await receiver.close();
});

const typesAbout = (questionId: string) => receiver.about(questionId).map(({ body }) => body.type);

test('6 a receiver as Standard Webhooks has it accepts all of a request’s life, each event once and in its order', async () => {
  const { customer, first, category } = people;
  const request = await requested(customer, first, { category });
  const questionId = request.questionId as string;
  await first.call('request.accept', { requestId: request.id });
  await first.call('request.report', { requestId: request.id, connected: true });
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'It is done.' });
  await customer.call('question.close', { questionId });

  await eventually(() => typesAbout(questionId)).toContain('question.closed');
  await eventually(() => typesAbout(questionId)).toContain('request.fulfilled');
  const expected = [
    ...['question.posted', 'question.claimed', 'message.created', 'offer.created', 'request.requested'],
    ...['request.accepted', 'request.fulfilled', 'question.answered', 'question.closed'],
  ];
  const heard = typesAbout(questionId);
  expect(heard.filter((type) => expected.includes(type) && type !== 'message.created')).toEqual(
    expected.filter((type) => type !== 'message.created'),
  );
  const standard = new Webhook(secret);
  for (const { text, headers, body } of receiver.about(questionId))
    expect(standard.verify(text, headers)).toEqual(body);
  const ids = receiver.about(questionId).map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(ids.length);
  const [one] = receiver.about(questionId);
  expect(() => standard.verify(one!.text.replace('posted', 'closed'), one!.headers)).toThrow();
  expect(() => new Webhook('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA').verify(one!.text, one!.headers)).toThrow();
});

test('what no alarm announces any more is sent by the sweep: nothing is lost with Redis', async () => {
  const { setAlarm } = node.ctx;
  Object.assign(node.ctx, { setAlarm: () => undefined });
  receiver.behave(answers(500));
  const { id: questionId } = await postQuestion(people.customer, { category: people.category });
  await eventually(() => receiver.about(questionId as string).length).toBeGreaterThan(0);
  receiver.behave(answers(204));
  const sent = receiver.about(questionId as string).length;
  await eventually(() => receiver.about(questionId as string).length).toBeGreaterThan(sent); // five seconds later
  Object.assign(node.ctx, { setAlarm });
});

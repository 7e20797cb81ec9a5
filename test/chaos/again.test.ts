// Rule of the protocol: whoever asks again for what they have already got is answered with it. Here the answers are lost for
// good: nothing of them arrives, the gateway is killed once the writes stand, and the same is asked for at another gateway,
// by somebody who knows nothing but what they had asked for.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientId, connect, login, post } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { heldLine } from '../helpers/held-line.ts';
import { eventually } from '../helpers/people.ts';
import { endProcesses } from '../helpers/process.ts';
import { experts, installation, people } from './world.ts';
import type { Installation } from './world.ts';

let here: Installation;
let other: string;
beforeAll(async () => {
  here = await installation({ POLICY_OFFER_DELAY: '0s', POLICY_SWEEP: '1s' });
  other = (await here.gateway()).url;
});
afterAll(async () => {
  await endProcesses();
  await here.close();
});

const words = (questionId: string, input: Json = {}): Json => ({
  questionId,
  clientId: clientId(),
  body: 'x',
  ...input,
});

interface Press {
  readonly who: Client;
  readonly name: string;
  readonly input: Json;
  /** resolves with the stored record once the write stands */
  readonly stands: () => Promise<boolean>;
  /** what the answer must say */
  readonly answer: Json;
}

test(
  '29 the gateway is killed between the write and the answer: at another one all are answered with what they have',
  { timeout: 600_000 },
  async () => {
    // a capture whose answer takes longer than the gateway lives
    const doomed = await here.gateway({ SIMULATED_LATE: '1h', PAYMENT_TIMEOUT: '14s' });
    const line = await heldLine(doomed.url);
    const made = await experts(here, 3);
    const [bea, carl, dora] = (await Promise.all(made.map(({ token }) => connect(line.url, token)))) as [
      Client,
      Client,
      Client,
    ];
    const care = await login(line.url, 'care@example.test');
    const presses: Press[] = [];
    const all: Client[] = [bea, carl, dora, care];

    /** A conversation of its own, as far as it has to be. */
    async function scene() {
      const sides = await people(line.url);
      all.push(sides.customer, sides.ada);
      return sides;
    }
    async function asked(paymentMethod = 'pm_card_visa') {
      const { customer, ada } = await scene();
      const { question } = await customer.call('question.post', {
        ...{ category: 'computer', subject: 'It broke', body: 'Since today.', clientId: clientId(), paymentMethod },
        value: { amount: 1_000, currency: 'USD' },
      });
      const questionId = question.id as string;
      await ada.call('question.claim', { questionId });
      await ada.call('message.send', words(questionId, { kind: 'greeting' }));
      const { offers } = await customer.call('question.get', { questionId });
      return { customer, ada, questionId, offerId: offers[0].id as string };
    }
    async function opened(paymentMethod?: string) {
      const sides = await asked(paymentMethod);
      await sides.customer.call('offer.accept', { offerId: sides.offerId });
      await sides.ada.call('request.decline', { requestId: sides.offerId });
      return { ...sides, requestId: sides.offerId };
    }
    const offerIs = (id: string, state: string) => async () => (await here.offer(id))['state'] === state;
    const questionIs = (id: string, fits: (found: Json) => boolean) => async () => fits(await here.question(id));

    // 6.4 won, and captured
    const won = await opened();
    presses.push({
      ...{ who: bea, name: 'request.accept', input: { requestId: won.requestId } },
      ...{ stands: offerIs(won.requestId, 'accepted') },
      answer: { request: { state: 'accepted', acceptedBy: { id: bea.user['id'] as string } } },
    });
    // 6.4 won, the capture is under way when the gateway dies
    const late = await opened('pm_card_visa_late');
    presses.push({
      ...{ who: carl, name: 'request.accept', input: { requestId: late.requestId } },
      ...{ stands: offerIs(late.requestId, 'capturing') },
      answer: { request: { acceptedBy: { id: carl.user['id'] as string } } },
    });
    // 6.2
    const passing = await asked();
    await passing.customer.call('offer.accept', { offerId: passing.offerId });
    presses.push({
      ...{ who: passing.ada, name: 'request.decline', input: { requestId: passing.offerId } },
      ...{ stands: offerIs(passing.offerId, 'open'), answer: { request: { state: 'open' } } },
    });
    // 5.3, 6.8
    const asking = await asked();
    presses.push({
      ...{ who: asking.customer, name: 'offer.accept', input: { offerId: asking.offerId } },
      ...{ stands: offerIs(asking.offerId, 'reserved'), answer: { offer: { state: 'reserved' } } },
    });
    const declining = await asked();
    presses.push({
      ...{ who: declining.customer, name: 'offer.decline', input: { offerId: declining.offerId } },
      ...{ stands: offerIs(declining.offerId, 'declined'), answer: { offer: { state: 'declined' } } },
    });
    const leaving = await opened();
    presses.push({
      ...{ who: leaving.customer, name: 'request.withdraw', input: { requestId: leaving.requestId } },
      ...{ stands: offerIs(leaving.requestId, 'withdrawn'), answer: { request: { state: 'withdrawn' } } },
    });
    // 7.1
    const done = await opened();
    await dora.call('request.accept', { requestId: done.requestId });
    presses.push({
      ...{ who: dora, name: 'request.report', input: { requestId: done.requestId, connected: true } },
      ...{ stands: offerIs(done.requestId, 'fulfilled'), answer: { request: { state: 'fulfilled' } } },
    });
    // 2.2, 2.5, 2.8, 8.4
    const released = await asked();
    presses.push({
      ...{ who: released.ada, name: 'question.release', input: { questionId: released.questionId } },
      stands: questionIs(released.questionId, ({ state }) => state === 'open'),
      answer: { question: { state: 'open', expert: null } },
    });
    const rated = await asked();
    await rated.ada.call('message.send', words(rated.questionId, { kind: 'answer' }));
    presses.push({
      ...{ who: rated.customer, name: 'question.rate', input: { questionId: rated.questionId, stars: 4 } },
      stands: questionIs(rated.questionId, ({ rating }) => rating !== null),
      answer: { question: { rating: { stars: 4, by: 'customer' } } },
    });
    const closed = await asked();
    presses.push({
      ...{ who: closed.customer, name: 'question.close', input: { questionId: closed.questionId } },
      stands: questionIs(closed.questionId, ({ state }) => state === 'closed'),
      answer: { question: { state: 'closed' } },
    });
    const unhappy = await asked();
    await unhappy.ada.call('message.send', words(unhappy.questionId, { kind: 'answer' }));
    await unhappy.customer.call('question.rate', { questionId: unhappy.questionId, stars: 3 });
    const wish = { questionId: unhappy.questionId, reason: 'It did not help.' };
    const cases = () => here.db.collection('cases').countDocuments({ questionId: unhappy.questionId });
    presses.push({
      ...{ who: unhappy.customer, name: 'refund.request', input: wish },
      ...{ stands: async () => (await cases()) === 1, answer: { case: { state: 'open', kind: 'refund' } } },
    });
    // 8.1
    const proposing = await asked();
    for (let replies = 0; replies < 2; replies += 1)
      await proposing.customer.call('message.send', words(proposing.questionId));
    const proposed = await proposing.ada.call('offer.propose', {
      ...{ questionId: proposing.questionId, service: { title: 'All of it' }, description: 'x', clientId: clientId() },
      price: { amount: 4_000, currency: 'USD' },
    });
    const mine = proposed.offer.id as string;
    presses.push({
      ...{ who: proposing.ada, name: 'offer.withdraw', input: { offerId: mine } },
      ...{ stands: offerIs(mine, 'withdrawn'), answer: { offer: { state: 'withdrawn' } } },
    });
    // 9.2
    const flag = { questionId: proposing.questionId, seq: 1, reason: 'abuse' };
    const flagged = () =>
      here.db.collection('messages').countDocuments({ questionId: flag.questionId, 'flags.reason': 'abuse' });
    presses.push({
      ...{ who: proposing.customer, name: 'message.flag', input: flag },
      ...{
        stands: async () => (await flagged()) === 1,
        answer: { message: { seq: 1, flagged: [{ reason: 'abuse' }] } },
      },
    });

    line.hold();
    for (const { who, name, input } of presses)
      who.socket.emit(name, input, () => expect.fail('the answer was to be lost'));
    for (const { name, stands } of presses) await eventually(async () => [name, await stands()]).toEqual([name, true]);
    await doomed.kill('SIGKILL');

    for (const { who, name, input, answer } of presses) {
      const socket = await connect(other, who.token);
      const outcomes = await Promise.all([socket.call(name, input), post(other, name, input, who.token)]);
      for (const outcome of outcomes) expect({ [name]: outcome }).toMatchObject({ [name]: answer });
      socket.close();
    }
    // "by another" is heard by another only
    for (const { requestId } of [won, late]) {
      await expect(post(other, 'request.accept', { requestId }, dora.token)).rejects.toMatchObject({
        code: 'conflict.already_accepted',
      });
    }
    // everything was done once
    expect(await cases()).toBe(1);
    for (const { requestId } of [won, done]) {
      const { captures, entries } = await here.effectsOf([requestId]);
      expect(captures).toHaveLength(1);
      expect(entries.filter(({ kind }) => kind === 'capture').length).toBeLessThanOrEqual(1);
    }
    for (const client of all) client.close();
    await line.close();
  },
);

// Who may do what, over the real server: everybody who has something to do with a conversation, and who has not, in each
// state that it and its offers can be in, by every command that can be asked so that it changes nothing. The answers stand in
// test/fixtures/who-may.md; the rules behind them are tested in test/domain/access.test.ts.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, greeted, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { codeOf, eventually, refused } from '../helpers/people.ts';
import { outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';

const here = world({ POLICY_OFFER_DELAY: '0s', MAX_SOCKETS_PER_USER: '50' });
let node: Node;
beforeAll(async () => {
  node = await here.start();
});
afterAll(() => here.close());

type Who = 'customer' | 'otherCustomer' | 'first' | 'colleague' | 'stranger' | 'admin';
const PEOPLE: readonly Who[] = ['customer', 'otherCustomer', 'first', 'colleague', 'stranger', 'admin'];

interface Situation {
  readonly questionId: string;
  readonly offerId?: string;
}

/** Each asked so that it changes nothing when it is allowed: then the refusal that comes last is told, or how much is seen. */
const ASKED: Record<string, (who: Client, about: Situation) => Promise<string>> = {
  get: async (who, { questionId }) =>
    told(who.call('question.get', { questionId }), ({ offers, reads, privateInfo }) => [
      `${offers.length} offers`,
      ...(reads ? ['reads'] : []),
      ...(privateInfo ? ['box'] : []),
    ]),
  watch: async (who, { questionId }) =>
    told(who.call('question.watch', { questionId }), (all) => [all.messages.length]),
  list: async (who, { questionId }) => told(who.call('message.list', { questionId }), ({ items }) => [items.length]),
  typing: async (who, { questionId }) => codeOf(who.call('typing', { questionId })),
  read: async (who, { questionId }) => codeOf(who.call('message.read', { questionId, seq: 0 })),
  flag: async (who, { questionId }) => codeOf(who.call('message.flag', { questionId, seq: 999, reason: 'abuse' })),
  send: async (who, { questionId }) => {
    const body = 'Write to me@example.test';
    return codeOf(who.call('message.send', { questionId, clientId: clientId(), body, confirm: false }));
  },
  box: async (who, { questionId }) => codeOf(who.call('private-info.get', { questionId, reason: 'A complaint.' })),
  put: async (who, { questionId }) => codeOf(who.call('private-info.put', { questionId, text: 'x', version: 999 })),
  propose: async (who, { questionId }) => {
    const price = { amount: 2_000, currency: 'JPY' };
    const service = { title: 'A visit' };
    return codeOf(
      who.call('offer.propose', { questionId, service, description: 'I come.', price, clientId: clientId() }),
    );
  },
  dispute: async (who, { questionId, offerId }) => {
    const about = { questionId, ...(offerId !== undefined && { offerId }), seq: 999 };
    return codeOf(who.call('case.open', { ...about, kind: 'payout_dispute', reason: 'No.', clientId: clientId() }));
  },
  request: async (who, { offerId }) =>
    offerId === undefined
      ? '-'
      : told(who.call('request.get', { requestId: offerId }), ({ request }) => [
          request.state,
          ...('report' in request ? ['report'] : []),
          ...('paymentReason' in request ? ['payment'] : []),
        ]),
  report: async (who, { offerId }) => {
    if (offerId === undefined) return '-';
    const said = { connected: false, attempts: 0, reason: 'no answer', comment: 'Rang.' };
    return codeOf(who.call('request.report', { requestId: offerId, ...said }));
  },
  unable: async (who, { offerId }) => {
    // in the one state in which it would be done it is not asked
    if (offerId === undefined || (await node.ctx.stores.offers.read(offerId))?.record.state === 'accepted') return '-';
    return codeOf(who.call('offer.unable', { offerId, reason: 'I am ill.' }));
  },
};

const told = async (call: Promise<Json>, what: (answer: Json) => readonly unknown[]): Promise<string> => {
  let seen = '';
  const code = await codeOf(call.then((answer) => (seen = what(answer).join(', '))));
  return code === 'ok' ? seen : code;
};

/** A line for each person, a column for each command. */
async function answers(people: Outsiders, about: Situation): Promise<string> {
  const names = Object.keys(ASKED);
  const rows: string[][] = [['', ...names]];
  for (const who of PEOPLE) {
    const row = [who as string];
    for (const name of names) row.push(await ASKED[name]!(people[who], about));
    rows.push(row);
  }
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`;
  const [head, ...rest] = rows.map(line);
  return [head, line(widths.map((width) => '-'.repeat(width))), ...rest].join('\n');
}

const say = (who: Client, questionId: string, kind = 'message') =>
  who.call('message.send', { questionId, clientId: clientId(), body: 'Well.', ...(kind !== 'message' && { kind }) });

async function opened() {
  const people = await outsiders(node);
  const { id } = await postQuestion(people.customer, { category: people.category });
  return { people, questionId: String(id) };
}

/** Ada holds it and has greeted; the platform offers something. */
async function held() {
  const one = await opened();
  const offer = await greeted(one.people.customer, one.people.first, one.questionId);
  return { ...one, offerId: String(offer.id) };
}

async function reserved() {
  const people = await outsiders(node);
  const { id, questionId } = await requested(people.customer, people.first, { category: people.category });
  return { people, questionId: String(questionId), offerId: String(id) };
}

/** The colleague delivers what Ada has passed on. */
async function delivered() {
  const one = await reserved();
  await one.people.first.call('request.decline', { requestId: one.offerId });
  await one.people.colleague.call('request.accept', { requestId: one.offerId });
  return one;
}

const SITUATIONS: Record<string, () => Promise<Situation & { readonly people: Outsiders }>> = {
  draft: async () => {
    const people = await outsiders(node);
    const declined = { category: people.category, paymentMethod: 'pm_card_declined' };
    const { details } = await refused(postQuestion(people.customer, declined), 'payment.failed');
    return { people, questionId: String(details?.questionId) };
  },
  open: opened,
  'claimed, with an automatic offer': held,
  'released after an answer': async () => {
    const one = await held();
    await say(one.people.first, one.questionId, 'answer');
    await one.people.first.call('question.release', { questionId: one.questionId });
    await say(one.people.customer, one.questionId);
    return one;
  },
  'answered, with an offer of its expert': async () => {
    const { people, questionId } = await held();
    await say(people.first, questionId, 'answer');
    await say(people.customer, questionId);
    await say(people.customer, questionId);
    const offer = await people.first.call('offer.propose', {
      questionId,
      service: { title: 'A visit' },
      description: 'I come.',
      price: { amount: 2_000, currency: 'USD' },
      clientId: clientId(),
    });
    return { people, questionId, offerId: String(offer.offer.id) };
  },
  'a request kept for the first expert': reserved,
  'a request open to all': async () => {
    const one = await reserved();
    await one.people.first.call('request.decline', { requestId: one.offerId });
    return one;
  },
  'a request that a colleague delivers': delivered,
  'the same, and the question is closed': async () => {
    const one = await delivered();
    await one.people.customer.call('question.close', { questionId: one.questionId });
    return one;
  },
  'could not connect, and requested again': async () => {
    const one = await delivered();
    const { customer, colleague } = one.people;
    const said = { connected: false, attempts: 3, reason: 'no answer', comment: 'Rang three times.' };
    await colleague.call('request.report', { requestId: one.offerId, ...said });
    await customer.call('offer.accept', { offerId: one.offerId });
    await say(customer, one.questionId);
    return one;
  },
  'given back': async () => {
    const one = await delivered();
    const { customer, colleague } = one.people;
    const said = { connected: false, attempts: 3, reason: 'no answer', comment: 'Rang three times.' };
    await colleague.call('request.report', { requestId: one.offerId, ...said });
    await customer.call('request.withdraw', { requestId: one.offerId });
    await eventually(async () => (await node.ctx.stores.offers.read(one.offerId))?.record.state).toBe('refunded');
    await say(customer, one.questionId);
    return one;
  },
};

test('everybody is answered as test/fixtures/who-may.md says', async () => {
  const sections = await Promise.all(
    Object.entries(SITUATIONS).map(async ([name, make]) => {
      const { people, ...about } = await make();
      return `## ${name}\n\n${await answers(people, about)}\n`;
    }),
  );
  const document = `# Who may do what\n\nWritten by test/commands/access.test.ts.\n\n${sections.join('\n')}`;
  await expect(document).toMatchFileSnapshot('../fixtures/who-may.md');
});

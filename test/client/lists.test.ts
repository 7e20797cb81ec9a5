// Lists that stay true: what is heard changes them as the server would, and what was missed is read again.
import { signal } from '@preact/signals-core';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { Question } from '../../src/domain/question.ts';
import { connect } from '../../web/client/connection.ts';
import { problem } from '../../web/client/errors.ts';
import { createParley } from '../../web/client/index.ts';
import type { Live, Parley } from '../../web/client/index.ts';
import { questionList } from '../../web/client/lists.ts';
import type { User } from '../../web/client/protocol.ts';
import { clientId, greeted, login, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { startLink } from '../helpers/link.ts';
import type { Link } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';
import { scene } from '../helpers/people.ts';

const MINUTE = 60_000; // on a machine that is busy with everything else too

const here = world();
const open: Parley[] = [];
let node: Node;
let link: Link;
beforeAll(async () => {
  node = await here.start();
  link = await startLink({ port: Number(new URL(node.url).port) });
});
afterEach(() => {
  link.heal();
  for (const parley of open.splice(0)) parley.close();
});
afterAll(async () => {
  await link.close();
  await here.close();
});

function pageOf({ token }: Client): Parley {
  const parley = createParley({ url: `http://127.0.0.1:${link.port}`, token });
  open.push(parley);
  return parley;
}

const subjects = (list: Live<{ readonly id: string; readonly subject: string }>) =>
  list.items.value.map(({ subject }) => subject);

async function ready<Item>(list: Live<Item>): Promise<Live<Item>> {
  await expect.poll(() => list.state.value).toBe('ready');
  return list;
}

test(
  'a customer’s questions, and those an expert may claim, holds and has let go',
  async () => {
    const { customer, first, category } = await scene(node);
    const ask = (subject: string) => postQuestion(customer, { category, subject });
    const { id } = await ask('One');
    const [cora, ada] = [pageOf(customer), pageOf(first)];
    const mine = await ready(cora.list.questions({ view: 'mine' }));
    const toClaim = await ready(ada.list.questions({ view: 'open' }));
    const held = await ready(ada.list.questions({ view: 'mine' }));
    expect([subjects(mine), subjects(toClaim), subjects(held)]).toEqual([['One'], ['One'], []]);
    await ask('Two');
    await expect.poll(() => subjects(mine)).toEqual(['Two', 'One']);
    await expect.poll(() => subjects(toClaim)).toEqual(['Two', 'One']);
    await first.call('question.claim', { questionId: id });
    await expect.poll(() => [subjects(toClaim), subjects(held)]).toEqual([['Two'], ['One']]);
    expect(mine.items.value.at(-1)?.state).toBe('claimed');

    link.refuse();
    await expect.poll(() => ada.status.value).toBe('offline');
    await first.call('question.release', { questionId: id });
    await ask('Three');
    link.heal();
    await expect.poll(() => [subjects(toClaim), subjects(held)]).toEqual([['Three', 'Two', 'One'], []]);
    await expect.poll(() => subjects(mine)).toEqual(['Three', 'Two', 'One']);
    // let go while it is looked at: whether it stays, the server says
    await first.call('question.claim', { questionId: id });
    await expect.poll(() => subjects(held)).toEqual(['One']);
    await first.call('question.release', { questionId: id });
    await expect.poll(() => subjects(held)).toEqual([]);
    mine.release();
    await ask('Four');
    await expect.poll(() => subjects(toClaim)).toContain('Four');
    expect(subjects(mine)).toEqual(['Three', 'Two', 'One']);
  },
  MINUTE,
);

test(
  'the Request Center of one who speaks German, from reserved to accepted by somebody else',
  async () => {
    const { customer, first, others, category } = await scene(node);
    await first.call('user.update', { locale: 'de' });
    const question = await postQuestion(customer, { category });
    const offer = await greeted(customer, first, String(question.id));
    const [ada, ben] = [pageOf(first), pageOf(others[0]!)];
    const adas = await ready(ada.list.requests('open'));
    const bens = await ready(ben.list.requests('open'));
    const priority = await ready(ben.list.requests('priority'));
    await customer.call('offer.accept', { offerId: offer.id });
    await expect.poll(() => adas.items.value.map(({ state }) => state)).toEqual(['reserved']);
    const { request } = await ada.call('request.get', { requestId: String(offer.id) });
    const words = ({ prefix, service }: { prefix: string; service: { title: string } }) => [prefix, service.title];
    await expect.poll(() => adas.items.value.map(words)).toEqual([words(request)]);
    expect(bens.items.value).toEqual([]);
    await first.call('request.decline', { requestId: offer.id });
    await expect.poll(() => bens.items.value.map(({ state }) => state)).toEqual(['open']);
    await expect.poll(() => adas.items.value.map(({ state }) => state)).toEqual(['open']);
    // each hears it in their own language, as they would read it now
    const now = await ada.call('request.get', { requestId: String(offer.id) });
    expect(adas.items.value).toEqual([now.request]);
    expect(words(now.request)).toEqual(['[Sichere Fernhilfe angefragt]', 'Sichere Fernhilfe']);
    const bensNow = await ben.call('request.get', { requestId: String(offer.id) });
    expect(bens.items.value).toEqual([bensNow.request]);
    expect(bens.items.value.map(words)).toEqual([['[Secure Remote Assistance Requested]', 'Secure Remote Assistance']]);
    await ben.call('request.accept', { requestId: String(offer.id) });
    await expect.poll(() => [adas.items.value, bens.items.value]).toEqual([[], []]);
    await expect.poll(() => priority.items.value.map(({ state }) => state)).toEqual(['accepted']);
  },
  MINUTE,
);

test(
  'a new line moves its question to the top and counts; what is read in one tab is read in all, and a lost line is caught up with',
  async () => {
    const { customer, first, category } = await scene(node);
    const ask = async (subject: string) => String((await postQuestion(customer, { category, subject })).id);
    const [one, two, three] = [await ask('One'), await ask('Two'), await ask('Three')];
    for (const questionId of [one, two]) await first.call('question.claim', { questionId });
    const say = (questionId: string, body: string, who: Client = first) =>
      who.call('message.send', { questionId, body, clientId: clientId() });
    const [cora, beside] = [pageOf(customer), pageOf(customer)];
    const lists = await Promise.all(
      [cora, beside].map((page) => ready(page.list.questions({ view: 'mine', order: 'activity' }))),
    );
    const rows = () =>
      lists.map((list) => list.items.value.map(({ subject, unread }) => `${subject} ${unread ?? '?'}`));
    const both = (...expected: string[]) => expect.poll(rows).toEqual([expected, expected]);
    await both('Three 0', 'Two 0', 'One 0');
    await say(one, 'Hello.');
    await both('One 1', 'Three 0', 'Two 0');
    expect(lists[0]?.items.value[0]?.lastMessage).toMatchObject({ seq: 1, kind: 'message', by: { name: 'Ada' } });
    await say(two, 'Hello.');
    await say(two, 'Are you there?');
    await both('Two 2', 'One 1', 'Three 0');
    const talk = cora.conversation(two); // a line of one's own is not unread
    talk.send({ body: 'I am.' });
    await both('Two 2', 'One 1', 'Three 0');
    talk.read(3);
    await both('Two 0', 'One 1', 'Three 0');
    talk.release(); // the lists go on
    await say(two, 'Good.');
    await both('Two 1', 'One 1', 'Three 0');

    link.refuse();
    await expect.poll(() => [cora.status.value, beside.status.value]).toEqual(['offline', 'offline']);
    await say(one, 'One more.');
    link.heal();
    await both('One 2', 'Two 1', 'Three 0');
    await say(one, 'And one.'); // it is followed again
    await both('One 3', 'Two 1', 'Three 0');
    await customer.call('question.close', { questionId: three });
    await both('Three 0', 'One 3', 'Two 1');
  },
  MINUTE,
);

test(
  'cases by their filter, as they are opened and resolved',
  async () => {
    const { customer, first, category } = await scene(node);
    const { id: questionId } = await postQuestion(customer, { category });
    await greeted(customer, first, String(questionId));
    const care = await login(node.url, 'care@example.test');
    const page = pageOf(care);
    const cases = await ready(page.list.cases({ state: 'open', kind: 'personal_information' }));
    const refunds = await ready(page.list.cases({ state: 'open', kind: 'refund' }));
    const { case: opened } = (await care.call('case.open', {
      ...{ kind: 'personal_information', questionId, reason: 'Look at this.', clientId: clientId() },
    })) as { case: Json };
    await expect.poll(() => cases.items.value.map(({ id }) => id)).toContain(opened.id);
    expect(refunds.items.value.map(({ id }) => id)).not.toContain(opened.id);
    await care.call('case.resolve', { caseId: opened.id, resolution: 'dismissed' });
    await expect.poll(() => cases.items.value.map(({ id }) => id)).not.toContain(opened.id);
    care.close();
  },
  MINUTE,
);

test(
  'a list is read page by page, and a page that is left has nothing of it',
  async () => {
    const { customer, category } = await scene(node);
    for (let n = 0; n < 60; n += 20) {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) => postQuestion(customer, { category, subject: `Matter ${n + index}` })),
      );
    }
    const cora = pageOf(customer);
    const mine = await ready(cora.list.questions({ view: 'mine' }));
    const pages: number[] = [mine.items.value.length];
    while (mine.more.value === 'more') {
      await mine.loadMore();
      pages.push(mine.items.value.length);
    }
    expect(pages.length).toBeGreaterThan(1);
    expect(pages).toEqual(pages.toSorted((a, b) => a - b));
    const ids = mine.items.value.map(({ id }) => id);
    expect(new Set(ids).size).toBe(60);
    expect(ids).toEqual(ids.toSorted().toReversed());
    await mine.loadMore(); // there is no more
    expect(mine.items.value).toHaveLength(60);
    await cora.session.end();
    expect(mine.items.value).toEqual([]);
  },
  MINUTE,
);

test(
  '2.2 the next page is asked for alone, again when it did not come, and what happens while it is on its way counts',
  async () => {
    const { customer, first, category } = await scene(node);
    const ids: string[] = [];
    for (let n = 0; n < 60; n += 1) ids.push(String((await postQuestion(customer, { category })).id));
    const [oldest = '', second = ''] = ids;
    const { user } = (await first.call('session.get', {})) as unknown as { user: User };
    const line = await connect({ url: `http://127.0.0.1:${link.port}`, token: first.token });
    const open = await ready(
      questionList({ connection: signal(line), user: signal(user), released: () => undefined }, { view: 'open' }),
    );
    expect(open.items.value).toHaveLength(50);

    let count = 0;
    const calls = line.call.bind(line) as (...asked: unknown[]) => Promise<never>; // of any name
    const call = vi.spyOn(line, 'call').mockRejectedValueOnce(problem('auth.required', 'en'));
    await open.loadMore();
    expect([open.more.value, open.items.value.length]).toEqual(['more', 50]); // it can be asked for again
    call.mockImplementation(async (name, input, options) => {
      const answer = await calls(name, input, options);
      if (name !== 'question.list') return answer;
      count += 1;
      const gone = new Set([oldest, second]);
      const told = new Promise<void>((resolve) => {
        line.on('queue.changed', ({ items }) => {
          for (const { id } of items) gone.delete(id);
          if (gone.size === 0) resolve();
        });
      });
      await customer.call('question.close', { questionId: oldest });
      await customer.call('question.close', { questionId: second });
      await told;
      return answer; // which knows nothing of that
    });
    await open.loadMore();
    expect(count).toBe(1);
    expect(open.more.value).toBe('all');
    expect(open.items.value.map(({ id }) => id)).toEqual(ids.slice(2).toReversed());
    open.release();
    line.close();
  },
  MINUTE,
);

test(
  '2.2 of two lists on one connection each asks for what it has missed itself, also when it is told before it has caught up',
  async () => {
    const { customer, first, others, category } = await scene(node);
    const ask = (subject: string) => postQuestion(customer, { category, subject });
    const { user } = (await first.call('session.get', {})) as unknown as { user: User };
    const line = await connect({ url: `http://127.0.0.1:${link.port}`, token: first.token });
    const beside = createParley({ url: node.url, token: others[0]!.token });
    open.push(beside);
    const whole = await ready(beside.list.questions({ view: 'open' })); // over a line that is not lost
    const source = { connection: signal(line), user: signal(user), released: () => undefined };
    const ahead = await ready(questionList(source, { view: 'open' }));
    const behind = await ready(questionList(source, { view: 'open' }));

    // the answer to the second of the two does not come, and the line is lost again after it was told of something
    const since: unknown[] = [];
    const calls = line.call.bind(line) as (...asked: unknown[]) => Promise<never>; // of any name
    vi.spyOn(line, 'call').mockImplementation((name, input, options) => {
      if (name !== 'queue.watch') return calls(name, input, options);
      since.push('since' in input ? input.since : undefined);
      return since.length === 2 ? unanswered : calls(name, input, options);
    });
    let giveUp: () => void = () => undefined;
    const unanswered = new Promise<never>((_, reject) => (giveUp = () => reject(problem('no_answer', 'en'))));
    unanswered.catch(() => undefined);
    link.refuse();
    await expect.poll(() => line.status).toBe('offline');
    await ask('Missed');
    await expect.poll(() => subjects(whole)).toEqual(['Missed']); // news are gathered: told now, and not to the line that comes back
    link.heal();
    await expect.poll(() => subjects(ahead)).toEqual(['Missed']);
    await ask('Told');
    await expect.poll(() => subjects(ahead)).toEqual(['Told', 'Missed']);
    await expect.poll(() => subjects(behind)).toContain('Told');
    expect(subjects(behind)).not.toContain('Missed');
    link.refuse();
    await expect.poll(() => line.status).toBe('offline');
    giveUp();
    link.heal();
    await expect
      .poll(() => [subjects(ahead), subjects(behind)])
      .toEqual([
        ['Told', 'Missed'],
        ['Told', 'Missed'],
      ]);
    const [aheadAsked, behindAsked, aheadAgain, behindAgain] = since;
    expect(behindAgain).toBe(behindAsked);
    expect(Date.parse(String(aheadAgain))).toBeGreaterThan(Date.parse(String(aheadAsked)));
    vi.restoreAllMocks();
    ahead.release();
    behind.release();
    line.close();
  },
  MINUTE,
);

test(
  '2.2 late news of a question that has gone do not bring it back',
  async () => {
    const { customer, first, others, category } = await scene(node);
    const ask = async (subject: string) => String((await postQuestion(customer, { category, subject })).id);
    const ada = pageOf(first);
    const waiting = await ready(ada.list.questions({ view: 'open' }));
    const id = await ask('One');
    await expect.poll(() => subjects(waiting)).toEqual(['One']);
    const { record: question } = (await node.ctx.stores.questions.read(id))!;
    await others[0]!.call('question.claim', { questionId: id });
    await expect.poll(() => subjects(waiting)).toEqual([]);

    const seen: string[][] = [];
    const stop = waiting.items.subscribe(() => seen.push(subjects(waiting)));
    const heard: number[] = [];
    ada.on('queue.changed', ({ items }) => heard.push(...items.map((item) => (item.id === id ? item.version : 0))));
    node.ctx.publish({ type: 'question.changed', question, lastSeq: 0, experts: [] });
    await expect.poll(() => heard).toContain(question.version); // it was told of being open once more
    await ask('Two');
    await expect.poll(() => subjects(waiting)).toEqual(['Two']);
    expect(seen.flat()).not.toContain('One');
    // what is newer does
    await others[0]!.call('question.release', { questionId: id });
    await expect.poll(() => subjects(waiting)).toEqual(['Two', 'One']);
    stop();
  },
  MINUTE,
);

test(
  'a list that nobody looks at does not grow with what is told, and is filled from behind when it has become short',
  async () => {
    const { customer, first, category } = await scene(node);
    const ids = [await postQuestion(customer, { category }), await postQuestion(customer, { category })].map(({ id }) =>
      String(id),
    );
    const ada = pageOf(first);
    const [list, looked] = [ada.list.questions({ view: 'open' }), ada.list.questions({ view: 'open' })];
    await Promise.all([ready(list), ready(looked)]);
    let isLooked = true;
    const stop = looked.keep(() => isLooked);
    const shown = ({ items }: typeof list) => items.value.map(({ id }) => id);
    const { record } = (await node.ctx.stores.questions.read(ids[1]!))!;
    // a crowd of questions, as the server would tell of them
    const tell = (versions: Partial<Question>) => {
      for (const id of crowd) {
        const question = { ...record, ...versions, id };
        node.ctx.publish({ type: 'question.changed', question, lastSeq: 0, experts: [] });
      }
    };
    const crowd = Array.from({ length: 110 }, () => `q_${uuid()}`);
    tell({});
    const newest = [...crowd.toReversed(), ...ids.toReversed()];
    await expect.poll(() => shown(looked)).toEqual(newest);
    expect(shown(list)).toEqual(newest.slice(0, 50));
    expect([list.more.value, looked.more.value]).toEqual(['more', 'all']);

    isLooked = false;
    const version = record.version + 1;
    tell({ version, state: 'claimed', queue: { ...record.queue!, version } });
    await expect.poll(() => [shown(list), shown(looked)]).toEqual([ids.toReversed(), ids.toReversed()]);
    expect(list.more.value).toBe('all');
    stop();
  },
  MINUTE,
);

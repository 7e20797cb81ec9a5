// What is owed is sent once and in order, whatever becomes of the line, the answer or the server.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { createParley } from '../../web/client/index.ts';
import type { Conversation, Parley } from '../../web/client/index.ts';
import { greeted, postQuestion } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { startLink } from '../helpers/link.ts';
import type { Link } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';
import { scene } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';
import { endProcesses, startProcess } from '../helpers/process.ts';

const MINUTE = 60_000; // tries that are further and further apart, on a machine that is busy with everything else too

const here = world();
const open: Parley[] = [];
let node: Node;
let link: Link;
/** how many more acknowledgements are lost with their line */
let losing = 0;
beforeAll(async () => {
  node = await here.start();
  link = await startLink({ port: Number(new URL(node.url).port) }, ({ reset }) => ({
    up: (bytes) => bytes,
    down(bytes) {
      if (losing === 0 || !bytes.includes('"data":{"message":')) return bytes;
      losing -= 1;
      reset();
      return Buffer.alloc(0);
    },
  }));
});
afterEach(() => {
  for (const parley of open.splice(0)) parley.close();
});
afterAll(async () => {
  await link.close();
  await endProcesses();
  await here.close();
});

async function page(): Promise<Scene & { parley: Parley; talk: Conversation; questionId: string }> {
  const people = await scene(node);
  const { id: questionId } = await postQuestion(people.customer, { category: people.category });
  await greeted(people.customer, people.first, questionId);
  const parley = createParley({ url: `http://127.0.0.1:${link.port}`, token: people.customer.token });
  open.push(parley);
  const talk = parley.conversation(questionId);
  await expect.poll(() => talk.state.value).toBe('ready');
  return { ...people, parley, talk, questionId };
}

const shown = ({ lines }: Conversation) => lines.value.map(({ body, state }) => `${body} ${state}`);

/** What the server has, as the expert reads it; without the greeting. */
async function stored({ first, questionId }: { first: Scene['first']; questionId: string }): Promise<unknown[]> {
  const { items } = await first.call('message.list', { questionId, limit: 200 });
  return (items as Json[]).slice(1).map(({ body }): unknown => body);
}

test(
  '2.3 a line whose acknowledgement is lost is sent again and stays one line',
  async () => {
    const the = await page();
    losing = 2;
    for (const body of ['One.', 'Two.', 'Three.']) the.talk.send({ body });
    await expect.poll(() => the.parley.outbox.owed.value).toEqual([]);
    expect(losing).toBe(0);
    expect(shown(the.talk).slice(1)).toEqual(['One. sent', 'Two. sent', 'Three. sent']);
    expect(await stored(the)).toEqual(['One.', 'Two.', 'Three.']);
  },
  MINUTE,
);

test(
  '9.2 what is refused says why and holds up the lines behind it, until it is sent anyway or thrown away',
  async () => {
    const the = await page();
    const { id: otherId } = await postQuestion(the.customer, { category: the.category, subject: 'Another matter' });
    const other = the.parley.conversation(String(otherId));
    const refused = the.talk.send({ body: 'Call 212 555 0123.', confirm: false });
    the.talk.send({ body: 'Please.' });
    other.send({ body: 'About that.' });
    await expect.poll(() => shown(the.talk).slice(1)).toEqual(['Call 212 555 0123. refused', 'Please. waiting']);
    expect(the.talk.lines.value[1]?.error).toMatchObject({ code: 'policy.personal_data', retryable: false });
    await expect.poll(() => shown(other)).toEqual(['About that. sent']); // another question waits for nothing
    await the.parley.outbox.retry(refused, true);
    await expect.poll(() => stored(the)).toEqual(['Call 212 555 0123.', 'Please.']);

    const wrong = the.talk.send({ body: 'x'.repeat(70_000) });
    the.talk.send({ body: 'Shorter.' });
    await expect
      .poll(() => the.talk.lines.value.at(-2))
      .toMatchObject({ state: 'refused', error: { code: 'input.invalid' } });
    await the.parley.outbox.discard(wrong);
    await expect.poll(() => stored(the)).toEqual(['Call 212 555 0123.', 'Please.', 'Shorter.']);
    expect(the.parley.outbox.owed.value).toEqual([]);
  },
  MINUTE,
);

test(
  '2.8 a conversation that was closed meanwhile takes none of them, and nothing that was written is lost',
  async () => {
    const the = await page();
    link.refuse();
    await expect.poll(() => the.parley.status.value).toBe('offline');
    const ids = ['One.', 'Two.'].map((body) => the.talk.send({ body }));
    await the.customer.call('question.close', { questionId: the.questionId });
    link.heal();
    await expect.poll(() => the.parley.outbox.owed.value.map(({ state }) => state)).toEqual(['refused', 'refused']);
    expect(the.parley.outbox.owed.value.map(({ body, error }) => [body, error?.code])).toEqual([
      ['One.', 'conflict.closed'],
      ['Two.', 'conflict.closed'],
    ]);
    for (const id of ids) await the.parley.outbox.discard(id);
    expect(the.parley.outbox.owed.value).toEqual([]);
  },
  MINUTE,
);

test(
  'a server that is killed while lines are sent has each of them once, in order',
  async () => {
    const the = await page();
    const doomed = await startProcess(here.env);
    link.target({ port: Number(new URL(doomed.url).port) });
    link.cut();
    await expect.poll(() => link.count()).toBeGreaterThan(0);
    await expect.poll(() => the.parley.status.value).toBe('online');
    const bodies = Array.from({ length: 30 }, (_, n) => `Line ${n}.`);
    for (const body of bodies) the.talk.send({ body });
    await expect.poll(() => the.parley.outbox.owed.value.length, { interval: 1 }).toBeLessThan(25);
    link.target({ port: Number(new URL(node.url).port) });
    await doomed.kill('SIGKILL');
    await expect.poll(() => the.parley.outbox.owed.value, { timeout: 180_000 }).toEqual([]);
    expect(await stored(the)).toEqual(bodies);
    expect(shown(the.talk).slice(1)).toEqual(bodies.map((body) => `${body} sent`));
  },
  3 * MINUTE,
);

test('what was written before anybody knew who it was is theirs', async () => {
  const the = await page();
  const parley = createParley({ url: `http://127.0.0.1:${link.port}`, token: the.customer.token });
  open.push(parley);
  const talk = parley.conversation(the.questionId);
  talk.send({ body: 'At once.' });
  expect(talk.lines.value).toMatchObject([{ body: 'At once.', state: 'waiting' }]);
  await expect.poll(() => stored(the)).toEqual(['At once.']);
  await expect.poll(() => talk.lines.value.at(-1)).toMatchObject({ body: 'At once.', seq: 2 });
});

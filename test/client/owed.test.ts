// The rules of the outbox, with a server that says what the test wants.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ParleyError } from '../../web/client/errors.ts';
import { Outbox } from '../../web/client/outbox.ts';
import type { OutboxParts } from '../../web/client/outbox.ts';
import { OwedStore } from '../../web/client/owed-store.ts';
import type { Message } from '../../web/client/protocol.ts';
import { Kept } from '../../web/client/storage.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Sent = Parameters<OutboxParts['send']>[0];

/** An outbox of Cora's, what it has sent, and what the next answers are; `null` is an acknowledgement. */
async function outbox(answers: (ParleyError | null)[] = [], parts: Partial<OutboxParts> = {}) {
  const sent: string[] = [];
  const acknowledged: string[] = [];
  const box = new Outbox({
    store: new OwedStore(null),
    send: async (line: Sent) => {
      sent.push(line.body);
      const refusal = answers.shift() ?? null;
      if (refusal !== null) throw refusal;
      return { ...line, seq: sent.length } as unknown as Message;
    },
    isOnline: () => true,
    now: () => 0,
    sent: ({ body }) => acknowledged.push(body),
    changed: () => undefined,
    inTurn: (work) => work(),
    ...parts,
  });
  await box.belongsTo('u_cora');
  return { box, sent, acknowledged };
}

const error = (code: ParleyError['code'], details = {}) => new ParleyError({ code, message: 'No.', details });

const settled = async () => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};

const about = (questionId: string, body: string) => ({ questionId, body });

const states = (box: Outbox) => box.owed.value.map(({ body, state }) => `${body} ${state}`);

test('what passes is tried again, later each time, and the order stays', async () => {
  const { box, sent, acknowledged } = await outbox([error('unavailable'), error('no_answer'), null]);
  box.add(about('q_1', 'One.'));
  box.add(about('q_1', 'Two.'));
  await settled();
  expect(sent).toEqual(['One.']);
  expect(states(box)).toEqual(['One. waiting', 'Two. waiting']);
  box.add(about('q_1', 'Three.')); // another line does not cut the wait short
  await settled();
  expect(sent).toEqual(['One.']);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toEqual(['One.', 'One.']);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(acknowledged).toEqual(['One.', 'Two.', 'Three.']);
  expect(box.owed.value).toEqual([]);
});

test('who is too quick waits as long as the server says, unless the line comes back', async () => {
  const { box, sent } = await outbox([error('rate.limited', { retryAfter: 60 }), error('no_answer'), null]);
  box.add(about('q_1', 'One.'));
  await vi.advanceTimersByTimeAsync(59_000);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toHaveLength(2);
  box.back();
  await settled();
  expect(sent).toHaveLength(3);
  expect(box.owed.value).toEqual([]);
});

test('a refusal holds up its question alone; retry and discard let it go', async () => {
  const { box, acknowledged } = await outbox([error('policy.fragmented_answer')]);
  const first = box.add(about('q_1', 'One.'));
  box.add(about('q_1', 'Two.'));
  box.add(about('q_2', 'Elsewhere.'));
  await settled();
  expect(states(box)).toEqual(['One. refused', 'Two. waiting']);
  expect(acknowledged).toEqual(['Elsewhere.']);
  const [refused, waiting] = box.owed.value;
  box.add(about('q_2', 'Elsewhere too.'));
  await settled();
  expect(box.owed.value[0]).toBe(refused); // the same as long as nothing about it changes
  expect(box.owed.value[1]).toBe(waiting);
  await box.retry(first, true);
  await settled();
  expect(acknowledged).toEqual(['Elsewhere.', 'Elsewhere too.', 'One.', 'Two.']);
  await box.discard('nobody knows this one');
  expect(box.owed.value).toEqual([]);
});

test('2.8 a conversation that is closed takes none of its lines', async () => {
  const { box, sent } = await outbox([error('conflict.closed')]);
  for (const body of ['One.', 'Two.']) box.add(about('q_1', body));
  await settled();
  expect(sent).toEqual(['One.']);
  expect(box.owed.value.map(({ error: why }) => why?.code)).toEqual(['conflict.closed', 'conflict.closed']);
});

test('a session that has ended refuses nothing: it is sent when they are signed in again', async () => {
  const { box, sent } = await outbox([error('auth.required'), null]);
  box.add(about('q_1', 'One.'));
  await settled();
  expect(states(box)).toEqual(['One. waiting']);
  box.back();
  await settled();
  expect(sent).toEqual(['One.', 'One.']);
});

test('the next person sees nothing of the one before, and sends nothing of theirs', async () => {
  let isOnline = false;
  const { box, sent } = await outbox([], { isOnline: () => isOnline });
  box.add(about('q_1', 'Cora’s.'));
  await settled();
  await box.belongsTo(null);
  expect(box.owed.value).toEqual([]);
  box.add(about('q_9', 'Whose?'));
  await box.belongsTo('u_nora');
  isOnline = true;
  box.back();
  await settled();
  expect(sent).toEqual(['Whose?']);
  await box.belongsTo('u_cora');
  expect(states(box)).toEqual(['Cora’s. waiting']);
  await box.clear();
  expect(box.owed.value).toEqual([]);
});

test('storage that is full, blocked or missing never throws, and keeps what it can in memory', () => {
  const broken = {
    getItem: () => {
      throw new Error('blocked');
    },
    setItem: () => {
      throw new Error('full');
    },
    removeItem: () => {
      throw new Error('blocked');
    },
  };
  for (const under of [broken, null]) {
    const kept = new Kept('parley.', under);
    expect(kept.get('session')).toBeNull();
    kept.set('session', 'one');
    expect(kept.get('session')).toBe('one');
    kept.remove('session');
    expect(kept.get('session')).toBeNull();
  }
  const real = new Map<string, string>();
  const kept = new Kept('parley.ada.', {
    getItem: (key) => real.get(key) ?? null,
    setItem: (key, value) => void real.set(key, value),
    removeItem: (key) => void real.delete(key),
  });
  kept.set('session', 'one');
  expect([...real]).toEqual([['parley.ada.session', 'one']]);
});

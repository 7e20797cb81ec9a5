// I6: each deadline has its effect once, never early, and soon, whatever happened to the processes and to Redis.

import { afterAll, describe, expect, test, vi } from 'vitest';
import { login, postQuestion, visitor } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { endProcesses, wrongClock } from '../helpers/process.ts';
import type { NodeProcess } from '../helpers/process.ts';
import { installation, opened, people, reserved } from './world.ts';
import type { History, Installation, Version } from './world.ts';

const POLICY = {
  POLICY_CLAIM: '6s',
  POLICY_RESERVATION: '6s',
  POLICY_REQUEST_TTL: '9s',
  POLICY_PAYMENT_UPDATE_TTL: '7s',
  POLICY_REPORT_WINDOW: '8s',
  POLICY_REPORT_REMINDERS: '2s,6s',
};
const LATER = {
  POLICY_CLAIM: '40s',
  POLICY_RESERVATION: '40s',
  POLICY_REQUEST_TTL: '43s',
  POLICY_PAYMENT_UPDATE_TTL: '41s',
  POLICY_REPORT_WINDOW: '42s',
  POLICY_REPORT_REMINDERS: '36s,40s',
};
const HOUR_MS = 3_600_000;
const REMINDERS = [2_000, 6_000];
const LATER_REMINDERS = [36_000, 40_000];
const SOON_MS = 30_000; // the sweep looks every second; the rest is what a busy machine takes
const PATIENCE = { timeout: 180_000, interval: 100 };
const LEASE_PATIENCE = { timeout: 180_000, interval: 100 }; // a mail whose sender stopped is sent again after a minute

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  await endProcesses();
  for (const close of closers) await close();
});

interface Stage {
  readonly here: Installation;
  readonly history: History;
  gateway: NodeProcess;
  workers: NodeProcess[];
}

/** One of each deadline of rules 2.2, 6.1, 6.6 and 7.2. */
interface Pending {
  readonly claimed: string;
  readonly reserved: string;
  readonly open: string;
  readonly failed: string;
  readonly accepted: string;
}

/** `wrong`: how far the clocks of their machines are from the truth, ms. */
async function stage(
  workers: number,
  wrong: { workers?: number; gateway?: number } = {},
  policy: Record<string, string> = POLICY,
): Promise<Stage> {
  const here = await installation(policy);
  const [gateway, ...rest] = await Promise.all([
    here.gateway(wrongClock(wrong.gateway ?? 0)),
    ...Array.from({ length: workers }, () => here.worker(wrongClock(wrong.workers ?? 0))),
  ]);
  const history = await here.history();
  closers.push(async () => {
    await history.close();
    await here.close();
  });
  return { here, history, gateway, workers: rest };
}

async function pending(url: string): Promise<Pending> {
  const { customer, ada } = await people(url);
  const ben = await login(url, 'ben@example.test');
  const failing = await reserved(customer, ada, 'pm_card_chargeCustomerFail');
  await expect(ada.call('request.accept', { requestId: failing['id'] })).rejects.toMatchObject({
    code: 'payment.failed',
  });
  const accepted = await reserved(customer, ada);
  await ada.call('request.accept', { requestId: accepted['id'] });
  const open = await opened(customer, ada);
  const waiting = await reserved(customer, ada);
  const claimed = await postQuestion(await visitor(url));
  await ben.call('question.claim', { questionId: claimed['id'] });
  for (const client of [customer, ada, ben]) client.close();
  return {
    claimed: claimed['id'] as string,
    reserved: waiting['id'] as string,
    open: open['id'] as string,
    failed: failing['id'] as string,
    accepted: accepted['id'] as string,
  };
}

const offersOf = ({ reserved: one, open, failed, accepted }: Pending) => [one, open, failed, accepted];

/** Every deadline has passed and done what it does; nothing stands that was not to be. */
async function assertAllTookEffect(
  { here, history }: Stage,
  those: Pending,
  tries = [1],
  reminders = REMINDERS,
): Promise<void> {
  await vi.waitFor(async () => {
    expect((await here.question(those.claimed))['state']).toBe('open');
    expect((await here.offer(those.reserved))['state']).toBe('expired');
    expect((await here.offer(those.open))['state']).toBe('expired');
    expect((await here.offer(those.failed))['state']).toBe('expired');
    expect((await here.offer(those.accepted))['state']).toBe('report_overdue');
  }, PATIENCE);

  const ids = offersOf(those);
  for (const id of [those.claimed, ...ids]) assertHistory(id, history.versions.get(id) ?? [], reminders);
  await vi.waitFor(async () => {
    const { captures, entries, mails } = await here.effectsOf(ids);
    expect(captures.map(({ outcome }) => outcome as string).toSorted()).toEqual(['card_declined', 'ok']);
    const booked = ids.map((id) => entries.filter(({ offerId }) => offerId === id).map(({ kind }) => kind as string));
    expect(booked.map((kinds) => kinds.toSorted())).toEqual([
      ['authorise', 'release'],
      ['authorise', 'release'],
      ['authorise', 'release'],
      ['authorise', 'capture'],
    ]);
    assertMailedOnce(mails, tries);
    expect(mails.map(({ _id }) => _id as string)).toEqual(
      expect.arrayContaining([expect.stringMatching(`^report-overdue-${those.accepted}`)]),
    );
  }, LEASE_PATIENCE);
}

/** Version by version, each for a reason, and none before its time. */
function assertHistory(id: string, versions: readonly Version[], reminders: readonly number[]): void {
  expect(versions.map(({ record }) => record['version'] as number)).toEqual(versions.map((_, index) => index + 1));
  versions.forEach(({ at, record }, index) => {
    const before = versions[index - 1]?.record;
    if (before === undefined) return;
    const deadline = deadlineOf(before, record, reminders);
    if (deadline === null) return;
    const lateMs = at - deadline.getTime();
    expect(lateMs, `${id} ${before['state']} → ${record['state']}: ${lateMs} ms`).toBeGreaterThanOrEqual(0);
  });
}

/** Which deadline this step was taken at; null: somebody wanted it. */
function deadlineOf(before: Json, after: Json, reminders: readonly number[] = REMINDERS): Date | null {
  const step = `${before['state']} ${after['state']}`;
  if (step === 'claimed open') return before['lockedUntil'] as Date;
  if (step === 'reserved open' && after['passedBy'] === null) return before['reservedUntil'] as Date;
  if (after['state'] === 'expired') return before['expiresAt'] as Date;
  if (step === 'accepted report_overdue') return before['reportDueAt'] as Date;
  if (step !== 'accepted accepted') return null;
  const reminder = reminders[(after['reminders'] as number) - 1] ?? 0;
  return new Date((before['acceptedAt'] as Date).getTime() + reminder);
}

function assertMailedOnce(mails: readonly Json[], tries = [1]): void {
  const keys = mails.map(({ _id }) => _id as string);
  expect(new Set(keys).size).toBe(keys.length);
  expect(mails.filter(({ state }) => state === 'pending')).toEqual([]);
  for (const { state, attempts } of mails) if (state === 'sent') expect(tries).toContain(attempts);
}

/** The worst lateness of all the steps that time has brought about. */
function worstLateness({ history }: Stage, ids: readonly string[]): number {
  const late = ids.flatMap((id) => {
    const versions = history.versions.get(id) ?? [];
    return versions.map(({ at, record }, index) => {
      const before = versions[index - 1]?.record;
      const deadline = before && deadlineOf(before, record);
      return deadline ? at - deadline.getTime() : 0;
    });
  });
  return Math.max(...late);
}

describe.concurrent('one of each deadline is pending', { timeout: 600_000 }, () => {
  test('Redis is emptied, again and again', async () => {
    const set = await stage(1);
    const those = await pending(set.gateway.url);
    expect(await set.here.emptyRedis()).toBeGreaterThan(0);
    const again = setInterval(() => void set.here.emptyRedis(), 700);
    await assertAllTookEffect(set, those).finally(() => clearInterval(again));
    expect(worstLateness(set, [those.claimed, ...offersOf(those)])).toBeLessThan(SOON_MS);
  });

  test('everything is killed, Redis is emptied, and everything is started again later', async () => {
    // nothing is due before they are killed, however long that takes
    const set = await stage(1, {}, { ...POLICY, ...LATER });
    const those = await pending(set.gateway.url);
    const dueAt = Math.max(
      ...(await Promise.all(offersOf(those).map(set.here.offer))).map((offer) =>
        Math.max(...['expiresAt', 'reportDueAt'].map((field) => (offer[field] as Date | null)?.getTime() ?? 0)),
      ),
    );
    // nobody dies with a letter in the hand: that one would be sent twice
    await vi.waitFor(async () => {
      const { mails } = await set.here.effectsOf(offersOf(those));
      expect(mails.filter(({ state }) => state === 'pending')).toEqual([]);
    }, PATIENCE);
    await Promise.all([set.gateway, ...set.workers].map((one) => one.kill('SIGKILL')));
    await set.here.emptyRedis();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - Date.now())));
    [set.gateway, set.workers] = [await set.here.gateway(), [await set.here.worker()]];
    const startedAt = Date.now();
    await assertAllTookEffect(set, those, [1], LATER_REMINDERS);
    const last = offersOf(those).map((id) => set.history.versions.get(id)?.at(-1)?.at ?? 0);
    expect(Math.max(...last) - startedAt).toBeLessThan(SOON_MS);
    // 7.2: no burst of what was missed
    const { mails } = await set.here.effectsOf([those.accepted]);
    expect(mails.filter(({ template }) => template === 'report_reminder').length).toBeLessThan(2);
    expect((await set.here.offer(those.reserved))['generation']).toBe(0); // expired from its reservation
  });

  test('a worker is stopped, another dies, both come back', async () => {
    const set = await stage(2);
    const those = await pending(set.gateway.url);
    const [stopped, dying] = set.workers as [NodeProcess, NodeProcess];
    await stopped.kill('SIGSTOP');
    await dying.kill('SIGKILL');
    const third = await set.here.worker();
    await vi.waitFor(async () => expect((await set.here.offer(those.open))['state']).toBe('expired'), PATIENCE);
    await stopped.kill('SIGCONT');
    await third.kill('SIGSTOP');
    // stopped while it was sending a mail, that one is sent by the other when its lease is over
    await assertAllTookEffect(set, those, [1, 2]);
    await third.kill('SIGCONT');
    await assertAllTookEffect(set, those, [1, 2]); // it changes nothing any more
  });
});

test('two workers at once: every lapse is told once, mailed once and done once', { timeout: 600_000 }, async () => {
  // nothing lapses before all of them are there, however long that takes
  const set = await stage(2, {}, { ...POLICY, POLICY_RESERVATION: '1h', POLICY_REQUEST_TTL: '2h' });
  const { customer, ada } = await people(set.gateway.url);
  const asking: { client: Client; id: string }[] = [];
  for (let round = 0; round < 5; round += 1) {
    asking.push(
      ...(await Promise.all(
        Array.from({ length: 4 }, async () => {
          const client = await visitor(set.gateway.url);
          return { client, id: (await reserved(client, ada))['id'] as string };
        }),
      )),
    );
  }
  const ids = asking.map(({ id }) => id);
  // all at the same instant, so that both workers look at all of them
  const at = new Date(Date.now() + 2_000);
  const expiresAt = new Date(at.getTime() + 4_000);
  const { modifiedCount } = await set.here.db
    .collection<{ _id: string }>('offers')
    .updateMany({ _id: { $in: ids }, state: 'reserved' }, { $set: { reservedUntil: at, dueAt: at, expiresAt } });
  expect(modifiedCount).toBe(ids.length);
  await vi.waitFor(async () => {
    const states = (await Promise.all(ids.map(set.here.offer))).map(({ state }) => state as string);
    expect(new Set(states)).toEqual(new Set(['expired']));
  }, PATIENCE);
  for (const { client, id } of asking) {
    const isExpiry = ({ code, params }: Json) => code === 'request.expired' && params.offerId === id;
    await client.heard('notice', isExpiry, 30_000);
    const mine = client.events.filter(({ body }) => body['id'] === id || body['params']?.offerId === id);
    const told = mine.filter(({ name }) => name === 'notice').map(({ body }) => body['code'] as string);
    expect(told).toEqual(['request.opened', 'request.expired']);
    const versions = mine.filter(({ name }) => name === 'offer.changed').map(({ body }) => body['version'] as number);
    expect(versions).toEqual([...new Set(versions)].toSorted((one, other) => one - other));
    assertHistory(id, set.history.versions.get(id) ?? [], REMINDERS);
  }
  await vi.waitFor(async () => {
    const { mails, entries } = await set.here.effectsOf(ids);
    expect(entries.filter(({ kind }) => kind === 'release')).toHaveLength(ids.length);
    expect(new Set(mails.map(({ template }) => template as string))).toContain('request_open');
    assertMailedOnce(mails);
  }, PATIENCE);
  for (const client of [customer, ada, ...asking.map((one) => one.client)]) client.close();
});

describe.concurrent(
  'F16: clocks of machines are wrong by an hour: nothing is early, nor late',
  { timeout: 600_000 },
  () => {
    test.each([
      ['a worker’s is ahead, the gateway’s behind', { workers: HOUR_MS, gateway: -HOUR_MS }],
      ['a worker’s is behind, the gateway’s ahead', { workers: -HOUR_MS, gateway: HOUR_MS }],
    ])('%s', async (_, wrong) => {
      const set = await stage(1, wrong);
      const those = await pending(set.gateway.url);
      const { expiresAt } = await set.here.offer(those.open);
      expect(Math.abs((expiresAt as Date).getTime() - Date.now())).toBeLessThan(60_000);
      await assertAllTookEffect(set, those);
      expect(worstLateness(set, [those.claimed, ...offersOf(those)])).toBeLessThan(SOON_MS);
    });
  },
);

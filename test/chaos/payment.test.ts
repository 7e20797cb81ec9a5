// Rule 6.5 and I3: accepted means captured, once, whoever dies in the middle and however the provider answers.

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Client, Json } from '../helpers/client.ts';
import { endProcesses } from '../helpers/process.ts';
import type { NodeProcess } from '../helpers/process.ts';
import { installation, people, reserved } from './world.ts';
import type { Installation } from './world.ts';

const LATE = 'pm_card_visa_late';
const PATIENCE = { timeout: 180_000, interval: 50 };

let here: Installation;
let steady: NodeProcess;
let customer: Client;
let ada: Client;
beforeAll(async () => {
  here = await installation({ SIMULATED_LATE: '9s' });
  // its people see everything to the end; it does not wait long for an answer
  steady = await here.gateway({ PAYMENT_TIMEOUT: '1s' });
  ({ customer, ada } = await people(steady.url));
});
afterAll(async () => {
  for (const client of [customer, ada]) client.close();
  await endProcesses();
  await here.close();
});

/** Nobody has to wait for the fifteen seconds after which a capture is asked about again. */
async function hurry(ids: readonly string[]): Promise<void> {
  await here.db
    .collection<{ _id: string }>('offers')
    .updateMany({ _id: { $in: [...ids] }, state: 'capturing' }, { $set: { dueAt: new Date() } });
}

const statesOf = async (ids: readonly string[]) =>
  (await Promise.all(ids.map(here.offer))).map(({ state }) => state as string);

async function untilState(ids: readonly string[], wanted: string): Promise<void> {
  await vi.waitFor(async () => expect(new Set(await statesOf(ids))).toEqual(new Set([wanted])), PATIENCE);
}

/** What stands in the end is the same whatever happened on the way; what a dead process owed is paid by the sweep. */
async function assertAcceptedOnce(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const isAccepted = (offer: Json) => offer['id'] === id && offer['state'] === 'accepted';
    const accepted = await customer.heard('offer.changed', isAccepted, 30_000);
    expect(accepted['acceptedBy'].name).toBe('Ada');
    const heard = customer.events.filter(({ name, body }) => name === 'offer.changed' && isAccepted(body));
    const { version, acceptedAt } = await here.offer(id);
    // at least once, and never another one
    expect(new Set(heard.map(({ body }) => body['version'] as number))).toEqual(new Set([version]));
    expect(new Set(heard.map(({ body }) => body['acceptedAt'] as string))).toEqual(
      new Set([(acceptedAt as Date).toISOString()]),
    );
  }
  await vi.waitFor(async () => {
    const { captures, entries, mails } = await here.effectsOf(ids);
    for (const id of ids) {
      const taken = captures.filter(({ authorisation }) => (authorisation as string).includes(id));
      expect(
        taken.map(({ outcome }) => outcome as string),
        id,
      ).toEqual(['ok']);
      const booked = entries.filter(({ offerId }) => offerId === id).map(({ kind }) => kind as string);
      expect(booked.toSorted()).toEqual(['authorise', 'capture']);
    }
    const keys = mails.map(({ _id }) => _id as string);
    expect(new Set(keys).size).toBe(keys.length);
  }, PATIENCE);
}

/** A provider that takes no call: `answered` means unknown, never failed. */
async function providerIsDown(down: boolean): Promise<void> {
  const validator = down ? { kind: { $ne: 'capture' } } : {};
  await here.db.command({ collMod: 'simulated_payments', validator });
}

const recorded = async (ids: readonly string[]) => (await here.effectsOf(ids)).captures.length;

test(
  'a gateway dies in the middle of captures, a worker in the middle of resuming them, Redis is emptied',
  { timeout: 600_000 },
  async () => {
    const [doomed, first] = await Promise.all([here.gateway(), here.worker()]);
    const there = await people(doomed.url);
    const requests: Json[] = [];
    for (let index = 0; index < 8; index += 1) requests.push(await reserved(customer, ada, LATE));
    const ids = requests.map(({ id }) => id as string);
    const [unasked, asked] = [ids.slice(0, 3), ids.slice(3)];

    // the provider never hears of these: decided, and nothing taken
    await providerIsDown(true);
    for (const requestId of unasked) {
      const { request } = await there.ada.call('request.accept', { requestId });
      expect(request.state).toBe('capturing');
    }
    await providerIsDown(false);
    expect(await recorded(unasked)).toBe(0);

    // these are under way: the money is taken, the answer comes nine seconds later, to nobody
    const pressed = asked.map((requestId) => there.ada.call('request.accept', { requestId }).catch(() => null));
    await vi.waitFor(async () => expect(await recorded(asked)).toBeGreaterThan(0), { timeout: 180_000, interval: 2 });
    await doomed.kill('SIGKILL');
    there.customer.close();
    there.ada.close();
    expect(await here.emptyRedis()).toBeGreaterThan(0);

    // the worker asks again; whoever has not been asked before takes nine seconds: it dies while it waits
    await hurry(ids);
    await vi.waitFor(async () => expect(await recorded(unasked)).toBe(unasked.length), {
      timeout: 180_000,
      interval: 5,
    });
    await first.kill('SIGKILL');
    expect(await statesOf(unasked)).toEqual(unasked.map(() => 'capturing'));
    await here.emptyRedis();

    const second = await here.worker();
    await hurry(ids);
    // some of the last accepts may have died before they were decided: then the request still waits
    await vi.waitFor(async () => expect(await statesOf(ids)).not.toContain('capturing'), {
      timeout: 180_000,
      interval: 50,
    });
    for (const requestId of ids) {
      if ((await here.offer(requestId))['state'] !== 'reserved') continue;
      await ada.call('request.accept', { requestId });
      await hurry([requestId]);
    }
    await untilState(ids, 'accepted');
    await assertAcceptedOnce(ids);
    await second.kill('SIGKILL');
    await Promise.all(pressed); // their socket is gone: all have been answered or given up
  },
);

test('a capture that fails after its gateway died is a failed payment, once', { timeout: 600_000 }, async () => {
  const [doomed, worker] = await Promise.all([here.gateway(), here.worker()]);
  const there = await people(doomed.url);
  const requestId = (await reserved(customer, ada, 'pm_card_chargeCustomerFail'))['id'] as string;
  await providerIsDown(true);
  await there.ada.call('request.accept', { requestId });
  await doomed.kill('SIGKILL');
  await providerIsDown(false);
  await hurry([requestId]);
  await untilState([requestId], 'payment_failed');
  await vi.waitFor(async () => {
    const { captures, entries } = await here.effectsOf([requestId]);
    expect(captures.map(({ outcome }) => outcome as string)).toEqual(['card_declined']);
    expect(entries.map(({ kind }) => kind as string).toSorted()).toEqual(['authorise', 'release']);
  }, PATIENCE);
  await customer.heard(
    'notice',
    ({ code, params }) => code === 'request.payment_failed' && params.offerId === requestId,
  );
  there.customer.close();
  there.ada.close();
  await worker.kill('SIGKILL');
});

describe.concurrent('with a worker at hand', { timeout: 600_000 }, () => {
  let worker: NodeProcess;
  beforeAll(async () => {
    worker = await here.worker();
  });
  afterAll(() => worker.kill('SIGKILL'));

  test('left alone, a capture that nobody answered is finished after fifteen seconds', async () => {
    const requestId = (await reserved(customer, ada, 'pm_card_visa_never'))['id'] as string;
    const started = Date.now();
    await ada.call('request.accept', { requestId });
    await untilState([requestId], 'accepted');
    expect(Date.now() - started).toBeGreaterThan(14_000); // the provider is not asked all the time
    await assertAcceptedOnce([requestId]);
  });

  test.each(['pm_card_visa_never', 'pm_card_visa_twice', LATE])(
    'the provider answers as %s does: accepted once, captured once',
    async (method) => {
      const ids: string[] = [];
      for (let index = 0; index < 3; index += 1) ids.push((await reserved(customer, ada, method))['id'] as string);
      const answers = await Promise.all(ids.map((requestId) => ada.call('request.accept', { requestId })));
      for (const { request } of answers) {
        expect(request.state).toBe(method === 'pm_card_visa_twice' ? 'accepted' : 'capturing');
        expect(request.acceptedBy.name).toBe('Ada');
      }
      // meanwhile nobody else gets it, and it cannot be withdrawn
      for (const requestId of ids) {
        await expect(customer.call('request.withdraw', { requestId })).rejects.toMatchObject({
          code: 'conflict.already_accepted',
        });
      }
      await hurry(ids);
      await untilState(ids, 'accepted');
      await assertAcceptedOnce(ids);
      await vi.waitFor(() => {
        const told = customer.events.filter(
          ({ name, body }) =>
            name === 'notice' && body['code'] === 'request.accepted' && ids.includes(body['params'].offerId as string),
        );
        expect(told).toHaveLength(ids.length);
      }, PATIENCE);
    },
  );
});

// F23: processes end when they are told to, soon and cleanly, and leave nothing behind.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connect, post } from '../helpers/client.ts';
import type { Client } from '../helpers/client.ts';
import { endProcesses } from '../helpers/process.ts';
import { undisturbed } from '../helpers/undisturbed.ts';
import { installation, people, reserved } from './world.ts';
import type { Installation } from './world.ts';

const SECONDS_MS = 10_000; // three on a machine that has nothing else to do
const LATE_MS = 8_000; // a capture is under way for so long
const BESIDE_MS = 8_000; // and what else has to end takes no longer than that
const clock = undisturbed();
const run = promisify(execFile);

let here: Installation;
beforeAll(async () => {
  here = await installation({ SIMULATED_LATE: `${LATE_MS}ms` });
});
afterAll(async () => {
  await endProcesses();
  await here.close();
});

/** This process and all that it has started. */
async function family(pid: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=']);
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const members = [pid];
  for (const member of members) members.push(...all.filter(([, parent]) => parent === member).map(([child]) => child));
  return members;
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function assertGone(pids: readonly number[]): Promise<void> {
  await vi.waitFor(
    () => {
      expect(pids.filter(isAlive)).toEqual([]);
    },
    { timeout: 180_000 },
  );
}

test('SIGTERM: a gateway answers what is under way, lets its sockets go and exits 0', async () => {
  const [gateway, other] = await Promise.all([here.gateway(), here.gateway()]);
  const { customer, ada } = await people(gateway.url);
  const crowd = await Promise.all(Array.from({ length: 30 }, () => connect(gateway.url, customer.token)));
  const request = await reserved(customer, ada, 'pm_card_visa_late');
  const members = await family(gateway.pid);

  const accepting = post(gateway.url, 'request.accept', { requestId: request['id'] }, ada.token);
  await vi.waitFor(async () => expect((await here.offer(request['id'] as string))['state']).toBe('capturing'), {
    timeout: 180_000,
    interval: 10,
  });
  const closed = [customer, ada, ...crowd].map(
    (client: Client) => new Promise<string>((resolve) => client.socket.once('disconnect', resolve)),
  );
  const started = clock();
  const ended = gateway.kill('SIGTERM');
  // clients take this for a lost connection and come again
  expect(new Set(await Promise.all(closed))).toEqual(new Set(['transport close']));
  const again = await connect(other.url, customer.token);
  expect((await accepting)['request'].state).toBe('accepted');
  expect(await ended).toBe(0);
  expect(clock() - started).toBeLessThan(LATE_MS + BESIDE_MS);
  expect(gateway.said()).not.toMatch(/error|unhandled|exception/i);
  await expect(fetch(`${gateway.url}/health/live`)).rejects.toThrow();
  expect((await again.call('question.get', { questionId: request['questionId'] }))['offers'][0].state).toBe('accepted');
  await assertGone(members);
  again.close();
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: a worker with deadlines before it exits 0',
  { timeout: 600_000 },
  async (signal) => {
    const [gateway, worker] = await Promise.all([here.gateway(), here.worker()]);
    const { customer, ada } = await people(gateway.url);
    await reserved(customer, ada);
    const members = await family(worker.pid);
    const started = clock();
    expect(await worker.kill(signal)).toBe(0);
    expect(clock() - started).toBeLessThan(SECONDS_MS);
    expect(worker.said()).not.toMatch(/error|unhandled|exception/i);
    await assertGone(members);
    customer.close();
    ada.close();
  },
);

test('commands under way on sockets when a gateway is told to end break nothing', async () => {
  const gateway = await here.gateway();
  const { customer, ada } = await people(gateway.url);
  const request = await reserved(customer, ada);
  const questionId = request['questionId'] as string;
  const under = Array.from({ length: 200 }, (_, index) =>
    customer
      .call('message.send', { questionId, clientId: `ending-${String(index).padStart(4, '0')}`, body: `Line ${index}` })
      .then(({ message }) => message.seq as number)
      .catch(() => null),
  );
  await under[20];
  expect(await gateway.kill('SIGTERM')).toBe(0);
  expect(gateway.said()).not.toMatch(/error|unhandled|exception/i);
  customer.close();
  ada.close();
  const log = await here.db.collection('messages').find({ questionId }).sort({ _id: 1 }).toArray();
  const seqs = log.map(({ _id }) => Number(String(_id).split('/')[1]));
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  const acked = (await Promise.all(under)).filter((seq) => seq !== null);
  expect(acked.length).toBeGreaterThan(0);
  for (const seq of acked) expect(seqs).toContain(seq);
});

test('SIGKILL leaves no children', async () => {
  const both = await Promise.all([here.gateway(), here.worker()]);
  const members = (await Promise.all(both.map(({ pid }) => family(pid)))).flat();
  expect(await Promise.all(both.map((one) => one.kill('SIGKILL')))).toEqual(['SIGKILL', 'SIGKILL']);
  await assertGone(members);
});

// The simulated provider: the contract of every provider, and the misbehaviour that only it can show.
import { expect, test } from 'vitest';
import type { PaymentPort } from '../../src/context.ts';
import type { SimulatedPayment } from '../../src/models/simulated-payment.ts';
import { PaymentUnknown } from '../../src/providers/payment-unknown.ts';
import { simulatedPayments } from '../../src/providers/simulated-payments.ts';
import type { PaymentRecords, SimulatedSettings } from '../../src/providers/simulated-payments.ts';
import { paymentsContract } from './payments-contract.ts';

const MONEY = { amount: 2_500, currency: 'USD' };

paymentsContract('the simulated provider', async () => {
  const { all, records } = inMemory();
  const count = (kind: SimulatedPayment['kind']) => async (authorisation: string) =>
    all().filter((it) => it.kind === kind && it.authorisation === authorisation && it.outcome === 'ok').length;
  return { ports: [payments(records), payments(records)], captures: count('capture'), refunds: count('refund') };
});

test('pm_card_visa_late is captured at once and answered later', async () => {
  const { all, records } = inMemory();
  const port = payments(records, { lateMs: 500 });
  const authorisation = await authorised(port, 'pm_card_visa_late');
  const answer = port.capture('cap', authorisation);
  await tick();
  expect(all().map(({ kind }) => kind)).toEqual(['authorise', 'capture']);
  expect(await isPending(answer)).toBe(true);
  expect(await answer).toEqual({ ok: true, authorisation });
});

test('later than the time-out is no answer', async () => {
  const { records } = inMemory();
  const port = payments(records, { lateMs: 1_000_000, timeoutMs: 10 });
  const authorisation = await authorised(port, 'pm_card_visa_late');
  await expect(port.capture('cap', authorisation)).rejects.toThrow(PaymentUnknown);
});

test('pm_card_visa_never is captured, answers nothing, and can be asked again from another process', async () => {
  const { all, records } = inMemory();
  const port = payments(records, { timeoutMs: 10 });
  const authorisation = await authorised(port, 'pm_card_visa_never');
  await expect(port.capture('cap', authorisation)).rejects.toThrow(new PaymentUnknown('cap'));
  const other = payments(records, { timeoutMs: 1_000_000 });
  expect(await other.find('cap')).toEqual({ ok: true, authorisation });
  expect(await other.capture('cap', authorisation)).toEqual({ ok: true, authorisation });
  expect(all().filter(({ kind }) => kind === 'capture')).toHaveLength(1);
});

test('pm_card_visa_twice answers, and is announced twice after that', async () => {
  const { records } = inMemory();
  const heard: string[] = [];
  const port = payments(records, { onNotice: (key) => heard.push(key) });
  const authorisation = await authorised(port, 'pm_card_visa_twice');
  expect(await port.capture('cap', authorisation)).toEqual({ ok: true, authorisation });
  expect(heard).toEqual([]);
  await tick();
  expect(heard).toEqual(['cap', 'cap']);
});

test.each([
  ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
  ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
  ['toString', 'processing_error'],
])('%s is declined: %s', async (method, reason) => {
  const port = payments(inMemory().records);
  expect(await port.authorise('auth', method, MONEY, 'u_cora')).toEqual({ ok: false, reason });
});

test('records carry what was moved, and when', async () => {
  const { all, records } = inMemory();
  const at = new Date('2026-03-04T05:06:07Z');
  const port = payments(records, { now: () => at });
  await port.capture('cap', await authorised(port));
  const moved = { method: 'pm_card_visa', ...MONEY, authorisation: 'sim_auth', outcome: 'ok', at };
  expect(all()).toEqual([
    { ...moved, key: 'auth', kind: 'authorise' },
    { ...moved, key: 'cap', kind: 'capture', once: 'end sim_auth' },
  ]);
});

function payments(records: PaymentRecords, settings: Partial<SimulatedSettings> = {}): PaymentPort {
  return simulatedPayments({ records, timeoutMs: 1_000, lateMs: 20, ...settings });
}

async function authorised(port: PaymentPort, method = 'pm_card_visa'): Promise<string> {
  const answer = await port.authorise('auth', method, MONEY, 'u_cora');
  if (!answer.ok) throw new Error(`not authorised: ${answer.reason}`);
  return answer.authorisation;
}

/** Every step takes a turn of the event loop, so that callers really race; the insert itself is atomic. */
function inMemory(): { records: PaymentRecords; all: () => SimulatedPayment[] } {
  const kept = new Map<string, SimulatedPayment>();
  const all = () => [...kept.values()];
  return {
    all,
    records: {
      async insert(record) {
        await turn();
        const taken = record.once !== undefined && all().some(({ once }) => once === record.once);
        if (taken || kept.has(record.key)) return false;
        kept.set(record.key, record);
        return true;
      },
      async find(key) {
        await turn();
        return kept.get(key) ?? null;
      },
      async byAuthorisation(authorisation) {
        await turn();
        return all().filter((record) => record.authorisation === authorisation);
      },
      async *all(since = new Date(0)) {
        await turn();
        yield* all()
          .filter(({ at }) => at >= since)
          .toSorted((one, other) => one.authorisation.localeCompare(other.authorisation));
      },
    },
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function tick(): Promise<void> {
  for (let i = 0; i < 6; i += 1) await turn();
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  return (await Promise.race([promise, turn().then(() => 'pending')])) === 'pending';
}

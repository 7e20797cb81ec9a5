// What every payment provider has to keep (context.ts, PaymentPort), whoever it is. It is asked through two ports, as
// by two processes, and its own books say what was really taken.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { PaymentPort } from '../../src/context.ts';
import type { ProviderPayment } from '../../src/domain/payment.ts';

export interface PaymentsUnderTest {
  /** two processes with the same account at the provider */
  readonly ports: readonly [PaymentPort, PaymentPort];
  /** how often the money of this authorisation was taken */
  captures(authorisation: string): Promise<number>;
  /** how often it was given back */
  refunds(authorisation: string): Promise<number>;
}

const MONEY = { amount: 2_500, currency: 'USD' };
const newKey = (kind: string) => `${kind}-${randomUUID()}`;

/** What `pm_card_visa` is known by. */
const CARD = { brand: 'visa', last4: '4242' };

/** Runs the contract on what `make` makes; once a test, so that slow providers may share one account. */
export function paymentsContract(name: string, make: () => Promise<PaymentsUnderTest>): void {
  describe(`${name} keeps the contract of payments`, () => {
    test('authorises, captures and refunds', async () => {
      const { ports, captures, refunds } = await make();
      const authorisation = await authorised(ports[0]);
      expect(await captures(authorisation)).toBe(0);
      expect(await ports[0].capture(newKey('cap'), authorisation)).toEqual({ ok: true, authorisation });
      expect(await captures(authorisation)).toBe(1);
      await ports[0].refund(newKey('refund'), authorisation);
      expect(await refunds(authorisation)).toBe(1);
    });

    test('2.1 a declined card is an answer with its reason', async () => {
      const { ports } = await make();
      const declined = { ok: false, reason: 'card_declined' };
      const key = newKey('auth');
      expect(await ports[0].authorise(key, 'pm_card_chargeDeclined', MONEY, 'u_cora')).toEqual(declined);
      expect(await ports[1].authorise(key, 'pm_card_chargeDeclined', MONEY, 'u_cora')).toEqual(declined);
      expect(await ports[0].find(key)).toEqual(declined);
    });

    test('6.5 a hold says which card it is on, each time it is asked for', async () => {
      const { ports } = await make();
      const key = newKey('auth');
      for (const port of [ports[0], ports[1], ports[0]]) {
        expect(await port.authorise(key, 'pm_card_visa', MONEY, 'u_cora')).toMatchObject({ ok: true, card: CARD });
      }
    });

    test('an unknown payment method is declined', async () => {
      const { ports } = await make();
      expect(await ports[0].authorise(newKey('auth'), 'pm_nobody_knows', MONEY, 'u_cora')).toEqual({
        ok: false,
        reason: 'processing_error',
      });
    });

    test('6.5 a card can be good for the authorisation and fail at the capture, for every later key too', async () => {
      const { ports, captures } = await make();
      const authorisation = await authorised(ports[0], 'pm_card_chargeCustomerFail');
      const key = newKey('cap');
      const declined = { ok: false, reason: 'card_declined' };
      expect(await ports[0].capture(key, authorisation)).toEqual(declined);
      expect(await ports[1].capture(key, authorisation)).toEqual(declined);
      expect(await ports[0].find(key)).toEqual(declined);
      expect(await captures(authorisation)).toBe(0);
    });

    test('the same authorisation key gives the same authorisation, however many ask at once', async () => {
      const { ports } = await make();
      const key = newKey('auth');
      const answers = await Promise.all(
        both(ports).map((port) => port.authorise(key, 'pm_card_visa', MONEY, 'u_cora')),
      );
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await ports[1].find(key)).toEqual(answers[0]);
    });

    test('I3 the same capture key takes once and answers the same, however many ask at once', async () => {
      const { ports, captures } = await make();
      const authorisation = await authorised(ports[0]);
      const key = newKey('cap');
      const answers = await Promise.all(both(ports).map((port) => port.capture(key, authorisation)));
      expect(answers).toEqual(answers.map(() => ({ ok: true, authorisation })));
      expect(await ports[1].capture(key, authorisation)).toEqual({ ok: true, authorisation });
      expect(await captures(authorisation)).toBe(1);
    });

    test('captures under different keys never take twice', async () => {
      const { ports, captures } = await make();
      const authorisation = await authorised(ports[0]);
      const answers = await Promise.all(both(ports).map((port) => port.capture(newKey('cap'), authorisation)));
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      expect(await captures(authorisation)).toBe(1);
    });

    test('a voided authorisation cannot be captured', async () => {
      const { ports, captures } = await make();
      const authorisation = await authorised(ports[0]);
      const key = newKey('void');
      await ports[0].void(key, authorisation);
      await ports[1].void(key, authorisation);
      const capture = newKey('cap');
      const refused = { ok: false, reason: 'processing_error' };
      expect(await ports[0].capture(capture, authorisation)).toEqual(refused);
      expect(await ports[1].capture(capture, authorisation)).toEqual(refused);
      expect(await captures(authorisation)).toBe(0);
    });

    test('a captured authorisation is left alone by a void', async () => {
      const { ports, captures, refunds } = await make();
      const authorisation = await authorised(ports[0]);
      const key = newKey('cap');
      await ports[0].capture(key, authorisation);
      await ports[1].void(newKey('void'), authorisation);
      expect(await ports[1].capture(key, authorisation)).toEqual({ ok: true, authorisation });
      expect([await captures(authorisation), await refunds(authorisation)]).toEqual([1, 0]);
    });

    test('of a capture and a void at the same moment one wins, and the answer says which', async () => {
      const { ports, captures } = await make();
      const authorisation = await authorised(ports[0]);
      const [answer] = await Promise.all([
        ports[0].capture(newKey('cap'), authorisation),
        ports[1].void(newKey('void'), authorisation),
      ]);
      expect(await captures(authorisation)).toBe(answer.ok ? 1 : 0);
    });

    test('a refund needs a capture', async () => {
      const { ports, refunds } = await make();
      const authorisation = await authorised(ports[0]);
      await expect(ports[0].refund(newKey('refund'), authorisation)).rejects.toThrow();
      expect(await refunds(authorisation)).toBe(0);
    });

    test('a refund is made once, however often it is asked for', async () => {
      const { ports, refunds } = await make();
      const authorisation = await authorised(ports[0]);
      await ports[0].capture(newKey('cap'), authorisation);
      const key = newKey('refund');
      await Promise.all(both(ports).map((port) => port.refund(key, authorisation)));
      await ports[1].refund(key, authorisation);
      expect(await refunds(authorisation)).toBe(1);
    });

    test('a refund under another key gives nothing more back', async () => {
      const { ports, refunds } = await make();
      const authorisation = await authorised(ports[0]);
      await ports[0].capture(newKey('cap'), authorisation);
      await Promise.all(both(ports).map((port) => port.refund(newKey('refund'), authorisation)));
      expect(await refunds(authorisation)).toBe(1);
    });

    test('1.3 an amount is of the smallest unit there is: 500 yen are 500, a thousandth of a dinar is one', async () => {
      const { ports } = await make();
      for (const money of [
        { amount: 500, currency: 'JPY' },
        { amount: 1_000, currency: 'KWD' },
        { amount: 99_999_999, currency: 'USD' },
      ]) {
        const key = newKey('auth');
        expect(await ports[0].authorise(key, 'pm_card_visa', money, 'u_cora')).toMatchObject({ ok: true });
        expect((await listOf(ports[1], [key])).map((listed) => listed.money)).toEqual([money]);
      }
    });

    test('a key the provider has never heard of is null', async () => {
      const { ports } = await make();
      expect(await ports[0].find(newKey('cap'))).toBeNull();
    });

    test('nothing can be captured from an authorisation that does not exist', async () => {
      const { ports } = await make();
      const key = newKey('cap');
      const refused = { ok: false, reason: 'processing_error' };
      expect(await ports[0].capture(key, 'nothing')).toEqual(refused);
      expect(await ports[1].find(key)).toEqual(refused);
    });

    test('its own list says of each authorisation how it stands, once', async () => {
      const { ports } = await make();
      const before = new Date();
      const states = ['held', 'captured', 'captured and refunded', 'released', 'declined'] as const;
      const keys = states.map((state) => newKey(`auth-${state.replaceAll(' ', '-')}`));
      for (const [index, state] of states.entries()) {
        const method = state === 'declined' ? 'pm_card_chargeDeclined' : 'pm_card_visa';
        const answer = await ports[0].authorise(keys[index]!, method, MONEY, 'u_cora');
        const authorisation = answer.ok ? answer.authorisation : '';
        if (state.startsWith('captured')) await ports[0].capture(newKey('cap'), authorisation);
        if (state === 'captured and refunded') await ports[0].refund(newKey('refund'), authorisation);
        if (state === 'released') await ports[0].void(newKey('void'), authorisation);
      }
      const listed = await listOf(ports[1], keys);
      expect(listed.map(({ state, refunded }) => [state, refunded])).toEqual([
        ['held', 0],
        ['captured', 0],
        ['captured', MONEY.amount],
        ['released', 0],
        ['declined', 0],
      ]);
      for (const { money } of listed) expect(money).toEqual(MONEY);
      const answer = await ports[1].authorise(keys[0]!, 'pm_card_visa', MONEY, 'u_cora');
      expect(answer).toEqual({ ok: true, authorisation: listed[0]!.authorisation, card: CARD });
      expect(await listOf(ports[0], keys, new Date(before.getTime() - 5_000))).toEqual(listed);
      expect(await listOf(ports[0], keys, new Date(before.getTime() + 60_000))).toEqual([]);
    });
  });
}

/** What a provider lists of these keys, in their order; each has to be there once. */
async function listOf(port: PaymentPort, keys: readonly string[], since?: Date): Promise<ProviderPayment[]> {
  const found: ProviderPayment[] = [];
  for await (const payment of port.list(since)) if (keys.includes(payment.key)) found.push(payment);
  expect(new Set(found.map(({ key }) => key)).size).toBe(found.length);
  return found.toSorted((one, other) => keys.indexOf(one.key) - keys.indexOf(other.key));
}

/** @returns the provider's reference of a new authorisation */
async function authorised(port: PaymentPort, method = 'pm_card_visa'): Promise<string> {
  const answer = await port.authorise(newKey('auth'), method, MONEY, 'u_cora');
  if (!answer.ok) throw new Error(`not authorised: ${answer.reason}`);
  return answer.authorisation;
}

/** Ten callers, five a process. */
const both = ([one, other]: PaymentsUnderTest['ports']) => Array.from({ length: 10 }, (_, i) => (i % 2 ? one : other));

// Stripe through its real SDK, against a local stand-in that speaks its HTTP: the contract of every provider, and all that
// can become of an answer on its way.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { PaymentPort } from '../../src/context.ts';
import { connectMongo } from '../../src/models/mongo.ts';
import type { Mongo } from '../../src/models/mongo.ts';
import { PaymentUnknown } from '../../src/providers/payment-unknown.ts';
import { stripePayments } from '../../src/providers/stripe/payments.ts';
import type { StripeSettings } from '../../src/providers/stripe/payments.ts';
import { STRIPE_KEY, stripeFake } from '../helpers/stripe-fake.ts';
import type { StripeFake } from '../helpers/stripe-fake.ts';
import { paymentsContract } from './payments-contract.ts';

const CARD = { brand: 'visa', last4: '4242' };
const MONEY = { amount: 2_500, currency: 'USD' };
const HOUR = 3_600_000;

let stripe: StripeFake;
let mongo: Mongo;
let now = new Date();

beforeAll(async () => {
  const uri = new URL(inject('mongodbUri'));
  uri.pathname = `/stripe-${randomUUID()}`;
  mongo = await connectMongo(uri.href);
  stripe = await stripeFake();
});
afterEach(() => {
  stripe.behave();
  now = new Date();
});
afterAll(async () => {
  await stripe.close();
  await mongo.close();
});

paymentsContract('Stripe', async () => ({
  ports: [open(), open()],
  captures: async (authorisation) => stripe.captures(authorisation),
  refunds: async (authorisation) => stripe.refunds(authorisation),
}));

describe('what is asked of Stripe', () => {
  test('holds are confirmed at once and captured by hand, named by our key, with nobody’s name or words', async () => {
    const key = newKey();
    await open().authorise(key, 'pm_card_visa', MONEY, 'u_cora');
    const call = stripe.calls.find((one) => one.key === key)!;
    expect(call.call).toBe('POST /v1/payment_intents');
    const id = key.slice('auth-'.length, -2);
    expect(call.form).toEqual({
      amount: '2500',
      currency: 'usd',
      payment_method: 'pm_card_visa',
      'allowed_payment_method_types[0]': 'card',
      capture_method: 'manual',
      confirm: 'true',
      error_on_requires_action: 'true',
      'metadata[parley_key]': key,
      'metadata[parley_about]': id,
    });
  });

  test('a stored card is charged off session, in the name of its customer', async () => {
    const key = newKey();
    expect(await open().authorise(key, 'pm_card_of_customer', MONEY, 'u_cora')).toMatchObject({ ok: true });
    const { form } = stripe.calls.find((one) => one.key === key)!;
    expect(form).toMatchObject({ customer: 'cus_cora', off_session: 'true' });
    expect(form).not.toHaveProperty('error_on_requires_action');
  });

  test('every write carries a key of ours', async () => {
    const port = open();
    const authorisation = await held(port);
    await port.capture(`cap-${authorisation}`, authorisation);
    await port.refund(`refund-${authorisation}`, authorisation);
    await port.void(`void-${await held(port)}`, await held(port));
    const writes = stripe.calls.filter(({ call }) => call.startsWith('POST'));
    expect(writes.filter(({ key }) => key === undefined || key.startsWith('stripe-node'))).toEqual([]);
  });

  test('a card that somebody has saved here is charged for them, and declined for anybody else', async () => {
    await open().setup('u_ben');
    const method = `pm_saved_${stripe.customerOf('u_ben')}`;
    const [own, taken] = [newKey(), newKey()];
    expect(await open().authorise(taken, method, MONEY, 'u_cora')).toEqual({ ok: false, reason: 'processing_error' });
    expect(await open().authorise(own, method, MONEY, 'u_ben')).toMatchObject({ ok: true, card: { last4: '4242' } });
    expect(stripe.calls.find((one) => one.key === own)!.form).toMatchObject({ off_session: 'true' });
    expect(await open().authorise(taken, method, MONEY, 'u_ben')).toEqual({ ok: false, reason: 'processing_error' });
  });
});

describe('2.1 why a card was declined', () => {
  test.each([
    ['pm_card_chargeDeclined', 'card_declined'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error'],
    ['pm_card_authenticationRequired', 'authentication_required'],
  ])('%s: %s', async (method, reason) => {
    const key = newKey();
    expect(await open().authorise(key, method, MONEY, 'u_cora')).toEqual({ ok: false, reason });
    expect(await open().find(key)).toEqual({ ok: false, reason });
  });

  test('a card that waits for its owner is declined, and nobody can confirm it later', async () => {
    const key = newKey();
    const reason = 'authentication_required';
    expect(await open().authorise(key, 'pm_card_authenticationPending', MONEY, 'u_cora')).toEqual({
      ok: false,
      reason,
    });
    expect(stripe.intentOf(key)?.status).toBe('canceled');
  });

  test.each(['lost', 'failed'] as const)('the same when the answer about ending it is %s', async (how) => {
    const key = newKey();
    const reason = 'authentication_required';
    stripe.misbehave(/cancel$/, how, { times: 2 });
    await open()
      .authorise(key, 'pm_card_authenticationPending', MONEY, 'u_cora')
      .catch(() => undefined);
    expect(await open().authorise(key, 'pm_card_authenticationPending', MONEY, 'u_cora')).toEqual({
      ok: false,
      reason,
    });
    expect(stripe.intentOf(key)?.status).toBe('canceled');
  });
});

describe('I3 answers that do not come', () => {
  const authorising = /POST \/v1\/payment_intents$/;
  const capturing = /\/capture$/;

  test.each(['lost', 'late', 'broken', 'locked', 'unheard', 'failed_done'] as const)(
    'an authorisation whose answer is %s is unknown; asked again it is the same one',
    async (how) => {
      const key = newKey();
      stripe.misbehave(authorising, how, { ms: 600 });
      await expect(open({ timeoutMs: 300 }).authorise(key, 'pm_card_visa', MONEY, 'u_cora')).rejects.toThrow(
        PaymentUnknown,
      );
      stripe.behave();
      const answer = await open().authorise(key, 'pm_card_visa', MONEY, 'u_cora');
      expect(answer).toEqual({ ok: true, authorisation: stripe.intentOf(key)?.id, card: CARD });
      expect(intentsOf(key)).toHaveLength(1);
    },
  );

  test.each(['lost', 'late', 'broken', 'locked', 'unheard', 'failed', 'failed_done'] as const)(
    'a capture whose answer is %s is unknown; asked again it is taken once',
    async (how) => {
      const authorisation = await held(open());
      const key = `cap-${authorisation}-1`;
      stripe.misbehave(capturing, how, { ms: 600 });
      const port = open({ timeoutMs: 300 });
      await expect(port.capture(key, authorisation)).rejects.toThrow(PaymentUnknown);
      stripe.behave();
      expect(await open().capture(key, authorisation)).toEqual({ ok: true, authorisation });
      expect(await open().find(key)).toEqual({ ok: true, authorisation });
      expect(stripe.captures(authorisation)).toBe(1);
    },
  );

  test('an answer that is lost once is not even noticed', async () => {
    const authorisation = await held(open());
    stripe.misbehave(capturing, 'lost', { times: 1 });
    expect(await open().capture(`cap-${authorisation}`, authorisation)).toEqual({ ok: true, authorisation });
    expect(stripe.captures(authorisation)).toBe(1);
  });

  test('an answer that comes too late is noted all the same', async () => {
    const authorisation = await held(open());
    const key = `cap-${authorisation}`;
    stripe.misbehave(capturing, 'late', { ms: 3_000 });
    await expect(open({ timeoutMs: 2_000 }).capture(key, authorisation)).rejects.toThrow(PaymentUnknown);
    stripe.misbehave(/./, 'unheard');
    await expect
      .poll(() =>
        open()
          .find(key)
          .catch(() => null),
      )
      .toEqual({ ok: true, authorisation });
  });

  test('an authorisation that failed on Stripe’s side is asked for under a fresh key, a minute later', async () => {
    const key = newKey();
    stripe.misbehave(authorising, 'failed', { times: 1 });
    await expect(open().authorise(key, 'pm_card_visa', MONEY, 'u_cora')).rejects.toThrow(PaymentUnknown);
    expect(intentsOf(key)).toEqual([]);
    await expect(open().find(key)).rejects.toThrow(PaymentUnknown); // it may still turn up
    now = new Date(Date.now() + 61_000);
    expect(await open().find(key)).toBeNull();
    expect(await open().authorise(key, 'pm_card_visa', MONEY, 'u_cora')).toMatchObject({ ok: true });
    expect(intentsOf(key)).toHaveLength(1);
  });

  test.each(['lost', 'unheard'] as const)(
    'a day later, when Stripe has forgotten the key, a %s authorisation is looked for before it is made again',
    async (how) => {
      const key = newKey();
      stripe.misbehave(authorising, how);
      await expect(open().authorise(key, 'pm_card_visa', MONEY, 'u_cora')).rejects.toThrow(PaymentUnknown);
      stripe.behave();
      stripe.forgetKeys();
      now = new Date(Date.now() + 25 * HOUR);
      const answer = await open().authorise(key, 'pm_card_visa', MONEY, 'u_cora');
      expect(answer).toEqual({ ok: true, authorisation: intentsOf(key)[0]?.id, card: CARD });
      expect(intentsOf(key)).toHaveLength(1);
    },
  );

  test('what became of a lost authorisation is found among more than one page of others', async () => {
    const key = newKey();
    stripe.misbehave(authorising, 'lost');
    await expect(open().authorise(key, 'pm_card_visa', MONEY, 'u_cora')).rejects.toThrow(PaymentUnknown);
    stripe.behave();
    for (let index = 0; index < 16; index += 1) await held(open());
    expect(await open().find(key)).toEqual({ ok: true, authorisation: stripe.intentOf(key)?.id, card: CARD });
  });

  test('a capture that Stripe has not heard of is null, and one that it did without telling is found', async () => {
    const [unheard, done] = [await held(open()), await held(open())];
    stripe.misbehave(new RegExp(`${unheard}/capture$`), 'unheard');
    stripe.misbehave(new RegExp(`${done}/capture$`), 'lost');
    for (const authorisation of [unheard, done]) {
      await expect(open().capture(`cap-${authorisation}`, authorisation)).rejects.toThrow(PaymentUnknown);
    }
    expect(await open().find(`cap-${unheard}`)).toBeNull();
    expect(await open().find(`cap-${done}`)).toEqual({ ok: true, authorisation: done });
  });

  test('a void or a refund whose answer is lost is done once', async () => {
    const [one, other] = [await held(open()), await held(open())];
    await open().capture(`cap-${other}`, other);
    stripe.misbehave(/cancel$|refunds$/, 'lost');
    await expect(open().void(`void-${one}`, one)).rejects.toThrow(PaymentUnknown);
    await expect(open().refund(`refund-${other}`, other)).rejects.toThrow(PaymentUnknown);
    stripe.behave();
    stripe.forgetKeys();
    await open().void(`void-${one}`, one);
    await open().refund(`refund-${other}`, other);
    expect(stripe.intents.get(one)?.status).toBe('canceled');
    expect(stripe.refunds(other)).toBe(1);
  });

  test.each(['failed', 'failed_done'] as const)('a void or a refund that Stripe %s is made up for', async (how) => {
    const [one, other] = [await held(open()), await held(open())];
    await open().capture(`cap-${other}`, other);
    stripe.misbehave(/cancel$|refunds$/, how, { times: 2 });
    await open()
      .void(`void-${one}`, one)
      .catch(() => undefined);
    await open()
      .refund(`refund-${other}`, other)
      .catch(() => undefined);
    await open().void(`void-${one}`, one);
    await open().refund(`refund-${other}`, other);
    expect(stripe.intents.get(one)?.status).toBe('canceled');
    expect(stripe.refunds(other)).toBe(1);
  });

  test('a hold that Stripe let go by itself is a failed capture', async () => {
    const authorisation = await held(open());
    stripe.change(authorisation, { status: 'canceled', cancellation_reason: 'automatic' });
    const refused = { ok: false, reason: 'processing_error' };
    expect(await open().capture(`cap-${authorisation}`, authorisation)).toEqual(refused);
  });

  test('what was captured by hand is captured', async () => {
    const authorisation = await held(open());
    stripe.change(authorisation, { status: 'succeeded', amount_received: MONEY.amount });
    expect(await open().capture(`cap-${authorisation}`, authorisation)).toEqual({ ok: true, authorisation });
    expect(stripe.captures(authorisation)).toBe(0);
  });

  test('a capture that another process has just asked for, and that cannot be read yet, is unknown and not declined', async () => {
    const authorisation = await held(open());
    const key = `cap-${authorisation}`;
    const { stripePayments: records } = mongo.stores;
    expect(await records.ask({ ...asked(key), kind: 'capture', authorisation })).toBe(true);
    const blind: StripeSettings['records'] = { ...records, find: async () => ({ asked: null, answered: null }) };
    await expect(open({ records: blind }).capture(key, authorisation)).rejects.toThrow(PaymentUnknown);
    expect(await open().capture(key, authorisation)).toEqual({ ok: true, authorisation });
  });

  test('a wrong secret is no answer', async () => {
    await expect(open({ secretKey: 'sk_wrong' }).authorise(newKey(), 'pm_card_visa', MONEY, 'u_cora')).rejects.toThrow(
      /^the payment provider has not answered \S+ \(StripeAuthenticationError 401 req_fake\)$/,
    );
  });

  test('the same key with other words is not believed: the intent itself is', async () => {
    const key = newKey();
    stripe.misbehave(authorising, 'lost');
    await expect(open().authorise(key, 'pm_card_visa', MONEY, 'u_cora')).rejects.toThrow(PaymentUnknown);
    stripe.behave();
    const records = mongo.stores.stripePayments;
    const otherwise: StripeSettings['records'] = {
      ...records,
      async find(asked) {
        const known = await records.find(asked);
        const hold = known.asked?.hold && { ...known.asked.hold, method: 'pm_card_visa_late' };
        return { ...known, asked: known.asked && { ...known.asked, hold: hold ?? null } };
      },
    };
    const answer = await open({ records: otherwise }).authorise(key, 'pm_card_visa', MONEY, 'u_cora');
    expect(stripe.calls.at(-1)?.call).toBe('GET /v1/payment_intents');
    expect(answer).toEqual({ ok: true, authorisation: stripe.intentOf(key)?.id, card: CARD });
  });
});

test('errors carry codes and numbers, never what Stripe says about a card or a person', async () => {
  const key = newKey();
  stripe.misbehave(/./, 'failed');
  const error = await open()
    .authorise(key, 'pm_card_visa', MONEY, 'u_cora')
    .catch((reason: unknown) => reason);
  expect(Object.keys(error as Error)).toEqual(['key', 'name']);
  expect(String(error)).toBe(
    `PaymentUnknown: the payment provider has not answered ${key} (StripeAPIError 500 req_fake)`,
  );
  stripe.behave();
  await open().authorise(newKey(), 'pm_card_chargeDeclined', MONEY, 'u_cora');
  const { asked, answered } = await mongo.stores.stripePayments.find(key);
  expect(JSON.stringify([asked, answered])).not.toMatch(/canary|4242|secret/i);
});

test('2.1 a browser saves cards for later with a SetupIntent of its person, who is one Customer at Stripe', async () => {
  const person = `u_${newKey()}`;
  const since = stripe.calls.length;
  const all = await Promise.all([1, 2, 3].map(() => open().setup(person)));
  all.push(await open().setup(person));
  const secrets = all.map((one) => one!.clientSecret);
  expect(new Set(secrets).size).toBe(4);
  for (const secret of secrets) expect(secret).toMatch(/^seti_.+_secret_/);
  const made = stripe.calls.slice(since);
  const intents = made.filter(({ call }) => call === 'POST /v1/setup_intents');
  expect(new Set(intents.map(({ form }) => form['customer'])).size).toBe(1);
  expect(intents[0]!.form).toMatchObject({ usage: 'off_session', 'metadata[parley_user]': person });
  // it is known a year later, when Stripe has forgotten the key
  stripe.forgetKeys();
  const before = stripe.calls.length;
  await open().setup(person);
  expect(stripe.calls.slice(before).map(({ call }) => call)).toEqual(['POST /v1/setup_intents']);
  expect(stripe.calls.at(-1)!.form['customer']).toBe(intents[0]!.form['customer']);
  const kept = await mongo.stores.stripePayments.find(`customer-${person}`);
  expect(JSON.stringify(kept)).not.toContain('secret');
});

test('2.1 a key that only repeats a broken answer keeps nobody from saving a card, and what Stripe says goes no further', async () => {
  const person = `u_${newKey()}`;
  const since = stripe.calls.length;
  stripe.misbehave(/POST \/v1\/customers$/, 'failed_done', { times: 1 });
  expect(await open().setup(person)).toEqual({ clientSecret: expect.stringMatching(/^seti_/) as string });
  stripe.misbehave(/setup_intents$/, 'lost');
  await expect(open().setup(person)).rejects.toThrow(PaymentUnknown);
  stripe.behave();
  expect(stripe.calls.slice(since).filter(({ call }) => call === 'POST /v1/payment_intents')).toEqual([]);
});

function open(settings: Partial<StripeSettings> = {}): PaymentPort {
  const records = mongo.stores.stripePayments;
  return stripePayments({
    secretKey: STRIPE_KEY,
    apiBase: stripe.url,
    records,
    timeoutMs: 60_000,
    now: () => now,
    ...settings,
  });
}

/** As it is noted before Stripe is asked. */
function asked(key: string) {
  return { key, hold: null, once: `capture ${key.slice('cap-'.length)}`, at: now };
}

async function held(port: PaymentPort): Promise<string> {
  const answer = await port.authorise(newKey(), 'pm_card_visa', MONEY, 'u_cora');
  if (!answer.ok) throw new Error(`not authorised: ${answer.reason}`);
  return answer.authorisation;
}

const newKey = () => `auth-of_${randomUUID()}-1`;
const intentsOf = (key: string) => [...stripe.intents.values()].filter(({ metadata }) => metadata.parley_key === key);

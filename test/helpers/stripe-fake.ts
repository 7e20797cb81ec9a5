// Stripe's HTTP as far as Parley speaks it: forms in, the recorded shapes of its documentation out, its idempotency keys,
// and on demand everything a network can do to an answer. It keeps books of its own that tests judge by.

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';
import type { Json } from './client.ts';

export const STRIPE_KEY = 'sk_test_parley';
export const WEBHOOK_SECRET = 'whsec_parley';

/**
 * What happens to the next calls that fit: `lost`: done, the connection breaks; `unheard`: the connection breaks before it
 * is heard; `late`: done, answered after `ms`; `broken`: done, half an answer; `failed`: not done, 500, which is kept under
 * the key; `failed_done`: the same, but it was done; `locked`: 409, as if another call with this key were under way.
 */
export type Mishap = 'lost' | 'unheard' | 'late' | 'broken' | 'failed' | 'failed_done' | 'locked';

interface Planned {
  readonly call: RegExp;
  readonly how: Mishap;
  readonly ms: number;
  left: number;
}

interface Reply {
  readonly status: number;
  readonly body: Json;
}

interface Kept {
  readonly fingerprint: string;
  reply: Reply | null;
}

export interface StripeFake {
  readonly url: string;
  readonly intents: ReadonlyMap<string, Json>;
  /** the Customer that was made for this person */
  customerOf(person: string): string;
  /** every call that arrived: method, path, form, idempotency key */
  readonly calls: readonly { call: string; form: Record<string, string>; key: string | undefined }[];
  /** the events of everything that happened, the oldest first */
  readonly events: readonly Json[];
  /** `call`: tried on "POST /v1/payment_intents/pi_1/capture" */
  misbehave(call: RegExp, how: Mishap, options?: { times?: number; ms?: number }): void;
  behave(): void;
  captures(authorisation: string): number;
  refunds(authorisation: string): number;
  /** the newest refund of an intent, later: `succeeded`, `failed`, `canceled` */
  refundBecomes(intent: string, status: string, reason: string | null): Promise<void>;
  /** its dispute, opened, so many days ago, or moved on; `rate`: of the currency that the account is kept in, now */
  disputeBecomes(
    intent: string,
    status: string,
    options?: { rate?: number; daysAgo?: number; back?: number },
  ): Promise<void>;
  /** in Stripe's dashboard, by a person */
  refundByHand(intent: string): Promise<void>;
  intentOf(key: string): Json | undefined;
  /** something done by hand in Stripe's dashboard, or by time */
  change(id: string, fields: Json): void;
  /** Stripe forgets keys after a day */
  forgetKeys(): void;
  /** Hands an event to an endpoint, signed; answers the status. */
  deliver(url: string, event: Json, options?: { secret?: string; at?: Date; body?: string }): Promise<number>;
  /** From now on each event is handed to this endpoint as soon as it has happened, before the call is answered. */
  deliverAtOnce(url: string | null): void;
  close(): Promise<void>;
}

/** A card's answer to being charged; Stripe's own test methods where it has one, `fails at capture` is ours. */
const CARDS: Record<string, { authorise?: Json; capture?: Json; action?: boolean; customer?: string }> = {
  pm_card_visa: {},
  pm_card_visa_late: {},
  pm_card_of_customer: { customer: 'cus_cora' },
  pm_card_chargeDeclined: { authorise: { code: 'card_declined', decline_code: 'generic_decline' } },
  pm_card_visa_chargeDeclinedLostCard: { authorise: { code: 'card_declined', decline_code: 'lost_card' } },
  pm_card_chargeDeclinedInsufficientFunds: {
    authorise: { code: 'card_declined', decline_code: 'insufficient_funds' },
  },
  pm_card_chargeDeclinedExpiredCard: { authorise: { code: 'expired_card' } },
  pm_card_chargeDeclinedProcessingError: { authorise: { code: 'processing_error' } },
  pm_card_authenticationRequired: { action: true },
  pm_card_authenticationPending: {}, // answers requires_action whatever it was told
  pm_card_chargeCustomerFail: { capture: { code: 'card_declined', decline_code: 'generic_decline' } },
  pm_card_refundFail: {},
  pm_card_pendingRefund: {},
  pm_card_createDispute: {},
  pm_card_refundRefused: {},
};

const LATENCY_MS = 3; // so that calls overlap

/** `page`: the most that it lists at once; smaller than what is asked for, so that pages are really turned */
export async function stripeFake({ page: most = 7 } = {}): Promise<StripeFake> {
  const intents = new Map<string, Json>();
  const calls: { call: string; form: Record<string, string>; key: string | undefined }[] = [];
  const events: Json[] = [];
  const taken: string[] = [];
  const customers: Json[] = [];
  const refunded: Json[] = [];
  const disputed: Json[] = [];
  const kept = new Map<string, Kept>();
  let planned: Planned[] = [];
  let listener: string | null = null;
  const stripe = new Stripe(STRIPE_KEY);

  const happened = async (type: string, object: Json) => {
    const event = {
      id: `evt_${randomBytes(8).toString('hex')}`,
      object: 'event',
      api_version: '2026-10-28.endive',
      created: seconds(),
      data: { object: structuredClone(object) },
      livemode: false,
      pending_webhooks: 1,
      request: { id: `req_${randomBytes(6).toString('hex')}`, idempotency_key: null },
      type,
    };
    events.push(event);
    if (listener !== null) await deliver(listener, event);
  };

  const deliver: StripeFake['deliver'] = async (url, event, { secret = WEBHOOK_SECRET, at, body } = {}) => {
    const payload = JSON.stringify(event);
    const timestamp = Math.floor((at?.getTime() ?? Date.now()) / 1_000);
    const header = stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
    const response = await fetch(`${url}/v1/webhooks/stripe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': header },
      body: body ?? payload,
    });
    await response.arrayBuffer();
    return response.status;
  };

  const perform = async (method: string, path: string, form: Record<string, string>): Promise<Reply> => {
    const [, resource, id, verb] = /^\/v1\/([a-z_]+)(?:\/([^/]+))?(?:\/([a-z_]+))?$/.exec(path) ?? [];
    const known = id === undefined ? undefined : intents.get(id);
    if (resource === 'payment_methods') return methodOf(id ?? '', form);
    if (resource === 'customers' && method === 'POST') {
      const customer = { id: `cus_${randomBytes(7).toString('hex')}`, object: 'customer', metadata: metadataOf(form) };
      customers.push(customer);
      return ok(customer);
    }
    if (resource === 'setup_intents' && method === 'POST') {
      const customer = form['customer'];
      if (!customers.some(({ id: one }) => one === customer)) return invalid(400, `No such customer: '${customer}'`);
      const id = `seti_${randomBytes(12).toString('hex')}`;
      const secret = `${id}_secret_${randomBytes(12).toString('hex')}`;
      return ok({ id, object: 'setup_intent', client_secret: secret, customer, usage: form['usage'] });
    }
    if (resource === 'refunds') return method === 'GET' ? ok(pageOf(refunded, resource, form)) : refund(form);
    if (resource === 'disputes') return ok(pageOf(disputed, resource, form));
    if (resource !== 'payment_intents') return invalid(404, 'Unrecognized request URL');
    if (method === 'GET' && id === undefined) return ok(page(form));
    if (method === 'POST' && id === undefined) return create(form);
    if (known === undefined) return invalid(404, `No such payment_intent: '${id}'`, { code: 'resource_missing' });
    if (verb === 'capture') return capture(known);
    if (verb === 'cancel') return cancel(known);
    return ok(shown(known, true));
  };

  /** That of a Customer who was made here is saved at once: `pm_saved_<its id>`. */
  const cardOf = (id: string) => {
    const customer = customers.find((one) => id === `pm_saved_${String(one['id'])}`);
    return customer === undefined ? CARDS[id] : { customer: String(customer['id']) };
  };

  function methodOf(id: string, form: Record<string, string>): Reply {
    const card = cardOf(id);
    if (card === undefined) return noMethod(id);
    return ok({
      id,
      object: 'payment_method',
      billing_details: { email: 'canary@example.test', name: 'Canary Card', phone: null, tax_id: null },
      card: { brand: 'visa', last4: '4242', exp_month: 8, exp_year: 2034, funding: 'credit' },
      created: seconds(),
      customer: form['expand[0]'] === 'customer' ? whole(card.customer) : (card.customer ?? null),
      livemode: false,
      metadata: {},
      type: 'card',
    });
  }

  const whole = (id: string | undefined) =>
    id === undefined ? null : (customers.find((one) => one['id'] === id) ?? { id, object: 'customer', metadata: {} });

  async function create(form: Record<string, string>): Promise<Reply> {
    const method = form['payment_method'] ?? '';
    const card: (typeof CARDS)[string] | undefined = cardOf(method);
    if (card === undefined) return noMethod(method);
    if (card.customer !== undefined && form['customer'] !== card.customer) {
      return invalid(
        400,
        `The payment method you provided is attached to a customer so for security purposes you must provide the customer in the request.`,
      );
    }
    const metadata = metadataOf(form);
    const intent: Json = {
      id: `pi_${randomBytes(12).toString('hex')}`,
      object: 'payment_intent',
      amount: Number(form['amount']),
      amount_capturable: 0,
      amount_details: { tip: {} },
      amount_received: 0,
      application: null,
      application_fee_amount: null,
      automatic_payment_methods: null,
      canceled_at: null,
      cancellation_reason: null,
      capture_method: form['capture_method'],
      client_secret: 'pi_secret_canary',
      confirmation_method: 'automatic',
      created: seconds(),
      currency: form['currency'],
      customer: form['customer'] ?? null,
      last_payment_error: null,
      latest_charge: null,
      livemode: false,
      metadata,
      next_action: null,
      payment_method: method,
      payment_method_types: ['card'],
      status: 'requires_confirmation',
    };
    intents.set(intent.id as string, intent);
    const action = card.action && (form['off_session'] === 'true' || form['error_on_requires_action'] === 'true');
    const declined = action ? { code: 'card_declined', decline_code: 'authentication_not_handled' } : card.authorise;
    if (declined) {
      const error = cardError(declined, method);
      Object.assign(intent, { status: 'requires_payment_method', last_payment_error: error, payment_method: null });
      await happened('payment_intent.payment_failed', shown(intent));
      return { status: 402, body: { error: { ...error, payment_intent: shown(intent) } } };
    }
    if (card.action || method === 'pm_card_authenticationPending') {
      Object.assign(intent, { status: 'requires_action', next_action: { type: 'use_stripe_sdk' } });
      return ok(shown(intent));
    }
    const charge = {
      id: `ch_${randomBytes(12).toString('hex')}`,
      object: 'charge',
      amount: intent.amount,
      amount_captured: 0,
      amount_refunded: 0,
      captured: false,
      metadata,
      payment_intent: intent.id,
      refunded: false,
      status: 'succeeded',
    };
    Object.assign(intent, {
      status: 'requires_capture',
      amount_capturable: intent.amount,
      latest_charge: charge,
    });
    await happened('payment_intent.amount_capturable_updated', shown(intent));
    return ok(shown(intent));
  }

  async function capture(intent: Json): Promise<Reply> {
    if (intent.status !== 'requires_capture') return unexpected(intent, 'captured');
    const declined = CARDS[String(intent.payment_method)]?.capture;
    if (declined) {
      const error = cardError(declined, String(intent.payment_method));
      await happened('payment_intent.payment_failed', shown(intent));
      return { status: 402, body: { error: { ...error, payment_intent: shown(intent) } } };
    }
    taken.push(String(intent.id));
    Object.assign(intent, { status: 'succeeded', amount_capturable: 0, amount_received: intent.amount });
    Object.assign(intent.latest_charge as Json, { captured: true, amount_captured: intent.amount });
    await happened('payment_intent.succeeded', shown(intent));
    return ok(shown(intent));
  }

  async function cancel(intent: Json): Promise<Reply> {
    if (intent.status === 'succeeded' || intent.status === 'canceled') return unexpected(intent, 'canceled');
    Object.assign(intent, { status: 'canceled', canceled_at: seconds(), amount_capturable: 0 });
    // a hold that is let go is a refund in Stripe's words
    if (intent.latest_charge) Object.assign(intent.latest_charge, { amount_refunded: intent.amount, refunded: true });
    await happened('payment_intent.canceled', shown(intent));
    return ok(shown(intent));
  }

  async function refund(form: Record<string, string>): Promise<Reply> {
    const intent = intents.get(form['payment_intent'] ?? '');
    if (intent?.status !== 'succeeded') {
      return invalid(400, `This PaymentIntent does not have a successful charge to refund.`);
    }
    const charge = intent.latest_charge as Json;
    if (charge.refunded) {
      return invalid(400, `Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
    }
    if (intent.payment_method === 'pm_card_refundRefused') {
      return invalid(400, 'This charge cannot be refunded: canary 4242.', { code: 'charge_not_refundable' });
    }
    if (charge.disputed) {
      return invalid(400, `Charge ${charge.id} has been charged back.`, { code: 'charge_disputed' });
    }
    const amount = Number(charge.amount_captured) - Number(charge.amount_refunded);
    const made: Json = {
      id: `re_${randomBytes(12).toString('hex')}`,
      object: 'refund',
      amount,
      balance_transaction: `txn_${randomBytes(8).toString('hex')}`,
      charge: charge.id,
      created: seconds(),
      currency: intent.currency,
      metadata: metadataOf(form),
      payment_intent: intent.id,
      reason: form['reason'] ?? null,
      receipt_number: null,
      status: intent.payment_method === 'pm_card_pendingRefund' ? 'pending' : 'succeeded',
    };
    refunded.push(made);
    Object.assign(charge, { refunded: true, amount_refunded: charge.amount_captured });
    await happened('charge.refunded', charge);
    await happened('refund.created', made);
    return ok(structuredClone(made));
  }

  async function refundBecomes(intentId: string, status: string, reason: string | null): Promise<void> {
    const made = refunded.findLast((one) => one.payment_intent === intentId)!;
    const charge = intents.get(intentId)!.latest_charge as Json;
    Object.assign(made, { status });
    if (status === 'failed' || status === 'canceled') {
      Object.assign(made, { failure_reason: reason, failure_balance_transaction: 'txn_failure' });
      Object.assign(charge, { refunded: false, amount_refunded: 0 });
    }
    await happened('refund.updated', made);
    await happened('charge.refund.updated', made);
    if (status === 'failed') await happened('refund.failed', made);
  }

  async function disputeBecomes(
    intentId: string,
    status: string,
    { rate = 1, daysAgo = 0, back = 0 } = {},
  ): Promise<void> {
    const intent = intents.get(intentId)!;
    const charge = intent.latest_charge as Json;
    let dispute = disputed.find((one) => one.payment_intent === intentId);
    const isNew = dispute === undefined;
    dispute ??= {
      id: `du_${randomBytes(12).toString('hex')}`,
      object: 'dispute',
      amount: intent.amount,
      balance_transactions: [],
      charge: charge.id,
      created: seconds() - daysAgo * 86_400,
      currency: intent.currency,
      evidence: { customer_email_address: 'canary@example.test', customer_name: 'Canary Card' },
      evidence_details: { due_by: seconds() + 7 * 86_400, has_evidence: false, past_due: false, submission_count: 0 },
      is_charge_refundable: false,
      livemode: false,
      metadata: {},
      payment_intent: intentId,
      reason: 'fraudulent',
    };
    if (isNew) disputed.push(dispute);
    const moved = dispute.balance_transactions as Json[];
    const isTaken = moved.at(-1)?.id === 'txn_taken';
    const sum = Math.round(Number(dispute.amount) * rate);
    const takes = status === 'needs_response' || status === 'under_review' || status === 'lost';
    const events = [isNew ? 'created' : 'updated'];
    if (takes && !isTaken) {
      moved.push({ id: 'txn_taken', object: 'balance_transaction', amount: -sum, fee: 1_500 });
      events.push('funds_withdrawn');
      if (!isNew) Object.assign(dispute.evidence_details as Json, { due_by: seconds() + 20 * 86_400 });
    }
    if (back > 0) moved.push({ id: 'txn_part', object: 'balance_transaction', amount: back, fee: 0 });
    if (status === 'won' && isTaken) {
      moved.push({ id: 'txn_back', object: 'balance_transaction', amount: sum, fee: -1_500 });
      events.push('funds_reinstated');
    }
    if (status === 'won' || status === 'lost' || status === 'warning_closed') events.push('closed');
    Object.assign(dispute, { status });
    Object.assign(charge, { disputed: takes });
    for (const event of events) await happened(`charge.dispute.${event}`, dispute);
  }

  /** Newest first, in pages, as all of Stripe's lists; an intent is whole when it is asked for. */
  function pageOf(all: readonly Json[], resource: string, form: Record<string, string>): Json {
    const about = form['payment_intent'];
    const gte = Number(form['created[gte]'] ?? 0);
    const found = [...all]
      .reverse()
      .filter((one) => (about === undefined || one.payment_intent === about) && Number(one.created) >= gte);
    const after = form['starting_after'];
    const from = after === undefined ? 0 : found.findIndex(({ id }) => id === after) + 1;
    const limit = Math.min(Number(form['limit'] ?? 10), most);
    const expands = Object.values(form).includes('data.payment_intent');
    const data = found.slice(from, from + limit).map((one) => ({
      ...structuredClone(one),
      ...(expands && { payment_intent: shown(intents.get(String(one.payment_intent))!) }),
    }));
    return { object: 'list', data, has_more: from + limit < found.length, url: `/v1/${resource}` };
  }

  /** Newest first, in pages, as all of Stripe's lists. */
  function page(form: Record<string, string>): Json {
    const gte = Number(form['created[gte]'] ?? 0);
    const all = [...intents.values()].reverse().filter(({ created }) => Number(created) >= gte);
    const after = form['starting_after'];
    const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const limit = Math.min(Number(form['limit'] ?? 10), most);
    const expands = Object.entries(form).some(
      ([name, value]) => /^expand/.test(name) && value === 'data.latest_charge',
    );
    const data = all.slice(from, from + limit).map((intent) => shown(intent, expands));
    return { object: 'list', data, has_more: from + limit < all.length, url: '/v1/payment_intents' };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://stripe');
    const text = (await request.toArray()).map(String).join('');
    const form = Object.fromEntries(new URLSearchParams(request.method === 'POST' ? text : url.search));
    const call = `${request.method} ${url.pathname}`;
    const key = request.headers['idempotency-key'] as string | undefined;
    calls.push({ call, form, key });
    if (request.headers.authorization !== `Bearer ${STRIPE_KEY}`) {
      return send(response, invalid(401, 'Invalid API Key provided'));
    }
    const mishap = planned.find((one) => one.left > 0 && one.call.test(call));
    if (mishap) mishap.left -= 1;
    if (mishap?.how === 'unheard') return void request.socket.destroy();
    if (mishap?.how === 'locked') return send(response, LOCKED);

    const fingerprint = `${call} ${JSON.stringify(form)}`;
    const before = key === undefined || request.method !== 'POST' ? undefined : kept.get(key);
    if (before && before.fingerprint !== fingerprint) {
      return send(response, {
        status: 400,
        body: {
          error: {
            type: 'idempotency_error',
            message: `Keys for idempotent requests can only be used with the same parameters they were first used with.`,
          },
        },
      });
    }
    if (before?.reply === null) return send(response, LOCKED);
    const reply = before?.reply ?? (await first(request, { call, form, key, path: url.pathname, fingerprint, mishap }));
    if (mishap?.how === 'lost') return void request.socket.destroy();
    if (mishap?.how === 'late') await sleep(mishap.ms);
    if (mishap?.how === 'broken') {
      response.writeHead(200, { 'content-type': 'application/json', 'request-id': 'req_broken' });
      return void response.end(JSON.stringify(reply.body).slice(0, 40));
    }
    send(response, reply, before ? { 'idempotent-replayed': 'true' } : {});
  }

  async function first(
    request: IncomingMessage,
    asked: {
      form: Record<string, string>;
      key: string | undefined;
      path: string;
      call: string;
      fingerprint: string;
      mishap: Planned | undefined;
    },
  ): Promise<Reply> {
    const { form, key, path, fingerprint, mishap } = asked;
    const keeping: Kept = { fingerprint, reply: null };
    if (key !== undefined && request.method === 'POST') kept.set(key, keeping);
    await sleep(LATENCY_MS);
    const done = mishap?.how === 'failed' ? BROKEN : await perform(request.method ?? '', path, form);
    const reply = mishap?.how === 'failed_done' ? BROKEN : done;
    keeping.reply = reply;
    return reply;
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000; // whoever stood still for seconds finds its connection as it was
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    intents,
    customerOf: (person) =>
      String(customers.find(({ metadata }) => (metadata as Json)['parley_user'] === person)?.['id']),
    calls,
    events,
    misbehave: (call, how, { times = Infinity, ms = 0 } = {}) => {
      planned.push({ call, how, ms, left: times });
    },
    behave: () => {
      planned = [];
    },
    captures: (id) => taken.filter((one) => one === id).length,
    refunds: (id) => refunded.filter((one) => one.payment_intent === id && one.status !== 'failed').length,
    refundBecomes,
    disputeBecomes,
    refundByHand: async (id) => {
      await refund({ payment_intent: id });
    },
    intentOf: (key) => [...intents.values()].find(({ metadata }) => (metadata as Json).parley_key === key),
    change: (id, fields) => {
      Object.assign(intents.get(id)!, fields);
    },
    forgetKeys: () => {
      kept.clear();
    },
    deliver,
    deliverAtOnce: (url) => {
      listener = url;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function metadataOf(form: Record<string, string>): Json {
  return Object.fromEntries(
    Object.entries(form).flatMap(([name, value]) => {
      const key = /^metadata\[(.+)\]$/.exec(name)?.[1];
      return key === undefined ? [] : [[key, value]];
    }),
  );
}

const seconds = () => Math.floor(Date.now() / 1_000);
const ok = (body: Json): Reply => ({ status: 200, body });
const BROKEN: Reply = { status: 500, body: { error: { type: 'api_error', message: 'An unknown error occurred' } } };
const LOCKED: Reply = {
  status: 409,
  body: {
    error: {
      type: 'idempotency_error',
      code: 'idempotency_key_in_use',
      message: 'There is currently another in-progress request using this Idempotent Key.',
    },
  },
};

function invalid(status: number, message: string, more: Json = {}): Reply {
  return { status, body: { error: { type: 'invalid_request_error', message, ...more } } };
}

const noMethod = (id: string) =>
  invalid(404, `No such PaymentMethod: '${id}'`, { code: 'resource_missing', param: 'payment_method' });

function unexpected(intent: Json, verb: string): Reply {
  const message = `This PaymentIntent could not be ${verb} because it has a status of ${intent.status}.`;
  return invalid(400, message, { code: 'payment_intent_unexpected_state', payment_intent: shown(intent) });
}

/** As in Stripe's answers: with words that name a card, which must not get any further. */
function cardError(declined: Json, method: string): Json {
  return {
    type: 'card_error',
    message: 'Your card was declined: canary 4242.',
    charge: 'ch_declined',
    doc_url: 'https://stripe.com/docs/error-codes/card-declined',
    payment_method: { id: method, object: 'payment_method', billing_details: { email: 'canary@example.test' } },
    ...declined,
  };
}

/** The charge is an id unless the caller wants it whole. */
function shown(intent: Json, expanded = false): Json {
  const charge = intent.latest_charge as Json | null;
  return structuredClone({ ...intent, latest_charge: expanded || charge === null ? charge : charge.id });
}

function send(response: ServerResponse, { status, body }: Reply, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_fake', ...headers });
  response.end(JSON.stringify(body));
}

// One gateway with something in it that could be harmed, ways to say the same thing over both transports, and a look at
// everything that is stored.

import { SignJWT } from 'jose';
import mongoose from 'mongoose';
import { expect, vi } from 'vitest';
import { statusOf } from '../../src/gateway/reply.ts';
import type { Code } from '../../src/domain/errors.ts';
import { clientId, greeted, login, post, postQuestion, requested, visitor } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { TOKEN_SECRET, world } from '../helpers/node.ts';
import { ConnectRefused, Wire } from '../helpers/wire.ts';

/** In every text that is sent: no refusal may repeat it. */
export const CANARY = 'canary7f3a91';

export type Who =
  | 'nobody'
  | 'customer'
  | 'stranger'
  | 'ada'
  | 'ben'
  | 'dan'
  | 'care'
  | 'garbage'
  | 'otherSecret'
  | 'algNone'
  | 'tampered'
  | 'expired'
  | 'wrongIssuer'
  | 'noExpiry'
  | 'roleRaised'
  | 'ofNobody'
  | 'deactivated';

export interface Answer {
  readonly ok: boolean;
  /** of a good answer */
  readonly data: Json;
  /** of a refusal */
  readonly error: Json;
  /** everything that came back */
  readonly text: string;
}

export interface Place {
  readonly url: string;
  readonly tokens: Record<Exclude<Who, 'nobody'>, string>;
  readonly customer: Client;
  readonly ada: Client;
  readonly ids: {
    /** claimed by Ada, with an automatic offer that nobody has answered */
    readonly question: string;
    readonly offer: string;
    /** reserved for Ada */
    readonly request: string;
    readonly requestQuestion: string;
    readonly customer: string;
    readonly ada: string;
  };
  /** The command over HTTP, its input as JSON text. */
  http(who: Who, name: string, input: string): Promise<Answer>;
  /** The command over a socket, its input as JSON text. */
  socket(who: Who, name: string, input: string): Promise<Answer>;
  /** Everything that is stored, as text. */
  dump(): Promise<string>;
  /** It lives, and answers good commands over both transports. */
  assertWell(): Promise<void>;
  close(): Promise<void>;
}

const STRANGER_MS = 30_000; // how long a stranger may stay connected

/** No worker: nothing changes here unless somebody asks for it. */
export async function place(env: Record<string, string> = {}): Promise<Place> {
  const here = world({
    ROLE: 'gateway',
    RATE_COMMANDS: '100000',
    MAX_SOCKETS_PER_USER: '50',
    POLICY_RESERVATION: '6h',
    ...env,
  });
  const { url } = await here.start();
  const mongo = await mongoose.mongo.MongoClient.connect(here.env['MONGODB_URI'] ?? '');
  const db = mongo.db();
  const [customer, stranger, ada, ben, dan, care] = await Promise.all([
    visitor(url, { name: 'Cora' }),
    visitor(url),
    ...['ada', 'ben', 'dan', 'care'].map((name) => login(url, `${name}@example.test`)),
  ] as [Promise<Client>, Promise<Client>, Promise<Client>, Promise<Client>, Promise<Client>, Promise<Client>]);

  const question = await postQuestion(customer);
  const offer = await greeted(customer, ada, question.id);
  const request = await requested(customer, ada, { subject: 'Another one' });
  const tokens = {
    customer: customer.token,
    stranger: stranger.token,
    ada: ada.token,
    ben: ben.token,
    dan: dan.token,
    care: care.token,
    ...(await badTokens(customer, care, await deactivated(url, care))),
  };
  const wires = new Map<Who, Promise<Wire>>();
  let strangerSince = 0;
  const tokenOf = (who: Who) => (who === 'nobody' ? undefined : tokens[who]);

  const self: Place = {
    url,
    tokens,
    customer,
    ada,
    ids: {
      question: question.id,
      offer: offer.id,
      request: request.id,
      requestQuestion: request.questionId,
      customer: customer.user.id,
      ada: ada.user.id,
    },

    async http(who, name, input) {
      const token = tokenOf(who);
      const response = await fetch(`${url}/v1/${encodeURIComponent(name)}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body: input,
      });
      const text = await response.text();
      const body = JSON.parse(text) as Json;
      if (response.ok) return { ok: true, data: body, error: {}, text };
      assertProblem(response, body);
      return { ok: false, data: {}, error: body, text };
    },

    async socket(who, name, input) {
      if (who === 'nobody' && performance.now() - strangerSince > STRANGER_MS / 2) wires.delete(who);
      if (!wires.has(who) && who === 'nobody') strangerSince = performance.now();
      const joined = wires.get(who) ?? Wire.join(url, tokenOf(who));
      wires.set(who, joined);
      try {
        const answer = await (await joined).ask(name, input);
        const text = JSON.stringify(answer);
        if (answer['ok'] === true) return { ok: true, data: answer['data'] as Json, error: {}, text };
        return { ok: false, data: {}, error: answer['error'] as Json, text };
      } catch (error) {
        wires.delete(who);
        if (!(error instanceof ConnectRefused)) throw error;
        return { ok: false, data: {}, error: error.answer['data'] as Json, text: JSON.stringify(error.answer) };
      }
    },

    async dump() {
      const collections = (await db.listCollections().toArray()).map(({ name }) => name).sort();
      const stored = await Promise.all(
        collections.map(async (name) => [name, await db.collection(name).find().sort({ _id: 1 }).toArray()]),
      );
      return mongoose.mongo.BSON.EJSON.stringify(stored);
    },

    async assertWell() {
      const live = await fetch(`${url}/health/live`);
      expect(await live.json()).toEqual({ live: true });
      expect((await self.http('customer', 'session.get', '{}')).ok).toBe(true);
      expect((await self.socket('customer', 'session.get', '{}')).ok).toBe(true);
    },

    async close() {
      await mongo.close();
      await here.close();
    },
  };
  await settled(db);
  return self;
}

/** Outboxes are cleared behind the answer. */
async function settled(db: mongoose.mongo.Db): Promise<void> {
  await vi.waitFor(async () => {
    for (const name of ['questions', 'offers']) {
      expect(await db.collection(name).countDocuments({ outboxAt: { $ne: null } })).toBe(0);
    }
  }, 30_000);
}

/** RFC 9457 */
export function assertProblem(response: Response, body: Json): void {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(body).toMatchObject({
    type: `urn:parley:problem:${body['code']}`,
    status: response.status,
    title: expect.any(String),
    detail: expect.any(String),
  });
  expect([statusOf(body['code'] as Code), 413, 415]).toContain(response.status);
}

/** An expert who was there and is not any more. */
async function deactivated(url: string, care: Client): Promise<string> {
  const email = 'gone@example.test';
  const { user } = await care.call('user.create', {
    role: 'expert',
    name: 'Gone',
    email,
    password: 'gone-for-good',
    categories: ['computer'],
    clientId: clientId(),
  });
  const { token } = await post(url, 'session.login', { email, password: 'gone-for-good' });
  await care.call('user.update', { userId: user.id, active: false });
  return token as string;
}

async function badTokens(customer: Client, care: Client, gone: string) {
  const secret = new TextEncoder().encode(TOKEN_SECRET);
  const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600;
  const claims = { role: 'admin', ver: 1 };
  const sign = (key: Uint8Array, change: (token: SignJWT) => SignJWT = (token) => token, body: Json = claims) =>
    change(
      new SignJWT(body)
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('parley')
        .setAudience('parley')
        .setSubject(care.user.id as string)
        .setIssuedAt()
        .setExpirationTime(inAnHour()),
    ).sign(key);
  const part = (body: Json) => Buffer.from(JSON.stringify(body)).toString('base64url');
  const [header = '', payload = '', signature = ''] = customer.token.split('.');
  const raised = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as Json), role: 'admin' };
  return {
    garbage: 'not-a-token',
    otherSecret: await sign(new TextEncoder().encode('another secret that is long enough to be one')),
    algNone: `${part({ alg: 'none' })}.${part({ ...claims, sub: care.user.id, iss: 'parley', aud: 'parley', exp: inAnHour() })}.`,
    tampered: `${header}.${part(raised)}.${signature}`,
    expired: await sign(secret, (token) => token.setExpirationTime(Math.floor(Date.now() / 1_000) - 60)),
    wrongIssuer: await sign(secret, (token) => token.setIssuer('elsewhere')),
    noExpiry: await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('parley')
      .setAudience('parley')
      .setSubject(care.user.id as string)
      .sign(secret),
    roleRaised: await sign(secret, (token) => token.setSubject(customer.user.id as string)),
    ofNobody: await sign(secret, (token) => token.setSubject('u_00000000-0000-7000-8000-999999999999')),
    deactivated: gone,
  };
}

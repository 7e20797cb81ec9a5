// After every command of a journey: what each client has built up from events is what it would read afresh. Clients are those
// of test/helpers/client.ts, as they come; commands change nothing in what they know, events and the answers to a watch do.

import type { Answer } from '../../web/client/calls.ts';
import type { Connection } from '../../web/client/connection.ts';
import { ParleyError } from '../../web/client/errors.ts';
import { Known } from '../../web/client/known.ts';
import type {
  Case,
  Message,
  Offer,
  Question,
  QueueChange,
  Read,
  RequestEntry,
  Taken,
  User,
} from '../../web/client/protocol.ts';

type Json = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- as in client.ts

const PATIENCE_MS = 60_000; // for events that are on their way; one that was lost is told again after ten seconds
const LOOK_MS = 25;
const PAUSE_MS = 20; // the next command waits so long for a comparison: some journeys have deadlines of less than a second
const MOST_LINES = 200; // of a conversation that is compared
const READS = /^session\.|\.(?:get|list|mine|watch|unwatch)$|^typing$/;

const followers = new Set<Follower>();
/** questions that a test has had to do with */
const touched = new Set<string>();
const comparing = new Set<Promise<void>>();
let faults: string[] = [];
let isOn = false;
let patienceMs = PATIENCE_MS;

/** For the test file that begins. `forMs`: how long what is not so is waited for */
export function compare(on: boolean, forMs = PATIENCE_MS): void {
  isOn = on;
  patienceMs = forMs;
  followers.clear();
  touched.clear();
}

/** At the end of a test: rejects when a client knew something else than was so. */
export async function assertAgreed(): Promise<void> {
  await Promise.all(comparing);
  const found = faults;
  faults = [];
  touched.clear();
  if (found.length > 0) throw new Error(`a client knows something else from events than is so\n${found.join('\n')}`);
}

/** Follows what this connection hears; null where nothing is compared. */
export function followed(connection: Connection, url: string): Follower | null {
  if (!isOn) return null;
  const follower = new Follower(connection, url);
  followers.add(follower);
  return follower;
}

export class Follower {
  readonly known = new Known();
  readonly connection: Connection;
  /** of its gateway */
  readonly url: string;
  user: User | null = null;
  /** 2.2: what was told of the queue, the newest of each */
  readonly queue = new Map<string, Question | Taken>();
  /** questions in which it delivers a service: it reads them when that begins */
  readonly #delivers = new Set<string>();
  /** questions that were there before it came: it reads them once */
  readonly #older = new Set([...followers].flatMap(({ known }) => [...known.questions.keys()]));
  readonly #comparing = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, Promise<void>>();

  constructor(connection: Connection, url: string) {
    this.connection = connection;
    this.url = url;
  }

  hear(name: string, body: Json): void {
    if (name === 'queue.changed') for (const item of (body as QueueChange).items) this.#takeQueued(item);
    this.known.hear(name as 'message.created', body as Message);
    // I22: who is no side any more is sent out of the room, and has to watch again
    const leaves = name === 'question.changed' && this.user?.role === 'expert' && body.expert?.id !== this.user.id;
    if (leaves) this.known.lines.delete(String(body.id));
  }

  /** One command, and the comparisons behind it. */
  async around(name: string, input: Json, call: () => Promise<Json>): Promise<Json> {
    if (name === 'question.watch') this.known.follow(String(input.questionId));
    const outcome = await call().then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error }),
    );
    const answer: Json = 'answer' in outcome ? outcome.answer : {};
    if (name === 'question.watch') this.#watched(String(input.questionId), input.afterSeq ?? 0, answer);
    if (name === 'question.unwatch') this.known.lines.delete(String(input.questionId));
    if (!READS.test(name)) {
      const about = questionOf(input, answer, 'error' in outcome ? outcome.error : null);
      for (const id of about) touched.add(id);
      const compared = Promise.all((about.length > 0 ? about : [...touched]).map((id) => compareAll(id, name))).then(
        () => void comparing.delete(compared),
      );
      comparing.add(compared);
      await Promise.race([compared, new Promise((resolve) => setTimeout(resolve, PAUSE_MS))]);
    }
    if ('error' in outcome) throw outcome.error;
    return outcome.answer;
  }

  /** One at a time of a question, and one more when something happened meanwhile. */
  agrees(questionId: string, after: string): Promise<void> {
    const begun = this.#comparing.get(questionId);
    if (begun === undefined) {
      const comparing = this.#compare(questionId, after).finally(() => this.#comparing.delete(questionId));
      this.#comparing.set(questionId, comparing);
      return comparing;
    }
    const next =
      this.#waiting.get(questionId) ??
      begun.then(() => {
        this.#waiting.delete(questionId);
        return this.agrees(questionId, after);
      });
    this.#waiting.set(questionId, next);
    return next;
  }

  #takeQueued(item: Question | Taken): void {
    if ((this.queue.get(item.id)?.version ?? 0) < item.version) this.queue.set(item.id, item);
  }

  #watched(questionId: string, afterSeq: number, answer: Json): void {
    const had = this.known.follow(questionId).last;
    if (answer.question === undefined || afterSeq > had) this.known.lines.delete(questionId);
    else this.known.catchUp(answer as Parameters<Known['catchUp']>[0]);
  }

  async #compare(questionId: string, after: string): Promise<void> {
    const giveUp = performance.now() + patienceMs;
    for (;;) {
      const fresh = await this.#fresh(questionId);
      if (fresh === null) return; // it sees nothing of it, or is gone itself
      if (this.#older.delete(questionId)) this.#adopt(fresh);
      this.#noteDelivery(fresh);
      const [knows, so] = this.#both(questionId, fresh);
      if (knows === so) return;
      if (performance.now() > giveUp) {
        faults.push(`${this.user?.role} ${this.user?.name} after ${after}:\nknows ${knows}\nso    ${so}`);
        this.#adopt(fresh); // said once
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async #fresh(questionId: string): Promise<Fresh | null> {
    const { connection } = this;
    const role = this.user?.role;
    const entry = async (requestId: string) => (await connection.call('request.get', { requestId })).request;
    const known = [...this.known.requests.values()].filter((one) => one.questionId === questionId).map(({ id }) => id);
    try {
      const [read, items, cases, entries] = await Promise.all([
        connection.call('question.get', { questionId }),
        this.known.lines.has(questionId)
          ? connection.call('message.list', { questionId, afterSeq: 0, limit: MOST_LINES })
          : null,
        connection.call(role === 'admin' ? 'case.list' : 'case.mine', {}),
        Promise.all(known.map(entry)),
      ]);
      const requested = role === 'customer' ? [] : read.offers.filter(({ requestedAt }) => requestedAt !== null);
      const unheard = requested.map(({ id }) => id).filter((id) => !known.includes(id));
      return {
        ...read,
        messages: items?.items ?? [],
        cases: cases.items.filter((one) => one.questionId === questionId),
        requests: [...entries, ...(await Promise.all(unheard.map(entry)))],
      };
    } catch (error) {
      if (error instanceof ParleyError) return null;
      throw error;
    }
  }

  #noteDelivery({ question, offers, requests }: Fresh): void {
    const delivers = [...requests, ...offers].some((offer) => isDelivered(offer, this.user));
    if (!delivers) this.#delivers.delete(question.id);
    else if (!this.#delivers.has(question.id)) {
      this.#delivers.add(question.id);
      this.known.takeQuestion(question);
    }
  }

  #adopt(fresh: Fresh): void {
    this.known.read(fresh);
    if (fresh.question.state !== 'draft') this.queue.set(fresh.question.id, fresh.question);
    for (const entry of fresh.requests) this.known.takeOffer(entry);
    for (const found of fresh.cases) this.known.hear('case.changed', found);
  }

  /** What it knows of what there is to read, and what is so, as text. */
  #both(questionId: string, fresh: Fresh): [knows: string, so: string] {
    const { known, user } = this;
    const lines = known.lines.get(questionId);
    const isSide = fresh.reads !== undefined;
    const follows = lines !== undefined && isSide && lines.last <= MOST_LINES;
    const box = (fresh.privateInfo?.version ?? 0) > 0; // the empty one is no event
    const plain = plainFor(user?.role === 'admin');
    const question = known.questions.get(questionId);
    const ids = new Set(fresh.offers.map(({ id }) => id));
    const of = <T extends { questionId: string; id: string }>(all: Iterable<T>) =>
      [...all].filter((one) => one.questionId === questionId);
    const holds = fresh.question.expert?.id === user?.id;
    const hasPart = user?.role !== 'expert' || holds || this.#delivers.has(questionId);
    const queued = this.queue.get(questionId);
    const told = {
      question: hasPart ? question && plain.question(question, follows) : null,
      queue: queuedFor(user, fresh.question, queued),
      offers: byId(of(known.offers.values()).filter(({ id }) => ids.has(id))).map(plain.offer),
      requests: byId(of(known.requests.values()).filter(({ id }) => ids.has(id))).map(plain.entry),
      cases: byId(of(known.cases.values())),
      privateInfo: box ? (known.privateInfo.get(questionId) ?? null) : null,
      messages: follows ? lines.shown.map(plain.line) : [],
      reads: follows ? byReader(known.readsOf(questionId)) : [],
    };
    const so: typeof told = {
      question: hasPart ? plain.question(fresh.question, follows) : null,
      queue: queuedFor(
        user,
        fresh.question,
        queued === undefined && isTaken(fresh.question) ? undefined : fresh.question,
      ),
      offers: byId(fresh.offers).map(plain.offer),
      requests: byId(fresh.requests).map(plain.entry),
      cases: byId(fresh.cases),
      privateInfo: box ? (fresh.privateInfo ?? null) : null,
      messages: follows ? fresh.messages.map(plain.line) : [],
      reads: follows ? byReader(fresh.reads ?? []) : [],
    };
    return differing(told, so);
  }
}

interface Fresh extends Answer<'question.get'> {
  readonly messages: Message[];
  readonly cases: Case[];
  readonly requests: RequestEntry[];
}

/** What events do not say: lines nobody follows; what is the reader's own of a line. */
function plainFor(isAdmin: boolean) {
  return {
    question: ({ lastSeq, ...rest }: Question, follows: boolean) => (follows ? { ...rest, lastSeq } : rest),
    offer: (offer: Offer) => {
      const { prefix: _p, subject: _s, category: _c, postedAt: _at, preview: _t, ...rest } = offer as RequestEntry;
      return rest;
    },
    entry: (entry: RequestEntry) => entry,
    line: ({ warnings: _, flagged, ...rest }: Message) => (isAdmin && flagged ? { ...rest, flagged } : rest),
  };
}

/** 2.2: what the queue of an expert shows of it: what there is to claim, or who has it. */
function queuedFor(user: User | null, { category }: Question, entry: Question | Taken | undefined) {
  if (user?.role !== 'expert' || user.categories?.includes(category) !== true || entry === undefined) return null;
  if (isTaken(entry)) return { isOver: entry.state === 'closed', expert: entry.expert?.id ?? null };
  const { id, subject, body, value, payout, customer, postedAt } = entry;
  return { id, category, subject, body, value, payout, customer, postedAt };
}

const isTaken = (entry: Question | Taken): entry is Taken => entry.state !== 'open' || !('subject' in entry);

const isDelivered = ({ acceptedBy, state }: Offer | RequestEntry, user: User | null): boolean =>
  user?.role === 'expert' && acceptedBy?.id === user.id && state !== 'refunded';

const byId = <T extends { readonly id: string }>(all: readonly T[]) => all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
const byReader = (all: readonly Read[]) => all.toSorted((a, b) => (a.by.id < b.by.id ? -1 : 1));

/** The parts that are not the same, in the same order of keys; two empty texts when all are. */
function differing<T extends object>(told: T, so: T): [string, string] {
  const texts = (Object.keys(so) as (keyof T)[]).map((key) => [text({ [key]: told[key] }), text({ [key]: so[key] })]);
  const apart = texts.filter(([one, other]) => one !== other);
  return [apart.map(([one]) => one).join('\n'), apart.map(([, other]) => other).join('\n')];
}

const text = (value: unknown) =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** Which questions a command is about; none: it may be about all. */
function questionOf(input: Json, answer: Json, error: unknown): string[] {
  const details: Json = (error instanceof ParleyError && error.details) || {};
  const said = [input.questionId, answer.question?.id, details.questionId];
  for (const key of ['offer', 'request', 'case', 'message', 'privateInfo']) said.push(answer[key]?.questionId);
  const knows = [...followers].map(({ known }) => known);
  for (const id of [input.offerId, input.requestId].filter(Boolean)) {
    said.push(...knows.map(({ offers }) => offers.get(String(id))?.questionId));
  }
  if (input.caseId) said.push(...knows.map(({ cases }) => cases.get(String(input.caseId))?.questionId));
  return [...new Set(said.filter((id) => typeof id === 'string'))];
}

/** Everybody who is there and may see it: of several windows of a person the newest. */
async function compareAll(questionId: string, after: string): Promise<void> {
  const question = [...followers].map(({ known }) => known.questions.get(questionId)).find((one) => one !== undefined);
  const newest = new Map<string, Follower>();
  for (const follower of followers) {
    const { user, connection, known } = follower;
    if (connection.status !== 'online') followers.delete(follower);
    else if (user !== null && (known.questions.has(questionId) || concerns(user, question))) {
      newest.set(`${user.id} ${follower.url}`, follower);
    }
  }
  await Promise.all([...newest.values()].map((follower) => follower.agrees(questionId, after)));
}

function concerns(user: User, question: Question | undefined): boolean {
  if (user.role === 'admin') return true;
  if (user.role === 'customer') return question?.customer.id === user.id;
  return question !== undefined && (user.categories ?? []).includes(question.category);
}

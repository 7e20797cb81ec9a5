// What a client knows: the newest of every record, and the lines of the conversations that it follows. Events come late, twice
// and in any order; what is older than what is known changes nothing.

import type { Answer } from './calls.ts';
import { Lines } from './lines.ts';
import type { EventName } from './connection.ts';
import type {
  Availability,
  Case,
  Light,
  Offer,
  PrivateInfoChange,
  Question,
  Read,
  Refund,
  RequestEntry,
} from './protocol.ts';
import type { Spoken } from './spoken.ts';

/** Of somebody in a conversation: whether they are there, and away. */
export type Shown = Pick<Light, 'online' | 'state'>;

export class Known {
  readonly questions = new Map<string, Question>();
  /** offers and requests: one thing, seen from two sides */
  readonly offers = new Map<string, Offer>();
  /** as the Request Center shows them */
  readonly requests = new Map<string, RequestEntry>();
  readonly cases = new Map<string, Case>();
  /** by question */
  readonly privateInfo = new Map<string, PrivateInfoChange>();
  /** by question: what its customer has asked back */
  readonly refunds = new Map<string, readonly Refund[]>();
  /** of the questions that are followed */
  readonly lines = new Map<string, Lines>();
  /** who is there or away: by question, then by person; true for as long as the connection lasts */
  readonly lights = new Map<string, Map<string, Shown>>();
  /** whether oneself is away (6.1): experts */
  own: Availability | null = null;
  readonly #marks = new Map<string, Map<string, Read>>();

  /** False: it says nothing new, or nothing that is kept. */
  hear<N extends EventName>(name: N, body: Spoken[N]): boolean {
    return HEARD[name]?.(this, body) ?? false;
  }

  /** From here on its lines are kept; to be called before it is watched, because events may overtake the answer. */
  follow(questionId: string): Lines {
    const lines = this.lines.get(questionId) ?? new Lines();
    this.lines.set(questionId, lines);
    return lines;
  }

  /** What an answer or an event says of oneself; the newest word counts. */
  takeOwn({ state, until, because, version }: Availability): boolean {
    // an absence ends without a new version
    const isOlder = this.own !== null && this.own.version > version;
    if (isOlder || (this.own?.version === version && this.own.state === state)) return false;
    this.own = { state, version, ...(until !== undefined && { until }), ...(because !== undefined && { because }) };
    return true;
  }

  takeLight({ questionId, userId, online, state }: Light): boolean {
    const lights = this.lights.get(questionId) ?? new Map<string, Shown>();
    this.lights.set(questionId, lights);
    const before = lights.get(userId);
    if (before?.online === online && before.state === state) return false;
    lights.set(userId, { online, state });
    return true;
  }

  /** The answer to a watch. */
  catchUp(answer: Answer<'question.watch'>): void {
    const lines = this.follow(answer.question.id);
    for (const message of [...answer.changed, ...answer.messages]) lines.take(message);
    this.read(answer);
    const { id: questionId, customer, expert } = answer.question;
    for (const side of [customer, expert]) {
      if (side === null) continue;
      const [online, away] = [answer.online.includes(side.id), answer.away.includes(side.id)];
      this.takeLight({ questionId, userId: side.id, online, state: away ? 'away' : 'available' });
    }
    lines.announce(answer.question.lastSeq);
  }

  /** What `question.get` answers, and a watch beside the lines. */
  read({ question, offers, reads = [], refunds, privateInfo }: Answer<'question.get'>): void {
    this.takeQuestion(question);
    if (refunds !== undefined) this.takeRefunds(question.id, refunds);
    for (const offer of offers) this.takeOffer(offer);
    for (const read of reads) this.takeRead(question.id, read);
    if (privateInfo !== undefined) take(this.privateInfo, privateInfo.questionId, privateInfo);
  }

  /** How far the two sides have read, as many of them as have read. */
  readsOf(questionId: string): Read[] {
    const question = this.questions.get(questionId);
    const marks = this.#marks.get(questionId);
    return [question?.customer, question?.expert].flatMap((side) => (side && marks?.get(side.id)) ?? []);
  }

  takeQuestion(question: Question): boolean {
    const before = this.questions.get(question.id);
    const lastSeq = Math.max(question.lastSeq, before?.lastSeq ?? 0);
    // lines are not counted in the version
    if (before !== undefined && before.version >= question.version) {
      if (lastSeq === before.lastSeq) return false;
      this.questions.set(question.id, { ...before, lastSeq });
    } else this.questions.set(question.id, { ...question, lastSeq });
    return true;
  }

  takeOffer(offer: Offer | RequestEntry): boolean {
    const isEntry = 'prefix' in offer && take(this.requests, offer.id, offer);
    return take(this.offers, offer.id, offer) || isEntry;
  }

  /** All of them, as they are now. */
  takeRefunds(questionId: string, refunds: readonly Refund[]): boolean {
    this.refunds.set(questionId, refunds);
    return true;
  }

  takeRead(questionId: string, read: Read): boolean {
    const marks = this.#marks.get(questionId) ?? new Map<string, Read>();
    this.#marks.set(questionId, marks);
    if ((marks.get(read.by.id)?.seq ?? 0) >= read.seq) return false;
    marks.set(read.by.id, read);
    return true;
  }
}

/** What each event changes. */
const HEARD: { readonly [N in EventName]?: (known: Known, body: Spoken[N]) => boolean } = {
  'question.changed': (known, question) => known.takeQuestion(question),
  'offer.changed': (known, offer) => known.takeOffer(offer),
  'request.changed': (known, request) => known.takeOffer(request),
  'case.changed': (known, changed) => take(known.cases, changed.id, changed),
  'private-info.changed': (known, changed) => take(known.privateInfo, changed.questionId, changed),
  'read.changed': (known, { questionId, by, seq }) => known.takeRead(questionId, { by, seq }),
  'presence.changed': (known, said) => ('questionId' in said ? known.takeLight(said) : known.takeOwn(said)),
  'message.created': (known, message) => takeLine(known, message),
  'message.changed': (known, message) => takeLine(known, message),
};

function takeLine(known: Known, message: Spoken['message.created']): boolean {
  const question = known.questions.get(message.questionId);
  if (question !== undefined) known.takeQuestion({ ...question, lastSeq: message.seq });
  return known.lines.get(message.questionId)?.take(message) ?? false;
}

function take<T extends { readonly version: number }>(known: Map<string, T>, id: string, found: T): boolean {
  const before = known.get(id);
  if (before !== undefined && before.version >= found.version) return false;
  known.set(id, found);
  return true;
}

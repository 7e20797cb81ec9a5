// One conversation as a view shows it: signals of what is known of its question, with the lines that are still owed at the end.

import { batch, computed, effect, signal, untracked } from '@preact/signals-core';
import type { ReadonlySignal } from '@preact/signals-core';
import type { Connection } from './connection.ts';
import { ParleyError } from './errors.ts';
import { Follower } from './follower.ts';
import { Known } from './known.ts';
import type { Shown } from './known.ts';
import { owedLine, sentLine } from './line.ts';
import type { Author, Line } from './line.ts';
import type { Draft, Outbox, Owed } from './outbox.ts';
import type { Message, Offer, PrivateInfoChange, Question, Refund, User } from './protocol.ts';
import { keepWatched } from './watches.ts';

/** `gone`: it does not exist, or not for this person. `failed`: `error` says why. */
export type ConversationState = 'loading' | 'ready' | 'gone' | 'forbidden' | 'failed';

export interface ConversationParts {
  readonly connection: ReadonlySignal<Connection | null>;
  readonly user: ReadonlySignal<User | null>;
  readonly outbox: Outbox;
  /** no view has it any more */
  released(): void;
}

const PAGE = 50; // lines to begin with
const MOST = 3 * PAGE; // before the oldest are let go, a page at a time
const TYPING_MS = 6_000; // without a word of it somebody types no longer
const TYPE_MS = 2_000; // told no more often: the server passes on one a second

const NOTHING: ReadonlyMap<string, number> = new Map();
const NONE: readonly Refund[] = [];

/** As views have it. */
export type Conversation = Omit<LiveConversation, 'take' | 'hold' | 'forget'>;

export class LiveConversation {
  readonly questionId: string;
  readonly #parts: ConversationParts;
  readonly #state = signal<ConversationState>('loading');
  readonly #error = signal<ParleyError | null>(null);
  readonly #question = signal<Question | null>(null);
  readonly #offers = signal<readonly Offer[]>([]);
  readonly #messages = signal<readonly Message[]>([]);
  readonly #privateInfo = signal<PrivateInfoChange | null>(null);
  readonly #refunds = signal<readonly Refund[]>([]);
  readonly #readBy = signal(NOTHING);
  readonly #typing = signal<Author | null>(null);
  readonly #present = signal<ReadonlyMap<string, Shown>>(new Map());
  #letGo: () => void = () => undefined;
  readonly #earlier = signal<'more' | 'loading' | 'all'>('all');
  /** how far this person has read here, told to the server or not */
  readonly #mark = signal(0);
  readonly #lineOf = new WeakMap<Message | Owed, Line>();
  readonly #known = new Known();
  #shown: readonly Line[] = [];
  readonly #stop: () => void;
  #follower: Follower | null = null;
  #toldMark = 0;
  #isMarking = false;
  #typedAt = -Infinity;
  #typingEnds: ReturnType<typeof setTimeout> | undefined;
  #views = 0;

  constructor(questionId: string, parts: ConversationParts) {
    this.questionId = questionId;
    this.#parts = parts;
    this.#stop = effect(() => {
      const connection = parts.connection.value;
      return connection === null ? undefined : untracked(() => this.#attach(connection));
    });
  }

  get state(): ReadonlySignal<ConversationState> {
    return this.#state;
  }

  get error(): ReadonlySignal<ParleyError | null> {
    return this.#error;
  }

  get question(): ReadonlySignal<Question | null> {
    return this.#question;
  }

  /** In the order in which they became known. */
  get offers(): ReadonlySignal<readonly Offer[]> {
    return this.#offers;
  }

  /** The box has changed, and by whom (9.1). */
  get privateInfo(): ReadonlySignal<PrivateInfoChange | null> {
    return this.#privateInfo;
  }

  /** What its customer has asked back, and what came of it (8.4). */
  get refunds(): ReadonlySignal<readonly Refund[]> {
    return this.#refunds;
  }

  /** How far each has read, by the id of the person. */
  get readBy(): ReadonlySignal<ReadonlyMap<string, number>> {
    return this.#readBy;
  }

  /** Who is writing at the moment. */
  get typing(): ReadonlySignal<Author | null> {
    return this.#typing;
  }

  /** Are there lines before those that are here? */
  get earlier(): ReadonlySignal<'more' | 'loading' | 'all'> {
    return this.#earlier;
  }

  /** Messages by `seq`, then what is owed. A line is the same object for as long as nothing about it changes. */
  readonly lines: ReadonlySignal<readonly Line[]> = computed(() => {
    const user = this.#parts.user.value;
    const messages = this.#messages.value;
    const mine = new Set(messages.filter(({ by }) => by.id === user?.id).map(({ clientId }) => clientId));
    const owed = this.#parts.outbox.owed.value.filter(
      ({ questionId, clientId }) => questionId === this.questionId && !mine.has(clientId),
    );
    const author = user ?? { id: '', name: '', role: 'customer' };
    this.#shown = same(this.#shown, [
      ...messages.map((message) => this.#once(message, () => sentLine(message))),
      ...owed.map((one) => this.#once(one, () => owedLine(one, author))),
    ]);
    return this.#shown;
  });

  /** Lines of others that are here and that this person has not read; that it is closed is none of them. */
  readonly unread: ReadonlySignal<number> = computed(() => {
    const id = this.#parts.user.value?.id;
    const read = Math.max(this.#mark.value, this.#readBy.value.get(id ?? '') ?? 0);
    return this.#messages.value.filter(({ seq, by, kind }) => seq > read && by.id !== id && kind !== 'closed').length;
  });

  /** The light of the other side: there or not, available or away (6.1). Null: there is none yet, or nobody knows. */
  readonly light: ReadonlySignal<Shown | null> = computed(() => {
    const question = this.#question.value;
    const id = this.#parts.user.value?.id;
    const other = question?.customer.id === id ? question?.expert?.id : question?.customer.id;
    return this.#present.value.get(other ?? '') ?? null;
  });

  /** Is the other side here? Null: there is none yet, or nobody knows. */
  readonly online: ReadonlySignal<boolean | null> = computed(() => this.light.value?.online ?? null);

  /** It is in the outbox: shown, kept, and sent as soon as it can be. Answers the id it is known by there. */
  send(line: Omit<Draft, 'questionId'>): string {
    this.#typedAt = -Infinity;
    return this.#parts.outbox.add({ ...line, questionId: this.questionId });
  }

  /** This person is writing; to be called for every key. */
  type(): void {
    const connection = this.#parts.connection.value;
    const now = performance.now();
    if (connection?.status !== 'online' || now - this.#typedAt < TYPE_MS) return;
    this.#typedAt = now;
    connection.call('typing', { questionId: this.questionId }).catch(() => undefined); // nobody misses it
  }

  /** Everything up to here has been read. */
  read(seq: number): void {
    this.#mark.value = Math.max(seq, this.#mark.value);
    void this.#tellMark();
  }

  /** A page more of the past. @throws ParleyError */
  async loadEarlier(): Promise<void> {
    const follower = this.#follower;
    if (follower === null || this.#earlier.value !== 'more') return;
    this.#earlier.value = 'loading';
    try {
      await follower.loadEarlier();
    } finally {
      this.#earlier.value = follower.hasEarlier ? 'more' : 'all';
    }
  }

  /** Nobody looks at the past now: of many lines only the newest stay here, and `loadEarlier` brings the others again. */
  trim(): void {
    if (this.#messages.peek().length <= MOST || this.#follower === null || this.#earlier.peek() === 'loading') return;
    this.#known.follow(this.questionId).trim(MOST - PAGE);
    this.#refresh();
  }

  /** What the answer to a command has told, before its event comes. */
  take(answer: Told): void {
    const { question, offer, offers = [], message, refunds } = answer;
    const news = [
      refunds !== undefined && question?.id === this.questionId && this.#known.takeRefunds(this.questionId, refunds),
      question?.id === this.questionId && this.#known.takeQuestion(question),
      ...[...offers, ...(offer ? [offer] : [])].map(
        (one) => one.questionId === this.questionId && this.#known.takeOffer(one),
      ),
      message?.questionId === this.questionId && this.#known.follow(this.questionId).take(message),
    ];
    if (news.some(Boolean)) this.#refresh();
  }

  /** Another view shows it. */
  hold(): this {
    this.#views += 1;
    return this;
  }

  /** The view that asked for it is gone; with the last one no more is heard. */
  release(): void {
    this.#views -= 1;
    if (this.#views === 0) this.#end();
  }

  /** It is another person's now: nothing of it stays. */
  forget(): void {
    this.#end();
    batch(() => {
      this.#state.value = 'gone';
      this.#question.value = null;
      this.#offers.value = [];
      this.#messages.value = [];
      this.#privateInfo.value = null;
      this.#refunds.value = [];
      this.#readBy.value = NOTHING;
      this.#earlier.value = 'all';
    });
  }

  #end(): void {
    this.#parts.released();
    const letGo = this.#letGo;
    this.#stop();
    letGo();
  }

  /** Follows it over this connection; answers what ends that. */
  #attach(connection: Connection): () => void {
    const follower = new Follower(connection, this.questionId, { known: this.#known, newest: PAGE });
    this.#follower = follower;
    this.#letGo = keepWatched(connection, this.questionId);
    const stops = [
      follower.onChange(() => this.#refresh()),
      connection.on('typing', ({ questionId, by }) => {
        if (questionId === this.questionId) this.#types(by);
      }),
      connection.on('message.created', ({ questionId, by }) => {
        if (questionId === this.questionId && by.id === this.#typing.peek()?.id) this.#types(null);
      }),
      connection.onStatus((status) => {
        if (status === 'online') void this.#tellMark();
        else this.#alone();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      follower.end();
      this.#follower = null;
      this.#alone();
    };
  }

  /** Without a line nobody is seen. */
  #alone(): void {
    this.#types(null);
    this.#known.lights.delete(this.questionId);
    this.#present.value = new Map();
  }

  #types(by: Author | null): void {
    clearTimeout(this.#typingEnds);
    this.#typing.value = by;
    if (by !== null) this.#typingEnds = setTimeout(() => (this.#typing.value = null), TYPING_MS);
  }

  #refresh(): void {
    batch(() => {
      const known = this.#known;
      this.#question.value = known.questions.get(this.questionId) ?? null;
      this.#offers.value = same(this.#offers.peek(), [...known.offers.values()]);
      this.#messages.value = same(this.#messages.peek(), known.follow(this.questionId).shown);
      this.#privateInfo.value = known.privateInfo.get(this.questionId) ?? null;
      this.#refunds.value = known.refunds.get(this.questionId) ?? NONE;
      this.#present.value = new Map(known.lights.get(this.questionId));
      this.#readBy.value = new Map(known.readsOf(this.questionId).map(({ by, seq }) => [by.id, seq]));
      const follower = this.#follower;
      if (follower === null) return;
      if (this.#earlier.peek() !== 'loading') this.#earlier.value = follower.hasEarlier ? 'more' : 'all';
      // who has to sign in again keeps the view
      const ended =
        follower.ended?.code === 'auth.required' || follower.ended?.code === 'offline' ? null : follower.ended;
      this.#error.value = ended;
      if (ended !== null) this.#state.value = STATES[ended.code] ?? 'failed';
      else if (follower.isReady) this.#state.value = 'ready';
    });
    void this.#tellMark();
  }

  /** One at a time; what is read meanwhile is told by the next one. */
  async #tellMark(): Promise<void> {
    const connection = this.#parts.connection.peek();
    const seq = Math.min(this.#mark.peek(), this.#known.follow(this.questionId).last);
    if (this.#isMarking || connection?.status !== 'online' || seq <= this.#toldMark) return;
    this.#isMarking = true;
    try {
      await connection.call('message.read', { questionId: this.questionId, seq });
      this.#toldMark = seq;
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      if (!error.retryable) this.#toldMark = seq; // admins have no mark
      return; // told with the next line, or when the connection is back
    } finally {
      this.#isMarking = false;
    }
    void this.#tellMark();
  }

  #once(of: Message | Owed, make: () => Line): Line {
    const line = this.#lineOf.get(of) ?? make();
    this.#lineOf.set(of, line);
    return line;
  }
}

/** What of an answer is about a conversation. */
export interface Told {
  readonly question?: Question;
  readonly offer?: Offer;
  readonly offers?: readonly Offer[];
  readonly message?: Message;
  readonly refunds?: readonly Refund[];
}

const STATES: Readonly<Record<string, ConversationState>> = { not_found: 'gone', 'auth.forbidden': 'forbidden' };

/** The list of before when nothing in it has changed, so that nobody draws it again. */
function same<T>(before: readonly T[], now: readonly T[]): readonly T[] {
  const isSame = before.length === now.length && before.every((one, index) => one === now[index]);
  return isSame ? before : [...now];
}

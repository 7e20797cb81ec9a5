// No lost event is lost for longer than ten seconds, whatever Redis does. By one timer each gateway asks MongoDB what was
// changed, compares it with what its sockets were told, and tells them the rest; by the same timer the lights of people become
// true (lights.ts). What is found is looked at again one beat later, because most of it is only on its way; what has changed
// once more by then is on its way as well, and is given a while. While nothing happens a beat
// is six look-ups that find nothing, and one more for each thousand conversations that are watched.

import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventName } from '../commands/events.ts';
import { messageView } from '../commands/views/message.ts';
import { queueNewsView } from '../commands/views/queue.ts';
import type { Ctx } from '../context.ts';
import type { Fact } from '../domain/fact.ts';
import type { MachineRecord } from '../domain/machine.ts';
import type { Actor } from '../domain/people.ts';
import { tellThisGateway } from './adapter.ts';
import type { Io } from './client.ts';
import { lookAtLights, lookAtOwn } from './lights.ts';
import type { LightParts } from './lights.ts';
import { ADMINS, categoryRoom, emitterIn, publishTo, questionRoom, queueRoom, userRoom } from './publish.ts';
import type { Rooms } from './publish.ts';
import { identityOf } from './told.ts';
import type { Identity } from './told.ts';

export interface BeatParts extends LightParts {
  readonly ctx: Ctx;
  /** the kinds of records that clients hear of; the dispatch has a machine for each */
  readonly machines: readonly Kind[];
  /** 9.1: what was told of the last change of a question's box, and whom; null when there is none */
  readonly lastBoxChange: (questionId: string) => Promise<(Fact & { readonly version: number }) | null>;
}

const BEAT_MS = 3_000; // found within one, told again within two: under ten seconds with room for a slow look
const PUT_OFF_MS = 1_000; // a gateway that is busy telling what happens looks later by this at most
const BUSY = 0.8; // of its time
const TICK_MS = 250;
const ON_ITS_WAY_MS = 1_000; // what was saved this moment
const LIGHTS_EVERY = 3; // beats
const OVERLAP_S = 12; // of MongoDB's clock: what was saved before may show itself only now
const AGO_MS = 30_000; // marks, redactions and boxes have the clocks of processes
const PLACES = 1_000; // conversations in one look-up
const MOST_CHANGED = 1_000; // records in one look-up
const MOST_LOOKS = 20; // look-ups of one beat: a flood is finished by the next ones
const MOST_SEEN = 50_000;
const PAGE = 200; // lines told again at a time

type Changes = Pick<Ctx['stores']['questions'], 'lastChange' | 'changedSince'>;
type Changed = Awaited<ReturnType<Changes['changedSince']>>[number];
type Instant = Changed['at'];

interface Kind {
  readonly told: { readonly events: readonly string[]; readonly to: 'everybody' | 'parts' | 'admins' };
  store(stores: Ctx['stores']): Changes & { read(id: string): Promise<{ readonly record: MachineRecord } | null> };
  fact(ctx: Ctx, record: MachineRecord): Fact | Promise<Fact>;
}

/** Looks until it is told to stop; while thousands of events are on their way to sockets, most of them would be looked for too. */
export function startBeat(io: Io, parts: BeatParts): () => void {
  const beat = new Beat(io, parts);
  let [underWay, isOver] = [false, false];
  let lookedAt = performance.now();
  let spent = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const { utilization } = performance.eventLoopUtilization(spent);
    spent = performance.eventLoopUtilization();
    const now = performance.now();
    if (underWay || now < lookedAt + BEAT_MS + (utilization > BUSY ? PUT_OFF_MS : 0)) return;
    underWay = true;
    lookedAt = now;
    beat
      .look()
      .catch((error: unknown) => {
        if (!isOver) parts.ctx.log.warn({ err: error }, 'what changed is looked for again');
      })
      .finally(() => (underWay = false));
  }, TICK_MS).unref();
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}

class Beat {
  readonly #io: Io;
  readonly #parts: BeatParts;
  readonly #since = new Map<Kind, Instant>();
  /** how many looks in a row have found nothing new */
  readonly #quiet = new Map<Kind, number>();
  /** what was found already; the newest */
  readonly #seen = new Set<string>();
  /** what was found since the last beat, and is looked at in the next one */
  #found: (() => void | Promise<void>)[] = [];
  /** newer than what was found */
  #onItsWay: Fact[] = [];
  /** the line that was missing at the last look */
  readonly #missing = new Map<string, number>();
  #count = 0;

  constructor(io: Io, parts: BeatParts) {
    this.#io = io;
    this.#parts = parts;
  }

  async look(): Promise<void> {
    const { told } = this.#parts;
    told.forget((questionId) => this.#isHere(questionRoom(questionId)), performance.now());
    for (const tell of this.#found.splice(0)) await tell();
    for (const kind of this.#parts.machines) await this.#lookAtRecords(kind);
    await this.#lookAtLines();
    await this.#lookAtRest();
    this.#count += 1;
    await this.#tellLate();
    for (const key of this.#seen) {
      if (this.#seen.size <= MOST_SEEN) break;
      this.#seen.delete(key);
    }
    // the last of all, and what needs Redis behind what does not: without it nobody knows who is there, and lights stay as they are
    if (this.#count % LIGHTS_EVERY !== 0) return;
    await lookAtOwn(this.#io, this.#parts);
    await lookAtLights(this.#io, this.#parts);
  }

  /** Records: by their versions. */
  async #lookAtRecords(kind: Kind): Promise<void> {
    const store = kind.store(this.#parts.ctx.stores);
    const start = this.#since.get(kind) ?? (await store.lastChange());
    if (start === null) return; // there is none yet
    let [from, isNew] = [this.#since.has(kind) ? start : earlier(start), false];
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const changes: readonly Changed[] = await store.changedSince(from, MOST_CHANGED);
      for (const one of changes) {
        isNew = this.#find(`${one.id} ${one.version}`, () => this.#tellRecord(kind, one)) || isNew;
      }
      from = changes.at(-1)?.at ?? from;
      if (changes.length === MOST_CHANGED) continue;
      // the next look begins a little before the end of this one, until nothing more has come for some beats
      const quiet = isNew ? 0 : (this.#quiet.get(kind) ?? 0) + 1;
      this.#quiet.set(kind, quiet);
      this.#since.set(kind, quiet * BEAT_MS > OVERLAP_S * 1_000 ? from : isNew ? earlier(from) : start);
      return;
    }
    this.#since.set(kind, from); // a flood goes on where it was left
  }

  async #tellRecord(kind: Kind, one: Changed): Promise<void> {
    const { ctx } = this.#parts;
    // whoever leaves is shown out of the room of a question, also when that message of another process was lost
    if (!this.#isHere(questionRoom(one.id)) && !this.#mayBeBehind(kind, one)) return;
    const saved = await kind.store(ctx.stores).read(one.id);
    if (saved !== null) this.#tellFound(await kind.fact(ctx, saved.record), saved.record.version === one.version);
  }

  /** Is somebody here whom it concerns, of a kind that has not heard of it? Then the record is read. */
  #mayBeBehind({ told: { events, to } }: Kind, one: Changed): boolean {
    const isBehind = (role: Actor['role']) => !this.#parts.told.hasAny(events, role, one);
    if (this.#isHere(ADMINS) && isBehind('admin')) return true;
    if (to === 'admins') return false;
    if (this.#isHere(userRoom(one.customerId)) && isBehind('customer')) return true;
    if (this.#isQueueBehind(one)) return true;
    const experts = one.expertIds.map(userRoom);
    if (one.categoryId !== null && to === 'everybody') experts.push(categoryRoom(one.categoryId));
    return experts.some((room) => this.#isHere(room)) && isBehind('expert');
  }

  /** 2.2: does somebody here watch the queue of its category, and has not heard of its last change? */
  #isQueueBehind({
    id,
    categoryId,
    queueVersion: version,
  }: Pick<Changed, 'id' | 'categoryId' | 'queueVersion'>): boolean {
    if (version === null || categoryId === null || !this.#isHere(queueRoom(categoryId))) return false;
    return !this.#parts.told.has('queue.changed', 'expert', { id, version });
  }

  /** 2.3: conversations have no gaps, so somebody is behind when a line stands at the next place. */
  async #lookAtLines(): Promise<void> {
    const { ctx, told } = this.#parts;
    const known = [...told.watched].flatMap(([questionId, { seq }]) =>
      seq === null ? [] : [[questionId, seq] as const],
    );
    for (let index = 0; index < known.length; index += PLACES) {
      const some = known.slice(index, index + PLACES);
      const taken = await ctx.stores.messages.findPlaces(some.map(([questionId, seq]) => [questionId, seq + 1]));
      for (const [questionId, seq] of some) {
        if (!taken.has(questionId) || told.watched.get(questionId)?.seq !== seq) this.#missing.delete(questionId);
        else if (this.#missing.get(questionId) === seq) await this.#tellLines(questionId, seq);
        else this.#missing.set(questionId, seq);
      }
    }
    for (const questionId of this.#missing.keys()) {
      if (!told.watched.has(questionId)) this.#missing.delete(questionId);
    }
  }

  async #tellLines(questionId: string, afterSeq: number): Promise<void> {
    this.#missing.delete(questionId);
    const lines = await this.#parts.ctx.stores.messages.page(questionId, { afterSeq }, PAGE);
    for (const line of lines) this.#io.local.to(questionRoom(questionId)).emit('message.created', messageView(line));
  }

  /** 2.3, 9.1, 9.2: read marks, redactions and boxes have no version in a record. */
  async #lookAtRest(): Promise<void> {
    if (this.#io.sockets.sockets.size === 0) return;
    const { ctx } = this.#parts;
    const { messages, readMarks, privateInfo } = ctx.stores;
    const since = new Date(ctx.now().getTime() - AGO_MS);
    for (const message of await messages.findRedactedSince(since, MOST_CHANGED)) {
      const { questionId, seq } = message;
      this.#find(`redacted ${questionId}/${seq}`, () => {
        this.#tell({ type: 'message.changed', message, to: 'everybody' });
      });
    }
    for (const { questionId, userId, seq } of await readMarks.findMovedSince(since, MOST_CHANGED)) {
      this.#find(`read ${questionId}/${userId} ${seq}`, () => this.#tellMark(questionId, userId, seq));
    }
    for (const { questionId, version } of await privateInfo.findChangedSince(since, MOST_CHANGED)) {
      this.#find(`box ${questionId} ${version}`, () => this.#tellBox(questionId, version));
    }
  }

  async #tellMark(questionId: string, userId: string, seq: number): Promise<void> {
    if (!this.#isHere(questionRoom(questionId))) return;
    const user = await this.#parts.ctx.stores.users.read(userId);
    if (user === null) return;
    this.#tell({ type: 'read.changed', questionId, by: { id: user.id, name: user.name }, seq });
  }

  async #tellBox(questionId: string, version: number): Promise<void> {
    const fact = await this.#parts.lastBoxChange(questionId);
    if (fact !== null) this.#tellFound(fact, fact.version === version);
  }

  /** What is newer than what was found was not looked for yet: most of it comes by itself. */
  #tellFound(fact: Fact, isAsFound: boolean): void {
    if (isAsFound) this.#tell(fact);
    else this.#onItsWay.push(fact);
  }

  async #tellLate(): Promise<void> {
    if (this.#onItsWay.length === 0) return;
    await sleep(ON_ITS_WAY_MS, undefined, { ref: false });
    for (const fact of this.#onItsWay.splice(0)) this.#tell(fact);
  }

  /** Looked at in the next beat: by then most of it has been told. False when it was found before. */
  #find(key: string, tell: () => void | Promise<void>): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    this.#found.push(tell);
    return true;
  }

  #isHere(room: string): boolean {
    return this.#io.sockets.adapter.rooms.has(room);
  }

  /** To those here who were not told; who is no side any more follows no further (I22). */
  #tell(fact: Fact): void {
    publishTo(this.#untold(), fact);
  }

  #untold(): Rooms {
    const emit = emitterIn(this.#io.local);
    return {
      emit: (room, event, view, except = null) => {
        if (this.#isMissing(event, identityOf(event, view), room, except)) emit(room, event, view, except);
      },
      queue: (queued) => {
        const { id, categoryId, queue } = queued.question;
        if (!this.#isQueueBehind({ id, categoryId, queueVersion: queue?.version ?? null })) return;
        const news = queueNewsView([queued], this.#parts.ctx.now());
        emit(queueRoom(categoryId), 'queue.changed', { category: categoryId, ...news });
      },
      tell: (event, about) => {
        tellThisGateway(this.#io, event, about);
      },
    };
  }

  /** All of a kind are told together: what one of them has heard, all have. */
  #isMissing(event: EventName, identity: Identity | null, room: string, except: string | null): boolean {
    if (identity === null) return false;
    const { rooms } = this.#io.sockets.adapter;
    const others = except === null ? undefined : rooms.get(except);
    for (const id of rooms.get(room) ?? []) {
      if (others?.has(id) === true) continue;
      const role = this.#io.sockets.sockets.get(id)?.data.actor?.role;
      if (role !== undefined) return !this.#parts.told.has(event, role, identity);
    }
    return false;
  }
}

/** A look begins before the end of the last one: what had its place in time then may be visible only now. */
function earlier(at: Instant): Instant {
  const Timestamp = at.constructor as new (parts: { t: number; i: number }) => Instant;
  return new Timestamp({ t: Math.max(0, at.t - OVERLAP_S), i: 0 });
}

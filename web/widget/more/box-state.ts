// One private box as one window has it: what is saved, what stands in the field, and what somebody else has made of it meanwhile.
// The text is in memory only: never in a storage, a draft or a log of the page. The page has it until it is saved, so that a newer widget
// that takes the place of this one finds it (decision 115).

import { batch, computed, effect, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { ParleyError } from '../../client/errors.ts';
import type { Parley } from '../../client/parley.ts';
import type { PrivateInfo } from '../../client/protocol.ts';

/** `none`: no service is paid, or not any more. `destroyed`: with its question. */
export type BoxPhase = 'loading' | 'ready' | 'none' | 'destroyed' | 'failed';

/** What stands in a field, and the version that it was made from. */
interface Unsaved {
  readonly text: string;
  readonly version: number;
}

/** By person and question; a widget of another version knows it under the same name. */
const page: { parleyUnsaved?: Map<string, Unsaved> } = window as object; // nothing else has this name
const unsaved = (page.parleyUnsaved ??= new Map<string, Unsaved>());

export class BoxState {
  readonly #parley: Parley;
  readonly #questionId: string;
  /** of what was typed before this widget came */
  readonly #version: number | undefined;
  readonly #phase = signal<BoxPhase>('loading');
  readonly #saved = signal<PrivateInfo | null>(null);
  readonly #theirs = signal<PrivateInfo | null>(null);
  readonly #busy = signal(false);
  readonly #problem = signal<ParleyError | null>(null);
  /** what stands in the field */
  readonly text = signal('');
  /** What stands there is kept for nobody any more. */
  readonly end: () => void;

  constructor(parley: Parley, questionId: string) {
    this.#parley = parley;
    this.#questionId = questionId;
    const key = `${parley.user.peek()?.id} ${questionId}`;
    const before = unsaved.get(key);
    this.#version = before?.version;
    this.text.value = before?.text ?? '';
    this.end = effect(() => {
      const version = this.#saved.value?.version ?? this.#version ?? 0;
      if (this.isChanged.value) unsaved.set(key, { text: this.text.value, version });
      else unsaved.delete(key);
    });
  }

  get phase(): ReadonlySignal<BoxPhase> {
    return this.#phase;
  }

  /** What the text in the field was made from. */
  get saved(): ReadonlySignal<PrivateInfo | null> {
    return this.#saved;
  }

  /** What was saved since then, while the field says something else; null: nothing. */
  get theirs(): ReadonlySignal<PrivateInfo | null> {
    return this.#theirs;
  }

  get busy(): ReadonlySignal<boolean> {
    return this.#busy;
  }

  /** Why the last wish came to nothing. */
  get problem(): ReadonlySignal<ParleyError | null> {
    return this.#problem;
  }

  readonly isChanged: ReadonlySignal<boolean> = computed(() => this.text.value !== (this.#saved.value?.text ?? ''));

  /** Reads what is saved now; a text that is not saved stays, and what differs stands beside it. */
  async load(): Promise<void> {
    await this.#ask(async () => this.#read((await this.#get()).privateInfo));
  }

  async save(): Promise<void> {
    const text = this.text.peek();
    const version = this.#saved.peek()?.version ?? 0;
    await this.#ask(async () => {
      const put = { questionId: this.#questionId, text, version };
      const { privateInfo } = await this.#parley.call('private-info.put', put);
      batch(() => {
        this.#saved.value = privateInfo;
        // as it is kept: card numbers are masked
        if (this.text.peek() === text) this.text.value = privateInfo.text ?? '';
      });
    });
  }

  /** The field stays; saved again it replaces what somebody else has saved. */
  async keepMine(): Promise<void> {
    this.#saved.value = this.#theirs.peek();
    this.#theirs.value = null;
    await this.save();
  }

  takeTheirs(): void {
    const theirs = this.#theirs.peek();
    batch(() => {
      this.#saved.value = theirs;
      this.#theirs.value = null;
      this.text.value = theirs?.text ?? '';
    });
  }

  /** Its question has been closed. */
  destroy(): void {
    batch(() => {
      // what was saved is gone; what was not is its writer's, until they leave
      if (!this.isChanged.peek()) this.text.value = '';
      this.#saved.value = null;
      this.#theirs.value = null;
      this.#phase.value = 'destroyed';
    });
  }

  #get() {
    return this.#parley.call('private-info.get', { questionId: this.#questionId });
  }

  #read(found: PrivateInfo): void {
    batch(() => {
      this.#phase.value = 'ready';
      const isOther = (found.text ?? '') !== this.text.peek();
      const version = this.#saved.peek()?.version ?? this.#version;
      if (this.isChanged.peek() && isOther && found.version !== version && found.version > 0) {
        this.#theirs.value = found;
        return;
      }
      if (!this.isChanged.peek()) this.text.value = found.text ?? '';
      this.#saved.value = found;
      this.#theirs.value = null;
    });
  }

  /** One at a time. */
  async #ask(work: () => Promise<void>): Promise<void> {
    if (this.#busy.peek()) return;
    this.#busy.value = true;
    this.#problem.value = null;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      await this.#refused(error);
    } finally {
      this.#busy.value = false;
    }
  }

  async #refused(error: ParleyError): Promise<void> {
    if (error.code === 'conflict.closed') this.destroy();
    else if (error.code === 'not_found') this.#phase.value = 'none';
    else if (error.code === 'conflict.stale') {
      const found = await this.#get().catch((failed: unknown) => {
        if (!(failed instanceof ParleyError)) throw failed;
        this.#problem.value = failed;
        return null;
      });
      if (found !== null) this.#read(found.privateInfo);
    } else {
      this.#problem.value = error;
      if (this.#saved.peek() === null) this.#phase.value = 'failed';
    }
  }
}

const boxes = new WeakMap<Parley, Map<string, BoxState>>();

/** The same for as long as the same person is signed in, so that who looks elsewhere finds what they wrote. */
export function boxOf(parley: Parley, questionId: string): BoxState {
  let known = boxes.get(parley);
  if (known === undefined) {
    const own = (known = new Map<string, BoxState>());
    boxes.set(parley, own);
    let owner = parley.user.peek()?.id;
    effect(() => {
      const id = parley.user.value?.id;
      if (id === owner) return;
      // nobody sees what was somebody else's
      for (const box of own.values()) box.end();
      own.clear();
      if (owner !== undefined) unsaved.clear();
      owner = id;
    });
  }
  const box = known.get(questionId) ?? new BoxState(parley, questionId);
  known.set(questionId, box);
  return box;
}

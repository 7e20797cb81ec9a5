// What is filled in to ask: kept as it is typed, judged when it is sent, and posted once, however often it is pressed.

import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { newClientId } from '../client/calls.ts';
import { ParleyError } from '../client/errors.ts';
import type { Category, Money, Question } from '../client/protocol.ts';
import { minorUnits, money } from '../kit/money.ts';
import type { Texts } from '../texts/texts.ts';
import type { Prefill, Widget } from './widget.ts';

export interface Fields {
  readonly category: string;
  readonly subject: string;
  readonly body: string;
  /** minor units as they are suggested, or `other` */
  readonly worth: string;
  readonly other: string;
  readonly email: string;
}

export type Wrong = Partial<Record<keyof Fields, string>>;

interface Draft {
  readonly questionId: string;
  /** what was asked, to the letter, and by whom */
  readonly as: string;
}

interface Kept {
  readonly fields: Fields;
  readonly clientId: string;
  readonly draft: Draft | null;
}

/** What of an input is which field. */
const FIELD_OF: Readonly<Record<string, keyof Fields>> = { value: 'worth' };

const EMPTY: Fields = { category: '', subject: '', body: '', worth: '', other: '', email: '' };
const KEY = 'ask';

export class AskForm {
  readonly #widget: Widget;
  readonly #fields = signal<Fields>(EMPTY);
  readonly #wrong = signal<Wrong>({});
  readonly #categories = signal<readonly Category[] | null>(null);
  /** of all tries to post this: the server makes one question of them */
  #clientId = newClientId();
  /** a card was declined: what the server keeps as a draft */
  #draft: Draft | null = null;
  #isEdited = false;

  constructor(widget: Widget) {
    this.#widget = widget;
    this.#resume();
  }

  get fields(): ReadonlySignal<Fields> {
    return this.#fields;
  }

  get wrong(): ReadonlySignal<Wrong> {
    return this.#wrong;
  }

  /** Null: not there yet. */
  get categories(): ReadonlySignal<readonly Category[] | null> {
    return this.#categories;
  }

  /** The chosen one, or the only one there is. */
  readonly category = computed<Category | null>(() => {
    const all = this.#categories.value ?? [];
    return all.find(({ id }) => id === this.#fields.value.category) ?? (all.length === 1 ? (all[0] ?? null) : null);
  });

  /** As a radio has it: what is chosen, otherwise the middle one of what is suggested. */
  readonly worth = computed<string>(() => {
    const suggested = this.category.value?.questionValues.suggested ?? [];
    const { worth } = this.#fields.value;
    if (worth === 'other' || suggested.includes(Number(worth))) return worth;
    return String(suggested[Math.floor((suggested.length - 1) / 2)] ?? 'other');
  });

  /** What an answer is worth; null: it is not to be read from what is filled in. */
  readonly value = computed<Money | null>(() => {
    const { currency } = this.category.value ?? {};
    if (currency === undefined) return null;
    const worth = this.worth.value;
    const amount = worth === 'other' ? minorUnits(this.#fields.value.other, currency) : Number(worth);
    return amount === null ? null : { amount, currency };
  });

  set(field: keyof Fields, text: string): void {
    this.#anewIfPosted();
    this.#isEdited = true;
    this.#fields.value = { ...this.#fields.peek(), [field]: text };
    this.#wrong.value = { ...this.#wrong.peek(), [field]: undefined };
    this.#keep();
  }

  /** @throws ParleyError when they cannot be loaded */
  async load(): Promise<void> {
    const { items } = await this.#widget.reads.call('category.list', { locale: this.#widget.locale.peek() });
    this.#categories.value = items;
    await this.#forgetPaid();
    // what a person began counts more than what the host has filled in
    if (this.#widget.drafts.get(KEY) === '') this.fill(this.#widget.prefill.peek());
  }

  /** What the host fills in: the category, and whatever is empty. */
  fill({ category, subject = '', body = '', value }: Prefill): void {
    const before = this.#fields.peek();
    const filled = {
      ...before,
      category: category ?? before.category,
      subject: before.subject || subject,
      body: before.body || body,
    };
    this.#fields.value = value === undefined ? filled : { ...filled, ...this.#worthOf(value, filled.category) };
  }

  /** True: all that has to be there is there. */
  check({ ask }: Texts): boolean {
    const { subject, body, email } = this.#fields.peek();
    this.#wrong.value = {
      ...(this.category.peek() === null && { category: ask.categoryMissing }),
      ...(subject.trim() === '' && { subject: ask.subjectMissing }),
      ...(body.trim() === '' && { body: ask.detailsMissing }),
      ...this.#amountWrong(ask),
      ...(email.trim() !== '' && !/^\S+@\S+\.\S+$/.test(email.trim()) && { email: ask.emailWrong }),
    };
    return Object.keys(this.#wrong.peek()).length === 0;
  }

  /** Signs in whoever is nobody yet. @throws ParleyError */
  async post(paymentMethod: string): Promise<Question> {
    const value = this.value.peek();
    const category = this.category.peek()?.id;
    if (value === null || category === undefined) throw new Error('posted before it was checked');
    const { subject, body } = this.#fields.peek();
    if (this.#isEdited) {
      this.#anewIfPosted();
      this.#keep();
    }
    const { visitors, drafts } = this.#widget;
    const [now, isKept] = [visitors.peek(), drafts.get(KEY) !== ''];
    // what is kept goes with whose session has ended, here and in other tabs; who asks all the same has not left
    const keepOn = () => void (isKept && visitors.peek() === now && this.#keep());
    const parley = await this.#signedIn();
    keepOn();
    const asked = { category, subject, body, value };
    const as = JSON.stringify([asked, parley.user.peek()?.id]); // nobody pays what is another account's
    const draft = this.#draft;
    if (draft?.as === as) {
      const { question } = await parley.call('payment.update', { questionId: draft.questionId, paymentMethod });
      return this.#posted(question);
    }
    try {
      const { question } = await parley.call('question.post', { ...asked, paymentMethod, clientId: this.#clientId });
      return this.#posted(question);
    } catch (error) {
      if (error instanceof ParleyError && error.code === 'payment.failed') {
        const questionId = error.details?.['questionId'];
        if (typeof questionId === 'string') this.#draft = { questionId, as };
        this.#clientId = newClientId(); // what is asked otherwise is another question
        this.#keep();
      } else keepOn();
      throw error;
    }
  }

  /** What the server says of the fields; false: nothing. */
  refused(error: ParleyError, { ask }: Texts): boolean {
    const wrong = error.fields.map(({ path }) => {
      const name = path.split('.')[0] ?? '';
      const field = FIELD_OF[name] ?? (name as keyof Fields);
      return [field, field === 'email' ? ask.emailWrong : ask.fieldWrong] as const;
    });
    this.#wrong.value = Object.fromEntries(wrong.filter(([field]) => field in EMPTY));
    return Object.keys(this.#wrong.peek()).length > 0;
  }

  /** What is not kept any more was posted in another tab, which had it too: what is written since is another question. */
  #anewIfPosted(): void {
    if (this.#widget.drafts.get(KEY) !== '') return;
    this.#clientId = newClientId();
    this.#draft = null;
  }

  /** What was declined here may have been paid elsewhere since: then it is asked, and this is another question. */
  async #forgetPaid(): Promise<void> {
    if (this.#draft === null) return;
    const { questionId } = this.#draft;
    const parley = await this.#widget.live();
    const found = await parley.call('question.get', { questionId }).catch(() => null); // then it is seen when it is posted
    if (found === null || found.question.state === 'draft') return;
    this.#draft = null;
    this.#clientId = newClientId();
    this.#fields.value = EMPTY;
    this.#widget.drafts.set(KEY, '');
  }

  async #signedIn() {
    const parley = await this.#widget.live();
    const email = this.#fields.peek().email.trim();
    const isNobody = parley.user.peek() === null || parley.status.peek() === 'ended';
    if (isNobody) {
      await parley.session.visitor({ locale: this.#widget.locale.peek(), ...(email !== '' && { email }) });
    } else if (email !== '' && parley.user.peek()?.email !== email) await parley.call('session.email', { email });
    return parley;
  }

  #posted(question: Question): Question {
    this.#widget.drafts.set(KEY, '');
    return question;
  }

  #amountWrong(ask: Texts['ask']): Wrong {
    const value = this.value.peek();
    const category = this.category.peek();
    if (category === null) return {};
    if (value === null) return { other: ask.amountWrong };
    const { min } = category.questionValues;
    if (value.amount >= min) return {};
    const least = money({ amount: min, currency: value.currency }, this.#widget.locale.peek());
    return { other: ask.amountLeast(least) };
  }

  #worthOf(value: number, category: string): Partial<Fields> {
    const { currency, questionValues } = this.#categories.peek()?.find(({ id }) => id === category) ?? {};
    if (currency === undefined) return {};
    if (questionValues?.suggested.includes(value)) return { worth: String(value) };
    return { worth: 'other', other: money({ amount: value, currency }, 'en').replace(/[^\d.]/g, '') };
  }

  #keep(): void {
    const kept: Kept = { fields: this.#fields.peek(), clientId: this.#clientId, draft: this.#draft };
    this.#widget.drafts.set(KEY, JSON.stringify(kept));
  }

  /** As it was left, over reloads. */
  #resume(): void {
    const kept = this.#widget.drafts.get(KEY);
    if (kept === '') return;
    const { fields, clientId, draft } = JSON.parse(kept) as Kept; // nobody else writes it
    this.#fields.value = { ...EMPTY, ...fields };
    this.#clientId = clientId;
    this.#draft = draft;
  }
}

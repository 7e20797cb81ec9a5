// Into a question by the link of a letter: looking uses nothing up, a press trades the link for a session, once (4.1).

import { effect } from '@preact/signals';
import type { Answer, Calls, Input } from '../../client/calls.ts';
import { ParleyError, problem } from '../../client/errors.ts';
import type { Parley } from '../../client/parley.ts';
import { ratingDraft, takeDraft, talkDraft } from './link.ts';
import type { LetterLink } from './link.ts';

/** `in`: signed in, and it is theirs. `out`: nobody is, and there is no link. `other`: somebody is, and it is not for them. */
export type Found = 'in' | 'out' | 'other' | Answer<'session.look'>;

const LINE_MS = 15_000; // money moves over a connection only

export class Entrance {
  readonly #parley: Parley;
  readonly #reads: Calls;
  readonly #link: LetterLink;
  readonly #questionId: string;
  /** of the question, once it was seen */
  subject = '';

  /** `reads`: as nobody */
  constructor(parley: Parley, reads: Calls, link: LetterLink, questionId: string) {
    this.#parley = parley;
    this.#reads = reads;
    this.#link = link;
    this.#questionId = questionId;
  }

  /** Changes nothing. @throws ParleyError, `auth.link` among them */
  async find(): Promise<Found> {
    const found = await this.#look();
    const link = this.#link.token;
    if (found === 'in' || link === null) return found;
    if (this.#link.wasPressed) {
      await this.enter(); // here, and its answer was lost
      await this.#look(); // what it is called
      return 'in';
    }
    return this.#reads.call('session.look', { link });
  }

  /** Signed in as whom the letter is for. @throws ParleyError */
  async enter(): Promise<void> {
    if ((await this.#look()) === 'in') return; // perhaps another tab was faster
    const link = this.#link.token;
    if (link === null) throw problem('auth.required');
    await this.#parley.session.open(link, this.#link.press());
    this.#link.forget();
  }

  /** @throws ParleyError */
  async rate(rating: Omit<Input<'question.rate'>, 'questionId'>): Promise<void> {
    await this.enter();
    await this.#online();
    await this.#parley.call('question.rate', { questionId: this.#questionId, ...rating });
    takeDraft(ratingDraft(this.#questionId));
  }

  /**
   * It is in the outbox: kept, and sent once; with personal data not before it is confirmed, where the conversation is shown (9.2).
   * @throws ParleyError while nobody is signed in
   */
  async reply(body: string): Promise<void> {
    await this.enter();
    const talk = this.#parley.conversation(this.#questionId);
    talk.send({ body, confirm: false });
    takeDraft(talkDraft(this.#questionId));
    talk.release();
  }

  /** Who is signed in? A session that has ended is nobody's; what was written in it is kept for whoever it was. */
  async #look(): Promise<'in' | 'out' | 'other'> {
    if (this.#parley.user.peek() === null) return 'out';
    try {
      const { question } = await this.#parley.call('question.get', { questionId: this.#questionId });
      this.subject = question.subject;
      return 'in';
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      if (error.code === 'auth.required') return 'out';
      if (error.code !== 'not_found' && error.code !== 'input.invalid') throw error;
      return 'other';
    }
  }

  /** @throws ParleyError `offline` when there is no line in time */
  async #online(): Promise<void> {
    const { status } = this.#parley;
    if (status.peek() === 'online') return;
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(problem('offline')), LINE_MS);
      const stop = effect(() => {
        if (status.value !== 'online') return;
        clearTimeout(late);
        resolve();
      });
      setTimeout(stop, LINE_MS);
    });
  }
}

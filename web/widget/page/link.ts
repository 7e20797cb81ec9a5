// The link of a letter, as this tab has it: looked at as often as anybody likes, and traded for a session by a press (4.1).

import { newClientId } from '../../client/calls.ts';
import { Kept, tabStorage } from '../../client/storage.ts';

const LINK = /^#([\w-]{43})$/;

/** For as long as the tab is there, also when it is loaded again. */
const tabKept = new Kept('parley.', tabStorage());

export class LetterLink {
  #token = LINK.exec(location.hash)?.[1] ?? null;

  /** Null: there is none, or it has been traded. */
  get token(): string | null {
    return this.#token;
  }

  /** Pressed here, and its answer was lost. */
  get wasPressed(): boolean {
    return tabKept.get(this.#key) !== null;
  }

  /** Of this link and tab: pressed again it is the same opening. */
  press(): string {
    const id = tabKept.get(this.#key) ?? newClientId();
    tabKept.set(this.#key, id);
    return id;
  }

  forget(): void {
    tabKept.remove(this.#key);
    this.#token = null;
    history.replaceState(null, '', location.pathname + location.search);
  }

  get #key(): string {
    return `opening ${this.#token ?? ''}`;
  }
}

/** As the drafts of the conversation are called, which is where they go once somebody is signed in. */
export const talkDraft = (questionId: string) => `talk ${questionId}`;
export const ratingDraft = (questionId: string) => `rating ${questionId}`;

const keyOf = (draft: string) => `draft ${draft}`;

/** What was begun here and not sent. */
export const draftOf = (draft: string): string => tabKept.get(keyOf(draft)) ?? '';

export function keepDraft(draft: string, text: string): void {
  if (text === '') tabKept.remove(keyOf(draft));
  else tabKept.set(keyOf(draft), text);
}

/** From now on it is kept by whoever asks; null: nothing was begun. */
export function takeDraft(draft: string): string | null {
  const text = tabKept.get(keyOf(draft));
  tabKept.remove(keyOf(draft));
  return text;
}

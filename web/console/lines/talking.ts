// What the parts of a conversation are given, whoever shows it: the widget to a customer, the console to an expert.

import type { ReadonlySignal } from '@preact/signals';
import { createContext } from 'preact';
import type { ComponentChildren } from 'preact';
import { useContext } from 'preact/hooks';
import type { ParleyError } from '../../client/errors.ts';
import type { Parley } from '../../client/index.ts';
import type { Offer } from '../../client/protocol.ts';
import type { Announcer } from '../../kit/announce.ts';
import type { Locale, Texts } from '../../texts/texts.ts';

export interface Talking {
  readonly parley: Parley;
  readonly locale: ReadonlySignal<Locale>;
  readonly texts: ReadonlySignal<Pick<Texts, 'common' | 'talk'>>;
  readonly announcer: Announcer;
  /** why the server has not taken something, for people */
  readonly sentenceOf: (error: ParleyError) => string;
  /** an offer, at its place among the lines */
  readonly offer: (offer: Offer) => ComponentChildren;
}

const Context = createContext<Talking | null>(null);

export const TalkingProvider = Context.Provider;

export function useTalking(): Talking {
  const talking = useContext(Context);
  if (talking === null) throw new Error('a part of a conversation outside of one');
  return talking;
}

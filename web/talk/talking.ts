// What the lines of a conversation are given, whoever shows them: the widget to a customer, the console to an expert.

import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren, ComponentType } from 'preact';
import type { Line } from '../client/line.ts';
import type { Parley } from '../client/parley.ts';
import type { Offer } from '../client/protocol.ts';
import type { Announcer } from '../kit/announce.ts';
import type { Locale, Texts } from '../texts/texts.ts';

export interface Talking {
  readonly parley: Parley;
  readonly locale: ReadonlySignal<Locale>;
  readonly texts: ReadonlySignal<Pick<Texts, 'talk'>>;
  readonly announcer: Announcer;
  /** adopts styles of a part that few lines have */
  readonly styles: (css: string) => void;
  /** an offer, at its place among the lines */
  readonly offer: (offer: Offer) => ComponentChildren;
  // handed in, so that whoever has little room loads them when a line has them
  readonly RefusedLine: ComponentType<Omit<RefusedLineProps, 'sentence'>>;
  readonly FlagMenu: ComponentType<FlagMenuProps>;
}

export interface FlagMenuProps {
  readonly talking: Talking;
  readonly questionId: string;
  readonly seq: number;
}

export interface RefusedLineProps {
  readonly talking: Talking;
  /** why the server has not taken it, for people */
  readonly sentence: string | null;
  readonly line: Line;
  readonly onDone: (body?: string, kind?: string) => void;
}

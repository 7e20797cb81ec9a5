import type { Actor, Locale } from '../domain/people.ts';

/** All that is kept of a connection besides its rooms, from its handshake to its end. */
export interface Visit {
  readonly address: string;
  /** what limits count strangers by: `networkOf(address)` */
  readonly network: string;
  /** ms since the epoch */
  readonly since: number;
  /** of whom it is; null until they have said so, and for strangers */
  actor: Actor | null;
  locale: Locale;
  /** which place it takes at the doors */
  place: 'waiting' | 'stranger' | 'person' | 'gone';
  /** it has said who it is, or that it does not say, and waits for us */
  isBeingAdmitted?: boolean;
  /** it was sent a ping, and has not answered it */
  owesPong?: boolean;
  /** bytes that were said to it and are not yet handed over to be written */
  unsaid: number;
  /** calls under way */
  calls: number;
  /** the questions it follows, with the version of the record that let it in */
  followed?: Map<string, number>;
  /** the page behind it is not looked at */
  isHidden?: boolean;
  /** a call of its own ends its session: closed when that is answered */
  ends?: boolean;
  /** looks in a row that found something half said, or nothing said yet */
  halves: number;
}

/** Whom limits count. */
export const payerOf = ({ actor, network }: Pick<Visit, 'actor' | 'network'>): string => actor?.id ?? network;

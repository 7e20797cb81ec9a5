// What stands in the log, from the top down: lines, offers at the place where they were shown, days, and where the unread begins.

import type { Line } from '../client/line.ts';
import type { Offer } from '../client/protocol.ts';
import { isSameDay } from '../kit/format.ts';

export type Row =
  | { readonly type: 'day'; readonly key: string; readonly at: string }
  /** called as its words are */
  | { readonly type: 'fresh' | 'closedSaid'; readonly key: string }
  | { readonly type: 'offer'; readonly key: string; readonly offer: Offer }
  | {
      readonly type: 'line';
      readonly key: string;
      readonly line: Line;
      /** of its writer, after somebody else or another day */
      readonly isFirst: boolean;
      /** a refused one before it has to be decided first */
      readonly isHeldUp: boolean;
    };

export interface Shown {
  readonly lines: readonly Line[];
  readonly offers: readonly Offer[];
  /** the first one that was not read when the conversation was opened; null: none */
  readonly freshSeq: number | null;
}

/** Offers stand before what was written after them; what is still owed comes last. */
export function rowsOf({ lines, offers, freshSeq }: Shown): Row[] {
  const rows: Row[] = [];
  const waiting = offers.toSorted((a, b) => Date.parse(a.shownAt) - Date.parse(b.shownAt));
  let day: string | null = null;
  let writer: string | null = null;
  let isHeldUp = false;
  const begin = (at: string) => {
    if (day !== null && isSameDay(day, at)) return;
    day = at;
    writer = null;
    rows.push({ type: 'day', key: at, at });
  };
  const place = (offer: Offer) => {
    begin(offer.shownAt);
    rows.push({ type: 'offer', key: offer.id, offer });
    writer = null;
  };
  for (const line of lines) {
    while (waiting[0] && (line.seq === null || Date.parse(waiting[0].shownAt) < Date.parse(line.at))) {
      place(waiting[0]);
      waiting.shift();
    }
    begin(line.at);
    if (line.seq !== null && line.seq === freshSeq) {
      rows.push({ type: 'fresh', key: 'fresh' });
      writer = null;
    }
    if (line.kind === 'closed') rows.push({ type: 'closedSaid', key: line.key });
    else rows.push({ type: 'line', key: line.key, line, isFirst: writer !== line.by.id, isHeldUp });
    writer = line.by.id;
    isHeldUp ||= line.state === 'refused';
  }
  waiting.forEach(place);
  return rows;
}

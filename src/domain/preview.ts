// 6.3: the beginning of a question, as the Request Center shows it: one line, without what looks like personal data (9.2).

import { COUNTRY_OF, findPersonalData } from './personal-data/personal-data.ts';
import type { Locale } from './people.ts';
import { beginningOf } from './text.ts';

const GRAPHEMES = 200;
const MOST_UNITS = 1_000; // UTF-16: marks may be piled up on a letter
const LOOKED_AT = 4_000; // so that nothing that is recognised is cut in two before it is
const IN_ITS_PLACE = '•••';

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The first 200 characters as people count them. */
export function previewOf(body: string, locale: Locale): string {
  const line = masked(beginningOf(body, LOOKED_AT), locale).replace(/\s+/g, ' ').trim();
  let end = 0;
  let count = 0;
  for (const { index, segment } of letters.segment(line)) {
    const next = index + segment.length;
    if (count === GRAPHEMES || next > MOST_UNITS) break;
    end = next;
    count += 1;
  }
  return end === line.length ? line : `${line.slice(0, end).trimEnd()}…`;
}

function masked(text: string, locale: Locale): string {
  let shown = '';
  let from = 0;
  for (const { start, end } of findPersonalData(text, COUNTRY_OF[locale])) {
    shown += text.slice(from, start) + IN_ITS_PLACE;
    from = end;
  }
  return shown + text.slice(from);
}

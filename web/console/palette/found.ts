// What somebody means by a few letters: all of their words, each at the beginning of one, or else anywhere.

export interface Entry {
  readonly key: string;
  readonly name: string;
  /** what it is, beside the name */
  readonly kind: string;
  readonly run: () => void;
}

const MOST = 20; // shown at once: whoever wants another one writes more

/** The best first; all, in their order, when nothing is wanted yet. */
export function found(entries: readonly Entry[], wanted: string): readonly Entry[] {
  const words = plain(wanted).split(/\s+/).filter(Boolean);
  if (words.length === 0)
    return entries
      .filter(isAlways)
      .concat(entries.filter((one) => !isAlways(one)))
      .slice(0, MOST);
  const ranked = entries.map((entry) => ({ entry, rank: rankOf(plain(`${entry.name} ${entry.kind}`), words) }));
  return ranked
    .filter(({ rank }) => rank > 0)
    .sort((one, other) => other.rank - one.rank)
    .slice(0, MOST)
    .map(({ entry }) => entry);
}

/** Of these there are few, and they are looked for by who does not know what there is. */
const isAlways = ({ key }: Entry) => !/^(?:request|mine|queue) /.test(key);

/** 0: it is not meant. */
function rankOf(text: string, words: readonly string[]): number {
  if (!words.every((word) => text.includes(word))) return 0;
  const begun = words.filter((word) => text.startsWith(word) || text.includes(` ${word}`));
  return 1 + begun.length;
}

/** "Köln" is found by "koln" too. */
const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

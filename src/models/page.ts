// A page ends at a count and at a size, whichever comes first: an answer is held in memory until its client has taken it.

/** Of the texts in a page, in UTF-8. An answer is a little larger, and never more than one entry larger. */
export const PAGE_BYTES = 256 * 1024;

/** What a driver's cursor is to a page. */
interface Found<T> {
  hasNext(): Promise<boolean>;
  readBufferedDocuments(): T[];
  close(): Promise<void>;
}

/** The first `limit` that fit into a page, one at least; `more`: something comes behind them. Nothing further is fetched. */
export async function firstOf<T>(
  found: Found<T>,
  limit: number,
  textOf: (entry: T) => string,
): Promise<{ entries: T[]; more: boolean }> {
  const entries: T[] = [];
  const room = pageRoom();
  try {
    while (await found.hasNext()) {
      for (const entry of found.readBufferedDocuments()) {
        if (entries.length === limit || !room.takes(textOf(entry))) return { entries, more: true };
        entries.push(entry);
      }
    }
    return { entries, more: false };
  } finally {
    await found.close();
  }
}

/** How much of a page is left. The first text is always taken. */
export function pageRoom(): { takes(text: string): boolean } {
  let taken = 0;
  return {
    takes(text) {
      const bytes = Buffer.byteLength(text);
      if (taken > 0 && taken + bytes > PAGE_BYTES) return false;
      taken += Math.max(1, bytes);
      return true;
    },
  };
}

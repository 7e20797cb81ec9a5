// What the pages of the soak show beside what the server says: what is shown and is not so, or is so and is not shown.

import type { Page } from 'playwright-core';
import type { Connection } from '../../web/client/connection.ts';
import { besideLook } from './look-beside.ts';
import type { Elsewhere } from './look-beside.ts';
import type { Look } from './watch.ts';

interface Shown {
  readonly label: string;
  readonly rows: readonly { readonly id: string; readonly pill: string; readonly prefix: string }[];
  /** that are there and wait to be shown */
  readonly fresh: number;
  readonly hasMore: boolean;
  /** of the tabs, by their names */
  readonly counts: Readonly<Record<string, string>>;
  readonly cards: number;
}

/** Runs in the page: the list that is there, with its counts. Without functions that have a name: the page knows no helper of the compiler. */
const shownIn = (page: Page): Promise<Shown | null> =>
  page.evaluate(() => {
    const list = document.querySelector('.list-body[role=group]');
    if (list === null) return null; // it is being loaded
    return {
      label: list.getAttribute('aria-label') ?? '',
      rows: [...list.querySelectorAll<HTMLElement>('.row:not(.gone)')].map((row) => ({
        id: row.dataset['id'] ?? '',
        pill: row.querySelector('.row-top .pill')?.textContent.trim() ?? '',
        prefix: row.querySelector('.row-prefix')?.textContent.trim() ?? '',
      })),
      fresh: Number.parseInt(document.querySelector('.fresh-rows')?.textContent.trim() ?? '0', 10),
      hasMore: document.querySelector('.list-more') !== null,
      counts: Object.fromEntries(
        [...document.querySelectorAll('.tabs .tab')].map((tab) => [
          tab.querySelector('span')?.textContent.trim(),
          tab.querySelector('.tab-count')?.textContent.trim() ?? '',
        ]),
      ),
      cards: document.querySelectorAll('.asked-card:not(.over)').length,
    };
  });

interface Wanted {
  readonly id: string;
  /** what its row says of it */
  readonly says: string;
}

const STATES: Readonly<Record<string, string>> = {
  ...{ draft: 'Draft', open: 'Waiting', claimed: 'In progress', answered: 'Answered', closed: 'Closed' },
};

const LISTS: ReadonlySet<string> = new Set(['Queue', 'Mine', 'Open', 'Priority', 'Done']);

/** The third: the same expert, elsewhere. */
export function consoleLook(name: string, page: Page, elsewhere: Elsewhere): Look {
  const { connection } = elsewhere;
  const questions = async (view: 'open' | 'mine') =>
    connection.call('question.list', { view, ...(view === 'mine' && { order: 'activity' }) });
  const requests = (view: 'open' | 'priority' | 'done') => connection.call('request.list', { view });
  return async () => {
    const shown = await shownIn(page);
    const beside = await besideLook(name, page, elsewhere);
    if (shown === null || !LISTS.has(shown.label)) return beside;
    const [open, mine, requested, due, done] = await Promise.all([
      questions('open'),
      questions('mine'),
      requests('open'),
      requests('priority'),
      shown.label === 'Done' ? requests('done') : { items: [] },
    ]);
    /** what is in the list of this name */
    const wanted = {
      Queue: of(open, () => ''),
      Mine: of(mine, ({ state }) => STATES[state] ?? state),
      Open: of(requested, ({ prefix }) => prefix),
      Priority: of(due, ({ prefix }) => prefix),
      Done: of(done, ({ prefix }) => prefix),
    };
    const { items, isWhole } = wanted[shown.label as keyof typeof wanted]; // one of LISTS
    const where = `${name}, ${shown.label}`;
    const differ = [...beside];
    const says = (row: Shown['rows'][number]) => (shown.label === 'Mine' ? row.pill : row.prefix);
    for (const row of shown.rows) {
      const item = items.find(({ id }) => id === row.id);
      if (item === undefined && isWhole) differ.push(`${where}: ${row.id} is listed and is not of it`);
      if (item !== undefined && item.says !== says(row))
        differ.push(`${where}: ${row.id} says “${says(row)}” and is “${item.says}”`);
    }
    const missing = items.filter(({ id }) => !shown.rows.some((row) => row.id === id));
    if (!shown.hasMore && missing.length > shown.fresh)
      differ.push(...missing.map(({ id }) => `${where}: ${id} is of it and not listed`));
    if (new Set(shown.rows.map(({ id }) => id)).size < shown.rows.length) differ.push(`${where}: a row is there twice`);
    const counts = {
      Queue: countOf(open),
      Mine: mine.nextCursor === undefined && String(mine.items.filter(({ state }) => state !== 'closed').length),
      Requests: String(requested.items.length + due.items.length),
    };
    for (const [tab, count] of Object.entries(counts)) {
      const said = shown.counts[tab];
      if (said !== undefined && count !== false && said !== '' && said !== count)
        differ.push(`${name}: the tab ${tab} says ${said} and it is ${count}`);
    }
    const kept = requested.items.filter(({ state }) => state === 'reserved').length;
    if (shown.cards > kept) differ.push(`${name}: ${shown.cards} cards are up and ${kept} requests are kept`);
    return differ;
  };
}

interface Listed<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string | undefined;
}

const of = <Item extends { readonly id: string }>(page: Listed<Item>, says: (item: Item) => string) => ({
  items: page.items.map((item): Wanted => ({ id: item.id, says: says(item) })),
  isWhole: page.nextCursor === undefined,
});

const countOf = ({ items, nextCursor }: Listed<unknown>) => (nextCursor === undefined ? String(items.length) : false);

interface Talked {
  readonly questionId: string;
  readonly said: readonly string[];
  readonly offers: readonly string[];
  readonly unsent: number;
}

/** Runs in the page: the conversation that is there. */
const talkIn = (page: Page): Promise<Talked | null> =>
  page.evaluate(() => {
    const root = document.querySelector('parley-chat')?.shadowRoot;
    const questionId = localStorage.getItem('parley.left');
    if (!root?.querySelector('[role=log] .line') || questionId === null) return null;
    return {
      questionId,
      said: [...root.querySelectorAll('.line.sent .bubble')].map((line) => line.textContent.trim()),
      offers: [...root.querySelectorAll<HTMLElement>('.offer, .offer-quiet')]
        .map((card) => card.dataset['state'] ?? 'declined')
        .sort(),
      unsent: root.querySelectorAll('.line:not(.sent, .posted)').length,
    };
  });

/** `connect`: as whoever is signed in there, as long as there is somebody. */
export function widgetLook(name: string, page: Page, connect: (token: string) => Promise<Connection>): Look {
  let connection: Connection | null = null;
  return async () => {
    const shown = await talkIn(page);
    const kept = await page.evaluate(() => localStorage.getItem('parley.session'));
    if (shown === null || kept === null) return [];
    connection ??= await connect((JSON.parse(kept) as { token: string }).token);
    const { questionId } = shown;
    const { offers } = await connection.call('question.get', { questionId });
    const { items } = await connection.call('message.list', { questionId, limit: 200 });
    const differ: string[] = [];
    const is = offers.map(({ state }) => state as string).toSorted();
    if (is.join() !== shown.offers.join())
      differ.push(`${name}: the offers of ${questionId} are shown as ${shown.offers.join()} and are ${is.join()}`);
    const said = items.flatMap(({ body }) => (body === null || body === '' ? [] : [body.trim()]));
    if (said.join('\n') !== shown.said.join('\n'))
      differ.push(`${name}: ${shown.said.length} lines of ${questionId} are shown, and there are ${said.length}`);
    if (shown.unsent > 0) differ.push(`${name}: ${shown.unsent} lines of ${questionId} are not sent`);
    return differ;
  };
}

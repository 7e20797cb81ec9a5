// Looks at every page of the soak now and then. Pages are a moment behind the server; what is still wrong after some seconds is stale.

import type { Page } from 'playwright-core';
import { sleep } from '../client.ts';
import { goTo } from './expert.ts';
import type { Person } from './person.ts';

/** Where a page and the server differ, one sentence each. */
export type Look = () => Promise<string[]>;

export interface Present {
  readonly person: Person;
  readonly look: Look;
  readonly live: (isOver: () => boolean) => Promise<void>;
  readonly isExpert: boolean;
}

const LOOK_EVERY_MS = 5_000;
const STALE_MS = 5_000;
const AGAIN_MS = 250;

export class Watch {
  /** ms that each look took, with what the server was asked */
  readonly looks: number[] = [];
  /** ms until what was wrong at first was right */
  readonly behind: number[] = [];
  /** ids of requests that each expert is shown as open, when nobody does anything any more */
  readonly openInTheEnd: { readonly who: string; readonly ids: readonly string[] }[] = [];
  readonly #all: readonly Present[];
  readonly #tell: (what: string) => void;

  constructor(all: readonly Present[], tell: (what: string) => void) {
    this.#all = all;
    this.#tell = tell;
  }

  async during(isOver: () => boolean): Promise<void> {
    await Promise.all(
      this.#all.map(async (one, index) => {
        await sleep((LOOK_EVERY_MS * index) / this.#all.length); // not at all of them at once, which would take the cores from them
        for (; !isOver(); await sleep(LOOK_EVERY_MS)) await this.#at(one);
      }),
    );
  }

  /** All lists of all consoles, and all widgets, when nobody does anything any more. */
  async everything(): Promise<void> {
    await Promise.all(
      this.#all.map(async (one) => {
        const { person, isExpert } = one;
        if (!isExpert) return this.#at(one);
        for (const tab of ['Queue', 'Mine'] as const) {
          await goTo(person, tab);
          await this.#at(one);
        }
        await goTo(person, 'Requests');
        for (const view of ['Priority', 'Done', 'Open']) {
          await person.press(person.page.locator('.views').getByRole('button', { name: view }));
          await this.#at(one);
        }
        this.openInTheEnd.push({ who: person.name, ids: await rowsIn(person.page) });
      }),
    );
  }

  async #at({ look }: Present): Promise<void> {
    const began = performance.now();
    let differ = await look();
    this.looks.push(performance.now() - began);
    while (differ.length > 0 && performance.now() - began < STALE_MS) {
      await sleep(AGAIN_MS);
      const now = new Set(await look());
      differ = differ.filter((one) => now.has(one));
      if (differ.length === 0) this.behind.push(performance.now() - began);
    }
    for (const one of differ) this.#tell(`stale: ${one}`);
  }
}

const rowsIn = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.list-body[role=group] .row:not(.gone)')].map(
      (row) => row.dataset['id'] ?? '',
    ),
  );

// An expert of the soak: takes what waits, writes, answers, accepts or passes requests, and reports. All of it by pressing.

import type { Locator } from 'playwright-core';
import { sleep } from './client.ts';
import type { Person } from './soak-person.ts';
import { realLines } from './talk.ts';

const THINKS_MS = 400;
const SOON_MS = 3_000;
const TRIES = 3;
const TALKS = 2; // lines, before the answer

const lines = realLines();

/** Until it is over. */
export async function expertAt(person: Person, isOver: () => boolean): Promise<void> {
  const expert = new Expert(person);
  await person.page.locator('.frame').waitFor();
  while (!isOver()) {
    await expert.turn();
    await sleep(THINKS_MS);
  }
}

class Expert {
  readonly #person: Person;
  /** of requests that are left unanswered until they open to all */
  readonly #left = new Set<string>();

  constructor(person: Person) {
    this.#person = person;
  }

  async turn(): Promise<void> {
    const { dice, page } = this.#person;
    await this.#person.press(page.locator('.notice').getByRole('button', { name: 'Available' }));
    if (await this.#asked()) return;
    if (dice.falls(45)) await this.#write();
    else if (dice.falls(50)) await this.#claim();
    else if (dice.falls(50)) await this.#accept();
    else await this.#report();
  }

  /** A card over everything: Accept, No Thanks, or nothing until its time is over. */
  async #asked(): Promise<boolean> {
    const { dice, page } = this.#person;
    const card = page.locator('.asked-card:not(.over)').first();
    if (!(await this.#person.isThere(card))) return false;
    const about = (await card.getAttribute('aria-label', { timeout: SOON_MS }).catch(() => null)) ?? '';
    if (this.#left.has(about)) return false;
    if (dice.falls(25)) this.#left.add(about);
    else
      await this.#person.press(
        card.getByRole('button', { name: dice.falls(60) ? 'Accept' : 'No Thanks', exact: true }),
      );
    return true;
  }

  async #claim(): Promise<void> {
    const rows = await this.#list('Queue', 'Queue');
    await this.#person.press(rows.getByRole('button', { name: /^Claim: / }));
  }

  async #write(): Promise<void> {
    const { dice, page } = this.#person;
    const rows = (await this.#list('Mine', 'Mine')).locator('.row').filter({ hasText: 'In progress' });
    const waiting = rows.filter({ hasNotText: 'You wrote last' });
    if (!(await this.#person.press(waiting.getByRole('link')))) return;
    const field = page.getByRole('textbox', { name: 'Write to the customer' });
    if (!(await this.#person.sees(field))) return;
    if (dice.falls(5)) {
      await this.#person.press(page.locator('.work-head').getByRole('button', { name: 'Release' }));
      const release = page.getByRole('dialog').getByRole('button', { name: 'Release' });
      await this.#person.sees(release, SOON_MS); // left open it would cover everything
      await this.#person.press(release);
      return;
    }
    const said = await page.locator('.line.mine').count();
    if (!(await this.#person.fill(field, dice.of(lines)))) return;
    if (said >= TALKS) await this.#person.press(page.getByLabel('This is the complete answer'));
    await this.#person.press(page.locator('.writing').getByRole('button', { name: /^Send/ }));
  }

  async #accept(): Promise<void> {
    await this.#list('Requests', 'Open');
    await this.#open('Open', 'Accept this request');
  }

  async #report(): Promise<void> {
    const { dice, page } = this.#person;
    await this.#list('Requests', 'Priority');
    if (dice.falls(30) || !(await this.#open('Priority', null))) return; // some are never reported
    const report = page.locator('.report');
    if (!(await this.#person.sees(report, SOON_MS))) return;
    if (dice.falls(60)) await this.#person.press(report.getByText('Yes', { exact: true }));
    else {
      await this.#person.press(report.getByText('No', { exact: true }));
      for (let attempt = await report.getByRole('listitem').count(); attempt < 3; attempt += 1) {
        if (!(await this.#person.press(report.getByRole('button', { name: 'Log an attempt now' })))) return;
        if (!(await this.#person.sees(report.getByText(`(${attempt + 1} of 3)`)))) return;
      }
      await report
        .getByLabel('Reason')
        .selectOption('No answer', { timeout: SOON_MS })
        .catch(() => undefined); // it has gone
      await this.#person.fill(report.getByLabel('Comment'), 'Nobody picked up.');
    }
    await this.#person.press(report.getByRole('button', { name: 'Send report' }));
  }

  /** One of the Request Center; then what can be pressed there. */
  async #open(view: string, then: string | null): Promise<boolean> {
    const { page } = this.#person;
    const row = this.#rows(view).locator('.row:not(.gone)').getByRole('link');
    if (!(await this.#person.press(row))) return false;
    if (then === null) return true;
    const button = page.getByRole('button', { name: then, exact: true });
    return (await this.#person.sees(button, SOON_MS)) && this.#person.press(button);
  }

  /** Goes there, on a phone by the way back. */
  async #list(tab: 'Queue' | 'Mine' | 'Requests', view: string): Promise<Locator> {
    const { page } = this.#person;
    await goTo(this.#person, tab);
    if (tab === 'Requests') await this.#person.press(page.locator('.views').getByRole('button', { name: view }));
    const rows = this.#rows(view);
    await this.#person.sees(rows);
    return rows;
  }

  #rows(view: string): Locator {
    return this.#person.page.locator('.list').getByRole('group', { name: view, exact: true });
  }
}

export async function goTo(person: Person, tab: 'Queue' | 'Mine' | 'Requests'): Promise<void> {
  const { page } = person;
  const link = page.locator('.tabs').getByRole('link', { name: tab });
  // what was claimed is gone to when the server has said so, which may be now
  for (let tries = 0; tries < TRIES && !(await person.isThere(link)); tries += 1) {
    await person.press(page.getByRole('link', { name: 'Back to the list' }));
    await person.sees(link, SOON_MS);
  }
  if (!(await person.sees(link))) person.wrong(`found no way to ${tab} at ${page.url()}`);
  else if (!(await person.isThere(link.and(page.locator('[aria-current]'))))) await person.press(link);
}

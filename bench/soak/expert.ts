// An expert of the soak: takes what waits, writes, answers, accepts or passes requests, reads what they were told. All of it by pressing.

import type { Locator } from 'playwright-core';
import { sleep } from '../client.ts';
import { realLines } from '../talk.ts';
import { workOnOffer } from './expert-offer.ts';
import { writeReport } from './expert-report.ts';
import { PATHS, pathIn, subjectsOf } from './paths.ts';
import type { Path } from './paths.ts';
import type { Person } from './person.ts';

const THINKS_MS = 300;
const SOON_MS = 3_000;
const CLOSE_MS = 1_000;
const TRIES = 3;
const MOST = 4; // questions that somebody works on at once
const TALKS = 1; // lines, before the answer

type Tab = 'Queue' | 'Mine' | 'Requests';

/** Of these an expert offers something. */
const WITH_OFFER = subjectsOf(PATHS.filter(({ own }) => own !== undefined));
const LEFT_BY_ALL = subjectsOf(PATHS.filter(({ asked }) => asked === 'nothing for all'));
const NEVER_REPORTED = subjectsOf(PATHS.filter(({ report }) => report === 'never'));

/** On these somebody has given a question back already. */
const released = new Set<Path>();

const lines = realLines();

/** Until it is over. */
export async function expertAt(person: Person, isOver: () => boolean): Promise<void> {
  const expert = new Expert(person);
  await person.page.locator('.frame').waitFor();
  const over = person.page.locator('.asked-card.over').getByRole('button', { name: 'Close', exact: true });
  // what is over is in the way of what is pressed; it may go by itself meanwhile
  const leave = (close: Locator) => close.click({ timeout: CLOSE_MS }).catch(() => undefined);
  await person.page.addLocatorHandler(over.first(), leave, { noWaitAfter: true });
  while (!isOver()) {
    await expert.turn();
    await sleep(THINKS_MS);
  }
}

class Expert {
  readonly #person: Person;
  /** of requests that are left unanswered until they open to all */
  readonly #left = new Set<string>();
  /** with nothing more to do about what is offered there */
  readonly #offered = new Set<string>();
  /** they have accepted something that they have not reported */
  #owes = false;
  /** they have a question in which something is to be offered */
  #toOffer = false;

  constructor(person: Person) {
    this.#person = person;
  }

  async turn(): Promise<void> {
    const { dice, page } = this.#person;
    await this.#person.press(page.locator('.notice').getByRole('button', { name: 'Available' }));
    if (await this.#asked()) return;
    if (this.#owes && dice.falls(80)) await this.#report();
    else if (dice.falls(6)) await this.#notices();
    else if (this.#toOffer && dice.falls(35)) await this.#offer();
    else if (dice.falls(50) && (await this.#countOf('Requests')) !== 0) await this.#accept();
    else if (dice.falls(60) && (await this.#countOf('Queue')) !== 0 && ((await this.#countOf('Mine')) ?? 0) < MOST)
      await this.#claim();
    else await this.#write();
  }

  /** A card over everything: Accept, No Thanks, or nothing until its time is over. */
  async #asked(): Promise<boolean> {
    const { page } = this.#person;
    const card = page.locator('.asked-card:not(.over)').first();
    if (!(await this.#person.isThere(card))) return false;
    const about = (await card.getAttribute('aria-label', { timeout: SOON_MS }).catch(() => null)) ?? '';
    if (this.#left.has(about)) return false;
    const { asked = 'nothing' } = pathIn(about) ?? {};
    if (asked === 'nothing' || asked === 'nothing for all') this.#left.add(about);
    else {
      const isPressed = await this.#person.press(card.getByRole('button', { name: asked, exact: true }));
      if (isPressed && asked === 'Accept') this.#owes = true;
    }
    return true;
  }

  async #claim(): Promise<void> {
    const rows = await this.#list('Queue', 'Queue');
    if (await this.#person.press(rows.getByRole('button', { name: /^Claim: / }))) await this.#say();
  }

  async #write(): Promise<void> {
    const rows = (await this.#list('Mine', 'Mine')).locator('.row').filter({ hasText: 'In progress' });
    const waiting = rows.filter({ hasNotText: 'You wrote last' });
    if (!(await this.#person.press(waiting.getByRole('link')))) return;
    if (await this.#isLetGo()) await this.#release();
    else await this.#say();
  }

  /** In the conversation that is open, or is about to be: a line, and then the answer. */
  async #say(): Promise<void> {
    const { dice, page } = this.#person;
    const field = page.getByRole('textbox', { name: 'Write to the customer' });
    if (!(await this.#person.sees(field, SOON_MS))) return; // somebody was quicker
    const said = await page.locator('.line.mine').count();
    if (!(await this.#person.fill(field, dice.of(lines)))) return;
    if (said >= TALKS) await this.#person.press(page.getByLabel('This is the complete answer'));
    await this.#person.press(page.locator('.writing').getByRole('button', { name: /^Send/ }));
    const path = await this.#pathOpen();
    if (path?.own !== undefined) this.#toOffer = true;
  }

  async #isLetGo(): Promise<boolean> {
    const path = await this.#pathOpen();
    const isPlanned = path?.isReleased === true && !released.has(path);
    if (isPlanned) released.add(path);
    return isPlanned || this.#person.dice.falls(2);
  }

  /** That of the conversation that is open. */
  async #pathOpen(): Promise<Path | undefined> {
    const head = this.#person.page.locator('.work-head h1');
    await this.#person.sees(head, SOON_MS);
    return pathIn(await head.innerText({ timeout: SOON_MS }).catch(() => ''));
  }

  async #release(): Promise<void> {
    const { page } = this.#person;
    const button = page.locator('.work-head').getByRole('button', { name: 'Release' });
    await this.#person.sees(button, SOON_MS);
    await this.#person.press(button);
    const release = page.getByRole('dialog').getByRole('button', { name: 'Release' });
    await this.#person.sees(release, SOON_MS); // left open it would cover everything
    await this.#person.press(release);
  }

  /** 8: where a service is to be offered, or something is to be done about one that was. */
  async #offer(): Promise<void> {
    const rows = (await this.#list('Mine', 'Mine')).locator('.row:not(.gone)').filter({ hasText: WITH_OFFER });
    const subjects = await rows.locator('.row-subject').allInnerTexts();
    const left = subjects.filter((one) => !this.#offered.has(one));
    this.#toOffer = left.length > 0;
    if (left.length === 0) return;
    const subject = this.#person.dice.of(left);
    if (!(await this.#person.press(rows.getByRole('link', { name: subject })))) return;
    if (await workOnOffer(this.#person, pathIn(subject)?.own)) this.#offered.add(subject);
  }

  async #accept(): Promise<void> {
    const { page } = this.#person;
    const open = (await this.#list('Requests', 'Open')).locator('.row:not(.gone)').filter({ hasNotText: LEFT_BY_ALL });
    if (!(await this.#person.press(open.getByRole('link')))) return;
    const button = page.getByRole('button', { name: 'Accept this request', exact: true });
    if ((await this.#person.sees(button, SOON_MS)) && (await this.#person.press(button))) this.#owes = true;
  }

  async #report(): Promise<void> {
    const due = (await this.#list('Requests', 'Priority')).locator('.row:not(.gone)');
    const rows = due.filter({ hasNotText: NEVER_REPORTED });
    const subject = (await this.#person.isThere(rows))
      ? await rows
          .first()
          .locator('.row-subject')
          .innerText({ timeout: SOON_MS })
          .catch(() => null)
      : null;
    this.#owes = subject !== null;
    if (subject === null || !(await this.#person.press(rows.getByRole('link')))) return;
    await writeReport(this.#person, subject);
  }

  async #notices(): Promise<void> {
    const { dice, page } = this.#person;
    if (!(await this.#person.press(page.locator('.bell')))) return;
    const told = page.locator('.main-body .own li');
    if (!(await this.#person.sees(told))) return;
    this.#person.done.push('notices read');
    if (dice.falls(50)) await this.#person.press(told.getByRole('link'));
  }

  /** What its tab says; null where there are no tabs. */
  async #countOf(tab: Tab): Promise<number | null> {
    const count = this.#person.page.locator('.tabs').getByRole('link', { name: tab }).locator('.tab-count');
    const said = await count.innerText({ timeout: 200 }).catch(() => null);
    return said === null ? null : Number.parseInt(said, 10);
  }

  /** Goes there, on a phone by the way back. */
  async #list(tab: Tab, view: string): Promise<Locator> {
    const { page } = this.#person;
    await goTo(this.#person, tab);
    if (tab === 'Requests') await this.#person.press(page.locator('.views').getByRole('button', { name: view }));
    const rows = page.locator('.list').getByRole('group', { name: view, exact: true });
    await this.#person.sees(rows);
    return rows;
  }
}

export async function goTo(person: Person, tab: Tab): Promise<void> {
  const { page } = person;
  const link = page.locator('.tabs').getByRole('link', { name: tab });
  // what was claimed is gone to when the server has said so, which may be now
  for (let tries = 0; tries < TRIES && !(await person.isThere(link)); tries += 1) {
    await person.press(page.getByRole('link', { name: 'Back to the list' }));
    await person.sees(link, SOON_MS);
  }
  if (!(await person.sees(link))) {
    const said = await page.locator('body').innerText();
    person.wrong(`found no way to ${tab} at ${page.url()}: ${said.replace(/\s+/g, ' ').slice(0, 600)}`);
  }
  if (!(await person.isThere(link.and(page.locator('[aria-current]'))))) await person.press(link);
}

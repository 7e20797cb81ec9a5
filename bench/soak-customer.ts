// A customer of the soak, at the shop of the demo: asks, answers, takes or declines what is offered, mends a card, rates, and asks anew.
// All of it by pressing.

import type { Locator } from 'playwright-core';
import { sleep } from './client.ts';
import type { Person } from './soak-person.ts';
import { realLines } from './talk.ts';

const THINKS_MS = 500;
const SOON_MS = 5_000;
const POSTED_MS = 30_000;
const REST_MS = 50_000; // a question that has come to nothing by then is left
const REPLIES = 4;

/** What becomes of an offer, as in the demo. */
const PATHS = ['declined', 'taken back', 'taken', 'taken', 'taken', 'card mended', 'card never mended'] as const;
type Path = (typeof PATHS)[number];

const lines = realLines();

/** Until it is over. */
export async function customerAt(person: Person, isOver: () => boolean): Promise<void> {
  const { page } = person;
  await page.locator('.launcher').click();
  for (let asked = 0; !isOver(); asked += 1) {
    const path = person.dice.of(PATHS);
    if (await ask(person, `${person.name} asks ${asked + 1}: ${path}`, path)) await new Talk(person, path).live(isOver);
    if (!isOver()) await askAnew(person);
  }
}

async function ask(person: Person, subject: string, path: Path): Promise<boolean> {
  const { dice, page } = person;
  const category = page.getByLabel('What is it about?');
  if (!(await person.sees(category))) return false;
  await category.selectOption('computer');
  await person.fill(page.getByLabel('In one sentence'), subject);
  await person.fill(page.getByLabel('Details'), dice.of(lines));
  const card = page.frameLocator('iframe[title="Payment"]');
  const isBad = path.startsWith('card');
  await person.press(await there(card.getByRole('button', { name: isBad ? 'Fails when charged' : 'Works' })));
  await person.press(page.getByRole('button', { name: /^Ask now/ }));
  if (await person.sees(page.getByRole('log'), POSTED_MS)) return true;
  const said = await page.locator('parley-chat .root').allInnerTexts();
  person.wrong(`asked, and nothing came of it: ${said.join(' ').replace(/\s+/g, ' ').slice(0, 600)}`);
  return false;
}

async function askAnew(person: Person): Promise<void> {
  const { page } = person;
  if (await person.isThere(page.getByLabel('What is it about?'))) return;
  await person.press(page.getByRole('button', { name: 'Back', exact: true }));
  await person.press(page.getByRole('button', { name: 'Your questions' }));
  const anew = page.getByRole('button', { name: 'Ask a new question' });
  await person.sees(anew, SOON_MS);
  await person.press(anew);
}

async function there(what: Locator): Promise<Locator> {
  await what.first().waitFor();
  return what;
}

/** One question, from here to its rest. */
class Talk {
  readonly #person: Person;
  readonly #path: Path;
  #replies = 0;
  #isReady = false;

  constructor(person: Person, path: Path) {
    this.#person = person;
    this.#path = path;
  }

  async live(isOver: () => boolean): Promise<void> {
    const end = performance.now() + REST_MS;
    while (!isOver() && !this.#isReady && performance.now() < end) {
      await sleep(THINKS_MS);
      await this.#reply();
      await this.#offer();
      await this.#rate();
    }
  }

  async #reply(): Promise<void> {
    const { dice, page } = this.#person;
    if (this.#replies >= REPLIES || !(await this.#person.isThere(page.locator('.line.theirs')))) return;
    if (await this.#person.isThere(page.locator('.lines > .line.mine:last-child'))) return;
    if (!(await this.#person.fill(page.getByRole('textbox', { name: 'Write a message' }), dice.of(lines)))) return;
    if (await this.#person.press(page.getByRole('button', { name: 'Send', exact: true }))) this.#replies += 1;
    await this.#person.press(page.getByRole('button', { name: 'Send anyway' }));
  }

  async #offer(): Promise<void> {
    const { dice, page } = this.#person;
    const offer = page.locator('article.offer').first();
    const state = (await offer.getAttribute('data-state', { timeout: 200 }).catch(() => null)) ?? '';
    const press = (name: string | RegExp) => this.#person.press(offer.getByRole('button', { name }));
    switch (state) {
      case 'offered':
        await press(this.#path === 'declined' ? 'No, thanks' : /^Request for/);
        break;
      case 'reserved':
      case 'open':
        if (this.#path === 'taken back' && dice.falls(30)) await press('Cancel request');
        break;
      case 'payment_failed':
        if (this.#path === 'card mended') await this.#mend();
        break;
      case 'accepted':
        if (dice.falls(40)) await this.#box(offer);
        break;
      case 'unfulfilled':
        await press(dice.falls(50) ? 'Ask again · already paid' : /^Get .* back$/);
        break;
      case 'fulfilled':
        this.#isReady = true; // the answer is rated by that
        break;
    }
  }

  async #mend(): Promise<void> {
    const { page } = this.#person;
    if (!(await this.#person.press(page.locator('article.offer').getByRole('button', { name: 'Update payment' }))))
      return;
    const works = page.frameLocator('iframe[title="Payment"]').getByRole('button', { name: 'Works' });
    if (await this.#person.sees(works)) {
      await this.#person.press(works);
      await this.#person.press(page.getByRole('button', { name: 'Save and try again' }));
      const back = page.getByRole('button', { name: 'Go to the conversation' });
      if ((await this.#person.sees(back)) && (await this.#person.press(back))) return;
    }
    await this.#person.press(page.getByRole('button', { name: 'Back', exact: true }));
  }

  async #box(offer: Locator): Promise<void> {
    const { page } = this.#person;
    if (!(await this.#person.press(offer.getByRole('button', { name: 'Open private box' })))) return;
    const text = page.getByLabel('What your expert needs');
    if (await this.#person.sees(text, SOON_MS)) {
      await this.#person.fill(text, `Call me on 030 90182${this.#replies}.`);
      await this.#person.press(page.getByRole('button', { name: 'Save', exact: true }));
      await this.#person.sees(page.getByText(/^Saved .* by you/), SOON_MS);
    }
    await this.#person.press(page.getByRole('button', { name: 'Back', exact: true }));
  }

  async #rate(): Promise<void> {
    const { dice, page } = this.#person;
    const rating = page.locator('.rating');
    if (!(await this.#person.isThere(rating))) return;
    const stars = rating.locator('.stars label');
    if (await this.#person.isThere(stars)) {
      await this.#person.press(stars.nth(dice.of([2, 3, 4])));
      await this.#person.press(rating.getByRole('button', { name: 'Rate' }));
    } else {
      const state = await page
        .getByRole('article')
        .first()
        .getAttribute('data-state', { timeout: 200 })
        .catch(() => null);
      this.#isReady = state === null || !['offered', 'reserved', 'open', 'capturing', 'accepted'].includes(state);
    }
  }
}

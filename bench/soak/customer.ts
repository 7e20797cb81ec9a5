// A customer of the soak, at the shop of the demo: asks, answers, takes or declines what is offered, rates, and asks anew. All of it by
// pressing.

import type { Locator } from 'playwright-core';
import { sleep } from '../client.ts';
import { realLines } from '../talk.ts';
import { askBack, closeQuestion, fillBox, mendCard } from './customer-ways.ts';
import { PATHS, subjectOf } from './paths.ts';
import type { Path } from './paths.ts';
import type { Person } from './person.ts';

const THINKS_MS = 1_000;
const SOON_MS = 5_000;
const POSTED_MS = 30_000;
const REST_MS = 70_000; // a question that has come to nothing by then is left
const REPLIES = 4;

const lines = realLines();

/** Until it is over. `first`: where they begin in the list of paths, `step`: how far on the next one is. */
export async function customerAt(
  person: Person,
  { first, step }: { readonly first: number; readonly step: number },
  isOver: () => boolean,
): Promise<void> {
  const { page } = person;
  await page.locator('.launcher').click();
  for (let asked = 0; !isOver(); asked += 1) {
    const path = PATHS[(first + asked * step) % PATHS.length]!;
    if (await ask(person, asked + 1, path)) await new Talk(person, path).live(isOver);
    if (!isOver()) await askAnew(person);
  }
}

async function ask(person: Person, times: number, path: Path): Promise<boolean> {
  const { dice, page } = person;
  const category = page.getByLabel('What is it about?');
  if (!(await person.sees(category))) return false;
  await category.selectOption('computer');
  await person.fill(page.getByLabel('In one sentence'), subjectOf(person.name, times, path));
  await person.fill(page.getByLabel('Details'), dice.of(lines));
  const card = page.frameLocator('iframe[title="Payment"]');
  const kind = card.getByRole('button', { name: path.card === undefined ? 'Works' : 'Fails when charged' });
  await kind.first().waitFor();
  await person.press(kind);
  await person.press(page.getByRole('button', { name: /^Ask now/ }));
  if (await person.sees(page.getByRole('log'), POSTED_MS)) return true;
  const said = await page.locator('parley-chat .root').allInnerTexts();
  person.wrong(`asked, and nothing came of it: ${said.join(' ').replace(/\s+/g, ' ').slice(0, 600)}`);
  return false;
}

async function askAnew(person: Person): Promise<void> {
  const { page } = person;
  const anew = page.getByRole('button', { name: 'Ask a new question' });
  if (await person.isThere(page.getByLabel('What is it about?'))) return;
  if (await person.press(anew)) return; // it is closed
  await person.press(page.getByRole('button', { name: 'Back', exact: true }));
  await person.press(page.getByRole('button', { name: 'Your questions' }));
  await person.sees(anew, SOON_MS);
  await person.press(anew);
}

/** One question, from here to its rest. */
class Talk {
  readonly #person: Person;
  readonly #path: Path;
  #replies = 0;
  #hasMended = false;
  #hasBox = false;

  constructor(person: Person, path: Path) {
    this.#person = person;
    this.#path = path;
  }

  async live(isOver: () => boolean): Promise<void> {
    const { dice } = this.#person;
    const end = performance.now() + REST_MS;
    while (!isOver() && performance.now() < end) {
      await sleep(THINKS_MS);
      await this.#reply();
      await this.#offers();
      await this.#pay();
      await this.#rate();
      if (await this.#isAtRest()) break;
    }
    if (isOver()) return;
    const { last } = this.#path;
    if (last === 'asks for a refund') await askBack(this.#person);
    if (last === 'closes' || dice.falls(10)) await closeQuestion(this.#person);
  }

  async #reply(): Promise<void> {
    const { dice, page } = this.#person;
    if (this.#replies >= REPLIES || !(await this.#person.isThere(page.locator('.line.theirs')))) return;
    if (await this.#person.isThere(page.locator('.lines > .line.mine:last-child'))) return;
    if (!(await this.#person.fill(page.getByRole('textbox', { name: 'Write a message' }), dice.of(lines)))) return;
    if (await this.#person.press(page.getByRole('button', { name: 'Send', exact: true }))) this.#replies += 1;
    await this.#person.press(page.getByRole('button', { name: 'Send anyway' }));
  }

  async #offers(): Promise<void> {
    const offers = this.#person.page.locator('article.offer');
    for (let index = (await offers.count()) - 1; index >= 0; index -= 1) await this.#offer(offers.nth(index));
  }

  async #offer(offer: Locator): Promise<void> {
    const { dice } = this.#person;
    const { customer, own, unfulfilled } = this.#path;
    const press = (name: string | RegExp) => this.#person.press(offer.getByRole('button', { name }));
    switch ((await offer.getAttribute('data-state', { timeout: 200 }).catch(() => null)) ?? '') {
      case 'offered':
        if (!(await this.#person.isThere(offer.getByRole('button', { name: /^Book for/ }))))
          await press(customer === 'declines' ? 'No, thanks' : /^Request for/);
        else if (own === 'declined') await press('No, thanks');
        else if (own !== 'withdrawn' && !(await this.#isToMend(offer))) await press(/^Book for/);
        break;
      case 'reserved':
      case 'open':
        if (customer === 'takes back' && dice.falls(30)) await press('Cancel request');
        break;
      case 'accepted':
        if (!this.#hasBox && dice.falls(60)) this.#hasBox = await fillBox(this.#person, offer);
        break;
      case 'unfulfilled':
        await press(unfulfilled === 'asks again' ? 'Ask again · already paid' : /^Get .* back$/);
        break;
    }
  }

  /** Another card, wherever the page asks for it: at a request, at what was booked, or for the answer. */
  async #pay(): Promise<void> {
    if (this.#path.card !== 'mended') return;
    const { page } = this.#person;
    const isAnswer = await this.#person.isThere(
      page.locator('.banner').getByRole('button', { name: 'Update payment' }),
    );
    if (isAnswer || (await this.#isToMend(page.locator('article.offer'))))
      this.#hasMended = (await mendCard(this.#person)) || this.#hasMended;
  }

  /** A booking that has failed keeps its reason until it is tried again. */
  async #isToMend(offer: Locator): Promise<boolean> {
    if (this.#path.card !== 'mended' || this.#hasMended) return false;
    return this.#person.isThere(offer.getByRole('button', { name: 'Update payment' }));
  }

  async #rate(): Promise<void> {
    const { dice, page } = this.#person;
    const { card, own } = this.#path;
    if (card !== undefined && own !== undefined) return; // the booking is to find the card that fails, and rates by itself
    const rating = page.locator('.rating');
    const stars = rating.locator('.stars label');
    if (!(await this.#person.isThere(stars))) return;
    await this.#person.press(stars.nth(dice.of([1, 2, 3, 4])));
    await this.#person.press(rating.getByRole('button', { name: 'Rate' }));
    await this.#person.sees(page.locator('.rating-given'), SOON_MS);
  }

  /** It is rated, and nothing more comes of what was offered. */
  async #isAtRest(): Promise<boolean> {
    const { page } = this.#person;
    const { ends, own } = this.#path;
    if (!(await this.#person.isThere(page.locator('.rating-given')))) return false;
    if (ends !== 'declined') return this.#person.isThere(page.locator(`article.offer[data-state="${ends}"]`));
    const declined = await page.locator('.offer-quiet').count();
    return declined >= (own === undefined ? 1 : 2);
  }
}

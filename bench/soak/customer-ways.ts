// What customers of the soak do elsewhere than in the conversation: another card, the private box, money asked back, the end.

import type { Locator } from 'playwright-core';
import type { Person } from './person.ts';

const SOON_MS = 5_000;
const DECIDED_MS = 15_000;

/** Answers whether the other card was taken. */
export async function mendCard(person: Person): Promise<boolean> {
  const { page } = person;
  if (!(await person.press(page.getByRole('button', { name: 'Update payment' })))) return false;
  const works = page.frameLocator('iframe[title="Payment"]').getByRole('button', { name: 'Works' });
  const back = page.getByRole('button', { name: 'Go to the conversation' });
  let isMended = false;
  if (await person.sees(works)) {
    await person.press(works);
    await person.press(page.getByRole('button', { name: 'Save and try again' }));
    isMended = await person.sees(back);
    if (isMended) person.done.push('another card given');
    if (isMended && (await person.press(back))) return true;
  }
  await goBack(person);
  return isMended;
}

/** Answers whether something was saved. */
export async function fillBox(person: Person, offer: Locator): Promise<boolean> {
  const { page, dice } = person;
  if (!(await person.press(offer.getByRole('button', { name: 'Open private box' })))) return false;
  const text = page.getByLabel('What your expert needs');
  let isSaved = false;
  if (await person.sees(text, SOON_MS)) {
    await person.fill(text, `Call me on 030 90182${dice.of([1, 2, 3])}.`);
    await person.press(page.getByRole('button', { name: 'Save', exact: true }));
    isSaved = await person.sees(page.getByText(/^Saved .* by you/), SOON_MS);
    if (isSaved) person.done.push('private box filled');
  }
  await goBack(person);
  return isSaved;
}

/** Customer care decides within seconds; a page that does not tell of it is stale. */
export async function askBack(person: Person): Promise<void> {
  const { page } = person;
  if (!(await person.press(page.getByRole('button', { name: 'Ask for a refund' })))) return;
  const why = page.getByLabel('What went wrong?');
  if (await person.sees(why, SOON_MS)) {
    await person.fill(why, 'It did not help.');
    await person.press(page.getByRole('button', { name: 'Send to customer care' }));
    const decided = page.getByText(/^Your refund was granted|^Customer care has refused the refund/);
    if (await person.sees(decided, DECIDED_MS)) person.done.push('decision about a refund read');
    else person.wrong('asked for a refund, and was not told what became of it');
  }
  await goBack(person);
}

export async function closeQuestion(person: Person): Promise<void> {
  const { page } = person;
  if (!(await person.press(page.getByRole('button', { name: 'Settings' })))) return;
  const close = page.getByRole('button', { name: 'Close this question' });
  if (await person.sees(close, SOON_MS)) {
    await person.press(close);
    const yes = page
      .getByRole('dialog', { name: 'Close for good?' })
      .getByRole('button', { name: 'Close this question' });
    const isClosed = (await person.sees(yes, SOON_MS)) && (await person.press(yes));
    if (!isClosed || !(await person.sees(page.getByText('This question is closed.'), SOON_MS)))
      person.wrong('closed a question, and the page does not say so');
  }
  await goBack(person);
}

async function goBack(person: Person): Promise<void> {
  await person.press(person.page.getByRole('button', { name: 'Back', exact: true }));
}

// An expert of the soak offers a service by themselves, beside a conversation that is open (8): of the category, one of their own, or a
// new one, for a price of theirs; takes it back, or says that they cannot complete it.

import type { Path } from './paths.ts';
import type { Person } from './person.ts';

const SOON_MS = 3_000;
const BOOKED_MS = 8_000;
const NEW = 'New service…';

/** Answers whether nothing more is to be done about it. */
export async function workOnOffer(person: Person, own: Path['own']): Promise<boolean> {
  const { page } = person;
  const details = page.locator('.details');
  if (!(await person.isThere(details))) await person.press(page.getByRole('button', { name: 'About this question' }));
  const offering = details.locator('.offering');
  const offer = offering.getByRole('button', { name: 'Offer premium service' });
  const withdraw = offering.getByRole('button', { name: 'Withdraw it' });
  const unable = offering.getByRole('button', { name: 'I cannot complete this' });
  if (!(await person.sees(offer.or(withdraw).or(unable), SOON_MS))) return false;
  if (await person.press(offer)) {
    if (!(await propose(person))) return false;
    if (own === 'booked' || own === 'declined') return true; // the customer decides
  }
  if (own === 'withdrawn') return (await person.sees(withdraw)) && person.press(withdraw);
  return (await person.sees(unable, BOOKED_MS)) && cannot(person);
}

async function propose(person: Person): Promise<boolean> {
  const { dice, page } = person;
  const form = page.locator('.offer-form');
  const service = form.getByLabel('Service');
  if (!(await person.sees(service, SOON_MS))) return false;
  const choices = await service.locator('option:not([disabled])').allInnerTexts();
  const choice = dice.falls(40) ? NEW : dice.of(choices);
  await service.selectOption(choice);
  if (choice === NEW) {
    await person.fill(form.getByLabel('What it is called'), `An hour with ${person.name}`);
    await person.fill(form.getByLabel('Description'), 'We look at it together until it works.');
  }
  await person.fill(form.getByLabel(/^Price/), `${dice.of([19, 25, 60])}.50`);
  await person.press(form.getByRole('button', { name: 'Send offer' }));
  if (await person.goes(form)) return true;
  person.wrong(`sent an offer, and its form stays: ${(await form.innerText()).replace(/\s+/g, ' ').slice(0, 300)}`);
  return false;
}

/** 8.3 */
async function cannot(person: Person): Promise<boolean> {
  const { page } = person;
  if (!(await person.press(page.getByRole('button', { name: 'I cannot complete this' })))) return false;
  const dialog = page.getByRole('dialog', { name: 'You cannot complete this?' });
  await person.sees(dialog); // it opens after the picture that follows the press
  await person.fill(dialog.getByLabel('Reason'), 'I have to leave.');
  await person.press(dialog.getByRole('button', { name: 'Tell them' }));
  if (await person.goes(dialog)) return true;
  person.wrong('said that something cannot be completed, and the dialog stays');
  return false;
}

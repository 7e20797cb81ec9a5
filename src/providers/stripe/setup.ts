// A card that is saved in a browser: a SetupIntent of the person's Customer at Stripe, who is made once. Whose Customer it is
// stands in our book; what the browser does with the intent is between it and Stripe.

import type { CardSetup } from '../../context.ts';
import { freshKey, writeDown } from './desk.ts';
import type { Desk } from './desk.ts';
import { isSpent } from './errors.ts';

export const setupKey = (person: string) => `customer-${person}`;

export async function setup(desk: Desk, person: string): Promise<CardSetup> {
  const customer = (await knownCustomer(desk, person)) ?? (await makeCustomer(desk, person));
  const { client_secret: clientSecret } = await desk.stripe.setupIntents.create({
    customer,
    usage: 'off_session', // it is charged later, when nobody is there to confirm
    allowed_payment_method_types: ['card'],
    metadata: { parley_user: person },
  });
  if (clientSecret === null) throw new Error('Stripe made a SetupIntent that no browser can use');
  return { clientSecret };
}

async function knownCustomer({ records }: Desk, person: string): Promise<string | null> {
  return (await records.find(setupKey(person))).answered?.authorisation ?? null;
}

/** Several at once make one: Stripe answers the same key with the same Customer, and the first note stands. */
async function makeCustomer(desk: Desk, person: string): Promise<string> {
  const key = setupKey(person);
  const make = (idempotencyKey: string) =>
    desk.stripe.customers.create({ metadata: { parley_user: person } }, { idempotencyKey });
  const { id } = await make(key).catch((error: unknown) => {
    if (isSpent(error)) return make(freshKey(desk, key)); // a second Customer of whom nobody knows does no harm
    throw error;
  });
  await writeDown(desk, key, { outcome: 'ok', authorisation: id });
  return (await knownCustomer(desk, person)) ?? id;
}

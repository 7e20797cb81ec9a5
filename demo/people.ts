// Who is there before the first customer comes: customer care, the experts of the seed, and those that care takes on.

import { randomBytes } from 'node:crypto';
import { Client } from './client.ts';
import { Expert } from './robots.ts';
import { gatewayOf } from './stage.ts';
import type { Stage } from './stage.ts';
import type { Witness } from './witness.ts';

const DEMO_PASSWORD = 'parley-demo'; // of the seeded accounts
const SEEDED = ['ada', 'ben', 'cleo', 'dan'];
const TAKEN_ON = ['Eve', 'Finn', 'Gus', 'Hana', 'Ivo', 'Jun'];

export async function signInCare(gateway: string): Promise<Client> {
  return Client.login(gateway, 'care@example.test', DEMO_PASSWORD);
}

/** Ten experts; all but Cleo and Dan (who knows law only, and must hear of nothing) work in every computer category. */
export async function gatherExperts(
  gateways: Stage['gateways'],
  care: Client,
  witness: Witness,
): Promise<readonly Expert[]> {
  const ada = await Client.login(gateways[0], 'ada@example.test', DEMO_PASSWORD);
  const categories = ada.user.categories ?? [];
  await ada.close();
  const password = randomBytes(12).toString('hex');
  await Promise.all(TAKEN_ON.map((name) => takeOn(care, name, password, categories)));

  const accounts = [...SEEDED.map((name) => [name, DEMO_PASSWORD]), ...TAKEN_ON.map((name) => [name, password])];
  return Promise.all(
    accounts.map(async ([name = '', secret = ''], index) => {
      const email = `${name.toLowerCase()}@example.test`;
      const expert = new Expert(await Client.login(gatewayOf({ gateways }, index), email, secret), witness);
      const { id, categories: own = [] } = expert.client.user;
      witness.experts.push({ id, categories: own });
      return expert;
    }),
  );
}

async function takeOn(care: Client, name: string, password: string, categories: readonly string[]): Promise<void> {
  await care.call('user.create', {
    role: 'expert',
    name,
    email: `${name.toLowerCase()}@example.test`,
    password,
    categories: [...categories],
    clientId: `demo-expert-${name}`,
  });
}

// Customer care of the soak, by the protocol, as it has no page: decides about refunds and about what could not be completed.

import { randomUUID } from 'node:crypto';
import type { Case } from '../../web/client/protocol.ts';
import { Door, connect, sleep } from '../client.ts';
import type { Dice } from './dice.ts';

const THINKS_MS = 1_000;

/** Until it is over; the cases that are open then stay so. */
export async function careAt(url: string, dice: Dice, isOver: () => boolean): Promise<void> {
  const door = await Door.at(url);
  const care = await connect(url, (await door.login('care@example.test')).token);
  door.close();
  let refunds = 0;
  while (!isOver()) {
    await sleep(THINKS_MS);
    const { items } = await care.call('case.list', { state: 'open' });
    for (const one of items) {
      if (one.kind === 'refund') refunds += 1;
      const decision = decisionOn(one, refunds, dice);
      if (decision !== null) await care.call('case.resolve', { caseId: one.id, clientId: randomUUID(), ...decision });
    }
  }
  care.close();
}

/** `refunds`: with this one; every other one is granted. */
function decisionOn({ kind }: Case, refunds: number, dice: Dice) {
  switch (kind) {
    case 'refund':
      return refunds % 2 === 1
        ? ({ resolution: 'grant' } as const)
        : ({ resolution: 'refuse', comment: 'It was delivered.' } as const);
    case 'low_rating':
      return { resolution: dice.falls(50) ? 'pay' : 'dismissed' } as const;
    case 'unable_to_complete':
    case 'not_connected':
      return { resolution: 'done' } as const;
    default:
      return null;
  }
}

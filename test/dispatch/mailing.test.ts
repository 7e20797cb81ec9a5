// 6.3: letters about an open request go in rings: whoever is near first, the rest only while it is still open then.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { change } from '../../src/dispatch/change.ts';
import { OFFER } from '../../src/dispatch/machines.ts';
import { sendMails } from '../../src/dispatch/mail.ts';
import { requested } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { account, cleared, join, mailsTo, ownCategory } from '../helpers/people.ts';

const RING_MS = 600_000;
const here = world({ ROLE: 'gateway', POLICY_EMAIL_RINGS: '10m' });
let node: Node;
let clock = Date.now();
beforeAll(async () => {
  node = await here.start({}, () => new Date(clock));
});
afterAll(() => here.close());

/** A request that has just been opened to Ben, who is connected, and to Cleo, who is not. */
async function opened() {
  const category = await ownCategory(node);
  const [ben, cleo] = [`ben-${category}@example.test`, `cleo-${category}@example.test`];
  const [customer, ada] = await Promise.all([
    join(node, 'customer'),
    join(node, 'expert', { categories: [category] }),
    join(node, 'expert', { email: ben, categories: [category] }),
    account(node, 'expert', { email: cleo, categories: [category] }),
  ]);
  const offer = await requested(customer, ada, { category });
  const { record } = (await node.ctx.stores.offers.read(String(offer.id)))!;
  const pass = () => change(node.ctx, OFFER, record.id, { type: 'pass', expertId: String(record.reservedFor) });
  await pass();
  await cleared(node, record.id);
  const wrote = async () =>
    (await Promise.all([ben, cleo].map((email) => mailsTo(node, email)))).map((all) => all.length);
  return { offerId: record.id, wrote };
}

test('6.3 whoever is connected is written to first, the others after the delay, each once', async () => {
  const { wrote } = await opened();
  await sendMails(node.ctx);
  expect(await wrote()).toEqual([1, 0]);
  clock += RING_MS - 1;
  await sendMails(node.ctx);
  expect(await wrote()).toEqual([1, 0]);
  for (let ring = 0; ring < 3; ring += 1) {
    clock += RING_MS;
    await sendMails(node.ctx);
  }
  expect(await wrote()).toEqual([1, 1]);
});

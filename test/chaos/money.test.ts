// 1.4, I3: whoever dies between whichever two steps of whichever path of money, it is charged once, paid out once, and
// the books agree. The processes die by SIGKILL (dying.ts); people who press again, and the sweep of a healthy worker,
// find what they have left.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { verify } from '../../src/dispatch/verify.ts';
import { post } from '../helpers/client.ts';
import { booksOf, endOf } from '../helpers/money-ends.ts';
import { PATH_NAMES, pathOf } from '../helpers/money-paths.ts';
import type { PathName, Who } from '../helpers/money-paths.ts';
import { world } from '../helpers/node.ts';
import { account, codeOf, ownCategory, tokenOf } from '../helpers/people.ts';
import type { Errand, Walk } from './dying.ts';

const DYING = fileURLToPath(new URL('./dying.ts', import.meta.url));
const AT_ONCE = 2; // processes; more do not help two cores
const PATIENCE = { timeout: 60_000, interval: 100 };
/** Among the steps that they died at. */
const STEPS = [
  ...['questions.insert', 'questions.save', 'questions.settled', 'offers.insert', 'offers.save', 'offers.settled'],
  ...['cases.insert', 'cases.save', 'cases.settled', 'entries.book', 'mails.owe', 'catalogue.keep', 'audit.append'],
  ...['payments.authorise', 'payments.capture', 'payments.void', 'payments.refund'],
];
const GIVEN_UP_MS = 61_000; // then an authorisation is abandoned, and any capture asked about again

const here = world({
  POLICY_OFFER_DELAY: '1ms',
  POLICY_RESERVATION: '1h',
  POLICY_SWEEP: '200ms',
  RATE_COMMANDS: '100000',
});
let aheadMs = 0;
const now = () => new Date(Date.now() + aheadMs);
let gateway: Node;
const errands = new Map<PathName, { errand: Errand; tokens: Record<Who, string> }>();
let deaths: Death[];
let walks: Walk[];

interface Death {
  readonly signal: NodeJS.Signals | null;
  readonly walks: readonly Walk[];
  readonly said: string;
}

beforeAll(async () => {
  gateway = await here.start({ ROLE: 'gateway' }, now); // nobody sweeps
  await Promise.all(PATH_NAMES.map(prepare));
  const all = [...errands.values()].map(({ errand }) => errand);
  const shares = Array.from({ length: AT_ONCE }, (_, share) => all.filter((_, index) => index % AT_ONCE === share));
  deaths = await Promise.all(shares.map(die));
  walks = deaths.flatMap((death) => death.walks);
}, 120_000);
afterAll(() => here.close());

/** A category and people of its own. */
async function prepare(path: PathName): Promise<void> {
  const category = await ownCategory(gateway);
  const [customer, ada, care] = await Promise.all([
    account(gateway, 'customer'),
    account(gateway, 'expert', { categories: [category] }),
    account(gateway, 'admin'),
  ]);
  const tokens = {
    customer: await tokenOf(gateway, customer),
    ada: await tokenOf(gateway, ada),
    care: await tokenOf(gateway, care),
  };
  const people = { customer: customer.id, ada: ada.id, care: care.id };
  errands.set(path, { errand: { path, category, people }, tokens });
}

/** One process with these errands, to its end. */
async function die(share: readonly Errand[]): Promise<Death> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...here.env };
  const child = fork(DYING, [JSON.stringify(share)], { env, execArgv: ['--import', 'tsx'], silent: true });
  let came: Walk[] = [];
  let said = '';
  child.on('message', (message) => {
    came = message as Walk[];
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return new Promise((resolve) => {
    child.once('close', (_code, signal) => {
      resolve({ signal, walks: came, said });
    });
  });
}

/** The same press once more, over HTTP; answers how it was answered. */
function again({ path, press }: Walk): Promise<string> {
  return codeOf(post(gateway.url, press.name, press.input, errands.get(path)?.tokens[press.who]));
}

/** The codes that were not to be expected, of some walks pressed again, some at a time. */
async function pressedAgain(some: readonly Walk[]): Promise<unknown[]> {
  const wrong: unknown[] = [];
  for (let first = 0; first < some.length; first += 20) {
    await Promise.all(
      some.slice(first, first + 20).map(async (walk) => {
        const code = await again(walk);
        if (code === 'ok' || pathOf(walk.path).again.includes(code)) return;
        wrong.push([walk.path, walk.step, walk.stoppedAt, code]);
      }),
    );
  }
  return wrong;
}

/** The worker has nothing left to do, and ledger:verify nothing to say. */
async function recovered(): Promise<void> {
  await expect
    .poll(async () => {
      const { differences, inProgress, lapsedHolds } = await verify(gateway.ctx);
      const { offers, questions, cases } = gateway.ctx.stores;
      const later = new Date('2999-01-01');
      const owing = await Promise.all([offers, questions, cases].map((store) => store.unsettled(later, 10)));
      return { differences, inProgress, lapsedHolds, owing: owing.map(({ length }) => length) };
    }, PATIENCE)
    .toEqual({ differences: [], inProgress: [], lapsedHolds: [], owing: [0, 0, 0] });
}

test('1.4 every path has died by SIGKILL before and after each of its steps, and once come to its end', () => {
  for (const { signal, said } of deaths) expect([signal, said]).toEqual(['SIGKILL', '']);
  for (const path of PATH_NAMES) {
    const walked = walks.filter((walk) => walk.path === path);
    const stopped = walked.filter(({ stoppedAt }) => stoppedAt !== null);
    const steps = Math.max(...stopped.map(({ step }) => step));
    expect(steps).toBeGreaterThan(1);
    // one step more or less is a write that was lost to another one and repeated
    for (const { step, stoppedAt } of walked) if (step < steps) expect([path, step, stoppedAt]).not.toContain(null);
    expect(walked.some(({ stoppedAt }) => stoppedAt === null)).toBe(true);
  }
  const stops = new Set(walks.map(({ stoppedAt }) => stoppedAt));
  for (const when of ['before', 'after']) {
    for (const step of STEPS) expect(stops).toContain(`${when} ${step}`);
  }
});

test('1.4 who presses again at once is told the same or why not', PATIENCE, async () => {
  expect(await pressedAgain(walks.filter(({ when }) => when === 'after'))).toEqual([]);
});

test('1.4 a healthy worker finishes what the dead have left: the books agree', PATIENCE, async () => {
  await here.start({ ROLE: 'worker' }, now);
  aheadMs += GIVEN_UP_MS;
  await recovered();
});

test('1.4 who presses again after that comes to the end of the path', PATIENCE, async () => {
  expect(await pressedAgain(walks)).toEqual([]);
  aheadMs += GIVEN_UP_MS;
  await recovered();
});

describe('1.4 however it died, it is charged once and paid out once', () => {
  test.each(PATH_NAMES)('%s', async (path) => {
    const { errand } = errands.get(path)!;
    for (const walk of walks.filter((one) => one.path === path)) {
      const books = await booksOf(gateway, walk, errand.people);
      expect({ ...books, at: walk.stoppedAt }).toEqual({ ...endOf(path), at: walk.stoppedAt });
    }
  });
});

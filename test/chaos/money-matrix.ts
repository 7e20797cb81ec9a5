// 1.4, I3: whoever dies between whichever two steps of whichever path of money, it is charged once, paid out once, and
// the books agree. The processes die by SIGKILL (dying.ts), some of them a second time in the recovery; people who press
// again, and the sweep of a healthy worker, find what they have left. This is the matrix; the provider is handed in.

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { reconcile } from '../../src/dispatch/reconcile.ts';
import { verify } from '../../src/dispatch/verify.ts';
import { post } from '../helpers/client.ts';
import { booksOf, endOf } from '../helpers/money-ends.ts';
import { PATH_NAMES, pathOf } from '../helpers/money-paths.ts';
import type { PathName, Who } from '../helpers/money-paths.ts';
import { world } from '../helpers/node.ts';
import { account, codeOf, ownCategory, tokenOf } from '../helpers/people.ts';
import type { ProviderBooks } from '../helpers/provider-books.ts';
import type { Errand, Walk } from './dying.ts';
import type { Recovery } from './recovering.ts';
import { all } from '../helpers/all.ts';

export interface MoneyProvider {
  /** which provider it is, as a node is told */
  readonly env: Record<string, string>;
  readonly books: (node: Node) => ProviderBooks;
  /** the steps to die at, by name */
  readonly among: RegExp;
  /** some of them that somebody must have died at */
  readonly steps: readonly string[];
  /** paths whose recovery dies too, the steps to recover from, by name, and among those at which the recovery died */
  readonly recoveries: readonly (readonly [PathName, Recovery])[];
  readonly recoveredFrom: RegExp;
  readonly recoverySteps: readonly string[];
}

const DYING = fileURLToPath(new URL('./dying.ts', import.meta.url));
const AT_ONCE = 2; // processes; more do not help two cores
const WALKING_MS = 480_000; // every path, and a death at each of its steps, beside other files on the same two cores
const PATIENCE = { timeout: 600_000, interval: 250 };
const GIVEN_UP_MS = 61_000; // then an authorisation is abandoned, and any capture asked about again

interface Prepared {
  readonly errand: Errand;
  readonly tokens: Readonly<Record<Who, string>>;
}

interface Death {
  readonly signal: NodeJS.Signals | null;
  readonly walks: readonly Walk[];
  readonly said: string;
}

export function moneyMatrix({ env, books, ...they }: MoneyProvider): void {
  const here = world({
    POLICY_OFFER_DELAY: '0s',
    POLICY_RESERVATION: '1h',
    POLICY_SWEEP: '200ms',
    RATE_COMMANDS: '100000',
    ...env,
  });
  const errands: Prepared[] = [];
  const children = new Set<ChildProcess>();
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);
  let gateway: Node;
  let deaths: Death[];
  let walks: Walk[];
  const walksOf = (path: PathName, recovery: Recovery | null = null) =>
    walks.filter((walk) => walk.path === path && walk.recovery === recovery);

  beforeAll(async () => {
    gateway = await here.start({ ROLE: 'gateway' }, now); // nobody sweeps
    await Promise.all([
      ...PATH_NAMES.map((path) => prepare(path, null)),
      ...they.recoveries.map(([path, recovery]) => prepare(path, recovery)),
    ]);
    const all = errands.map(({ errand }) => errand);
    const shares = Array.from({ length: AT_ONCE }, (_, share) => all.filter((_, index) => index % AT_ONCE === share));
    deaths = await Promise.all(shares.map(die));
    walks = deaths.flatMap((death) => death.walks);
  }, WALKING_MS);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await here.close();
  });

  /** A category and people of its own. */
  async function prepare(path: PathName, recovery: Recovery | null): Promise<void> {
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
    const among = recovery === null ? they.among : they.recoveredFrom;
    errands.push({ errand: { path, category, people, among: among.source, recovery }, tokens });
  }

  /** One process with these errands, to its end. */
  async function die(share: readonly Errand[]): Promise<Death> {
    const settings = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...here.env };
    const child = fork(DYING, [JSON.stringify(share)], { env: settings, execArgv: ['--import', 'tsx'], silent: true });
    children.add(child);
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
        children.delete(child);
        resolve({ signal, walks: came, said });
      });
    });
  }

  const preparedFor = ({ path, recovery }: Walk): Prepared =>
    errands.find(({ errand }) => errand.path === path && errand.recovery === recovery)!;

  /** The same press once more, over HTTP; answers how it was answered. */
  function again(walk: Walk): Promise<string> {
    const { who, name, input } = walk.press;
    return codeOf(post(gateway.url, name, input, preparedFor(walk).tokens[who]));
  }

  /** The codes that were not to be expected, of some walks pressed again, some at a time. */
  async function pressedAgain(some: readonly Walk[]): Promise<unknown[]> {
    const wrong: unknown[] = [];
    for (let first = 0; first < some.length; first += 20) {
      await Promise.all(
        some.slice(first, first + 20).map(async (walk) => {
          const code = await again(walk);
          if (code === 'ok' || pathOf(walk.path).again.includes(code)) return;
          wrong.push([walk.path, walk.step, walk.stoppedAt, walk.recoveryStoppedAt, code]);
        }),
      );
    }
    return wrong;
  }

  /** The worker has nothing left to do, ledger:verify nothing to say, and the reconciler no hold to let go. */
  async function recovered(): Promise<void> {
    const { offers, questions, cases } = gateway.ctx.stores;
    const later = new Date('2999-01-01');
    const owing = () =>
      Promise.all([
        all(offers.unsettled(later, 10)),
        all(questions.unsettled(later, 10)),
        all(cases.unsettled(later, 10)),
      ]);
    await expect.poll(owing, PATIENCE).toEqual([[], [], []]);
    await expect
      .poll(async () => {
        const { differences, inProgress, lapsedHolds } = await verify(gateway.ctx);
        return { differences, inProgress, lapsedHolds, owing: await owing() };
      }, PATIENCE)
      .toEqual({ differences: [], inProgress: [], lapsedHolds: [], owing: [[], [], []] });
    expect(await reconcile(gateway.ctx)).toBe(0);
  }

  test('1.4 every path has died by SIGKILL before and after each of its steps, and once come to its end', () => {
    for (const { signal, said } of deaths) expect([signal, said]).toEqual(['SIGKILL', '']);
    for (const path of PATH_NAMES) {
      const walked = walksOf(path);
      const stopped = walked.filter(({ stoppedAt }) => stoppedAt !== null);
      const last = Math.max(...stopped.map(({ step }) => step));
      expect(last).toBeGreaterThan(0);
      // one step more or less is a write that was lost to another one and repeated
      for (const { step, stoppedAt } of walked) if (step < last) expect([path, step, stoppedAt]).not.toContain(null);
      expect(walked.some(({ stoppedAt }) => stoppedAt === null)).toBe(true);
    }
    const stops = new Set(walks.map(({ stoppedAt }) => stoppedAt));
    for (const when of ['before', 'after']) {
      for (const step of they.steps) expect(stops).toContain(`${when} ${step}`);
    }
  });

  test('1.4 whoever recovers has died too, after each step of the recovery', () => {
    for (const [path, recovery] of they.recoveries) {
      const walked = walksOf(path, recovery);
      expect(walked.some(({ recoveryStoppedAt }) => recoveryStoppedAt !== null)).toBe(true);
      expect(walked.some(({ stoppedAt }) => stoppedAt === null)).toBe(true);
    }
    const stops = new Set(walks.map(({ recoveryStoppedAt }) => recoveryStoppedAt));
    for (const step of they.recoverySteps) expect(stops).toContain(`after ${step}`);
  });

  test('1.4 who presses again at once is told the same or why not', PATIENCE, async () => {
    expect(await pressedAgain(walks.filter(({ when, recovery }) => when === 'after' && recovery === null))).toEqual([]);
  });

  test('1.4 a healthy worker finishes what the dead have left: the books agree', PATIENCE, async () => {
    await here.start({ ROLE: 'worker' }, now);
    aheadMs += 2 * GIVEN_UP_MS; // those who died in the recovery were ahead already
    await recovered();
  });

  test('1.4 who presses again after that comes to the end of the path', PATIENCE, async () => {
    expect(await pressedAgain(walks)).toEqual([]);
    aheadMs += GIVEN_UP_MS;
    await recovered();
  });

  describe('1.4 however it died, it is charged once and paid out once', () => {
    test.each(PATH_NAMES)('%s', async (path) => {
      const provider = books(gateway);
      for (const walk of walks.filter((one) => one.path === path)) {
        const { stoppedAt, recoveryStoppedAt } = walk;
        const end = await booksOf(gateway, walk, preparedFor(walk).errand.people, provider);
        expect({ ...end, stoppedAt, recoveryStoppedAt }).toEqual({ ...endOf(path), stoppedAt, recoveryStoppedAt });
      }
    });
  });
}

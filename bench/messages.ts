// (a) How many messages a second of CPU persists, acknowledges and delivers, beside Socket.IO that only relays them.

import type { Bench, Outcome } from './bench.ts';
import { sleep } from './client.ts';
import { startBareServer, startParley } from './servers.ts';
import type { Server } from './servers.ts';
import { median, noiseOf } from './stats.ts';
import { bareTalks, parleyTalks, realLines } from './talk.ts';
import type { Talk } from './talk.ts';

const ROUNDS = 8;
const PAIRS = 200; // each with one message under way: enough to keep a gateway busy all the time
const WARM_UP_MS = 3_000; // compiled, pools filled
const RAMP_MS = 300;
const WINDOW_MS = 2_000; // 1 % of it is two ticks of the kernel's clock
const CLAIM = '12h'; // longer than any run

interface Window {
  readonly messages: number;
  readonly seconds: number;
  readonly serverCpu: number;
}

interface Round {
  readonly bare: readonly [Window, Window];
  readonly parley: Window;
  /**
   * CPU of mongod and Redis for a message, seconds: of the whole round by all its messages, because they also work
   * before, behind and after the window
   */
  readonly storesCpu: number | null;
}

export async function messages(bench: Bench): Promise<Outcome> {
  const { stores, say } = bench;
  const [one, other, gateway] = await Promise.all([
    startBareServer(stores.folder),
    startBareServer(stores.folder),
    startParley('gateway', stores, { POLICY_CLAIM: CLAIM }),
  ]);
  const load = new Map<Server, ClosedLoop>();
  load.set(one, new ClosedLoop(await bareTalks(one.url, PAIRS)));
  load.set(other, new ClosedLoop(await bareTalks(other.url, PAIRS)));
  load.set(gateway, new ClosedLoop(await parleyTalks(gateway.url, PAIRS)));
  for (const loop of load.values()) await loop.during(WARM_UP_MS);
  await bench.profiled('messages', [gateway], async () => {
    await load.get(gateway)!.during(WARM_UP_MS);
  });

  const rounds: Round[] = [];
  for (let count = bench.quick ? 2 : ROUNDS; count > 0; count -= 1) {
    const began = bench.storesCpu && { cpu: bench.storesCpu(), done: load.get(gateway)!.done };
    // forwards and backwards in turn, so that neither place in a round is one server's own
    const windows = new Map<Server, Window>();
    const order = count % 2 === 0 ? [one, gateway, other] : [other, gateway, one];
    for (const server of order) windows.set(server, await windowOf(server, load.get(server)!));
    const [before, parley, after] = [windows.get(one)!, windows.get(gateway)!, windows.get(other)!];
    const storesCpu = began === null ? null : (bench.storesCpu!() - began.cpu) / (load.get(gateway)!.done - began.done);
    rounds.push({ bare: [before, after], parley, storesCpu });
    say(
      `a: bare ${rate(before)} and ${rate(after)}, Parley ${rate(parley)} of its CPU, ${Math.round(withStores(parley, storesCpu) ?? NaN)}/CPU-s of all`,
    );
  }
  for (const loop of load.values()) loop.close();
  return outcomeOf(rounds);
}

function outcomeOf(rounds: readonly Round[]): Outcome {
  const baseline = rounds.map(({ bare }) => (perCpuSecond(bare[0]) + perCpuSecond(bare[1])) / 2);
  const noise = noiseOf(rounds.map(({ bare }) => [perCpuSecond(bare[0]), perCpuSecond(bare[1])]));
  const own = rounds.map(({ parley }) => perCpuSecond(parley));
  const all = rounds.map(({ parley, storesCpu }) => withStores(parley, storesCpu));
  const measured = all.filter((value) => value !== null);
  const shared = {
    unit: '/CPU-s',
    baseline: median(baseline),
    noise,
    better: 'higher',
    rounds: rounds.length,
  } as const;
  return {
    rows: [
      {
        ...shared,
        figure: 'a. messages persisted, acknowledged, delivered: CPU of the gateway',
        parley: median(own),
        ratio: median(own.map((value, index) => value / baseline[index]!)),
        floor: 0.15,
        goal: 0.4,
      },
      {
        ...shared,
        figure: 'a. the same with the CPU of mongod and Redis',
        parley: measured.length === 0 ? null : median(measured),
        ratio: measured.length === 0 ? null : median(measured.map((value, index) => value / baseline[index]!)),
        floor: 0.08,
        goal: 0.3,
        ...(measured.length === 0 && { note: 'mongod and Redis run on another machine' }),
      },
    ],
    violations: [],
    facts: [
      `a: ${PAIRS} conversations with one message under way in each; at saturation the gateway used ` +
        `${percentOfCore(rounds.map(({ parley }) => parley))} of a core and moved ` +
        `${Math.round(median(rounds.map(({ parley }) => parley.messages / parley.seconds)))} messages/s, ` +
        `the bare server ${percentOfCore(rounds.flatMap(({ bare }) => bare))} and ` +
        `${Math.round(median(rounds.flatMap(({ bare }) => bare.map((window) => window.messages / window.seconds))))}/s`,
    ],
  };
}

/** Keeps one message under way in every conversation while it is on. */
class ClosedLoop {
  readonly #talks: readonly Talk[];
  readonly #lines = realLines();
  #on = false;
  #line = 0;
  done = 0;

  constructor(talks: readonly Talk[]) {
    this.#talks = talks;
  }

  start(): void {
    this.#on = true;
    for (const talk of this.#talks) this.#next(talk);
  }

  /** Resolves when the last one has arrived. */
  async stop(): Promise<void> {
    this.#on = false;
    while (this.#talks.some(({ waiting }) => waiting > 0)) await sleep(5);
  }

  async during(ms: number): Promise<void> {
    this.start();
    await sleep(ms);
    await this.stop();
  }

  close(): void {
    for (const talk of this.#talks) talk.close();
  }

  #next(talk: Talk): void {
    this.#line = (this.#line + 1) % this.#lines.length;
    talk.say(this.#lines[this.#line]!, () => {
      this.done += 1;
      if (this.#on) this.#next(talk);
    });
  }
}

async function windowOf(server: Server, loop: ClosedLoop): Promise<Window> {
  loop.start();
  await sleep(RAMP_MS);
  const from = { at: performance.now(), cpu: server.cpu(), done: loop.done };
  await sleep(WINDOW_MS);
  const window = {
    messages: loop.done - from.done,
    seconds: (performance.now() - from.at) / 1_000,
    serverCpu: server.cpu() - from.cpu,
  };
  await loop.stop();
  return window;
}

const perCpuSecond = ({ messages, serverCpu }: Window) => messages / serverCpu;
const rate = (window: Window) => `${Math.round(perCpuSecond(window))}/CPU-s`;
const withStores = (window: Window, storesCpu: number | null) =>
  storesCpu === null ? null : 1 / (1 / perCpuSecond(window) + storesCpu);
const percentOfCore = (windows: readonly Window[]) =>
  `${Math.round(median(windows.map(({ serverCpu, seconds }) => serverCpu / seconds)) * 100)} %`;

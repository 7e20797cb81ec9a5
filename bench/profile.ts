// Where a server's CPU goes, read from a .cpuprofile: the functions and the files with the most time of their own.

import { readFileSync } from 'node:fs';
import { ROOT } from './servers.ts';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const TOP = 25;
const NOBODYS = new Set(['(idle)', 'dispatch']); // waiting; the profiler itself, reached through the inspector's dispatch

export function summary(file: string): string {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const own = new Map<number, number>();
  samples.forEach((id, index) => add(own, id, timeDeltas[index] ?? 0));
  const functions = new Map<string, number>();
  const files = new Map<string, number>();
  const whole = new Map<string, number>();
  let busy = 0;

  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  for (const { id, callFrame } of nodes) {
    const took = own.get(id) ?? 0;
    if (took === 0 || NOBODYS.has(nameOf(callFrame))) continue;
    const where = short(callFrame.url);
    busy += took;
    add(functions, nameOf(callFrame), took);
    add(files, where === '' ? nameOf(callFrame) : packageOf(where), took);
    // every function of ours on the stack, once
    const callers = new Set<string>();
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = byId.get(at)!.callFrame;
      if (short(frame.url).startsWith('dist/')) callers.add(nameOf(frame));
    }
    for (const caller of callers) add(whole, caller, took);
  }
  const lines = (sums: Map<string, number>) =>
    [...sums]
      .sort(([, one], [, other]) => other - one)
      .slice(0, TOP)
      .map(([name, took]) => `${((100 * took) / busy).toFixed(1).padStart(5)} %  ${name}`);
  return [
    `${(busy / 1e6).toFixed(2)} s busy`,
    ...['', 'own time by function', ...lines(functions)],
    ...['', 'own time by file of ours, package or built-in', ...lines(files)],
    ...['', 'time of our functions with all they call (until they wait)', ...lines(whole)],
    '',
  ].join('\n');
}

function nameOf({ functionName, url, lineNumber }: CallFrame): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? name : `${name} ${short(url)}:${lineNumber + 1}`;
}

function add<Key>(sums: Map<Key, number>, key: Key, took: number): void {
  sums.set(key, (sums.get(key) ?? 0) + took);
}

const short = (url: string) =>
  url
    .replace('file://', '')
    .replace(ROOT, '')
    .replace(/^.*\/node_modules\//, 'node_modules/');

function packageOf(path: string): string {
  return /^node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(path)?.[1] ?? path;
}

// The log. Of an error it has the name, the words, the code, the place and the cause, and nothing else: libraries attach
// to theirs what they were working on, documents and commands of people among them. And what repeats is said once, then
// counted: a store that refuses fails whatever asks it, thousands of times a minute, and whoever logs need not think of it.

import pino from 'pino';
import type { DestinationStream, Logger, LoggerOptions } from 'pino';

/** Written to stdout unless `into` is given. */
export function openLog(
  { level, role }: { readonly level: string; readonly role: string },
  into: DestinationStream = standardOutput(),
): Logger {
  return pino({ level, base: { role }, serializers: { err: errorLine }, hooks: { logMethod: saidOnce() } }, into);
}

const MOST_UNWRITTEN = 1_000_000; // characters that wait for room on a disk; further lines are dropped

/** A log that cannot be written, on a disk that is full, ends nothing and keeps nothing from ending. */
function standardOutput(): DestinationStream {
  const out = pino.destination({ dest: 1, maxLength: MOST_UNWRITTEN });
  const flush = out.flushSync.bind(out);
  let isStuck = false;
  let isSaid = false;
  out.on('error', (error: NodeJS.ErrnoException) => {
    isStuck = true;
    if (isSaid || error.code === 'EPIPE') return; // nobody reads any more: pino ends the log by itself
    isSaid = true;
    process.stderr.write(`The log cannot be written: ${error.message}\n`);
  });
  out.on('write', () => {
    isStuck = false;
  });
  // at the exit it would try again for ever
  out.flushSync = () => {
    if (!isStuck) flush();
  };
  return out;
}

const WARN = 40; // pino's number: what is below is said as often as it happens
const QUIET_MS = 60_000;
const MOST_KINDS = 1_000; // that are remembered at a time; lines of further kinds are all written

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>;

/** The first of a kind is written at once; while more come, the last one once a minute, with how many (`times`). */
function saidOnce(): LogMethod {
  const repeated = new Map<string, { times: number; say: (times: number) => void }>();

  function later(kind: string): void {
    setTimeout(() => {
      const { times = 0, say } = repeated.get(kind) ?? {};
      repeated.delete(kind);
      if (times === 0) return;
      say?.(times);
      remember(kind);
    }, QUIET_MS).unref();
  }

  function remember(kind: string): void {
    repeated.set(kind, { times: 0, say: () => undefined });
    later(kind);
  }

  return function logMethod(args, method, level) {
    const kind = level < WARN ? null : kindOf(args);
    const known = kind === null ? undefined : repeated.get(kind);
    if (known === undefined) {
      method.apply(this, args);
      if (kind !== null && repeated.size < MOST_KINDS) remember(kind);
      return;
    }
    known.times += 1;
    const [about, ...words] = args as [object | string, ...string[]]; // as pino takes them
    known.say = (times) => {
      method.apply(this, typeof about === 'string' ? [{ times }, about, ...words] : [{ ...about, times }, ...words]);
    };
  };
}

/** Of an error its words may be other ones each time (a port, an id), its place and its code are not. */
function kindOf(args: readonly unknown[]): string {
  const [about, words] = args;
  const { err, ...fields } = (typeof about === 'object' ? about : { about }) as { readonly err?: unknown };
  if (!(err instanceof Error)) return JSON.stringify([words, fields, typeof err]);
  const { code = '' } = err as { readonly code?: unknown };
  const place = /^ +at .*$/m.exec(err.stack ?? '')?.[0] ?? '';
  return JSON.stringify([words, err.name, String(code), /^[\w.]+/.exec(err.message)?.[0], place]);
}

interface ErrorLine {
  readonly type: string;
  readonly message?: string;
  readonly stack?: string;
  readonly code?: string | number;
  readonly cause?: ErrorLine;
}

const DEEPEST = 5; // causes of causes

function errorLine(error: unknown, depth = 0): ErrorLine {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  return {
    type: error.constructor.name,
    message: withoutPeople(error.message),
    ...(error.stack !== undefined && { stack: withoutPeople(error.stack) }),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(error.cause !== undefined && depth < DEEPEST && { cause: errorLine(error.cause, depth + 1) }),
  };
}

/** What MongoDB calls a key that is taken, addresses of stores with their passwords, addresses of people. */
const withoutPeople = (words: string) =>
  words
    .replace(/dup key: \{.*\}/gs, 'dup key: …')
    .replace(/\b(mongodb(?:\+srv)?|rediss?|smtps?):\/\/\S+/g, '$1://…')
    .replace(/[^\s<>"'(/:]{1,64}@[^\s<>"'),;:]{1,255}/g, '…');

// A command exists once: name, who may call it, input, output and verb in one row. This is the row, and the door that
// every call goes through, whichever transport it came by.

import type { z } from 'zod';
import type { Ctx, Watcher } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { Actor } from '../domain/people.ts';
import { beginningOf } from '../domain/text.ts';
import { announcementOf, doneOf } from './audit-entry.ts';

export type Caller = Actor['role'] | 'anyone';

/** One call: who, from where, and the socket when it came over one. */
export interface Call {
  readonly actor: Actor | null;
  /** the caller's address, for limits of anonymous commands */
  readonly address: string;
  readonly watcher: Watcher | null;
  /** what a row that takes bytes was sent */
  readonly bytes?: Uint8Array;
}

/** `over`: the other one does not know the row, as if it were not there. */
export type Transport = 'socket' | 'http';

export interface Command {
  readonly who: readonly Caller[];
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  /** what it does, for the OpenAPI description */
  readonly summary: string;
  /** answers GET as well; what gives a file answers nothing else */
  readonly reads: boolean;
  /** `bytes`: the body, as it is (`call.bytes`); the input stands in the query then. Over HTTP. */
  readonly takes: 'json' | 'bytes';
  /** the media type of an answer that is a file. Over HTTP. */
  readonly gives: 'json' | `${string}/${string}`;
  readonly over: 'both' | Transport;
  /**
   * leaves a row in the audit log when an admin has run it: by default everything but what only reads, and what only a
   * socket can ask for, which changes nothing that is stored
   */
  readonly audited: boolean;
  /** what it is counted as; `none`: refused to nobody, but charged, so that a flood of it is one */
  readonly limit: 'commands' | 'logins' | 'visitors' | 'emails' | 'setups' | 'none';
  readonly run: (ctx: Ctx, call: Call, input: unknown) => Promise<unknown>;
}

interface Row<In extends z.ZodType, Out extends z.ZodType> {
  readonly summary: string;
  readonly input: In;
  readonly output: Out;
  readonly reads?: boolean;
  readonly takes?: Command['takes'];
  readonly gives?: Command['gives'];
  readonly over?: Command['over'];
  readonly audited?: boolean;
  readonly limit?: Command['limit'];
}

/** A command for signed-in people (visitors included): `run` gets the actor. */
export function command<In extends z.ZodType, Out extends z.ZodType>(
  row: Row<In, Out> & {
    readonly who: readonly Actor['role'][];
    readonly run: (ctx: Ctx, actor: Actor, input: z.output<In>, call: Call) => Promise<z.input<Out>>;
  },
): Command {
  return {
    ...defaults,
    audited: row.reads !== true && row.over !== 'socket',
    ...row,
    // the door has parsed the input with this row's schema and checked the role
    run: (ctx, call, input) => row.run(ctx, call.actor as Actor, input as z.output<In>, call),
  };
}

/** A command for anyone, with or without a token. */
export function openCommand<In extends z.ZodType, Out extends z.ZodType>(
  row: Row<In, Out> & {
    readonly run: (ctx: Ctx, input: z.output<In>) => Promise<z.input<Out>>;
  },
): Command {
  return {
    ...defaults,
    ...row,
    audited: false,
    who: ['anyone'],
    run: (ctx, _call, input) => row.run(ctx, input as z.output<In>), // parsed by the door
  };
}

const defaults = { reads: false, takes: 'json', gives: 'json', over: 'both', limit: 'commands' } as const;

/**
 * The door: role, input, verb, output, audit. Both transports come through here. `name`: of the row in the table.
 * @throws Refusal `auth.required`, `auth.forbidden`, `input.invalid`, or what the verb refuses
 */
export async function execute(ctx: Ctx, row: Command, call: Call, input: unknown, name = ''): Promise<unknown> {
  assertMay(row, call.actor, ctx.now());
  assertShape(input);
  const parsed = row.input.safeParse(input);
  if (!parsed.success) throw new Refusal('input.invalid', { fields: fieldsOf(parsed.error) });
  if (row.over === 'socket' && call.watcher === null) {
    throw new Refusal('input.invalid', { fields: [{ path: '', reason: 'socket_only' }] });
  }
  const run = async () => row.output.parse(await row.run(ctx, call, parsed.data));
  const { actor } = call;
  return row.audited && actor?.role === 'admin' ? record(ctx, actor, name, parsed.data, run) : run();
}

/**
 * Announced before it is run, so that no end of this process hides it; recorded before its answer leaves, so that what could
 * not be recorded is not handed out. What is refused leaves nothing behind.
 */
async function record(ctx: Ctx, actor: Actor, name: string, input: unknown, run: () => Promise<unknown>) {
  const { audit } = ctx.stores;
  const announced = announcementOf(actor, name, input, ctx.now());
  await audit.announce(announced);
  try {
    const output = await run();
    await audit.append(doneOf(announced, output));
    await audit.withdraw(announced.call);
    return output;
  } catch (error) {
    // `unavailable` may have changed something: the sweep makes a row of it
    if (error instanceof Refusal && error.code !== 'unavailable') await audit.withdraw(announced.call);
    throw error;
  }
}

function assertMay(row: Command, actor: Actor | null, now: Date): void {
  if (row.who.includes('anyone')) return;
  if (actor === null || actor.expiresAt <= now) throw new Refusal('auth.required');
  if (!row.who.includes(actor.role)) throw new Refusal('auth.forbidden');
}

const MAX_DEPTH = 6; // the deepest input of any row is 3; more is an attack on whatever walks it
const MAX_KEYS = 64; // per object

/** Refuses what no schema should have to look at: depth, width, keys that reach for prototypes, half characters. */
function assertShape(input: unknown, path = '', depth = 0): void {
  // a lone surrogate cannot be stored as it is: two different texts would become the same
  if (typeof input === 'string' && !input.isWellFormed()) {
    throw new Refusal('input.invalid', { fields: [{ path, reason: 'not_unicode' }] });
  }
  if (input === null || typeof input !== 'object') return;
  if (depth >= MAX_DEPTH) throw new Refusal('input.invalid', { fields: [{ path: '', reason: 'too_deep' }] });
  const keys = Object.keys(input);
  if (keys.length > MAX_KEYS) throw new Refusal('input.invalid', { fields: [{ path: '', reason: 'too_many_keys' }] });
  for (const key of keys) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
      throw new Refusal('input.invalid', { fields: [{ path: key, reason: 'unrecognized_keys' }] });
    }
    assertShape((input as Record<string, unknown>)[key], path === '' ? key : `${path}.${key}`, depth + 1);
  }
}

const MOST_FIELDS = 20; // that one refusal names
const LONGEST_PATH = 100; // a key may be as long as its sender likes

/** Path and reason of the first fields; never a value. */
function fieldsOf(error: z.ZodError): { path: string; reason: string }[] {
  const fields = error.issues.flatMap((issue): { path: string; reason: string }[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), reason: issue.code }))
      : [{ path: issue.path.join('.'), reason: reasonOf(issue) }],
  );
  return fields.slice(0, MOST_FIELDS).map(({ path, reason }) => ({ path: beginningOf(path, LONGEST_PATH), reason }));
}

/** What a check of ours says beside its message. */
function reasonOf(issue: z.core.$ZodIssue): string {
  const reason: unknown = issue.code === 'custom' ? issue.params?.['reason'] : undefined;
  return typeof reason === 'string' ? reason : issue.code;
}

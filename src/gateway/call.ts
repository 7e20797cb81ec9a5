// Both transports come together here: row, limit, door, outcome. What differs between them stays in server and sockets.

import { createHash } from 'node:crypto';
import type { Call, Command, Transport } from '../commands/command.ts';
import { execute } from '../commands/command.ts';
import { loginKey } from '../commands/session.ts';
import type { Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { Actor, Locale } from '../domain/people.ts';
import type { LimitKind, Limits } from '../models/limits.ts';
import type { Backlog } from './backlog.ts';
import { networkOf } from './caller.ts';
import { failureOf } from './reply.ts';
import type { Answer } from './reply.ts';

export interface CallParts {
  readonly ctx: Ctx;
  readonly table: Readonly<Record<string, Command>>;
  readonly limits: Limits;
  /** of all connections of this process */
  readonly backlog: Backlog;
  /** @throws Refusal `auth.required` for a token that does not hold (any more) */
  readonly actorOf: (token: string) => Promise<Actor>;
}

/** Answers one call, whatever happens; never rejects. */
export type AnswerCall = (
  name: string,
  call: Call,
  input: unknown,
  locale: Locale,
  /** of the input, as it came */
  bytes: number,
) => Promise<Answer>;

export function answering({ ctx, table, limits, backlog }: CallParts, transport: Transport): AnswerCall {
  const known = Object.entries(table).filter(([, { over }]) => over === 'both' || over === transport);
  const rows = new Map(known); // a map has no inherited names that a caller could ask for

  return async (name, call, input, locale, bytes) => {
    const started = performance.now();
    const row = rows.get(name);
    let answer: Answer;
    try {
      const cost = costOf(row, bytes);
      const limit = row?.limit ?? 'commands';
      for (const [kind, key] of countsOf(limit, call, input)) {
        assertWithin(await limits.take(kind, key, kind === 'commands' ? cost : 1));
      }
      const account = limit === 'logins' ? accountOf(call, input) : null;
      if (account !== null && !(await limits.isKnown(account.here)))
        assertWithin(await limits.take('accounts', account.key));
      // what has a limit of its own is no less of an event
      if (limit !== 'commands') limits.charge(call.actor?.id ?? networkOf(call.address), cost);
      if (row === undefined) throw new Refusal('not_found');
      if ((row.reads || row.over === 'socket') && backlog.isFull) throw new Refusal('unavailable');
      answer = { ok: true, data: await execute(ctx, row, call, input, name) };
      if (account !== null) limits.know(account.here);
    } catch (error) {
      answer = { ok: false, error: failureOf(error, locale, ctx.log, row === undefined ? UNKNOWN : name) };
    }
    record(ctx, row === undefined ? UNKNOWN : name, call, answer, performance.now() - started);
    return answer;
  };
}

const BYTES_IN = 1_024; // a point: schemas and recognisers look at each of them
const BYTES_OUT = 8 * 1_024; // a point

/** What a call costs before it is run. What it answers is charged when that is known. */
function costOf(row: Command | undefined, bytes: number): number {
  const changes = row !== undefined && !row.reads && row.over !== 'socket';
  return (changes ? 2 : 1) + costOfInput(bytes);
}

export const costOfInput = (bytes: number): number => Math.floor(bytes / BYTES_IN);
export const costOfAnswer = (bytes: number): number => Math.floor(bytes / BYTES_OUT);

function assertWithin(retryAfter: number | null): void {
  if (retryAfter !== null) throw new Refusal('rate.limited', { retryAfter });
}

/**
 * Whom a limit counts: people by id, strangers by address (`networkOf`), log-ins by address and the account they try, or by who is in. One
 * address that tries many accounts is counted as well, with room for all who work behind it; so is one that is a new visitor each
 * time that the limit of the last one is reached.
 */
function countsOf(kind: Command['limit'], { actor, address }: Call, input: unknown): [LimitKind, string][] {
  if (kind === 'none') return [];
  const network = networkOf(address);
  const person = actor?.id ?? network;
  if (kind === 'commands') return [[kind, person]];
  // who has reached their own limit takes nothing from the others there
  if (kind === 'emails' || kind === 'setups')
    return [
      [kind, person],
      [`${kind}-network`, network],
    ];
  if (kind === 'visitors') return [[kind, network]];
  const tried = triedBy(input);
  return [
    ['addresses', network],
    // whoever guesses a password with a stolen token is the same from everywhere
    [kind, tried === '' && actor !== null ? actor.id : network + tried],
  ];
}

/**
 * The account that a log-in with a password tries, and the same from where it comes. Who guesses from ten thousand addresses is
 * counted by it; whoever has signed in from theirs before is not among those.
 */
function accountOf({ address }: Call, input: unknown): { readonly key: string; readonly here: string } | null {
  const { email } = (input ?? {}) as { email?: unknown };
  if (typeof email !== 'string') return null;
  const key = hashOf(loginKey(email));
  return { key, here: hashOf(`${key} ${networkOf(address)}`) };
}

/** Redis is none of those who may read it. */
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** What a log-in tries: an account, or a link. */
function triedBy(input: unknown): string {
  const { email, link } = (input ?? {}) as { email?: unknown; link?: unknown };
  if (typeof email === 'string') return ` ${loginKey(email)}`;
  return typeof link === 'string' ? ` ${hashOf(link)}` : '';
}

const UNKNOWN = 'unknown';

/** One line a command, without its input. What went well is a debug line: at full speed it would cost more than it tells. */
function record({ log, metrics }: Ctx, command: string, call: Call, answer: Answer, ms: number): void {
  const outcome = answer.ok ? 'ok' : answer.error.code;
  metrics.command(command, outcome, ms / 1_000);
  const level = isUsual(outcome) || command === UNKNOWN ? 'debug' : 'info';
  if (log.isLevelEnabled(level)) log[level]({ command, actor: call.actor?.id ?? null, ms: Math.round(ms), outcome });
}

/**
 * Races have their losers, floods their refusals, outages their failures, and names that nobody knows are made up: a line for
 * each would cost more than it tells.
 */
function isUsual(outcome: string): boolean {
  return ['ok', 'rate.limited', 'unavailable'].includes(outcome) || outcome.startsWith('conflict.');
}

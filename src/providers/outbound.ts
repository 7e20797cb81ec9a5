// Requests to addresses that somebody has typed in. They go to public addresses only, judged where the connection is made: a
// name is resolved once, every address that it has must be public, and the socket gets these and no other. Redirects are not
// followed, so nothing else is ever reached.

import { Resolver, lookup as lookUpHost } from 'node:dns/promises';
import { request as requestPlain } from 'node:http';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

export interface OutboundSettings {
  /** also http, and addresses of this machine and its network: for development */
  readonly allowPrivate: boolean;
  /** all addresses of a name; otherwise whoever knows names here is asked */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  readonly timeoutMs?: number;
}

/** Why an address is not reached. */
export type AddressProblem = 'not_a_url' | 'not_https' | 'credentials' | 'port' | 'not_public' | 'unresolved';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** the beginning of it */
  readonly body: string;
}

export interface Outbound {
  /** Null when it may be reached as things are now. */
  problemOf(url: string): Promise<AddressProblem | null>;
  /** Posts once. @throws OutboundError when no answer has begun in time */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer>;
}

type NoAnswer = AddressProblem | 'timeout' | 'refused' | 'reset' | 'tls' | 'failed';

/** Why there was no answer, in one stable word. */
export class OutboundError extends Error {
  readonly why: NoAnswer;
  constructor(why: NoAnswer, cause?: unknown) {
    super(why, { cause });
    this.why = why;
  }
}

class AddressError extends OutboundError {
  readonly problem: AddressProblem;
  constructor(problem: AddressProblem, cause?: unknown) {
    super(problem, cause);
    this.problem = problem;
  }
}

const TIMEOUT_MS = 10_000; // for all of it
const DNS_TIMEOUT_MS = 3_000;
const READ_BYTES = 64 * 1024; // of an answer
const KEPT_BYTES = 1024;

export function outbound({ allowPrivate, resolve, timeoutMs = TIMEOUT_MS }: OutboundSettings): Outbound {
  const resolveAll = resolve ?? (allowPrivate ? resolveHere : resolvePublic);

  /** All addresses of a host; if one of them is not public, none. @throws AddressError */
  async function addressesOf(host: string): Promise<readonly string[]> {
    const found = isIP(host) === 0 ? await resolveAll(host).catch(unresolved) : [host];
    if (found.length === 0) throw new AddressError('unresolved');
    if (!allowPrivate && !found.every(isPublic)) throw new AddressError('not_public');
    return found;
  }

  /** @throws AddressError */
  function read(text: string): URL {
    const problem = problemIn(text, allowPrivate);
    if (problem !== null) throw new AddressError(problem);
    return new URL(text);
  }

  const lookup: LookupFunction = (host, options, callback) => {
    addressesOf(host).then(
      (found) => {
        const all = found.map((address) => ({ address, family: isIP(address) }));
        const [first] = all;
        if (options.all === true || first === undefined) callback(null, all);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => {
        callback(error as Error, '');
      },
    );
  };

  return {
    async problemOf(text) {
      try {
        await addressesOf(hostOf(read(text)));
        return null;
      } catch (error) {
        if (error instanceof AddressError) return error.problem;
        throw error;
      }
    },

    async post(text, headers, body) {
      const url = read(text);
      const host = hostOf(url);
      if (isIP(host) !== 0) await addressesOf(host); // Node asks `lookup` for names only
      const signal = AbortSignal.timeout(timeoutMs);
      const send = url.protocol === 'https:' ? requestTls : requestPlain;
      try {
        return await answerTo(send(url, { method: 'POST', headers, agent: false, lookup, signal }), body);
      } catch (error) {
        throw error instanceof OutboundError ? error : new OutboundError(whyOf(error), error);
      }
    },
  };
}

/** What is wrong with it as a text. */
function problemIn(text: string, allowPrivate: boolean): AddressProblem | null {
  if (!URL.canParse(text)) return 'not_a_url';
  const { protocol, username, password, port } = new URL(text);
  if (protocol !== 'https:' && !(allowPrivate && protocol === 'http:')) return 'not_https';
  if (username !== '' || password !== '') return 'credentials';
  return port === '' || Number(port) >= 1_024 || allowPrivate ? null : 'port';
}

/** Without the brackets of IPv6. The URL has made one form of 0x7f.1, 2130706433 and ①②⑦.0.0.1. */
const hostOf = ({ hostname }: URL) => hostname.replace(/^\[(.+)\]$/, '$1');

const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3'); // the rest is not given to anybody yet

/** In no range of special purpose, and not this machine itself. */
function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed.kind() === 'ipv6' && !parsed.match(GLOBAL_IPV6)) return false;
  const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return !own.some((one) => ipaddr.process(one.address).toNormalizedString() === parsed.toNormalizedString());
}

/** By DNS itself: the operating system's own look-up holds one of four threads, for as long as a name server is silent. */
async function resolvePublic(host: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: 1 });
  const families = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  return families.flatMap((found) => (found.status === 'fulfilled' ? found.value : []));
}

/** `localhost`, and the names that containers give each other. */
async function resolveHere(host: string): Promise<string[]> {
  return (await lookUpHost(host, { all: true })).map(({ address }) => address);
}

function unresolved(cause: unknown): never {
  throw new AddressError('unresolved', cause);
}

/** The answer's status counts as soon as it is there; of the rest only so much is read, for so long. */
function answerTo(request: ClientRequest, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // an answer that is no answer to this (101) only closes the line: Node says no error
    const gone = () => {
      reject(Object.assign(new Error('closed without an answer'), { code: 'ECONNRESET' }));
    };
    request.once('error', reject).once('close', gone);
    request.once('response', (response: IncomingMessage) => {
      request.off('close', gone); // that of a body that is cut comes first
      request.off('error', reject).once('error', () => undefined); // what has begun is an answer
      const kept: Buffer[] = [];
      let bytes = 0;
      const end = () => {
        request.destroy();
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: Buffer.concat(kept).subarray(0, KEPT_BYTES).toString() });
      };
      response.on('data', (chunk: Buffer) => {
        if (bytes < KEPT_BYTES) kept.push(chunk);
        bytes += chunk.length;
        if (bytes >= READ_BYTES) end();
      });
      for (const over of ['end', 'error', 'close'] as const) response.once(over, end);
    });
    request.end(body);
  });
}

const REFUSED: ReadonlySet<string> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);
const RESET: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

function whyOf(error: unknown): NoAnswer {
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'timeout';
  // of several addresses each has its own
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  const code = first instanceof Error && 'code' in first ? String(first.code) : '';
  if (code === 'ETIMEDOUT') return 'timeout';
  if (REFUSED.has(code)) return 'refused';
  if (RESET.has(code)) return 'reset';
  return /^(?:ERR_(?:TLS|SSL)|CERT|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|EPROTO)/.test(code) ? 'tls' : 'failed';
}

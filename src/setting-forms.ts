// The forms that settings have: each takes the text of the environment and gives what it is used for, or says in a few
// words what is wrong with it. Nothing secret is repeated: what may hold a password is described, never quoted.

import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { z } from 'zod';
import { emailAddress } from './domain/email-address.ts';
import { skeletonOf } from './domain/names.ts';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const LONGEST_MS = 100 * 365 * UNIT_MS.d; // a deadline must be a date

/** Reads a text by `read`, without blanks around it; what it throws as a `Misfit` is what is wrong. */
const form = <T>(read: (text: string) => T) =>
  z.string().transform((text, check) => {
    try {
      return read(text.trim());
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      for (const message of error.problems) check.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
  });

class Misfit extends Error {
  readonly problems: readonly string[];
  constructor(...problems: string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

function assert(fits: boolean, problem: string): asserts fits {
  if (!fits) throw new Misfit(problem);
}

// Numbers and times

/** "90s" → 90000; null when it is not a positive duration. */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  if (!match) return null;
  const unit = match[2] as keyof typeof UNIT_MS; // the pattern allows these five only
  const ms = Math.round(Number(match[1]) * UNIT_MS[unit]);
  return ms > 0 && ms <= LONGEST_MS ? ms : null;
}

function durationOf(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new Misfit(`"${text}" is not a duration like 90s, 15m or 24h`);
  return ms;
}

/** "15m" → milliseconds. Units are ms, s, m, h and d; zero is refused. */
export const duration = form(durationOf);

/** A duration for a timer: Node's take 24 days at most, and run at once when given more. */
export const interval = (longest: string, why: string) => {
  const longestMs = durationOf(longest);
  return duration.refine((ms) => ms <= longestMs, `must be at most ${longest}, ${why}`);
};

export const durations = form((text) => text.split(',').map((part) => durationOf(part.trim()))).refine(
  (all) => all.every((ms, index) => index === 0 || ms > (all[index - 1] ?? 0)),
  'must be in ascending order',
);

/** Digits, with a decimal point perhaps: what JavaScript reads as a number besides ("0x10", "1e3", blanks) is a mistake. */
const numberOf = (text: string): number => {
  assert(text !== '', 'is blank');
  assert(/^\d+(?:\.\d+)?$/.test(text), `"${text}" is not a number like 20 or 0.5`);
  return Number(text);
};

/** A whole number within these bounds. */
export const whole = (from: number, to: number) =>
  form((text) => {
    const number = numberOf(text);
    assert(/^\d+$/.test(text) && number >= from && number <= to, `must be a whole number from ${from} to ${to}`);
    return number;
  });

export const count = whole(1, 1_000_000_000);

/** "0.3333" → 3333 hundredths of a percent */
export const share = form((text) => {
  const basisPoints = numberOf(text) * 10_000;
  assert(basisPoints <= 10_000, 'must be from 0 to 1');
  assert(Math.abs(basisPoints - Math.round(basisPoints)) < 1e-6, 'has more than four decimals');
  return Math.round(basisPoints);
});

const partsOf = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Words of `known`, separated by commas. */
export const words = <const T extends string>(known: readonly T[]) =>
  form((text) =>
    partsOf(text).map((part): T => {
      const word = known.find((one) => one === part);
      if (word === undefined) throw new Misfit(`"${part}" is none of ${known.join(', ')}`);
      return word;
    }),
  );

/** Names, separated by commas; one without letters or digits looks like nothing, and so like no other. */
export const names = form((text) => {
  const all = partsOf(text);
  for (const name of all) assert(skeletonOf(name) !== '', `"${name}" has neither letters nor digits`);
  return all;
});

// Addresses of the network

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;

/** A name, an IPv4 address, or an IPv6 address in brackets as it stands in URLs. */
function isHost(text: string): boolean {
  const bracketed = /^\[(.+)\]$/.exec(text)?.[1];
  if (bracketed !== undefined) return isIP(bracketed) === 6;
  const looksLikeIpv4 = /^[\d.]+$/.test(text);
  return looksLikeIpv4 ? isIP(text) === 4 : HOST_NAME.test(text);
}

/** What a server may listen at: a name or an address, IPv6 with brackets or without. */
export const listenHost = form((text) => {
  const bare = isHost(text) ? text.replace(/[[\]]/g, '') : text;
  assert(isIP(bare) !== 0 || isHost(bare), `"${text}" is no host name or address, like 127.0.0.1, 0.0.0.0 or ::`);
  return bare;
});

/** "10.0.0.1, 10.0.0.0/8, 2001:db8::/32" → what they cover */
export const ranges = form((text) => {
  const covered = new BlockList();
  const wrong = partsOf(text).filter((part) => !cover(covered, part));
  if (wrong.length === 0) return covered;
  throw new Misfit(...wrong.map((part) => `"${part}" is neither an address nor a range like 10.0.0.0/8`));
});

/** Adds an address, or a range of them; false for what is neither. */
function cover(covered: BlockList, text: string): boolean {
  const [, address = '', digits] = /^([\da-f.:]+?)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const bits = family === 'ipv6' ? 128 : 32;
  const prefix = digits === undefined ? bits : Number(digits);
  if (isIP(address) === 0 || prefix > bits) return false;
  covered.addSubnet(address, prefix, family);
  return true;
}

/** A URL of one of these schemes with a host that can be one; `example` is for whoever has to mend it. */
function urlOf(text: string, schemes: readonly string[], example: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const [, scheme = ''] = /^([a-z][a-z+]*):\/\//i.exec(text) ?? [];
  assert(url !== null && schemes.includes(scheme.toLowerCase()) && isHost(url.hostname), `must be like ${example}`);
  // "1.2.3" is read as 1.2.0.3, "0x7f.1" as 127.0.0.1: nobody means that
  assert(isIP(url.hostname) !== 4 || text.includes(url.hostname), `must be like ${example}`);
  assert(url.port !== '0', 'has the port 0');
  return url;
}

/** Name and password as they are meant; half of them is a mistake. */
function assertCredentials({ username, password }: URL): void {
  assert([username, password].every(isDecodable), 'has a % in its name or password that must be written as %25');
  assert(username === '' || password !== '', 'has a name without a password');
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Options after the "?": what is not known here would be ignored. */
function assertOptions(url: URL, known: readonly string[]): void {
  for (const name of url.searchParams.keys()) {
    assert(known.includes(name), `has the option "${name}", which is not taken here`);
  }
  assert(url.hash === '', 'has a # in it, which must be written as %23');
}

// The folder of a public address must not look like one of our own paths: whether a proxy has kept it could not be told.
const OWN_PATHS = ['admin', 'dev', 'docs', 'health', 'metrics', 'openapi.json', 'questions', 'requests', 'settings'];
const TAKEN_FOLDERS: ReadonlySet<string> = new Set([...OWN_PATHS, 'socket.io', 'v1', 'web']);
const NO_PLACE: ReadonlySet<string> = new Set(['0.0.0.0', '[::]']);

/** Where people reach it; the path, if any, without a slash at its end. */
export const publicUrl = form((text) => {
  const url = urlOf(text, ['http', 'https'], 'https://chat.example.com');
  assert(url.username === '' && url.password === '', 'must not have a name or a password');
  assert(url.search === '' && url.hash === '', 'must end with its host or a folder');
  assert(
    !NO_PLACE.has(url.hostname),
    `${url.hostname} is every address of this machine, and none that people can open`,
  );
  const folder = url.pathname.replace(/\/$/, '');
  assert(/^(?:\/[A-Za-z0-9._~-]+)*$/.test(folder), 'may have letters, digits and . _ ~ - in its folder only');
  const [, first = ''] = folder.split('/');
  assert(!TAKEN_FOLDERS.has(first), `/${first} is a path of Parley itself: choose another folder`);
  url.pathname = folder;
  return url;
});

/** The Origins of pages, as browsers write them; apps have schemes of their own ("capacitor://localhost"). */
export const origins = form((text) => partsOf(text).map(originOf));

function originOf(text: string): string {
  const example = `"${text.replace(/\/\/.*@/, '//…@')}" is no origin like https://chat.example.com`;
  assert(text !== '*', '"*" would let every page in: name the origins');
  const [, scheme = ''] = /^([a-z][a-z0-9+.-]*):\/\/[^/?#@\s*]+\/?$/i.exec(text) ?? [];
  assert(scheme !== '' && !/^(?:wss?|file|data|blob|about|javascript)$/i.test(scheme), example);
  if (!/^https?$/i.test(scheme)) return text.replace(/\/$/, '').toLowerCase();
  assert(URL.canParse(text), example);
  return urlOf(text, ['http', 'https'], `https://chat.example.com, which "${text}" is not`).origin;
}

/** An address of a provider's programming interface. */
export const apiBase = form((text) => {
  const url = urlOf(text, ['http', 'https'], 'https://api.stripe.com');
  assert(url.username === '' && url.password === '', 'must not have a name or a password');
  assert(url.pathname === '/' && url.search === '' && url.hash === '', 'must end with its host or port');
  return url.origin;
});

// Stores and mail

const MONGODB =
  /^(?<scheme>mongodb(?:\+srv)?):\/\/(?:(?<credentials>[^@/?#]*)@)?(?<hosts>[^@/?#]+)(?:\/(?<database>[^?#]*))?(?:\?(?<options>[^#]*))?$/;
/**
 * What acknowledged writes, decisions and failovers rest on (`models/connect.ts`): these options may say that, and nothing
 * else; null: nothing at all.
 */
const MONGODB_OPTIONS: Readonly<Record<string, string | null>> = {
  w: 'majority',
  journal: 'true',
  wtimeoutms: null,
  readpreference: 'primary',
  readconcernlevel: 'majority',
  retrywrites: 'true',
  maxpoolsize: null,
  heartbeatfrequencyms: null,
  connecttimeoutms: null,
  sockettimeoutms: null,
  serverselectiontimeoutms: null,
  timeoutms: null,
  compressors: null,
};
const MONGODB_HOST = /^(?<host>\[[\da-f:.]+\]|[^:[\]]+)(?::(?<port>\d{1,5}))?$/i;
const LONGEST_DATABASE = 58; // MongoDB takes 63 bytes; "_keys" may be added
const RESERVED_DATABASES: ReadonlySet<string> = new Set(['admin', 'config', 'local']);

/** An address of MongoDB with the name of a database: without one, everything would land in "test". */
export const mongodbUri = form((text) => {
  const example = 'mongodb://host:27017/parley?replicaSet=rs0';
  const { scheme, credentials = '', hosts = '', database = '', options = '' } = MONGODB.exec(text)?.groups ?? {};
  assert(scheme !== undefined, `must be like ${example}, with a name and a password percent-encoded`);
  assert(isDecodable(credentials), 'has a % in its name or password that must be written as %25');
  const all = hosts.split(',');
  assert(all.every(isMongodbHost), `must be like ${example}`);
  assert(
    scheme === 'mongodb' || (all.length === 1 && !hosts.includes(':')),
    'has one host without a port after mongodb+srv://',
  );
  const name = isDecodable(database) ? decodeURIComponent(database) : '';
  assert(name !== '', `names no database: end it with /parley, as in ${example}`);
  assert(/^[^/\\. "$*<>:|?]+$/.test(name) && !RESERVED_DATABASES.has(name), 'names a database that cannot be one');
  assert(Buffer.byteLength(name) <= LONGEST_DATABASE, `names a database with more than ${LONGEST_DATABASE} letters`);
  for (const [option, value] of new URLSearchParams(options)) {
    const ours = MONGODB_OPTIONS[option.toLowerCase()];
    const fits = ours === undefined || value.toLowerCase() === ours;
    assert(fits, `has an option that is ours to set: leave out ${option}${ours ? `, or say ${option}=${ours}` : ''}`);
  }
  return text;
});

function isMongodbHost(text: string): boolean {
  if (/^[^:]+\.sock$/i.test(text)) return true;
  const { host = '', port = '27017' } = MONGODB_HOST.exec(text)?.groups ?? {};
  return isHost(host) && Number(port) > 0 && Number(port) < 65_536;
}

/** An address of Redis, with the number of a database perhaps. */
export const redisUrl = form((text) => {
  const url = urlOf(text, ['redis', 'rediss'], 'redis://host:6379 or rediss://:password@host:6379/0');
  assertCredentials(url);
  assert(/^(?:\/\d{0,5})?$/.test(url.pathname), 'must end with its host, or with the number of a database (/0)');
  assertOptions(url, ['family']);
  return text;
});

/** Where a sentinel of Redis is. */
export interface Sentinel {
  readonly host: string;
  readonly port: number;
}

const SENTINEL = /^(?<host>\[[\da-f:.]+\]|[^:[\]]+)(?::(?<port>\d{1,5}))?$/i;

/** "one:26379, [::1]:26380, three" → hosts and ports */
export const sentinels = form((text) => {
  const example = 'must be a list of the sentinels like one:26379,two:26379';
  const places = partsOf(text).map((part): Sentinel => {
    const { host = '', port = '26379' } = SENTINEL.exec(part)?.groups ?? {};
    assert(isHost(host) && Number(port) > 0 && Number(port) < 65_536, example);
    return { host: host.replace(/[[\]]/g, ''), port: Number(port) };
  });
  assert(places.length > 0, example);
  return places;
});

const SMTP_OPTIONS = ['name', 'localAddress', 'requireTLS', 'ignoreTLS', 'authMethod'];
const SMTP_TLS_OPTIONS = ['tls.rejectUnauthorized', 'tls.servername', 'tls.minVersion', 'tls.ciphers'];

/** An address of a mail server. */
export const smtpUrl = form((text) => {
  const url = urlOf(text, ['smtp', 'smtps'], 'smtp://name:password@host:587 or smtps://name:password@host:465');
  assertCredentials(url);
  assert(/^\/?$/.test(url.pathname), 'must end with its host or port');
  assertOptions(url, [...SMTP_OPTIONS, ...SMTP_TLS_OPTIONS]);
  assert(url.protocol === 'smtps:' || url.port !== '465', 'port 465 begins with TLS: smtps://');
  assert(
    url.protocol === 'smtp:' || !['25', '587', '2525'].includes(url.port),
    `port ${url.port} begins without TLS: smtp://`,
  );
  return text;
});

/** A sender: `name` may be empty. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

const MAILBOX = /^(?:(?:"(?<quoted>[^"\\]*)"|(?<bare>[^"<>@,;:\\[\]()]*))\s*<(?<inside>[^<>\s]+)>|(?<alone>[^<>\s]+))$/;
const LOCAL_PART = /^(?=.{1,64}$)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;

/** `Parley <no-reply@example.com>`, `"Parley, Inc." <…>` or the address alone; a name of its domain in any script. */
export const mailbox = form((text): Mailbox => {
  const { quoted, bare, inside, alone } = MAILBOX.exec(text)?.groups ?? {};
  const [, local = '', domain = ''] = /^(.*)@([^@]+)$/.exec(inside ?? alone ?? '') ?? [];
  const ascii = domainToASCII(domain);
  const name = /[\u0000-\u001f\u007f]/.test(text) ? null : (quoted ?? bare ?? '').trim();
  assert(
    name !== null && LOCAL_PART.test(local) && isHost(ascii),
    `"${text}" is no sender like Parley <no-reply@example.com>`,
  );
  return { name, address: `${local}@${ascii}` };
});

/** "Kim@Müller.example" → kim@xn--mller-kva.example, as accounts are kept. */
export const email = form((text) => {
  const address = emailAddress(text);
  if (address === null) throw new Misfit('is no e-mail address');
  return address;
});

// Secrets

/** A version of the key-encryption key (9.1): the highest one wraps new data keys, all of them unwrap. */
export interface Kek {
  readonly version: number;
  /** 32 bytes */
  readonly key: Uint8Array;
}

/** The versions of a KEK setting; null when it is malformed, or a version stands there twice. */
export function parseKeks(text: string): Kek[] | null {
  const keys = text.split(',').map((part): Kek | null => {
    const [, version, encoded = ''] = /^([1-9]\d{0,5}):([A-Za-z0-9+/]{43}=)$/.exec(part.trim()) ?? [];
    return version === undefined ? null : { version: Number(version), key: Buffer.from(encoded, 'base64') };
  });
  const good = keys.filter((key) => key !== null);
  const versions = new Set(good.map(({ version }) => version));
  return good.length === keys.length && versions.size === keys.length ? good : null;
}

/** "1:<base64>,2:<base64>" → keys. What is wrong is said without repeating it. */
export const keks = form((text) => {
  const parsed = parseKeks(text);
  if (parsed === null) throw new Misfit('must be a list like 1:<32 bytes in base64>,2:<…>');
  return parsed;
});

/** A folder. The shell replaces "~", nobody else does. */
export const folder = form((text) => {
  assert(text !== '', 'is blank');
  assert(!text.startsWith('~'), 'must be a whole path: "~" is not replaced here');
  return text;
});

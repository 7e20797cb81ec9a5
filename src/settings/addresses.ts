// Addresses of the network: hosts, ranges of them, and of pages and interfaces.

import { BlockList, isIP } from 'node:net';
import { Misfit, assert, form, partsOf } from './form.ts';

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;

/** A name, an IPv4 address, or an IPv6 address in brackets as it stands in URLs. */
export function isHost(text: string): boolean {
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
export function urlOf(text: string, schemes: readonly string[], example: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const [, scheme = ''] = /^([a-z][a-z+]*):\/\//i.exec(text) ?? [];
  assert(url !== null && schemes.includes(scheme.toLowerCase()) && isHost(url.hostname), `must be like ${example}`);
  // "1.2.3" is read as 1.2.0.3, "0x7f.1" as 127.0.0.1: nobody means that
  assert(isIP(url.hostname) !== 4 || text.includes(url.hostname), `must be like ${example}`);
  assert(url.port !== '0', 'has the port 0');
  return url;
}

/** Name and password as they are meant; half of them is a mistake. */
export function assertCredentials({ username, password }: URL): void {
  assert([username, password].every(isDecodable), 'has a % in its name or password that must be written as %25');
  assert(username === '' || password !== '', 'has a name without a password');
}

export function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Options after the "?": what is not known here would be ignored. */
export function assertOptions(url: URL, known: readonly string[]): void {
  for (const name of url.searchParams.keys()) {
    assert(known.includes(name), `has the option "${name}", which is not taken here`);
  }
  assert(url.hash === '', 'has a # in it, which must be written as %23');
}

// The folder of a public address must not look like one of our own paths: whether a proxy has kept it could not be told.
const PAGES = ['admin', 'dev', 'docs', 'expert', 'pay', 'questions', 'requests', 'settings', 'unsubscribe'];
const DOORS = ['favicon.ico', 'health', 'metrics', 'openapi.json', 'socket.io', 'v1', 'web', 'widget.js'];
const TAKEN_FOLDERS: ReadonlySet<string> = new Set([...PAGES, ...DOORS]);
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

// Where a call comes from: the page's Origin, the caller's address behind our own proxies, and the language asked for.

import type { IncomingMessage } from 'node:http';
import { SocketAddress, isIP } from 'node:net';
import type { BlockList, Socket } from 'node:net';
import type { Locale } from '../domain/people.ts';

export interface OriginSettings {
  /** where people reach this server; undefined: where it listens */
  readonly publicUrl: URL | undefined;
  /** further Origins, as browsers write them */
  readonly allowedOrigins: readonly string[];
  /** lets every port of this machine in */
  readonly development: boolean;
}

const THIS_MACHINE = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

/**
 * Says whether a page of this Origin may talk to us; exact match, so `null`, other schemes and suffixes are foreign.
 * A missing Origin is allowed: browsers always send one where it matters, native apps and server-side clients never
 * do, and no cookie is read, so there is nothing a forged request could borrow.
 */
export function originCheck(settings: OriginSettings): (origin: string | undefined) => boolean {
  const { publicUrl, allowedOrigins } = settings;
  const allowed = new Set([...(publicUrl === undefined ? [] : [publicUrl.origin]), ...allowedOrigins]);
  return (origin) => origin === undefined || allowed.has(origin) || (settings.development && THIS_MACHINE.test(origin));
}

/** The folder of the public address, without a slash at its end: "" or "/chat". */
export function folderOf(publicUrl: URL | undefined): string {
  return publicUrl?.pathname.replace(/\/$/, '') ?? '';
}

/** A path as our routes know it, whether the proxy in front has kept the folder or taken it away. */
export function withoutFolder(path: string, folder: string): string {
  const isWithin = folder !== '' && path.startsWith(folder) && /^(?:[/?]|$)/.test(path.slice(folder.length));
  if (!isWithin) return path;
  const rest = path.slice(folder.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

export type ProxyCheck = (address: string) => boolean;

/** Says whether an address is one of our proxies, whose X-Forwarded-For is believed. */
export function proxyCheck(trustProxy: BlockList): ProxyCheck {
  return (text) => {
    const address = plain(text);
    return address !== null && trustProxy.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  };
}

/**
 * The caller: the nearest address that is not one of our proxies, for display and logs. What a stranger writes into the
 * header is not believed, and what is no address is not looked behind.
 */
export function addressOf(request: IncomingMessage, isProxy: ProxyCheck): string {
  let address = peerOf(request.socket);
  const header = request.headers['x-forwarded-for'];
  if (header === undefined) return address;
  const hops = (typeof header === 'string' ? header : header.join(',')).split(',');
  while (isProxy(address)) {
    const next = plain(hops.pop() ?? '');
    if (next === null) break;
    address = next;
  }
  return address;
}

/** Who is at the other end of a connection: the caller, or the nearest proxy. */
export function peerOf({ remoteAddress }: Pick<Socket, 'remoteAddress'>): string {
  return plain(remoteAddress ?? '') ?? '';
}

/** What limits count a caller by: an IPv4 address, or the /64 of an IPv6 one, within which whoever has one has them all. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0');
  return `${[...first, ...zeros, ...last].slice(0, 4).join(':')}::/64`;
}

const SPOKEN: readonly Locale[] = ['en', 'de', 'es'];

/** The first language of an Accept-Language that we speak, else English. */
export function localeOf(acceptLanguage: string | undefined): Locale {
  for (const wish of (acceptLanguage ?? '').split(',', 10)) {
    const spoken = SPOKEN.find((locale) => locale === wish.trim().slice(0, 2).toLowerCase());
    if (spoken !== undefined) return spoken;
  }
  return 'en';
}

/** `address`, `address:port`, `[address]` and `[address]:port`, with a zone or without; quotes as in RFC 7239. */
const WRITTEN = /^"?(?:\[([^\]%]*)(?:%[^\]]*)?\](?::\d{1,5})?|(\d[\d.]*):\d{1,5}|([^%"]*)(?:%[^"]*)?)"?$/;
const LONGEST = 100; // with everything around it

/**
 * One address is one text, however it was written: without port, brackets and zone, IPv6 in its canonical form, and an
 * IPv4 address inside one as what it is. Null for what is no address.
 */
function plain(text: string): string | null {
  if (text.length > LONGEST) return null;
  const [, bracketed, withPort, bare] = WRITTEN.exec(text.trim()) ?? [];
  const address = bracketed ?? withPort ?? bare ?? '';
  if (isIP(address) === 4) return address;
  if (isIP(address) !== 6) return null;
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address;
  const mapped = canonical.slice(MAPPED.length);
  return canonical.startsWith(MAPPED) && isIP(mapped) === 4 ? mapped : canonical;
}

const MAPPED = '::ffff:'; // a socket that listens on IPv6 calls IPv4 addresses so

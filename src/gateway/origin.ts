// Where a call comes from: the page's Origin, the caller's address behind our own proxies, and the language asked for.

import type { IncomingMessage } from 'node:http';
import type { Locale } from '../domain/people.ts';

export interface OriginSettings {
  /** PUBLIC_URL and ALLOWED_ORIGINS: URLs of which the origin counts */
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
  const allowed = new Set(settings.allowedOrigins.map((url) => new URL(url).origin));
  return (origin) => origin === undefined || allowed.has(origin) || (settings.development && THIS_MACHINE.test(origin));
}

/** Says whether an address is one of our proxies, whose X-Forwarded-For is believed. */
export function proxyCheck(trustProxy: readonly string[]): (address: string) => boolean {
  const trusted = new Set(trustProxy.map(plain));
  return (address) => trusted.has(plain(address));
}

/** The nearest address that is not one of our proxies. What a stranger writes into the header is not believed. */
export function addressOf(request: IncomingMessage, isProxy: (address: string) => boolean): string {
  let address = plain(request.socket.remoteAddress ?? '');
  const header = request.headers['x-forwarded-for'];
  if (header === undefined) return address;
  const hops = (typeof header === 'string' ? header : header.join(',')).split(',');
  while (isProxy(address) && hops.length > 0) address = plain((hops.pop() ?? '').trim());
  return address;
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

/** An IPv4 address is the same caller when the socket listens on IPv6. */
function plain(address: string): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}

// Addresses of mail servers and of people.

import { domainToASCII } from 'node:url';
import { emailAddress } from '../domain/email-address.ts';
import { assertCredentials, assertOptions, isHost, urlOf } from './addresses.ts';
import { Misfit, assert, form } from './form.ts';

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

// E-mail addresses in the one form in which accounts are kept, compared, limited and written to.

import { domainToASCII } from 'node:url';

const LONGEST = 254; // of RFC 5321, in ASCII
const LONGEST_LABEL = 63;
/** A local part of ASCII, and a domain of the Internet; its last label may be one of another script ("xn--p1ai"). */
const ADDRESS =
  /^(?!\.)(?!.*\.\.)[a-z0-9_'+.-]*[a-z0-9_+-]@(?:[a-z0-9][a-z0-9-]*\.)+(?:[a-z]{2,}|xn--[a-z0-9-]*[a-z0-9])$/;
const ASCII = /^[\x21-\x7e]*$/;
/** Letters and digits of any script between dots of any: what else stands there would be read as the end of the domain. */
const LABELS = /^[\p{L}\p{M}\p{N}\-.\u3002\uff0e\uff61]+$/u;

/**
 * Without blanks around it, in lower case, its domain in ASCII: "Kim@Müller.example" is `kim@xn--mller-kva.example`.
 * @returns null when it is no e-mail address
 */
export function emailAddress(text: string): string | null {
  if (text.length > LONGEST) return null;
  const address = text.trim();
  const at = address.lastIndexOf('@');
  const email = `${address.slice(0, at + 1).toLowerCase()}${asciiDomain(address.slice(at + 1))}`;
  return email.length <= LONGEST && ADDRESS.test(email) ? email : null;
}

/** The form of a part of an address, as somebody looks for it: "müller.exa" is "xn--mller-kva.exa". */
export function emailPart(text: string): string {
  const part = text.trim().toLowerCase();
  const at = part.lastIndexOf('@');
  return part.slice(0, at + 1) + (asciiDomain(part.slice(at + 1)) || part.slice(at + 1));
}

/** Empty when it is no domain. What is ASCII already stays what it was for the accounts that have it. */
function asciiDomain(domain: string): string {
  if (ASCII.test(domain)) return domain.toLowerCase();
  const ascii = LABELS.test(domain) ? domainToASCII(domain) : '';
  return ascii.split('.').some((label) => label.length > LONGEST_LABEL) ? '' : ascii;
}

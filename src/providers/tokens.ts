// Passwords (argon2id), session tokens (JWT, HS256 with TOKEN_SECRET) and the tokens of links (HMAC of the same).

import { createHmac, timingSafeEqual } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { SignJWT, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import type { TokenClaims, TokenPort } from '../context.ts';
import type { MailChoice } from '../domain/mail.ts';

const ISSUER = 'parley';
const VISITOR_LIFE_S = 30 * 86_400; // as long as an untouched question stays open: visitors have no other way back in
const STAFF_LIFE_S = 12 * 3_600; // a working day

/** `secret`: at least 32 characters. */
export function tokens(secret: string, now: () => Date): TokenPort {
  const key = new TextEncoder().encode(secret);
  // each kind of words begins with what no other use of the secret begins with
  const proofOf = (...words: readonly unknown[]) =>
    createHmac('sha256', secret).update(JSON.stringify(words)).digest('base64url');
  // verified when there is no such account, so that its absence takes the same time
  const nobody = hash('nobody has this password');
  return {
    hash: (password) => hash(password),

    async verify(stored, password) {
      const right = await verify(stored ?? (await nobody), password);
      return stored !== null && right;
    },

    async sign({ userId, role, tokenVersion }) {
      const issuedAt = Math.floor(now().getTime() / 1_000);
      return new SignJWT({ role, ver: tokenVersion })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(ISSUER)
        .setAudience(ISSUER)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + (role === 'customer' ? VISITOR_LIFE_S : STAFF_LIFE_S))
        .sign(key);
    },

    link: (words) => proofOf('link', ...words),

    async read(token) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['HS256'],
          issuer: ISSUER,
          audience: ISSUER,
          currentDate: now(),
          requiredClaims: ['exp', 'sub'],
        });
        return claimsOf(payload);
      } catch {
        return null; // forged, expired or not a token at all: no difference to the caller
      }
    },

    signChoice: (userId, choice) => `${userId}.${choice}.${proofOf('choice', userId, choice)}`,

    readChoice(token) {
      const [, user = '', choice = '', proof = ''] = /^([\w-]{1,100})\.(\w{1,40})\.([\w-]{43})$/.exec(token) ?? [];
      if (!isChoice(choice) || !isSame(proof, proofOf('choice', user, choice))) return null;
      return { userId: user, choice };
    },
  };
}

const CHOICES: Readonly<Record<MailChoice, true>> = { openRequests: true, reminders: true };

const isChoice = (name: string): name is MailChoice => Object.hasOwn(CHOICES, name);

function isSame(proof: string, expected: string): boolean {
  const [one, other] = [Buffer.from(proof), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function claimsOf(payload: JWTPayload): (TokenClaims & { expiresAt: Date }) | null {
  // whatever its types say, only the signature has been looked at
  const { sub, exp, role, ver }: Record<string, unknown> = payload;
  if (typeof sub !== 'string' || typeof exp !== 'number' || typeof ver !== 'number') return null;
  if (role !== 'customer' && role !== 'expert' && role !== 'admin') return null;
  const expiresAt = new Date(exp * 1_000);
  return Number.isNaN(expiresAt.getTime()) ? null : { userId: sub, role, tokenVersion: ver, expiresAt };
}

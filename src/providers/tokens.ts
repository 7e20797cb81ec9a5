// Passwords (argon2id), session tokens (JWT, HS256 with TOKEN_SECRET) and the tokens of links (HMAC of the same).

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { SignJWT, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import type { TokenClaims, TokenPort } from '../context.ts';
import type { MailChoice } from '../domain/mail.ts';

const ISSUER = 'parley';

/** How long tokens hold, ms; `staffMost`: those of one log-in, however often they are renewed. */
export interface Lives {
  readonly customer: number;
  readonly staff: number;
  readonly staffMost: number;
}

/** `secret`: at least 32 characters. */
export function tokens(secret: string, now: () => Date, lives: Lives): TokenPort {
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

    longest: (role) => (role === 'customer' ? lives.customer : lives.staff),

    async sign({ userId, role, tokenVersion, session = sessionBegun(now()) }) {
      const issuedAt = Math.floor(now().getTime() / 1_000);
      const end = now().getTime() + (role === 'customer' ? lives.customer : lives.staff);
      const most = role === 'customer' ? Infinity : begunAt(session) + lives.staffMost;
      return new SignJWT({ role, ver: tokenVersion, sid: session })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(ISSUER)
        .setAudience(ISSUER)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(Math.floor(Math.min(end, most) / 1_000))
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

/** A new session: its id says when it began. */
const sessionBegun = (at: Date): string => `${at.getTime().toString(36)}.${randomBytes(9).toString('base64url')}`;
const begunAt = (session: string): number => Number.parseInt(session, 36); // up to the point

const CHOICES: Readonly<Record<MailChoice, true>> = { openRequests: true, reminders: true };

const isChoice = (name: string): name is MailChoice => Object.hasOwn(CHOICES, name);

function isSame(proof: string, expected: string): boolean {
  const [one, other] = [Buffer.from(proof), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function claimsOf(payload: JWTPayload): (TokenClaims & { expiresAt: Date }) | null {
  // whatever its types say, only the signature has been looked at
  const { sub, exp, role, ver, sid }: Record<string, unknown> = payload;
  if (typeof sub !== 'string' || typeof exp !== 'number' || typeof ver !== 'number') return null;
  if (role !== 'customer' && role !== 'expert' && role !== 'admin') return null;
  const expiresAt = new Date(exp * 1_000);
  if (Number.isNaN(expiresAt.getTime())) return null;
  const session = typeof sid === 'string' ? { session: sid } : {}; // earlier versions named none
  return { userId: sub, role, tokenVersion: ver, expiresAt, ...session };
}

// The only reader of the environment. Everything is checked at the start; what is wrong stops it with one clear line.

import { BlockList, isIP } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Policy } from './domain/policy.ts';
import { PAYMENT_RESUME_MS } from './domain/question.ts';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const LONGEST_MS = 100 * 365 * UNIT_MS.d; // a deadline must be a date

/** "15m" → milliseconds. Units are ms, s, m, h and d; zero is refused. */
const duration = z.string().transform((text, check) => {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  check.addIssue({ code: 'custom', message: `"${text}" is not a duration like 90s, 15m or 24h` });
  return z.NEVER;
});

const durations = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(duration))
  .refine(
    (list) => list.every((ms, index) => index === 0 || ms > (list[index - 1] ?? 0)),
    'must be in ascending order',
  );

/** Blank text is no number: alone, `Number` would take it for 0. */
const number = z.string().trim().min(1, 'is blank').pipe(z.coerce.number());
const share = number.pipe(z.number().min(0).max(1)).transform((part) => Math.round(part * 10_000));
const count = number.pipe(z.int().positive());
const port = number.pipe(z.int().min(0).max(65_535));
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** "10.0.0.1, 10.0.0.0/8, 2001:db8::/32" → what they cover */
const ranges = list.transform((texts, check) => {
  const covered = new BlockList();
  for (const text of texts) {
    if (!cover(covered, text)) {
      check.addIssue({ code: 'custom', message: `"${text}" is neither an address nor a range like 10.0.0.0/8` });
    }
  }
  return covered;
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

/** A version of the key-encryption key (9.1): the highest one wraps new data keys, all of them unwrap. */
export interface Kek {
  readonly version: number;
  /** 32 bytes */
  readonly key: Uint8Array;
}

const KEK_FORM = 'must be a list like 1:<32 bytes in base64>,2:<…>';

/** "1:<base64>,2:<base64>" → keys. What is wrong is said without repeating it. */
const keks = z.string().transform((text, check) => {
  const parsed = parseKeks(text);
  if (parsed !== null) return parsed;
  check.addIssue({ code: 'custom', message: KEK_FORM });
  return z.NEVER;
});

const Environment = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  ROLE: z.enum(['all', 'gateway', 'worker']).default('all'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(3000),
  MONGODB_URI: z.string().startsWith('mongodb').optional(),
  REDIS_URL: z.string().startsWith('redis').optional(),
  /** prefix of every key in Redis, so that several installations can share one */
  REDIS_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('parley'),
  TOKEN_SECRET: z.string().min(32, 'needs at least 32 characters').optional(),
  KEK: keks.optional(),
  KEYS_URI: z.string().startsWith('mongodb').optional(),
  SMTP_URL: z.string().startsWith('smtp').optional(),
  MAIL_FROM: z.string().min(3).default('Parley <no-reply@localhost>'),
  PUBLIC_URL: z.url().optional(),
  PAYMENTS: z.enum(['simulated', 'stripe']).default('simulated'),
  DEMO: z.stringbool().default(false),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  PARLEY_CACHE: z.string().min(1).optional(),
  PARLEY_DATA: z.string().min(1).default('.parley'),
  /** further Origins from which browsers may connect, besides PUBLIC_URL */
  ALLOWED_ORIGINS: list.default([]),
  RATE_COMMANDS: count.default(50),
  RATE_LOGINS: count.default(10),
  RATE_VISITORS: count.default(120),
  MAX_SOCKETS: count.default(20_000),
  MAX_SOCKETS_PER_USER: count.default(8),
  /** addresses of the proxies whose X-Forwarded-For is believed */
  TRUST_PROXY: ranges.prefault(''),
  SEED_ADMIN_EMAIL: z.email().optional(),
  SEED_ADMIN_PASSWORD: z.string().min(12, 'needs at least 12 characters').optional(),
  /** how long the simulated provider takes to answer for `pm_card_visa_late` */
  SIMULATED_LATE: duration.default(2_000),
  PAYMENT_TIMEOUT: duration.default(10_000),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^[rs]k_\S+$/, 'is no secret key of Stripe (sk_… or rk_…)')
    .optional(),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_\S+$/, 'is no signing secret of Stripe (whsec_…)')
    .optional(),
  /** for tests and stand-ins of Stripe */
  STRIPE_API_BASE: z.url({ protocol: /^https?$/ }).default('https://api.stripe.com'),
  /** how often the provider's own list is looked through for holds that no record wants */
  RECONCILE_EVERY: duration
    .refine((ms) => ms <= 7 * UNIT_MS.d, 'must be at most 7d, as long as a hold lives')
    .default(UNIT_MS.h),
  POLICY_CLAIM: duration.default(15 * UNIT_MS.m),
  POLICY_RESERVATION: duration.default(5 * UNIT_MS.m),
  POLICY_REQUEST_TTL: duration.default(24 * UNIT_MS.h),
  POLICY_PAYMENT_UPDATE_TTL: duration.default(24 * UNIT_MS.h),
  POLICY_REPORT_WINDOW: duration.default(36 * UNIT_MS.h),
  POLICY_REPORT_REMINDERS: durations.default([24 * UNIT_MS.h, 34 * UNIT_MS.h]),
  POLICY_OFFER_DELAY: duration.default(60 * UNIT_MS.s),
  POLICY_REMINDERS: durations.default([24 * UNIT_MS.h, 48 * UNIT_MS.h, 72 * UNIT_MS.h, 7 * UNIT_MS.d]),
  POLICY_REMINDER_EVERY: duration.default(7 * UNIT_MS.d),
  POLICY_REMINDER_MAX: count.default(8),
  POLICY_FOLLOW_UP: durations.default([24 * UNIT_MS.h, 7 * UNIT_MS.d]),
  POLICY_FRAGMENT_WINDOW: duration.default(10 * UNIT_MS.m),
  POLICY_EMAIL_GATHER: duration.default(2 * UNIT_MS.m),
  POLICY_AUTO_CLOSE: duration.default(30 * UNIT_MS.d),
  POLICY_CASE_RESPONSE: duration.default(24 * UNIT_MS.h),
  POLICY_SHARE: share.default(5_000),
  POLICY_PAYING_STARS: number.pipe(z.int().min(1).max(5)).default(3),
  POLICY_SWEEP: duration.default(10 * UNIT_MS.s),
});

type Variables = z.output<typeof Environment>;

export interface Config {
  readonly production: boolean;
  readonly role: 'all' | 'gateway' | 'worker';
  readonly host: string;
  readonly port: number;
  readonly mongodbUri: string | undefined;
  readonly redisUrl: string | undefined;
  readonly redisPrefix: string;
  /** undefined in development only: main makes one and keeps it beside the data */
  readonly tokenSecret: string | undefined;
  /** undefined in development only: main makes one and keeps it beside the data */
  readonly keks: readonly Kek[] | undefined;
  /** where data keys are kept; undefined: in another database of the same MongoDB */
  readonly keysUri: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** where people reach it; undefined: http://HOST:PORT */
  readonly publicUrl: string | undefined;
  /** payments go through Stripe; undefined: they are simulated */
  readonly stripe: { readonly secretKey: string; readonly webhookSecret: string; readonly apiBase: string } | undefined;
  readonly demo: boolean;
  readonly logLevel: string;
  readonly cacheDir: string;
  readonly dataDir: string;
  readonly allowedOrigins: readonly string[];
  /** addresses of the proxies whose X-Forwarded-For is believed */
  readonly trustProxy: BlockList;
  readonly limits: {
    /** commands a user may send per second, sustained */
    readonly commands: number;
    /** log-ins a minute, per address and e-mail; ten times as many per address */
    readonly logins: number;
    /** new visitors a minute, per address */
    readonly visitors: number;
    readonly sockets: number;
    readonly socketsPerUser: number;
  };
  readonly admin: { readonly email: string; readonly password: string } | undefined;
  readonly simulatedLateMs: number;
  readonly paymentTimeoutMs: number;
  readonly sweepMs: number;
  readonly reconcileMs: number;
  readonly policy: Policy;
}

/** One line that says what is wrong with the settings. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`Settings: ${problems.join('; ')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads the settings from `env`. Empty variables count as not set.
 * @throws ConfigError naming every unknown, malformed or missing one
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = Environment.safeParse(given);
  const problems = [...unknownPolicies(given)];
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
    throw new ConfigError(problems);
  }
  problems.push(...problemsOf(parsed.data));
  if (problems.length > 0) throw new ConfigError(problems);
  return configOf(parsed.data);
}

/** "90s" → 90000; null when it is not a positive duration. */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  if (!match) return null;
  const unit = match[2] as keyof typeof UNIT_MS; // the pattern allows these five only
  const ms = Math.round(Number(match[1]) * UNIT_MS[unit]);
  return ms > 0 && ms <= LONGEST_MS ? ms : null;
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

/** A misspelt rule would silently keep its default. */
function unknownPolicies(given: Record<string, unknown>): string[] {
  return Object.keys(given)
    .filter((name) => name.startsWith('POLICY_') && !(name in Environment.shape))
    .map((name) => `${name}: there is no such setting`);
}

function problemsOf(env: Variables): string[] {
  const problems: string[] = [];
  if (env.PAYMENTS === 'stripe') {
    for (const name of ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'] as const) {
      if (env[name] === undefined) problems.push(`${name}: is required for PAYMENTS=stripe`);
    }
  }
  if (env.PAYMENT_TIMEOUT >= PAYMENT_RESUME_MS) {
    problems.push(
      `PAYMENT_TIMEOUT: must be shorter than ${PAYMENT_RESUME_MS / 1_000}s, when a payment is asked about again`,
    );
  }
  if ((env.SEED_ADMIN_EMAIL === undefined) !== (env.SEED_ADMIN_PASSWORD === undefined)) {
    problems.push('SEED_ADMIN_EMAIL and SEED_ADMIN_PASSWORD: give both or neither');
  }
  if (env.NODE_ENV !== 'production') return problems;
  for (const name of ['MONGODB_URI', 'REDIS_URL', 'TOKEN_SECRET', 'KEK', 'SMTP_URL', 'PUBLIC_URL'] as const) {
    if (env[name] === undefined) problems.push(`${name}: is required in production`);
  }
  return problems;
}

function configOf(env: Variables): Config {
  return {
    production: env.NODE_ENV === 'production',
    role: env.ROLE,
    host: env.HOST,
    port: env.PORT,
    mongodbUri: env.MONGODB_URI,
    redisUrl: env.REDIS_URL,
    redisPrefix: env.REDIS_PREFIX,
    tokenSecret: env.TOKEN_SECRET,
    keks: env.KEK,
    keysUri: env.KEYS_URI,
    smtpUrl: env.SMTP_URL,
    mailFrom: env.MAIL_FROM,
    publicUrl: env.PUBLIC_URL?.replace(/\/$/, ''),
    stripe: stripeOf(env),
    demo: env.DEMO,
    logLevel: env.LOG_LEVEL,
    cacheDir: env.PARLEY_CACHE ?? join(homedir(), '.cache', 'parley'),
    dataDir: env.PARLEY_DATA,
    allowedOrigins: env.ALLOWED_ORIGINS,
    trustProxy: env.TRUST_PROXY,
    limits: {
      commands: env.RATE_COMMANDS,
      logins: env.RATE_LOGINS,
      visitors: env.RATE_VISITORS,
      sockets: env.MAX_SOCKETS,
      socketsPerUser: env.MAX_SOCKETS_PER_USER,
    },
    admin:
      env.SEED_ADMIN_EMAIL !== undefined && env.SEED_ADMIN_PASSWORD !== undefined
        ? { email: env.SEED_ADMIN_EMAIL, password: env.SEED_ADMIN_PASSWORD }
        : undefined,
    simulatedLateMs: env.SIMULATED_LATE,
    paymentTimeoutMs: env.PAYMENT_TIMEOUT,
    sweepMs: env.POLICY_SWEEP,
    reconcileMs: env.RECONCILE_EVERY,
    policy: {
      claimMs: env.POLICY_CLAIM,
      autoCloseMs: env.POLICY_AUTO_CLOSE,
      reservationMs: env.POLICY_RESERVATION,
      requestTtlMs: env.POLICY_REQUEST_TTL,
      paymentUpdateTtlMs: env.POLICY_PAYMENT_UPDATE_TTL,
      offerDelayMs: env.POLICY_OFFER_DELAY,
      reportWindowMs: env.POLICY_REPORT_WINDOW,
      reportRemindersMs: env.POLICY_REPORT_REMINDERS,
      caseResponseMs: env.POLICY_CASE_RESPONSE,
      shareBasisPoints: env.POLICY_SHARE,
      payingStars: env.POLICY_PAYING_STARS,
    },
  };
}

function stripeOf(env: Variables): Config['stripe'] {
  const {
    PAYMENTS,
    STRIPE_SECRET_KEY: secretKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    STRIPE_API_BASE: apiBase,
  } = env;
  if (PAYMENTS !== 'stripe' || secretKey === undefined || webhookSecret === undefined) return undefined;
  return { secretKey, webhookSecret, apiBase };
}

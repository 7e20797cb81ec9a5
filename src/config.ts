// The only reader of the environment. Everything is checked at the start; what is wrong stops it with one clear line.

import type { BlockList } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { RESERVED_NAMES } from './domain/names.ts';
import type { Policy } from './domain/policy.ts';
import { PAYMENT_RESUME_MS } from './domain/payment.ts';
import {
  apiBase,
  count,
  duration,
  durations,
  email,
  folder,
  interval,
  keks,
  listenHost,
  mailbox,
  mongodbUri,
  names,
  origins,
  publicUrl,
  ranges,
  redisUrl,
  sentinels,
  share,
  smtpUrl,
  whole,
  words,
} from './setting-forms.ts';
import type { Kek, Mailbox, Sentinel } from './setting-forms.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What production refuses unless it is said there as well: public passwords, and payments that take no money. */
const RISKS = ['demo', 'simulated-payments'] as const;

const Environment = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  ROLE: z.enum(['all', 'gateway', 'worker']).default('all'),
  HOST: listenHost.default('127.0.0.1'),
  PORT: whole(0, 65_535).default(3000),
  MONGODB_URI: mongodbUri.optional(),
  REDIS_URL: redisUrl.optional(),
  /** the host of REDIS_URL is then the name by which they know the master */
  REDIS_SENTINELS: sentinels.optional(),
  /** prefix of every key in Redis, so that several installations can share one */
  REDIS_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,60}$/, 'may have up to 60 small letters, digits and hyphens only')
    .default('parley'),
  /** how long a start waits for stores that are not there yet */
  START_WAIT: interval('1h', 'as nobody waits longer for a start').default(MINUTE),
  TOKEN_SECRET: z
    .string()
    .refine((text) => text.trim().length >= 32, 'needs at least 32 characters')
    .optional(),
  KEK: keks.optional(),
  KEYS_URI: mongodbUri.optional(),
  SMTP_URL: smtpUrl.optional(),
  MAIL_FROM: mailbox.default({ name: 'Parley', address: 'no-reply@localhost' }),
  PUBLIC_URL: publicUrl.optional(),
  PAYMENTS: z.enum(['simulated', 'stripe']).optional(),
  DEMO: z.stringbool().default(false),
  ALLOW_IN_PRODUCTION: words(RISKS).default([]),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  PARLEY_CACHE: folder.optional(),
  PARLEY_DATA: folder.default('.parley'),
  /** further Origins from which browsers may connect, besides PUBLIC_URL */
  ALLOWED_ORIGINS: origins.default([]),
  RATE_COMMANDS: count.default(50),
  RATE_LOGINS: count.default(10),
  RATE_VISITORS: count.default(120),
  /** declined cards an hour */
  RATE_DECLINES: count.default(10),
  MAX_SOCKETS: count.default(20_000),
  MAX_SOCKETS_PER_USER: count.default(8),
  MAX_SOCKETS_PER_ADDRESS: count.optional(),
  /** addresses of the proxies whose X-Forwarded-For is believed */
  TRUST_PROXY: ranges.prefault(''),
  SEED_ADMIN_EMAIL: email.optional(),
  SEED_ADMIN_PASSWORD: z
    .string()
    .min(12, 'needs at least 12 characters')
    .max(128, 'has more than the 128 characters with which somebody can sign in')
    .optional(),
  /** how long the simulated provider takes to answer for `pm_card_visa_late` */
  SIMULATED_LATE: interval('1d', 'as nobody waits longer for a card').default(2 * SECOND),
  PAYMENT_TIMEOUT: duration.default(10 * SECOND),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^[rs]k_\S+$/, 'is no secret key of Stripe (sk_… or rk_…)')
    .optional(),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_\S+$/, 'is no signing secret of Stripe (whsec_…)')
    .optional(),
  /** for tests and stand-ins of Stripe */
  STRIPE_API_BASE: apiBase.default('https://api.stripe.com'),
  /** how often the provider's own list is looked through for holds that no record wants */
  RECONCILE_EVERY: interval('7d', 'as long as a hold lives').default(HOUR),
  POLICY_CLAIM: duration.default(15 * MINUTE),
  POLICY_RESERVATION: duration.default(5 * MINUTE),
  POLICY_REQUEST_TTL: duration.default(24 * HOUR),
  POLICY_PAYMENT_UPDATE_TTL: duration.default(24 * HOUR),
  POLICY_REPORT_WINDOW: duration.default(36 * HOUR),
  POLICY_REPORT_REMINDERS: durations.default([24 * HOUR, 34 * HOUR]),
  POLICY_OFFER_DELAY: duration.default(MINUTE),
  POLICY_REMINDERS: durations.default([24 * HOUR, 48 * HOUR, 72 * HOUR, 7 * DAY]),
  POLICY_REMINDER_EVERY: duration.default(7 * DAY),
  POLICY_REMINDER_MAX: count.default(8),
  POLICY_FOLLOW_UP: durations.default([24 * HOUR, 7 * DAY]),
  POLICY_FRAGMENT_WINDOW: duration.default(10 * MINUTE),
  POLICY_EMAIL_GATHER: duration.default(2 * MINUTE),
  POLICY_AUTO_CLOSE: duration.default(30 * DAY),
  POLICY_CASE_RESPONSE: duration.default(24 * HOUR),
  POLICY_SHARE: share.default(5_000),
  POLICY_PAYING_STARS: whole(1, 5).default(3),
  /** what visitors, customers and experts may not call themselves */
  RESERVED_NAMES: names.default([...RESERVED_NAMES]),
  POLICY_SWEEP: interval('1d', 'a deadline that nobody announced waits for it').default(10 * SECOND),
});

type Variables = z.output<typeof Environment>;

/** Of rules that are not built yet (2.6, 3, 4): another value than the default could not be honoured. */
const NOT_YET = [
  'POLICY_REMINDERS',
  'POLICY_REMINDER_EVERY',
  'POLICY_REMINDER_MAX',
  'POLICY_FOLLOW_UP',
  'POLICY_FRAGMENT_WINDOW',
  'POLICY_EMAIL_GATHER',
] as const satisfies readonly (keyof Variables)[];

/** Beginnings of names that are ours alone. */
const OURS = /^(?:POLICY_|PARLEY_|RATE_|SEED_ADMIN_|MAX_SOCKETS)/;

export interface Config {
  readonly production: boolean;
  readonly role: 'all' | 'gateway' | 'worker';
  readonly host: string;
  readonly port: number;
  readonly mongodbUri: string | undefined;
  readonly redisUrl: string | undefined;
  /** where the sentinels of Redis are; undefined: REDIS_URL leads to Redis itself */
  readonly redisSentinels: readonly Sentinel[] | undefined;
  readonly redisPrefix: string;
  /** undefined in development only: main makes one and keeps it beside the data */
  readonly tokenSecret: string | undefined;
  /** undefined in development only: main makes one and keeps it beside the data */
  readonly keks: readonly Kek[] | undefined;
  /** where data keys are kept; undefined: in another database of the same MongoDB */
  readonly keysUri: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: Mailbox;
  /** where people reach it, without a slash behind its folder; undefined: where it listens */
  readonly publicUrl: URL | undefined;
  /** payments go through Stripe; undefined: they are simulated */
  readonly stripe: { readonly secretKey: string; readonly webhookSecret: string; readonly apiBase: string } | undefined;
  readonly demo: boolean;
  readonly logLevel: string;
  readonly cacheDir: string;
  readonly dataDir: string;
  /** further Origins, as browsers write them */
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
    /** declined cards an hour, per person and card, before no more is tried for an hour; five times as many per address */
    readonly declines: number;
    readonly sockets: number;
    readonly socketsPerUser: number;
    /** a quarter of all by default, and never fewer than one user may have */
    readonly socketsPerAddress: number;
  };
  readonly admin: { readonly email: string; readonly password: string } | undefined;
  readonly simulatedLateMs: number;
  readonly paymentTimeoutMs: number;
  /** how long a start waits for stores that are not there yet */
  readonly startWaitMs: number;
  readonly sweepMs: number;
  readonly reconcileMs: number;
  /** what nobody may call themselves: the service, its team, their roles (1.1) */
  readonly reservedNames: readonly string[];
  readonly policy: Policy;
}

/** One line that says what is wrong with the settings. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    // what is quoted may have anything in it
    super(`Settings: ${problems.join('; ')}`.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '�'));
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
  const problems = [...unknownSettings(given)];
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
    throw new ConfigError(problems);
  }
  problems.push(...problemsOf(parsed.data, given));
  if (problems.length > 0) throw new ConfigError(problems);
  return configOf(parsed.data);
}

/** Whoever looks for a fault wants to see where it happened, also before the settings are read. */
export function isDebugging(env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return env['LOG_LEVEL'] === 'debug' || env['LOG_LEVEL'] === 'trace';
}

/** A misspelt setting would silently keep its default. */
function unknownSettings(given: Record<string, unknown>): string[] {
  return Object.keys(given)
    .filter((name) => OURS.test(name) && !(name in Environment.shape))
    .map((name) => `${name}: there is no such setting`);
}

/** What each of them cannot know of the others. */
function problemsOf(env: Variables, given: Record<string, unknown>): string[] {
  const problems: string[] = [];
  if (env.PAYMENTS === 'stripe') {
    for (const name of ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'] as const) {
      if (env[name] === undefined) problems.push(`${name}: is required for PAYMENTS=stripe`);
    }
  } else if (env.PAYMENTS === undefined && env.STRIPE_SECRET_KEY !== undefined) {
    problems.push('STRIPE_SECRET_KEY: is not used without PAYMENTS=stripe');
  }
  if (env.PAYMENT_TIMEOUT >= PAYMENT_RESUME_MS) {
    problems.push(
      `PAYMENT_TIMEOUT: must be shorter than ${PAYMENT_RESUME_MS / 1_000}s, when a payment is asked about again`,
    );
  }
  if (env.REDIS_SENTINELS !== undefined && env.REDIS_URL === undefined) {
    problems.push('REDIS_SENTINELS: needs REDIS_URL with the name of the master as its host, like redis://mymaster');
  }
  if ((env.SEED_ADMIN_EMAIL === undefined) !== (env.SEED_ADMIN_PASSWORD === undefined)) {
    problems.push('SEED_ADMIN_EMAIL and SEED_ADMIN_PASSWORD: give both or neither');
  }
  if (
    given['POLICY_REPORT_REMINDERS'] !== undefined &&
    (env.POLICY_REPORT_REMINDERS.at(-1) ?? 0) >= env.POLICY_REPORT_WINDOW
  ) {
    problems.push('POLICY_REPORT_REMINDERS: must come before the end of POLICY_REPORT_WINDOW');
  }
  const defaults = Environment.parse({});
  for (const name of NOT_YET) {
    if (String(env[name]) !== String(defaults[name])) problems.push(`${name}: this version has only the default`);
  }
  return env.NODE_ENV === 'production' ? [...problems, ...problemsInProduction(env)] : problems;
}

function problemsInProduction(env: Variables): string[] {
  const problems: string[] = [];
  for (const name of ['MONGODB_URI', 'REDIS_URL', 'TOKEN_SECRET', 'KEK', 'SMTP_URL', 'PUBLIC_URL'] as const) {
    if (env[name] === undefined) problems.push(`${name}: is required in production`);
  }
  const allowed: ReadonlySet<string> = new Set(env.ALLOW_IN_PRODUCTION);
  if (env.PAYMENTS !== 'stripe' && !allowed.has('simulated-payments')) {
    problems.push(
      'PAYMENTS: simulated takes no money: set PAYMENTS=stripe, or ALLOW_IN_PRODUCTION=simulated-payments as well',
    );
  }
  if (env.DEMO && !allowed.has('demo')) {
    problems.push('DEMO: makes accounts with a public password: leave it out, or set ALLOW_IN_PRODUCTION=demo as well');
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
    redisSentinels: env.REDIS_SENTINELS,
    redisPrefix: env.REDIS_PREFIX,
    tokenSecret: env.TOKEN_SECRET,
    keks: env.KEK,
    keysUri: env.KEYS_URI,
    smtpUrl: env.SMTP_URL,
    mailFrom: env.MAIL_FROM,
    publicUrl: env.PUBLIC_URL,
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
      declines: env.RATE_DECLINES,
      sockets: env.MAX_SOCKETS,
      socketsPerUser: env.MAX_SOCKETS_PER_USER,
      socketsPerAddress:
        env.MAX_SOCKETS_PER_ADDRESS ?? Math.max(env.MAX_SOCKETS_PER_USER, Math.ceil(env.MAX_SOCKETS / 4)),
    },
    admin:
      env.SEED_ADMIN_EMAIL !== undefined && env.SEED_ADMIN_PASSWORD !== undefined
        ? { email: env.SEED_ADMIN_EMAIL, password: env.SEED_ADMIN_PASSWORD }
        : undefined,
    simulatedLateMs: env.SIMULATED_LATE,
    paymentTimeoutMs: env.PAYMENT_TIMEOUT,
    startWaitMs: env.START_WAIT,
    sweepMs: env.POLICY_SWEEP,
    reconcileMs: env.RECONCILE_EVERY,
    reservedNames: env.RESERVED_NAMES,
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

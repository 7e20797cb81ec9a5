// The only reader of the environment. Everything is checked at the start; what is wrong stops it with one clear line.

import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Policy } from './domain/policy.ts';
import { PAYMENT_RESUME_MS } from './domain/payment.ts';
import { Environment } from './settings/table.ts';
import type { Variables } from './settings/table.ts';

/** What is read of the settings, and as what. */
export type Config = Readonly<ReturnType<typeof configOf>>;

/** Beginnings of names that are ours alone. */
const OURS = /^(?:POLICY_|PARLEY_|PRICE_|PRICING|RATE_|SESSION_|SEED_ADMIN_|MAX_SOCKETS|WEBHOOK)/;

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
    if (!isOfOneMode(env)) {
      problems.push('STRIPE_PUBLISHABLE_KEY: it and STRIPE_SECRET_KEY must both be of tests, or both live');
    }
  } else if (given['PAYMENTS'] === undefined) {
    for (const name of ['STRIPE_SECRET_KEY', 'STRIPE_PUBLISHABLE_KEY'] as const) {
      if (env[name] !== undefined) problems.push(`${name}: is not used without PAYMENTS=stripe`);
    }
  }
  if (env.PAYMENT_TIMEOUT >= PAYMENT_RESUME_MS) {
    problems.push(
      `PAYMENT_TIMEOUT: must be shorter than ${PAYMENT_RESUME_MS / 1_000}s, when a payment is asked about again`,
    );
  }
  if (env.SESSION_STAFF > env.SESSION_STAFF_MOST) {
    problems.push('SESSION_STAFF: must not be longer than SESSION_STAFF_MOST');
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
  if (env.POLICY_RESERVATION >= env.POLICY_REQUEST_TTL) {
    problems.push('POLICY_RESERVATION: must be shorter than POLICY_REQUEST_TTL, or no request ever opens to all');
  }
  if (env.KEEP_MAILS <= 2 * env.POLICY_EMAIL_RINGS) {
    problems.push('KEEP_MAILS: must be more than twice POLICY_EMAIL_RINGS, or experts are written to again');
  }
  return env.NODE_ENV === 'production' ? [...problems, ...problemsInProduction(env)] : problems;
}

/** Otherwise Stripe would refuse in front of the first customer. */
function isOfOneMode({ STRIPE_PUBLISHABLE_KEY: shown, STRIPE_SECRET_KEY: secret }: Variables): boolean {
  const isLive = (key: string | undefined) => key?.includes('_live_') === true;
  return shown === undefined || isLive(shown) === isLive(secret);
}

function problemsInProduction(env: Variables): string[] {
  const problems: string[] = [];
  for (const name of [
    'MONGODB_URI',
    'REDIS_URL',
    'TOKEN_SECRET',
    'KEK',
    'SMTP_URL',
    'MAIL_FROM',
    'PUBLIC_URL',
  ] as const) {
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
  if (env.WEBHOOK_ALLOW_PRIVATE && !allowed.has('private-webhooks')) {
    problems.push(
      'WEBHOOK_ALLOW_PRIVATE: opens the own network to whoever is an admin: leave it out, or set ALLOW_IN_PRODUCTION=private-webhooks as well',
    );
  }
  return problems;
}

const NOBODY = { name: 'Parley', address: 'no-reply@localhost' }; // in development; elsewhere no server would take it

function configOf(env: Variables) {
  return {
    production: env.NODE_ENV === 'production',
    role: env.ROLE,
    host: env.HOST,
    port: env.PORT,
    mongodbUri: env.MONGODB_URI,
    redisUrl: env.REDIS_URL,
    /** where the sentinels of Redis are; undefined: REDIS_URL leads to Redis itself */
    redisSentinels: env.REDIS_SENTINELS,
    redisPrefix: env.REDIS_PREFIX,
    /** undefined in development only: main makes one and keeps it beside the data */
    tokenSecret: env.TOKEN_SECRET,
    /** undefined in development only: main makes one and keeps it beside the data */
    keks: env.KEK,
    /** where data keys are kept; undefined: in another database of the same MongoDB */
    keysUri: env.KEYS_URI,
    smtpUrl: env.SMTP_URL,
    mailFrom: env.MAIL_FROM ?? NOBODY,
    /** where people reach it, without a slash behind its folder; undefined: where it listens */
    publicUrl: env.PUBLIC_URL,
    /** payments go through Stripe; undefined: they are simulated */
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
      /** a quarter of all by default, and never fewer than one user may have */
      socketsPerAddress:
        env.MAX_SOCKETS_PER_ADDRESS ?? Math.max(env.MAX_SOCKETS_PER_USER, Math.ceil(env.MAX_SOCKETS / 4)),
    },
    /** how long tokens hold, ms; `staffMost`: from the log-in on, however often they are renewed */
    sessions: { customer: env.SESSION_CUSTOMER, staff: env.SESSION_STAFF, staffMost: env.SESSION_STAFF_MOST },
    webhooks: {
      max: env.WEBHOOKS_MAX,
      concurrency: env.WEBHOOK_CONCURRENCY,
      overlapMs: env.WEBHOOK_OVERLAP,
      offAfterMs: env.WEBHOOK_OFF_AFTER,
      keepMs: env.KEEP_DELIVERIES,
    },
    /** they may lead into the own network */
    allowPrivateWebhooks: env.WEBHOOK_ALLOW_PRIVATE,
    admin: adminOf(env),
    simulatedLateMs: env.SIMULATED_LATE,
    paymentTimeoutMs: env.PAYMENT_TIMEOUT,
    startWaitMs: env.START_WAIT,
    sweepMs: env.POLICY_SWEEP,
    reconcileMs: env.RECONCILE_EVERY,
    /** what nobody may call themselves: the service, its team, their roles (1.1) */
    reservedNames: env.RESERVED_NAMES,
    policy: policyOf(env),
  };
}

function policyOf(env: Variables): Policy {
  return {
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
    fragmentWindowMs: env.POLICY_FRAGMENT_WINDOW,
    followUpMs: env.POLICY_FOLLOW_UP,
    remindersMs: env.POLICY_REMINDERS,
    reminderEveryMs: env.POLICY_REMINDER_EVERY,
    reminderMax: env.POLICY_REMINDER_MAX,
    linkMs: env.LINK_TTL,
    gatherMs: env.POLICY_EMAIL_GATHER,
    mailsPerHour: env.POLICY_EMAILS_PER_HOUR,
    ringsMs: env.POLICY_EMAIL_RINGS,
    keepMailsMs: env.KEEP_MAILS,
    awayAfterMissed: env.POLICY_AWAY_MISSED,
    awayAfterHiddenMs: env.POLICY_AWAY_HIDDEN,
    payingStars: env.POLICY_PAYING_STARS,
    price: {
      pricing: env.PRICING,
      objective: env.PRICE_OBJECTIVE,
      tolerance: env.PRICE_TOLERANCE,
      explore: env.PRICE_EXPLORE,
      halfLifeMs: env.PRICE_HALF_LIFE,
      keptMs: env.POLICY_PRICE_KEPT,
      refreshMs: env.PRICE_REFRESH,
      waitMs: env.PRICE_WAIT,
    },
  };
}

function adminOf({ SEED_ADMIN_EMAIL: email, SEED_ADMIN_PASSWORD: password }: Variables) {
  return email !== undefined && password !== undefined ? { email, password } : undefined;
}

function stripeOf(env: Variables) {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret, STRIPE_API_BASE: apiBase } = env;
  const { STRIPE_PUBLISHABLE_KEY: publishableKey } = env;
  if (env.PAYMENTS !== 'stripe' || secretKey === undefined || webhookSecret === undefined) return undefined;
  return { secretKey, webhookSecret, apiBase, publishableKey };
}

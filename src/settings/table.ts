// Every setting, written once: its form, its default as it would be written, and what `.env.example` says of it, which a test
// keeps the same. What is required in production, and what several have to agree on, is checked in config.ts.

import { z } from 'zod';
import { RESERVED_NAMES } from '../domain/names.ts';
import { apiBase, listenHost, origins, publicUrl, ranges } from './addresses.ts';
import { keks } from './keks.ts';
import { email, mailbox, smtpUrl } from './mail.ts';
import { count, duration, durationOrNone, interval, lasting, whole } from './numbers.ts';
import { POLICY, PRICES } from './policy.ts';
import { mongodbUri, redisUrl, sentinels } from './stores.ts';
import { folder, names, words } from './words.ts';

/** What production refuses unless it is said there as well: public passwords, payments that take no money, a way into the own network. */
const RISKS = ['demo', 'simulated-payments', 'private-webhooks'] as const;

const RUNNING = {
  NODE_ENV: z.enum(['development', 'production', 'test']).prefault('development'),
  ROLE: z.enum(['all', 'gateway', 'worker']).prefault('all').describe('all | gateway | worker'),
  HOST: listenHost
    .prefault('127.0.0.1')
    .describe('A name or an address; 0.0.0.0 or :: for all addresses of the machine'),
  PORT: whole(0, 65_535).prefault('3000'),
  PUBLIC_URL: publicUrl
    .optional()
    .describe(
      'Where people reach it, with a folder if it has one (https://example.com/chat), which the proxy in front may keep or take away (deploy/folder.md); without it http://HOST:PORT. Required in production.',
    ),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .prefault('info')
    .describe('trace | debug | info | warn | error | silent'),
};

const STORES = {
  MONGODB_URI: mongodbUri
    .optional()
    .describe(
      'A replica set, MongoDB 6.0 or newer, with the name of the database: mongodb://host:27017/parley?replicaSet=parley',
    ),
  REDIS_URL: redisUrl
    .optional()
    .describe(
      'Redis or Valkey 7.0 or newer, with maxmemory-policy noeviction: redis://:password@host:6379/0, rediss:// with TLS',
    ),
  REDIS_SENTINELS: sentinels
    .optional()
    .describe(
      'Behind Sentinel: where the sentinels are (one:26379,two:26379); REDIS_URL then names the master that they know: redis://mymaster. A Redis Cluster is refused',
    ),
  START_WAIT: interval('1h', 'as nobody waits longer for a start')
    .prefault('1m')
    .describe('How long a start waits for stores that are not there yet'),
  REDIS_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,60}$/, 'may have up to 60 small letters, digits and hyphens only')
    .prefault('parley')
    .describe(
      'Prefix of every key and channel in Redis, so that several installations can share one (or give each its database: redis://host:6379/1)',
    ),
  PARLEY_DATA: folder
    .prefault('.parley')
    .describe("Where development keeps the stores' data, and the servers it fetched (default: ~/.cache/parley)"),
  PARLEY_CACHE: folder.optional(),
};

const SECRETS = {
  TOKEN_SECRET: z
    .string()
    .refine((text) => text.trim().length >= 32, 'needs at least 32 characters')
    .optional()
    .describe(
      'Signs the tokens; at least 32 characters, the same for every gateway and worker: openssl rand -base64 48\nRequired in production.',
    ),
  KEK: keks
    .optional()
    .describe(
      'Encrypt the keys of private information (docs/privacy.md), the same for every gateway and worker: a list of versions, the highest one for new keys, the others until "npm run keys:rotate" is through. 1:<openssl rand -base64 32>,2:<…>\nRequired in production.',
    ),
  KEYS_URI: mongodbUri
    .optional()
    .describe(
      'Where these keys are kept: never the database of MONGODB_URI. Leave it out of backups. Default: the database <name>_keys beside it',
    ),
  SEED_ADMIN_EMAIL: email
    .optional()
    .describe('The first administrator: both or neither, the password has at least 12 characters'),
  SEED_ADMIN_PASSWORD: z
    .string()
    .min(12, 'needs at least 12 characters')
    .max(128, 'has more than the 128 characters with which somebody can sign in')
    .optional(),
};

const MAIL = {
  SMTP_URL: smtpUrl.optional().describe('smtp://name:password@host:587, or smtps://name:password@host:465'),
  KEEP_MAILS: lasting('1d', 'as what was sent within the hour counts, and is not sent again')
    .prefault('90d')
    .describe(
      'How long the mail log knows what became of an e-mail; 1d at least, and more than twice POLICY_EMAIL_RINGS',
    ),
  MAIL_FROM: mailbox.optional().describe('Name <address>, or the address alone'),
  LINK_TTL: duration
    .prefault('30d')
    .describe("How long the link in a letter opens its customer's question without signing in (4.1); each works once"),
};

const PAYMENTS = {
  PAYMENTS: z
    .enum(['simulated', 'stripe'])
    .prefault('simulated')
    .describe('simulated | stripe. In production simulated needs ALLOW_IN_PRODUCTION=simulated-payments'),
  PAYMENT_TIMEOUT: duration.prefault('10s').describe('How long a call to the provider may take'),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^[rs]k_\S+$/, 'is no secret key of Stripe (sk_… or rk_…)')
    .optional()
    .describe(
      "Required for PAYMENTS=stripe: the account's secret key (sk_… or rk_…), and the signing secret of its webhook endpoint (whsec_…), which is <PUBLIC_URL>/v1/webhooks/stripe",
    ),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_\S+$/, 'is no signing secret of Stripe (whsec_…)')
    .optional(),
  STRIPE_PUBLISHABLE_KEY: z
    .string()
    .regex(/^pk_\S+$/, 'is no publishable key of Stripe (pk_…)')
    .optional()
    .describe('With which browsers speak to Stripe (pk_…): without it cards can only be saved by a program of yours'),
  STRIPE_API_BASE: apiBase
    .prefault('https://api.stripe.com')
    .describe("Whatever speaks Stripe's language instead of it, for tests"),
  RECONCILE_EVERY: interval('7d', 'as long as a hold lives')
    .prefault('1h')
    .describe("How often the provider's own list is looked through for holds that no record wants; 7d at most"),
  SIMULATED_LATE: interval('1d', 'as nobody waits longer for a card')
    .prefault('2s')
    .describe('How long the simulated provider takes to answer for pm_card_visa_late'),
};

const WEBHOOKS = {
  WEBHOOKS_MAX: whole(1, 100).prefault('20').describe('Webhooks that admins may subscribe with at most, 1 to 100'),
  WEBHOOK_CONCURRENCY: whole(1, 32)
    .prefault('4')
    .describe('Deliveries to one receiver that are under way at once, 1 to 32'),
  WEBHOOK_OVERLAP: durationOrNone
    .prefault('24h')
    .describe('How long a secret that was replaced signs beside the new one; 0s: no longer'),
  WEBHOOK_OFF_AFTER: duration
    .prefault('5d')
    .describe('A receiver that fails for so long is switched off; admins have a letter then, and one before'),
  KEEP_DELIVERIES: duration
    .prefault('30d')
    .describe('How long deliveries that were settled are kept, for their log and for replay'),
  WEBHOOK_ALLOW_PRIVATE: z
    .stringbool()
    .prefault('0')
    .describe(
      'Webhooks may use http and lead into the own network. In production it needs ALLOW_IN_PRODUCTION=private-webhooks',
    ),
};

const LIMITS = {
  ALLOWED_ORIGINS: origins
    .prefault('')
    .describe(
      'Further origins from which browsers may connect, besides PUBLIC_URL: https://shop.example.com,capacitor://localhost',
    ),
  TRUST_PROXY: ranges
    .prefault('')
    .describe(
      'Addresses of the proxies whose X-Forwarded-For is believed, or ranges of them (10.0.0.0/8). No wider than needed: whoever calls from there can pretend to be anybody',
    ),
  RATE_COMMANDS: count
    .prefault('50')
    .describe(
      'Commands of a user a second: what changes something counts twice, and long inputs and answers count more (docs/protocol.md, "Bounds"); log-ins a minute, per address and e-mail (ten times as many per address; thirty times as many an hour per e-mail from addresses from which nobody has signed in to it within 30 days); new visitors a minute, per address. Of IPv6 the first 64 bits count',
    ),
  RATE_LOGINS: count.prefault('10'),
  RATE_VISITORS: count.prefault('120'),
  RATE_DECLINES: count
    .prefault('10')
    .describe(
      'Declined cards an hour, per person and per card, after which none is tried for an hour; five times as many per address',
    ),
  SESSION_CUSTOMER: duration
    .prefault('30d')
    .describe(
      'How long a token holds: of customers, of experts and admins, and for how long from a log-in on theirs can be renewed at most',
    ),
  SESSION_STAFF: duration.prefault('12h'),
  SESSION_STAFF_MOST: duration.prefault('7d'),
  MAX_SOCKETS: count
    .prefault('20000')
    .describe(
      'Open sockets of one gateway, of one user, and of one address (a network of /64 with IPv6; default: a quarter of all)',
    ),
  MAX_SOCKETS_PER_USER: count.prefault('8'),
  MAX_SOCKETS_PER_ADDRESS: count.optional(),
  RESERVED_NAMES: names
    .prefault(RESERVED_NAMES.join(','))
    .describe(
      'What visitors, customers and experts may not call themselves, nor anything that looks like it (a list; the default has the service, its team and their roles in English, German and Spanish)',
    ),
};

const RISKY = {
  DEMO: z
    .stringbool()
    .prefault('0')
    .describe('Seeds accounts whose passwords are public. In production it needs ALLOW_IN_PRODUCTION=demo'),
  ALLOW_IN_PRODUCTION: words(RISKS)
    .prefault('')
    .describe(`What production refuses unless it is said here as well: ${RISKS.join(', ')}`),
};

/** As they stand in `.env.example`. */
export const SECTIONS = {
  'what runs, and where': RUNNING,
  'stores: required in production; without them development starts its own': STORES,
  secrets: SECRETS,
  'mail: required in production; development has an inbox of its own at /dev/inbox': MAIL,
  payments: PAYMENTS,
  'webhooks: what is sent to operators (docs/webhooks.md)': WEBHOOKS,
  limits: LIMITS,
  'what production refuses': RISKY,
  'policy: the numbers of the rules': POLICY,
  'prices of automatic offers (5.2, docs/pricing.md)': PRICES,
};

export const Environment = z.object({
  ...RUNNING,
  ...STORES,
  ...SECRETS,
  ...MAIL,
  ...PAYMENTS,
  ...WEBHOOKS,
  ...LIMITS,
  ...RISKY,
  ...POLICY,
  ...PRICES,
});

export type Variables = z.output<typeof Environment>;

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';
import { RESERVED_NAMES } from '../src/domain/names.ts';
import { parseDuration } from '../src/settings/numbers.ts';
import { envExample } from './env-example.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The one line that stops the start. */
function problem(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    const { message } = error as ConfigError;
    expect(message).toMatch(/^Settings: .+$/); // one line: "." does not match a line break
    return message;
  }
  throw new Error('nothing was wrong');
}

const KEY = Buffer.alloc(32, 'k').toString('base64');
const OTHER_KEY = Buffer.alloc(32, 'o').toString('base64');

const PRODUCTION = {
  NODE_ENV: 'production',
  MONGODB_URI: 'mongodb://db/parley?replicaSet=parley',
  REDIS_URL: 'redis://redis',
  TOKEN_SECRET: 'a secret of thirty-two characters',
  KEK: `1:${KEY}`,
  SMTP_URL: 'smtp://mail',
  MAIL_FROM: 'Parley <answers@parley.example>',
  PUBLIC_URL: 'https://parley.example',
  PAYMENTS: 'stripe',
  STRIPE_SECRET_KEY: 'sk_live_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
};

const STRIPE = { PAYMENTS: 'stripe', STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' };

const FILE = path.join(import.meta.dirname, '..', '.env.example');
if (process.env.UPDATE_DOCS === '1') writeFileSync(FILE, envExample());

/** The settings of .env.example, commented out as they stand there. */
const EXAMPLES = readFileSync(FILE, 'utf8')
  .split('\n')
  .flatMap((line): [string, string][] => {
    const [, name, value] = /^#? ?([A-Z][A-Z_]+)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value ?? '']];
  });

describe('the defaults', () => {
  test('2.2, 2.8, 3.2, 3.3, 6.1, 6.6, 7.1, 7.2, 10.1, 1.3 of the policy are those of the spec', () => {
    expect(readConfig({}).policy).toEqual({
      claimMs: 15 * MINUTE,
      autoCloseMs: 30 * DAY,
      reservationMs: 5 * MINUTE,
      requestTtlMs: 24 * HOUR,
      paymentUpdateTtlMs: 24 * HOUR,
      reportWindowMs: 36 * HOUR,
      reportRemindersMs: [24 * HOUR, 34 * HOUR],
      caseResponseMs: 24 * HOUR,
      offerDelayMs: MINUTE,
      shareBasisPoints: 5_000,
      fragmentWindowMs: 10 * MINUTE,
      followUpMs: { from: 24 * HOUR, until: 7 * DAY },
      remindersMs: [DAY, 2 * DAY, 3 * DAY, 7 * DAY],
      reminderEveryMs: 7 * DAY,
      reminderMax: 8,
      linkMs: 30 * DAY,
      gatherMs: 2 * 60_000,
      mailsPerHour: 12,
      ringsMs: 0,
      keepMailsMs: 90 * 86_400_000,
      awayAfterMissed: 3,
      awayAfterHiddenMs: 10 * MINUTE,
      payingStars: 3,
      price: {
        ...{ pricing: 'learned', objective: 'acceptance', tolerance: 0.05, explore: 0.05 },
        ...{ halfLifeMs: 30 * DAY, keptMs: 30 * DAY, refreshMs: 300_000, waitMs: 300 },
      },
    });
  });

  test('need nothing from the environment in development', () => {
    expect(readConfig({})).toEqual({
      production: false,
      role: 'all',
      host: '127.0.0.1',
      port: 3000,
      mongodbUri: undefined,
      redisUrl: undefined,
      redisPrefix: 'parley',
      tokenSecret: undefined,
      keks: undefined,
      keysUri: undefined,
      smtpUrl: undefined,
      mailFrom: { name: 'Parley', address: 'no-reply@localhost' },
      publicUrl: undefined,
      stripe: undefined,
      demo: false,
      logLevel: 'info',
      cacheDir: path.join(homedir(), '.cache', 'parley'),
      dataDir: '.parley',
      allowedOrigins: [],
      trustProxy: expect.any(BlockList) as BlockList,
      limits: {
        commands: 50,
        logins: 10,
        visitors: 120,
        declines: 10,
        sockets: 20_000,
        socketsPerUser: 8,
        socketsPerAddress: 5_000,
      },
      sessions: { customer: 30 * DAY, staff: 12 * HOUR, staffMost: 7 * DAY },
      webhooks: { max: 20, concurrency: 4, overlapMs: DAY, offAfterMs: 5 * DAY, keepMs: 30 * DAY },
      allowPrivateWebhooks: false,
      admin: undefined,
      simulatedLateMs: 2 * SECOND,
      paymentTimeoutMs: 10 * SECOND,
      startWaitMs: MINUTE,
      sweepMs: 10 * SECOND,
      reconcileMs: HOUR,
      reservedNames: RESERVED_NAMES,
      policy: readConfig({}).policy,
    });
  });

  test('hold for what is empty or not set', () => {
    expect(readConfig({ PORT: '', POLICY_CLAIM: '', MONGODB_URI: undefined, POLICY_REPORT_REMINDERS: '' })).toEqual(
      readConfig({}),
    );
  });

  test('what does not belong to Parley is none of its business', () => {
    expect(readConfig({ PATH: '/bin', npm_config_yes: '1', CLAIM: 'nonsense' })).toEqual(readConfig({}));
  });
});

describe('.env.example', () => {
  test('says what the table of settings says', () => {
    const again = 'write it again: UPDATE_DOCS=1 npx vitest run test/config.test.ts';
    expect(readFileSync(FILE, 'utf8'), again).toBe(envExample());
  });

  test('names every setting of the protocol', () => {
    const names = EXAMPLES.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining([...Object.keys(PRODUCTION), 'ROLE', 'HOST', 'PORT', 'PAYMENTS', 'DEMO', 'POLICY_SWEEP']),
    );
    expect(names.filter((name) => name.startsWith('POLICY_'))).toHaveLength(23);
  });

  test.each(EXAMPLES)('%s=%s is the default', (name, value) => {
    expect(readConfig({ [name]: value })).toEqual(readConfig({}));
  });
});

describe('durations', () => {
  test.each([
    ['1ms', 1],
    ['250ms', 250],
    ['90s', 90 * SECOND],
    ['15m', 15 * MINUTE],
    ['24h', 24 * HOUR],
    ['30d', 30 * DAY],
    ['1.5h', 90 * MINUTE],
    [' 5m ', 5 * MINUTE],
    ['0.5ms', 1],
  ])('"%s" are %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
    expect(readConfig({ POLICY_RESERVATION: text, POLICY_REQUEST_TTL: '31d' }).policy.reservationMs).toBe(ms);
  });

  test.each(['5', 'm', '-5m', '0.0001ms', '5 m', '5M', '1h30m', '1e3s', '5minutes', 'Infinity', '.5h', '5m5'])(
    '"%s" is none',
    (text) => {
      expect(parseDuration(text)).toBeNull();
      expect(problem({ POLICY_RESERVATION: text })).toBe(
        `Settings: POLICY_RESERVATION: "${text}" is not a duration like 90s, 15m or 24h`,
      );
    },
  );

  test.each(['0s', '0ms', '0d', '0.0h'])('"%s" is none where nothing could be switched off', (text) => {
    expect(parseDuration(text)).toBeNull();
    for (const name of ['POLICY_RESERVATION', 'POLICY_CLAIM', 'POLICY_AUTO_CLOSE', 'POLICY_REPORT_REMINDERS']) {
      expect(problem({ [name]: text })).toBe(
        `Settings: ${name}: "${text}" is not a duration like 90s, 15m or 24h: this one cannot be switched off`,
      );
    }
  });

  test.each(['0s', '0ms', '0d', '0.0h'])('3.2, 8.1 "%s" is no window, and no waiting', (text) => {
    const { policy } = readConfig({ POLICY_FRAGMENT_WINDOW: text, POLICY_OFFER_DELAY: text });
    expect([policy.fragmentWindowMs, policy.offerDelayMs]).toEqual([0, 0]);
    expect(problem({ POLICY_FRAGMENT_WINDOW: '0' })).toContain('"0" is not a duration');
    expect(problem({ POLICY_FRAGMENT_WINDOW: '0.0001ms' })).toContain('"0.0001ms" is not a duration');
  });

  test('3.3 a follow-up has two, and may be sent at once', () => {
    const span = (text: string) => readConfig({ POLICY_FOLLOW_UP: text }).policy.followUpMs;
    expect(span('1h, 2d')).toEqual({ from: HOUR, until: 2 * DAY });
    expect(span('0s,7d')).toEqual({ from: 0, until: 7 * DAY });
    for (const text of ['24h', '1h,2h,3h', '0s']) {
      expect(problem({ POLICY_FOLLOW_UP: text })).toBe(
        'Settings: POLICY_FOLLOW_UP: must be two durations, like 24h,7d',
      );
    }
    for (const text of ['7d,24h', '24h,24h', '0s,0s']) {
      expect(problem({ POLICY_FOLLOW_UP: text })).toContain('must be in ascending order: it cannot be switched off');
    }
    expect(problem({ POLICY_FOLLOW_UP: '24h,' })).toContain('"" is not a duration');
  });

  test('7.2 a list of them is ascending', () => {
    const reminders = (text: string) => readConfig({ POLICY_REPORT_REMINDERS: text }).policy.reportRemindersMs;
    expect(reminders('1s, 2s,3s')).toEqual([1_000, 2_000, 3_000]);
    expect(reminders('7s')).toEqual([7_000]);
    for (const text of ['34h,24h', '24h,24h']) {
      expect(problem({ POLICY_REPORT_REMINDERS: text })).toBe(
        'Settings: POLICY_REPORT_REMINDERS: must be in ascending order',
      );
    }
    expect(problem({ POLICY_REPORT_REMINDERS: '24h,,34h' })).toContain('"" is not a duration');
  });

  test('each reaches the rule it is named after', () => {
    const { policy, sweepMs, simulatedLateMs, paymentTimeoutMs } = readConfig({
      POLICY_CLAIM: '1ms',
      POLICY_AUTO_CLOSE: '2ms',
      POLICY_RESERVATION: '3ms',
      POLICY_REQUEST_TTL: '4ms',
      POLICY_PAYMENT_UPDATE_TTL: '5ms',
      POLICY_REPORT_WINDOW: '13ms',
      POLICY_REPORT_REMINDERS: '7ms,8ms',
      POLICY_CASE_RESPONSE: '12ms',
      POLICY_FRAGMENT_WINDOW: '14ms',
      POLICY_FOLLOW_UP: '15ms,16ms',
      POLICY_AWAY_MISSED: '17',
      POLICY_AWAY_HIDDEN: '18ms',
      POLICY_SWEEP: '9ms',
      SIMULATED_LATE: '10ms',
      PAYMENT_TIMEOUT: '11ms',
    });
    expect(policy).toMatchObject({
      claimMs: 1,
      autoCloseMs: 2,
      reservationMs: 3,
      requestTtlMs: 4,
      paymentUpdateTtlMs: 5,
      reportWindowMs: 13,
      reportRemindersMs: [7, 8],
      caseResponseMs: 12,
      fragmentWindowMs: 14,
      followUpMs: { from: 15, until: 16 },
      awayAfterMissed: 17,
      awayAfterHiddenMs: 18,
    });
    expect([sweepMs, simulatedLateMs, paymentTimeoutMs]).toEqual([9, 10, 11]);
  });
});

describe('4.1 reminders', () => {
  const remindersOf = (env: Record<string, string>) => {
    const { remindersMs, reminderEveryMs, reminderMax } = readConfig(env).policy;
    return [remindersMs, reminderEveryMs, reminderMax];
  };
  test('4.1 come when the settings say', () => {
    const env = { POLICY_REMINDERS: '1h, 2d', POLICY_REMINDER_EVERY: '90s', POLICY_REMINDER_MAX: '3' };
    expect(remindersOf(env)).toEqual([[HOUR, 2 * DAY], 90_000, 3]);
  });
  test('4.1 can be done without, each kind by itself', () => {
    expect(remindersOf({ POLICY_REMINDERS: '0s' })).toEqual([[], 7 * DAY, 8]);
    expect(remindersOf({ POLICY_REMINDER_MAX: '0' })).toEqual([[DAY, 2 * DAY, 3 * DAY, 7 * DAY], 7 * DAY, 0]);
  });
});

describe('5.2 the price that is learned', () => {
  test('5.2 how, and how long', () => {
    const env = { PRICING: 'middle', PRICE_OBJECTIVE: 'revenue', PRICE_TOLERANCE: '0', PRICE_EXPLORE: '0.5' };
    const times = { PRICE_HALF_LIFE: '1d', PRICE_REFRESH: '1s', PRICE_WAIT: '2s', POLICY_PRICE_KEPT: '0s' };
    expect(readConfig({ ...env, ...times }).policy.price).toEqual({
      ...{ pricing: 'middle', objective: 'revenue', tolerance: 0, explore: 0.5 },
      ...{ halfLifeMs: DAY, refreshMs: 1_000, waitMs: 2_000, keptMs: 0 },
    });
  });
  test.each([
    ['PRICING', 'personal'],
    ['PRICE_OBJECTIVE', 'profit'],
    ['PRICE_TOLERANCE', '0.6'],
    ['PRICE_TOLERANCE', '-0.1'],
    ['PRICE_TOLERANCE', '5 %'],
    ['PRICE_EXPLORE', '0'], // for ever: else nobody would notice that the world has changed
    ['PRICE_EXPLORE', '1'],
    ['PRICE_HALF_LIFE', '0s'],
    ['PRICE_REFRESH', '2d'],
    ['PRICE_WAIT', '1m'],
    ['PRICE_LEARNED', '1'],
  ])('5.2 %s=%s is refused', (name, value) => {
    expect(problem({ [name]: value })).toContain(name);
  });
});

describe('6.1 what makes an expert be away', () => {
  test('6.1 0 switches either off', () => {
    const { policy } = readConfig({ POLICY_AWAY_MISSED: '0', POLICY_AWAY_HIDDEN: '0s' });
    expect([policy.awayAfterMissed, policy.awayAfterHiddenMs]).toEqual([0, 0]);
  });
  test.each(['-1', '2.5', '21', 'three', ' '])('6.1 %s requests are no number of them', (text) => {
    expect(problem({ POLICY_AWAY_MISSED: text })).toContain('POLICY_AWAY_MISSED');
  });
});

describe('2.5 the lowest rating that pays', () => {
  test.each(['1', '3', '5'])('2.5 of %s stars', (text) => {
    expect(readConfig({ POLICY_PAYING_STARS: text }).policy.payingStars).toBe(Number(text));
  });
  test.each(['0', '6', '2.5', 'three', '-1', ' '])('2.5 of %s is none', (text) => {
    expect(problem({ POLICY_PAYING_STARS: text })).toContain('POLICY_PAYING_STARS');
  });
});

describe('1.3 the share', () => {
  test.each([
    ['0', 0],
    ['0.5', 5_000],
    ['0.3333', 3_333],
    ['1', 10_000],
  ])('1.3 of %s is %i hundredths of a percent', (text, basisPoints) => {
    expect(readConfig({ POLICY_SHARE: text }).policy.shareBasisPoints).toBe(basisPoints);
  });

  test.each(['1.01', '-0.1', '50%', 'half', 'NaN', 'Infinity', '0x1', '1e-1', '.5', '0,5', '0.33333'])(
    '1.3 of %s is none',
    (text) => {
      expect(problem({ POLICY_SHARE: text })).toContain('POLICY_SHARE');
    },
  );
});

describe('what is wrong stops the start with one clear line', () => {
  test('a misspelt rule', () => {
    expect(problem({ POLICY_RESERVATON: '5m' })).toBe('Settings: POLICY_RESERVATON: there is no such setting');
    expect(problem({ POLICY_: '5m' })).toContain('POLICY_: there is no such setting');
  });

  test('everything at once', () => {
    const line = problem({ POLICY_NEW: '1', PORT: 'many', ROLE: 'queen', POLICY_CLAIM: 'soon' });
    for (const name of ['POLICY_NEW', 'PORT', 'ROLE', 'POLICY_CLAIM']) expect(line).toContain(`${name}: `);
    expect(line.split('; ')).toHaveLength(4);
  });

  test.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['MONGODB_URI', 'http://db'],
    ['REDIS_URL', 'localhost:6379'],
    ['REDIS_URL', 'redis:6379'],
    ['REDIS_PREFIX', 'a:b'],
    ['SMTP_URL', 'mail'],
    ['PUBLIC_URL', 'parley'],
    ['LOG_LEVEL', 'loud'],
    ['NODE_ENV', 'prod'],
    ['DEMO', 'maybe'],
    ['PAYMENTS', 'cash'],
    ['RATE_COMMANDS', '0'],
    ['MAX_SOCKETS', '-5'],
    ['MAX_SOCKETS_PER_ADDRESS', '0'],
    ['POLICY_SWEEP', '30d'],
    ['TOKEN_SECRET', 'short'],
    ['POLICY_REMINDER_MAX', '2.5'],
    ['KEYS_URI', 'redis://keys'],
    ['KEK', KEY],
    ['KEK', `0:${KEY}`],
    ['KEK', `one:${KEY}`],
    ['KEK', '1:dG9vIHNob3J0'],
    ['KEK', `1:${Buffer.alloc(33).toString('base64')}`],
    ['KEK', `1:${KEY},1:${OTHER_KEY}`],
    ['KEK', `1:${KEY},`],
  ])('%s=%s', (name, value) => {
    expect(problem({ [name]: value })).toMatch(new RegExp(`^Settings: ${name}: [^;]+$`));
  });

  test.each(['POLICY_SHARE', 'PORT', 'RATE_COMMANDS', 'POLICY_CLAIM'])('%s of nothing but space', (name) => {
    expect(problem({ [name]: ' ' })).toContain(`${name}: `);
  });

  test('a duration that leads beyond the last date', () => {
    for (const text of ['999999999d', `${'9'.repeat(400)}d`]) {
      expect(problem({ POLICY_CLAIM: text })).toContain('POLICY_CLAIM: ');
    }
  });

  test('a secret is never repeated', () => {
    expect(problem({ TOKEN_SECRET: 'hunter2' })).not.toContain('hunter2');
    expect(problem({ KEK: '1:hunter2' })).not.toContain('hunter2');
    expect(problem({ KEYS_URI: 'me:hunter2@db' })).not.toContain('hunter2');
    expect(problem({ SEED_ADMIN_EMAIL: 'a@b.example', SEED_ADMIN_PASSWORD: 'hunter2' })).not.toContain('hunter2');
    expect(problem({ SMTP_URL: 'http://me:hunter2@mail' })).not.toContain('hunter2');
    expect(problem({ MONGODB_URI: 'me:hunter2@db' })).not.toContain('hunter2');
  });

  test('Stripe without its secrets, or with others', () => {
    expect(problem({ PAYMENTS: 'stripe' })).toBe(
      'Settings: STRIPE_SECRET_KEY: is required for PAYMENTS=stripe; ' +
        'STRIPE_WEBHOOK_SECRET: is required for PAYMENTS=stripe',
    );
    expect(problem({ ...STRIPE, STRIPE_WEBHOOK_SECRET: '' })).toBe(
      'Settings: STRIPE_WEBHOOK_SECRET: is required for PAYMENTS=stripe',
    );
    const exchanged = { STRIPE_SECRET_KEY: 'whsec_hunter2', STRIPE_WEBHOOK_SECRET: 'sk_test_hunter2' };
    expect(problem({ ...STRIPE, ...exchanged })).toMatch(/STRIPE_SECRET_KEY: is no.+STRIPE_WEBHOOK_SECRET: is no/);
    expect(problem({ ...STRIPE, ...exchanged })).not.toContain('hunter2');
    expect(problem({ ...STRIPE, STRIPE_API_BASE: 'api.stripe.com' })).toContain('STRIPE_API_BASE: ');
    expect(problem({ RECONCILE_EVERY: '8d' })).toContain('RECONCILE_EVERY: must be at most 7d');
    expect(problem({ ...STRIPE, STRIPE_PUBLISHABLE_KEY: 'pk_live_1' })).toBe(
      'Settings: STRIPE_PUBLISHABLE_KEY: it and STRIPE_SECRET_KEY must both be of tests, or both live',
    );
    expect(problem({ ...STRIPE, STRIPE_PUBLISHABLE_KEY: 'sk_test_hunter2' })).toMatch(/is no publishable key[^2]+$/);
  });

  test('sessions that would end before their first token', () => {
    expect(problem({ SESSION_STAFF: '2h', SESSION_STAFF_MOST: '1h' })).toBe(
      'Settings: SESSION_STAFF: must not be longer than SESSION_STAFF_MOST',
    );
    expect(problem({ SESSION_STAF: '2h' })).toBe('Settings: SESSION_STAF: there is no such setting');
  });

  test('half an administrator', () => {
    const either = 'Settings: SEED_ADMIN_EMAIL and SEED_ADMIN_PASSWORD: give both or neither';
    expect(problem({ SEED_ADMIN_EMAIL: 'a@b.example' })).toBe(either);
    expect(problem({ SEED_ADMIN_PASSWORD: 'long enough, really' })).toBe(either);
    expect(readConfig({ SEED_ADMIN_EMAIL: 'a@b.example', SEED_ADMIN_PASSWORD: 'long enough, really' }).admin).toEqual({
      email: 'a@b.example',
      password: 'long enough, really',
    });
  });
});

/** What each setting makes of half-right and unusual values; what is not here is a choice of words or a number. */
describe('what a setting is used for', () => {
  const hrefs = (env: Record<string, string>) => readConfig(env).publicUrl?.href;
  test.each([
    ['https://parley.example', 'https://parley.example/'],
    ['https://parley.example/', 'https://parley.example/'],
    ['HTTPS://Parley.Example:443/', 'https://parley.example/'],
    ['http://parley.example:8080/Chat/', 'http://parley.example:8080/Chat'],
    ['https://parley.example/help/chat', 'https://parley.example/help/chat'],
    ['https://parley.example/a/../chat', 'https://parley.example/chat'],
    ['http://localhost:3000', 'http://localhost:3000/'],
    ['http://10.0.0.7:3000', 'http://10.0.0.7:3000/'],
    ['http://[2001:DB8::7]:3000/chat', 'http://[2001:db8::7]:3000/chat'],
    ['https://münchen.example', 'https://xn--mnchen-3ya.example/'],
    ['https://chat_1.parley.example', 'https://chat_1.parley.example/'],
    [' https://parley.example ', 'https://parley.example/'],
  ])('PUBLIC_URL=%s is %s', (text, href) => {
    expect(hrefs({ PUBLIC_URL: text })).toBe(href);
  });
  test.each([
    ...['parley', 'parley.example', '//parley.example', 'ftp://parley.example', 'javascript:alert(1)', 'https://', '*'],
    ...['https:parley.example', 'https:/parley.example', 'https://parley example', 'https://*.example', 'https://a..b'],
    ...[
      'https://me:hunter2@parley.example',
      'https://parley.example?a=1',
      'https://parley.example/#top',
      'http://1.2.3',
    ],
    ...['http://0.0.0.0:3000', 'http://[::]:3000', 'http://parley.example:0', 'http://parley.example:99999'],
    ...['http://[::1', 'http://::1', 'https://parley.example/a//b', 'https://parley.example/a b', 'http://0x7f.1'],
    ...[
      'https://parley.example/a;b',
      'https://parley.example/%63',
      'https://parley.example/v1',
      'https://x.example/admin/',
    ],
    ...[
      'https://x.example/socket.io',
      'https://x.example/web/chat',
      'https://x.example/health',
      'https://a.example,https://b.example',
    ],
  ])('PUBLIC_URL=%s is no address for people', (text) => {
    expect(problem({ PUBLIC_URL: text })).toMatch(/^Settings: PUBLIC_URL: [^;]+$/);
    expect(problem({ PUBLIC_URL: text })).not.toContain('hunter2');
  });

  test('no folder is called like a page or a door of ours', () => {
    const gateway = path.join(import.meta.dirname, '..', 'src', 'gateway');
    const text = readdirSync(gateway).map((file) => readFileSync(path.join(gateway, file), 'utf8'));
    const ours = [...text.join('\n').matchAll(/\.(?:get|post)\(\s*['`]\/([\w.-]+)/g)].map(([, first]) => first);
    expect(new Set(ours).size).toBeGreaterThan(10);
    for (const one of ours)
      expect(problem({ PUBLIC_URL: `https://x.example/${one}` })).toContain(`/${one} is a path of Parley itself`);
  });

  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['::', '::'],
    ['[::1]', '::1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['localhost', 'localhost'],
    ['chat-1.internal', 'chat-1.internal'],
  ])('HOST=%s listens at %s', (text, host) => {
    expect(readConfig({ HOST: text }).host).toBe(host);
  });
  test.each([
    '*',
    '0.0.0.0:3000',
    '[::1]:3000',
    'http://localhost',
    '127.0.0',
    '256.0.0.1',
    'a b',
    '[localhost]',
    ':::',
    '-a',
  ])('HOST=%s is no place to listen at', (text) => {
    expect(problem({ HOST: text })).toMatch(/^Settings: HOST: [^;]+$/);
  });
  test.each(['3000.0', '0x50', '1e3', '+80', '80 90', '٣٠٠٠', '-0', '1_000', 'NaN', ' '])(
    'PORT=%s is no port',
    (text) => {
      expect(problem({ PORT: text })).toMatch(/^Settings: PORT: [^;]+$/);
    },
  );

  test.each([
    'mongodb://host/parley',
    'mongodb://host:27017/parley?replicaSet=rs0&w=majority',
    'mongodb://one:27017,two:27018,[::1]:27019/parley',
    'mongodb://me:p%40ss%2Fword@host/parley?authSource=admin',
    'mongodb+srv://me:pass@cluster.example.net/parley?retryWrites=true&w=majority&appName=chat',
    'mongodb://host/parley?readPreference=primary&readConcernLevel=majority&journal=true',
    'mongodb://%2Ftmp%2Fmongodb-27017.sock/parley',
  ])('MONGODB_URI=%s is one, and KEYS_URI', (uri) => {
    expect(readConfig({ MONGODB_URI: uri }).mongodbUri).toBe(uri);
    expect(readConfig({ KEYS_URI: uri }).keysUri).toBe(uri);
  });
  test.each([
    ...['mongodb', 'mongodb:', 'mongodb://', 'mongodb:host', 'mongodb:///parley', 'host:27017', 'mongo://host/parley'],
    ...[
      'mongodb://host',
      'mongodb://host/',
      'mongodb://host/?replicaSet=rs0',
      'mongodb://host/admin',
      'mongodb://host/a.b',
    ],
    ...['mongodb://host/a b', 'mongodb://host/a/b', `mongodb://host/${'x'.repeat(59)}`, 'mongodb://host:0/parley'],
    ...[
      'mongodb://host:99999/parley',
      'mongodb://host:port/parley',
      'mongodb://one,,two/parley',
      'mongodb://::1/parley',
    ],
    ...[
      'mongodb://me:hunter2@x@host/parley',
      'mongodb://me:hunter2/x@host/parley',
      'mongodb://me:hunter2%zz@host/parley',
    ],
    ...[
      'mongodb+srv://host:27017/parley',
      'mongodb+srv://one,two/parley',
      'mongodb://host/parley#x',
      'mongodb://ho st/parley',
    ],
    // what would weaken what writes and decisions rest on, or be overridden without a word
    ...['w=1', 'W=0', 'w=majority&journal=false', 'retryWrites=false', 'readPreference=secondaryPreferred'].map(
      (options) => `mongodb://host/parley?${options}`,
    ),
    ...['readConcernLevel=local', 'maxPoolSize=500', 'socketTimeoutMS=0', 'timeoutMS=100', 'compressors=zlib'].map(
      (options) => `mongodb+srv://host/parley?${options}`,
    ),
  ])('MONGODB_URI=%s is none', (text) => {
    for (const name of ['MONGODB_URI', 'KEYS_URI']) {
      expect(problem({ [name]: text })).toMatch(new RegExp(`^Settings: ${name}: [^;]+$`));
      expect(problem({ [name]: text })).not.toContain('hunter2');
    }
  });

  test.each([
    ...['redis://host', 'redis://host:6379', 'redis://host:6379/', 'redis://host/15', 'rediss://:p%40ss@host:6380/0'],
    ...['redis://me:pass@host', 'redis://[::1]:6379', 'redis://10.0.0.1', 'redis://host?family=6'],
  ])('REDIS_URL=%s is one', (url) => {
    expect(readConfig({ REDIS_URL: url }).redisUrl).toBe(url);
  });
  test.each([
    ...[
      'redis',
      'redis:6379',
      'redis:host',
      'redis://',
      'redis:///0',
      'host:6379',
      '//host',
      '/tmp/redis.sock',
      'http://host',
    ],
    ...[
      'redis://host:0',
      'redis://host:99999',
      'redis://host:port',
      'redis://ho st',
      'redis://host/cache',
      'redis://host/0/1',
    ],
    ...['redis://hunter2@host', 'redis://:hunter2%zz@host', 'redis://host?db=1', 'redis://host#0', 'redis://1.2.3'],
    ...['redis://a:1,b:2', 'tcp://host:6379'],
  ])('REDIS_URL=%s is none', (text) => {
    expect(problem({ REDIS_URL: text })).toMatch(/^Settings: REDIS_URL: [^;]+$/);
    expect(problem({ REDIS_URL: text })).not.toContain('hunter2');
  });

  test.each([
    ...[
      'smtp://mail',
      'smtp://mail:25',
      'smtp://me:p%40ss@mail.example:587/',
      'smtps://me:pass@mail.example',
      'smtps://mail:465',
    ],
    ...['smtp://[::1]:1025', 'smtp://mail?requireTLS=true&tls.rejectUnauthorized=false'],
  ])('SMTP_URL=%s is one', (url) => {
    expect(readConfig({ SMTP_URL: url }).smtpUrl).toBe(url);
  });
  test.each([
    ...['smtp', 'smtp:mail', 'smtp://', 'smtpx://mail', 'mail:25', 'http://mail', 'smtp://mail/inbox', 'smtp://mail#x'],
    ...['smtp://hunter2@mail', 'smtp://me:hunter2%zz@mail', 'smtp://mail:465', 'smtps://mail:587', 'smtps://mail:25'],
    ...['smtp://mail:0', 'smtp://mail?pool=true', 'smtp://mail?requiretls=true', 'smtp://one,two'],
  ])('SMTP_URL=%s is none', (text) => {
    expect(problem({ SMTP_URL: text })).toMatch(/^Settings: SMTP_URL: [^;]+$/);
    expect(problem({ SMTP_URL: text })).not.toContain('hunter2');
  });

  test.each([
    ['no-reply@parley.example', '', 'no-reply@parley.example'],
    ['<no-reply@parley.example>', '', 'no-reply@parley.example'],
    ['Parley <no-reply@localhost>', 'Parley', 'no-reply@localhost'],
    ['  Parley Ltd.<a.b+c@parley.example>  ', 'Parley Ltd.', 'a.b+c@parley.example'],
    ['"Parley, Inc." <a@parley.example>', 'Parley, Inc.', 'a@parley.example'],
    ['Müller & Söhne <a@müller.example>', 'Müller & Söhne', 'a@xn--mller-kva.example'],
  ])('MAIL_FROM=%s is written by "%s" %s', (text, name, address) => {
    expect(readConfig({ MAIL_FROM: text }).mailFrom).toEqual({ name, address });
  });
  test.each([
    ...[
      'Parley',
      'Parley <>',
      'Parley <no-reply>',
      'Parley no-reply@parley.example',
      '@parley.example',
      'a@',
      'a b@c.example',
    ],
    ...[
      'a@b.example, c@d.example',
      'A <a@b.example>, C <c@d.example>',
      'Parley, Inc. <a@parley.example>',
      'A <a@b.example> B',
    ],
    ...[
      'a@b..example',
      '.a@b.example',
      'a@b@c.example',
      'A <a@b.example',
      'A\r\nBcc: x <a@b.example>',
      'ä@b.example',
      'a@-b.example',
    ],
  ])('MAIL_FROM=%s is no sender', (text) => {
    expect(problem({ MAIL_FROM: text })).toMatch(/^Settings: MAIL_FROM: [^;]+$/);
  });

  test.each([
    ['https://chat.example', 'https://chat.example'],
    ['https://Chat.Example:443/', 'https://chat.example'],
    ['http://localhost:5173', 'http://localhost:5173'],
    ['https://[::1]:8443', 'https://[::1]:8443'],
    ['https://münchen.example', 'https://xn--mnchen-3ya.example'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['chrome-extension://abcdefgh/', 'chrome-extension://abcdefgh'],
  ])('ALLOWED_ORIGINS=%s lets %s in', (text, origin) => {
    expect(readConfig({ ALLOWED_ORIGINS: text }).allowedOrigins).toEqual([origin]);
  });
  test.each([
    ...[
      '*',
      'null',
      'chat.example',
      'https://',
      'https://*.chat.example',
      'https://chat.example/app',
      'https://chat.example?a',
    ],
    ...[
      'https://chat.example#a',
      'https://me:hunter2@chat.example',
      'wss://chat.example',
      'file:///',
      'file://x',
      'data:,',
    ],
    ...[
      'https://a.example https://b.example',
      'https://a.example;https://b.example',
      'javascript://x',
      '//chat.example',
    ],
  ])('ALLOWED_ORIGINS=%s lets nobody in', (text) => {
    expect(problem({ ALLOWED_ORIGINS: `https://a.example,${text}` })).toContain('Settings: ALLOWED_ORIGINS: ');
    expect(problem({ ALLOWED_ORIGINS: text })).not.toContain('hunter2');
  });

  test.each([
    ['POLICY_SWEEP', '25d', 'must be at most 1d'], // a timer of Node that is longer than 24 days runs at once
    ['RECONCILE_EVERY', '30d', 'must be at most 7d'],
    ['SIMULATED_LATE', '30d', 'must be at most 1d'],
    ['START_WAIT', '2h', 'must be at most 1h'],
    ['REDIS_PREFIX', 'Parley', 'small letters'],
    ['REDIS_PREFIX', 'x'.repeat(61), 'up to 60'],
    ['RATE_COMMANDS', '1e3', 'is not a number'],
    ['RATE_LOGINS', '10.5', 'whole number'],
    ['MAX_SOCKETS', '0x10', 'is not a number'],
    ['POLICY_PAYING_STARS', '٣', 'is not a number'],
    ['TOKEN_SECRET', ' '.repeat(40), 'at least 32 characters'],
    ['PARLEY_DATA', '~/parley', '"~" is not replaced'],
    ['PARLEY_CACHE', ' ', 'is blank'],
    ['SEED_ADMIN_EMAIL', 'care', 'is no e-mail address'],
    ['SEED_ADMIN_PASSWORD', 'x'.repeat(129), '128 characters'],
    ['STRIPE_API_BASE', 'https://api.stripe.com/v1', 'must end with its host or port'],
    ['STRIPE_API_BASE', 'https://sk_hunter2@api.stripe.com', 'must not have a name'],
    ['ALLOW_IN_PRODUCTION', 'everything', '"everything" is none of demo, simulated-payments, private-webhooks'],
    ['POLICY_REMINDERS', '48h,24h', 'must be in ascending order'],
    ['POLICY_REMINDERS', '24h,24h', 'must be in ascending order'],
    ['POLICY_REMINDERS', '0s,24h', 'alone it is none at all'],
    ['POLICY_REMINDERS', '24h,soon', '"soon" is not a duration'],
    ['POLICY_REMINDER_EVERY', '0s', 'this one cannot be switched off'],
    ['POLICY_REMINDER_MAX', '-1', 'is not a number'],
    ['POLICY_REMINDER_MAX', '1001', 'must be a whole number from 0 to 1000'],
    ['LINK_TTL', '0s', 'this one cannot be switched off'],
    ['POLICY_EMAIL_GATHER', '2', 'is not a duration'],
    ['POLICY_EMAILS_PER_HOUR', '0', 'must be a whole number from 1'],
    ['POLICY_EMAIL_RINGS', 'off', 'is not a duration'],
    ['KEEP_MAILS', '0s', 'this one cannot be switched off'],
    ['KEEP_MAILS', '23h', 'must be at least 1d'],
    ['POLICY_RESERVATION', '24h', 'must be shorter than POLICY_REQUEST_TTL'],
    ['POLICY_REPORT_REMINDERS', '24h,36h', 'must come before the end of POLICY_REPORT_WINDOW'],
    ['RATE_COMMAND', '50', 'there is no such setting'],
    ['PARLEY_DIR', '/data', 'there is no such setting'],
    ['SEED_ADMIN_NAME', 'Care', 'there is no such setting'],
    ['MAX_SOCKETS_PER_PERSON', '5', 'there is no such setting'],
  ])('%s=%s: %s', (name, value, why) => {
    expect(problem({ [name]: value })).toContain(`${name}: `);
    expect(problem({ [name]: value })).toContain(why);
    expect(problem({ [name]: value })).not.toContain('hunter2');
  });

  test('6.1, 6.3 what two of them say together is looked at as well', () => {
    expect(problem({ POLICY_REQUEST_TTL: '5m' })).toContain(
      'POLICY_RESERVATION: must be shorter than POLICY_REQUEST_TTL',
    );
    expect(readConfig({ POLICY_REQUEST_TTL: '6m' }).policy.requestTtlMs).toBe(6 * MINUTE);
    const rings = { POLICY_EMAIL_RINGS: '12h' };
    expect(problem({ ...rings, KEEP_MAILS: '24h' })).toContain(
      'KEEP_MAILS: must be more than twice POLICY_EMAIL_RINGS',
    );
    expect(readConfig({ ...rings, KEEP_MAILS: '25h' }).policy.keepMailsMs).toBe(25 * HOUR);
    expect(readConfig({ KEEP_MAILS: '1d' }).policy.keepMailsMs).toBe(DAY);
  });

  test('2.6 a window of 0s gathers nothing, and without rings everybody is written to at once', () => {
    expect(readConfig({ POLICY_EMAIL_GATHER: '0s' }).policy.gatherMs).toBe(0);
    expect(readConfig({ POLICY_EMAIL_GATHER: '120s' })).toEqual(readConfig({}));
    expect(readConfig({}).policy.ringsMs).toBe(0);
  });

  test('what is quoted cannot make a second line', () => {
    for (const end of ['\n', '\r\n', '\u2028', '\u0085', '\u202e']) {
      const line = problem({ POLICY_CLAIM: `5m${end}Settings are fine`, HOST: `a${end}b` });
      expect(line.split(/[\r\n\u2028\u2029\u0085]/)).toHaveLength(1);
      expect(line).not.toContain(end);
    }
  });

  test('keys of Stripe that nothing uses', () => {
    expect(problem({ STRIPE_SECRET_KEY: 'sk_test_1' })).toBe(
      'Settings: STRIPE_SECRET_KEY: is not used without PAYMENTS=stripe',
    );
    expect(problem({ STRIPE_PUBLISHABLE_KEY: 'pk_test_1' })).toBe(
      'Settings: STRIPE_PUBLISHABLE_KEY: is not used without PAYMENTS=stripe',
    );
  });
});

describe('payments', () => {
  test('go through Stripe when it is chosen, wherever it is', () => {
    const stripe = { secretKey: 'sk_test_1', webhookSecret: 'whsec_1', apiBase: 'https://api.stripe.com' };
    expect(readConfig(STRIPE).stripe).toEqual(stripe);
    const apiBase = 'http://127.0.0.1:12111';
    expect(readConfig({ ...STRIPE, STRIPE_API_BASE: apiBase }).stripe).toEqual({ ...stripe, apiBase });
    expect(readConfig({ ...STRIPE, PAYMENTS: 'simulated' }).stripe).toBeUndefined();
    expect(readConfig({ ...STRIPE, STRIPE_PUBLISHABLE_KEY: 'pk_test_1' }).stripe?.publishableKey).toBe('pk_test_1');
    expect(readConfig({ RECONCILE_EVERY: '10m' }).reconcileMs).toBe(10 * MINUTE);
  });
});

describe('in production', () => {
  test('it starts with everything it needs', () => {
    expect(readConfig(PRODUCTION)).toMatchObject({
      production: true,
      mongodbUri: PRODUCTION.MONGODB_URI,
      redisUrl: PRODUCTION.REDIS_URL,
      tokenSecret: PRODUCTION.TOKEN_SECRET,
      smtpUrl: PRODUCTION.SMTP_URL,
      publicUrl: new URL(PRODUCTION.PUBLIC_URL),
    });
  });

  test.each([...['MONGODB_URI', 'REDIS_URL', 'TOKEN_SECRET', 'KEK'], ...['SMTP_URL', 'MAIL_FROM', 'PUBLIC_URL']])(
    '%s must be set',
    (name) => {
      expect(problem({ ...PRODUCTION, [name]: '' })).toBe(`Settings: ${name}: is required in production`);
    },
  );

  test('all that is missing is named in one line', () => {
    expect(problem({ NODE_ENV: 'production' })).toBe(
      'Settings: MONGODB_URI: is required in production; REDIS_URL: is required in production; ' +
        'TOKEN_SECRET: is required in production; KEK: is required in production; ' +
        'SMTP_URL: is required in production; ' +
        'MAIL_FROM: is required in production; ' +
        'PUBLIC_URL: is required in production; ' +
        'PAYMENTS: simulated takes no money: set PAYMENTS=stripe, or ALLOW_IN_PRODUCTION=simulated-payments as well',
    );
  });

  test.each([{ PAYMENTS: '' }, { PAYMENTS: 'simulated' }, { PAYMENTS: '', STRIPE_SECRET_KEY: '' }])(
    'payments that take no money are said twice: %o',
    (change) => {
      const env = { ...PRODUCTION, STRIPE_SECRET_KEY: '', ...change };
      expect(problem(env)).toBe(
        'Settings: PAYMENTS: simulated takes no money: set PAYMENTS=stripe, or ALLOW_IN_PRODUCTION=simulated-payments as well',
      );
      expect(problem({ ...env, ALLOW_IN_PRODUCTION: 'demo' })).toContain('PAYMENTS: ');
      expect(readConfig({ ...env, ALLOW_IN_PRODUCTION: 'simulated-payments' }).stripe).toBeUndefined();
    },
  );

  test('accounts with a public password are said twice', () => {
    expect(problem({ ...PRODUCTION, DEMO: '1' })).toBe(
      'Settings: DEMO: makes accounts with a public password: leave it out, or set ALLOW_IN_PRODUCTION=demo as well',
    );
    expect(problem({ ...PRODUCTION, DEMO: '1', ALLOW_IN_PRODUCTION: 'simulated-payments' })).toContain('DEMO: ');
    const intoOwnNetwork = { ...PRODUCTION, WEBHOOK_ALLOW_PRIVATE: '1' };
    expect(problem(intoOwnNetwork)).toContain('WEBHOOK_ALLOW_PRIVATE: ');
    expect(readConfig({ ...intoOwnNetwork, ALLOW_IN_PRODUCTION: 'private-webhooks' }).allowPrivateWebhooks).toBe(true);
    expect(readConfig({ ...PRODUCTION, DEMO: '1', ALLOW_IN_PRODUCTION: 'simulated-payments, demo' }).demo).toBe(true);
    expect(readConfig({ ...PRODUCTION, DEMO: '0' }).demo).toBe(false);
  });

  test('tests and development need none of it', () => {
    expect(readConfig({ NODE_ENV: 'test' }).production).toBe(false);
    expect(readConfig({ NODE_ENV: 'development' }).production).toBe(false);
  });
});

describe('the others', () => {
  test('lists are separated by commas, and the empty places left out', () => {
    const { allowedOrigins } = readConfig({ ALLOWED_ORIGINS: 'https://a.example, https://b.example,' });
    expect(allowedOrigins).toEqual(['https://a.example', 'https://b.example']);
  });

  test('proxies are addresses and ranges of them', () => {
    const { trustProxy } = readConfig({ TRUST_PROXY: '10.0.0.1, 127.0.0.0/8,2001:DB8::/32, ::ffff:192.0.2.0/120' });
    for (const [address, family, covered] of [
      ['10.0.0.1', 'ipv4', true],
      ['10.0.0.2', 'ipv4', false],
      ['127.9.9.9', 'ipv4', true],
      ['::ffff:127.9.9.9', 'ipv6', true],
      ['128.0.0.1', 'ipv4', false],
      ['2001:db8:ffff::1', 'ipv6', true],
      ['2001:db9::1', 'ipv6', false],
      ['192.0.2.77', 'ipv4', true],
      ['192.0.3.77', 'ipv4', false],
    ] as const) {
      expect([address, trustProxy.check(address, family)]).toEqual([address, covered]);
    }
    expect(readConfig({}).trustProxy.rules).toEqual([]);
  });

  test.each([
    ...['caddy', 'loopback', '1', 'true', '*', '10.0.0', '10.0.0.1:80', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1'],
    ...[
      '10.0.0.0/8/8',
      '10.0.0.0/255.0.0.0',
      '010.0.0.1',
      '::1/129',
      '[::1]',
      'fe80::1%eth0',
      '10.0.0.1-10.0.0.9',
      '/8',
    ],
  ])('TRUST_PROXY=%s is no proxy', (text) => {
    expect(problem({ TRUST_PROXY: `10.0.0.1,${text}` })).toBe(
      `Settings: TRUST_PROXY: "${text}" is neither an address nor a range like 10.0.0.0/8`,
    );
  });

  test.each([
    ['1', true],
    ['true', true],
    ['0', false],
    ['false', false],
  ])('DEMO=%s is %s', (value, on) => {
    expect(readConfig({ DEMO: value }).demo).toBe(on);
  });

  test('sentinels are hosts with or without a port, and the host of REDIS_URL is then the name of the master', () => {
    const read = (REDIS_SENTINELS: string) =>
      readConfig({ REDIS_URL: 'redis://mymaster', REDIS_SENTINELS }).redisSentinels;
    expect(read('one:26380, two,[::1]:5000,[fe80::1]')).toEqual([
      { host: 'one', port: 26_380 },
      { host: 'two', port: 26_379 },
      { host: '::1', port: 5_000 },
      { host: 'fe80::1', port: 26_379 },
    ]);
    for (const wrong of [
      'redis://one:26379',
      'one:0',
      'one:65536',
      'one:port',
      '::1',
      'one two',
      ',',
      'one/mymaster',
    ]) {
      expect(() => read(wrong), wrong).toThrow(/^Settings: REDIS_SENTINELS: must be a list/);
    }
    expect(() => readConfig({ REDIS_SENTINELS: 'one' })).toThrow(/^Settings: REDIS_SENTINELS: needs REDIS_URL/);
  });

  test('9.1 versions of the key-encryption key', () => {
    const { keks, keysUri } = readConfig({ KEK: `12:${OTHER_KEY}, 3:${KEY}`, KEYS_URI: 'mongodb://keys/vault' });
    expect(keks).toEqual([
      { version: 12, key: Buffer.alloc(32, 'o') },
      { version: 3, key: Buffer.alloc(32, 'k') },
    ]);
    expect(keysUri).toBe('mongodb://keys/vault');
  });

  test('an address may have a quarter of the sockets, and as many as one user', () => {
    expect(readConfig({}).limits.socketsPerAddress).toBe(5_000);
    expect(readConfig({ MAX_SOCKETS: '10' }).limits.socketsPerAddress).toBe(8);
  });

  test('roles, limits and places reach their names', () => {
    expect(
      readConfig({
        ROLE: 'worker',
        HOST: '0.0.0.0',
        PORT: '0',
        REDIS_PREFIX: 'other',
        PARLEY_CACHE: '/c',
        PARLEY_DATA: '/d',
        MAIL_FROM: 'P <p@parley.example>',
        LOG_LEVEL: 'silent',
        RATE_COMMANDS: '1',
        RATE_LOGINS: '2',
        RATE_VISITORS: '3',
        MAX_SOCKETS: '4',
        MAX_SOCKETS_PER_USER: '5',
        MAX_SOCKETS_PER_ADDRESS: '6',
      }),
    ).toMatchObject({
      role: 'worker',
      host: '0.0.0.0',
      port: 0,
      redisPrefix: 'other',
      cacheDir: '/c',
      dataDir: '/d',
      mailFrom: { name: 'P', address: 'p@parley.example' },
      logLevel: 'silent',
      limits: { commands: 1, logins: 2, visitors: 3, sockets: 4, socketsPerUser: 5, socketsPerAddress: 6 },
    });
  });
});

// Addresses of MongoDB and Redis.

import { assertCredentials, assertOptions, isDecodable, isHost, urlOf } from './addresses.ts';
import { assert, form, partsOf } from './form.ts';

const MONGODB =
  /^(?<scheme>mongodb(?:\+srv)?):\/\/(?:(?<credentials>[^@/?#]*)@)?(?<hosts>[^@/?#]+)(?:\/(?<database>[^?#]*))?(?:\?(?<options>[^#]*))?$/;
/**
 * What acknowledged writes, decisions and failovers rest on (`models/mongo.ts`): these options may say that, and nothing
 * else; null: nothing at all.
 */
const MONGODB_OPTIONS: Readonly<Record<string, string | null>> = {
  w: 'majority',
  journal: 'true',
  wtimeoutms: null,
  readpreference: 'primary',
  readconcernlevel: 'majority',
  retrywrites: 'true',
  maxpoolsize: null,
  heartbeatfrequencyms: null,
  connecttimeoutms: null,
  sockettimeoutms: null,
  serverselectiontimeoutms: null,
  timeoutms: null,
  compressors: null,
};
const MONGODB_HOST = /^(?<host>\[[\da-f:.]+\]|[^:[\]]+)(?::(?<port>\d{1,5}))?$/i;
const LONGEST_DATABASE = 58; // MongoDB takes 63 bytes; "_keys" may be added
const RESERVED_DATABASES: ReadonlySet<string> = new Set(['admin', 'config', 'local']);

/** An address of MongoDB with the name of a database: without one, everything would land in "test". */
export const mongodbUri = form((text) => {
  const example = 'mongodb://host:27017/parley?replicaSet=rs0';
  const { scheme, credentials = '', hosts = '', database = '', options = '' } = MONGODB.exec(text)?.groups ?? {};
  assert(scheme !== undefined, `must be like ${example}, with a name and a password percent-encoded`);
  assert(isDecodable(credentials), 'has a % in its name or password that must be written as %25');
  const all = hosts.split(',');
  assert(all.every(isMongodbHost), `must be like ${example}`);
  assert(
    scheme === 'mongodb' || (all.length === 1 && !hosts.includes(':')),
    'has one host without a port after mongodb+srv://',
  );
  const name = isDecodable(database) ? decodeURIComponent(database) : '';
  assert(name !== '', `names no database: end it with /parley, as in ${example}`);
  assert(/^[^/\\. "$*<>:|?]+$/.test(name) && !RESERVED_DATABASES.has(name), 'names a database that cannot be one');
  assert(Buffer.byteLength(name) <= LONGEST_DATABASE, `names a database with more than ${LONGEST_DATABASE} letters`);
  for (const [option, value] of new URLSearchParams(options)) {
    const ours = MONGODB_OPTIONS[option.toLowerCase()];
    const fits = ours === undefined || value.toLowerCase() === ours;
    assert(fits, `has an option that is ours to set: leave out ${option}${ours ? `, or say ${option}=${ours}` : ''}`);
  }
  return text;
});

function isMongodbHost(text: string): boolean {
  if (/^[^:]+\.sock$/i.test(text)) return true;
  const { host = '', port = '27017' } = MONGODB_HOST.exec(text)?.groups ?? {};
  return isHost(host) && Number(port) > 0 && Number(port) < 65_536;
}

/** An address of Redis, with the number of a database perhaps. */
export const redisUrl = form((text) => {
  const url = urlOf(text, ['redis', 'rediss'], 'redis://host:6379 or rediss://:password@host:6379/0');
  assertCredentials(url);
  assert(/^(?:\/\d{0,5})?$/.test(url.pathname), 'must end with its host, or with the number of a database (/0)');
  assertOptions(url, ['family']);
  return text;
});

/** Where a sentinel of Redis is. */
export interface Sentinel {
  readonly host: string;
  readonly port: number;
}

const SENTINEL = /^(?<host>\[[\da-f:.]+\]|[^:[\]]+)(?::(?<port>\d{1,5}))?$/i;

/** "one:26379, [::1]:26380, three" → hosts and ports */
export const sentinels = form((text) => {
  const example = 'must be a list of the sentinels like one:26379,two:26379';
  const places = partsOf(text).map((part): Sentinel => {
    const { host = '', port = '26379' } = SENTINEL.exec(part)?.groups ?? {};
    assert(isHost(host) && Number(port) > 0 && Number(port) < 65_536, example);
    return { host: host.replace(/[[\]]/g, ''), port: Number(port) };
  });
  assert(places.length > 0, example);
  return places;
});

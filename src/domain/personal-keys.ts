// Rule 9.5: what stands in Redis, and how long (personal-fields.ts: what stands in MongoDB).

import { ended } from './treatment.ts';
import type { Treatment } from './treatment.ts';

/** What Redis keeps, by key behind the prefix of the installation; null: nothing of anybody. */
export const PERSONAL_KEYS: Readonly<Record<string, Treatment | null>> = {
  'presence:*': ended('author', 'a minute after the last sign of life; erasing ends the sockets'),
  'limit:logins:*': ended('author', 'the e-mail that a log-in has tried, or the hash of a link, for a minute'),
  'limit:addresses:*': ended('author', 'a network, for a minute'),
  'limit:accounts:*': ended('author', 'the hash of an e-mail that log-ins have tried, for an hour'),
  'limit:known:*': ended('author', 'the hash of an e-mail and a network from which somebody signed in, for 30 days'),
  'limit:visitors:*': ended('author', 'a network, for a minute'),
  'limit:emails:*': ended('author', 'a person, for an hour'),
  'limit:emails-network:*': ended('author', 'a network, for an hour'),
  'limit:setups:*': ended('author', 'a person, for an hour'),
  'limit:setups-network:*': ended('author', 'a network, for an hour'),
  'limit:declines:*': ended('author', 'a person, a network or a payment method, for an hour'),
  'limit:declines-pause:*': ended('author', 'the same, for as long as they wait'),
  'armed-until': null,
  'alarms:*': null, // instants
};

// Letters by SMTP.

import { createTransport } from 'nodemailer';
import type { MailAnswer } from '../../context.ts';
import type { Carrier } from './carrier.ts';
import { NOTHING_FETCHED } from './carrier.ts';

const CONNECT_MS = 10_000; // a server that does not greet within this is down
const SILENCE_MS = 30_000; // longer than any healthy server needs for one step
const SEND_MS = 45_000; // waiting in the pool included; dispatch/deliver.ts thinks a letter lost after a minute

/** Connections: together no more than servers commonly let one sender have. */
const URGENT_CONNECTIONS = 2;
const OTHER_CONNECTIONS = 3;

/** What is urgent has connections of its own: behind a slow server it waits for nothing else. */
export function smtpCarrier(url: string): Carrier {
  const urgent = pool(url, URGENT_CONNECTIONS);
  const others = pool(url, OTHER_CONNECTIONS);
  return {
    carry: async ({ letter }, { isUrgent }) => {
      const transport = isUrgent === true ? urgent : others;
      try {
        await transport.sendMail({ ...letter, signal: AbortSignal.timeout(SEND_MS) });
        return { ok: true };
      } catch (error) {
        const refused = refusalOf(error);
        if (refused === null) throw error;
        return refused;
      }
    },
    close: () => {
      urgent.close();
      others.close();
    },
  };
}

const pool = (url: string, maxConnections: number) =>
  createTransport({
    url,
    pool: true,
    maxConnections,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    ...NOTHING_FETCHED,
  });

/**
 * Null when it may work later. For good is only what the server says of the address itself: what it says of us (no relaying, a
 * blocked or unknown sender, a wrong password) the operator can mend, and the letter is there still. Servers judge a sender when they
 * hear the address, and by their numbers (RFC 3463: X.1.0 of either, X.1.7 and X.1.8 of the sender) or by words alone.
 */
function refusalOf(error: unknown): Extract<MailAnswer, { ok: false }> | null {
  const { responseCode: code = 0, response = '', command } = error as SmtpError;
  if (command !== 'RCPT TO' || code < 500) return null;
  const [, detail] = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response) ?? [];
  const isSaidOfUs = detail === undefined || detail === '5.1.0' ? OF_US.test(response) : /^5\.1\.[78]$/.test(detail);
  const isOfAddress = !isSaidOfUs && (detail === undefined ? OF_ADDRESS.has(code) : /^5\.[12]\./.test(detail));
  return isOfAddress ? { ok: false, reason: ['smtp', code, detail].filter(Boolean).join(' ') } : null;
}

/** RFC 5321, 4.2.3: no such mailbox, not one of ours, a name that no mailbox can have. */
const OF_ADDRESS = new Set([550, 551, 553]);

/** Where no number tells. A "not now" too many costs a few tries, a "for good" too many the letter. */
const OF_US = /sender|relay|not permitted|authenticat|mail from|block|blacklist|spam|policy/i;

/** As nodemailer throws it. */
interface SmtpError {
  readonly responseCode?: number;
  readonly response?: string;
  readonly command?: string;
}

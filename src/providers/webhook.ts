// Sending to webhooks as Standard Webhooks says (standardwebhooks.com): three headers, HMAC-SHA256, each secret its own signature.

import { createHmac, randomBytes } from 'node:crypto';
import type { WebhookAnswer, WebhookPort } from '../context.ts';
import { OutboundError } from './outbound.ts';
import type { Answer, Outbound } from './outbound.ts';

const SECRET_BYTES = 24;
const PREFIX = 'whsec_';

export function webhookProvider(out: Outbound): WebhookPort {
  return {
    problemOf: (url) => out.problemOf(url),
    makeSecret: () => PREFIX + randomBytes(SECRET_BYTES).toString('base64'),
    async send({ url, secrets, eventId, at, body }) {
      const seconds = Math.floor(at.getTime() / 1_000);
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'Parley-Webhooks/1',
        'webhook-id': eventId,
        'webhook-timestamp': String(seconds),
        'webhook-signature': secrets.map((secret) => signature(secret, `${eventId}.${seconds}.${body}`)).join(' '),
      };
      const startedAt = performance.now();
      const outcome = await out.post(url, headers, body).then((answer) => answered(answer, at), unanswered);
      return { ...outcome, ms: Math.round(performance.now() - startedAt) };
    },
  };
}

function signature(secret: string, signed: string): string {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

type Outcome = Omit<WebhookAnswer, 'ms'>;

function answered({ status, headers, body }: Answer, now: Date): Outcome {
  const asked = headers['retry-after'];
  const isOver = status === 429 || status === 503;
  return { status, error: null, body, retryAfterMs: isOver && asked !== undefined ? waitIn(asked, now) : null };
}

/** Seconds, or an instant of HTTP; null for neither. */
function waitIn(text: string, now: Date): number | null {
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now.getTime();
  return ms > 0 ? ms : null; // also what is not a number
}

function unanswered(error: unknown): Outcome {
  if (!(error instanceof OutboundError)) throw error;
  return { status: null, error: error.why, body: '', retryAfterMs: null };
}

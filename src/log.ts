// The log. Of an error it has the name, the words, the code, the place and the cause, and nothing else: libraries attach
// to theirs what they were working on, documents and commands of people among them.

import pino from 'pino';
import type { DestinationStream, Logger } from 'pino';

/** Written to stdout unless `into` is given. */
export function openLog(
  { level, role }: { readonly level: string; readonly role: string },
  into: DestinationStream = pino.destination(1),
): Logger {
  return pino({ level, base: { role }, serializers: { err: errorLine } }, into);
}

interface ErrorLine {
  readonly type: string;
  readonly message?: string;
  readonly stack?: string;
  readonly code?: string | number;
  readonly cause?: ErrorLine;
}

const DEEPEST = 5; // causes of causes

function errorLine(error: unknown, depth = 0): ErrorLine {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  return {
    type: error.constructor.name,
    message: withoutPeople(error.message),
    ...(error.stack !== undefined && { stack: withoutPeople(error.stack) }),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(error.cause !== undefined && depth < DEEPEST && { cause: errorLine(error.cause, depth + 1) }),
  };
}

/** What MongoDB calls a key that is taken, addresses of stores with their passwords, addresses of people. */
const withoutPeople = (words: string) =>
  words
    .replace(/dup key: \{.*\}/gs, 'dup key: …')
    .replace(/\b(mongodb(?:\+srv)?|rediss?|smtps?):\/\/\S+/g, '$1://…')
    .replace(/[^\s<>"'(/:]{1,64}@[^\s<>"'),;:]{1,255}/g, '…');

// Calling commands, whatever carries them; and over HTTP, one by one, without a connection.

import { ParleyError, problem } from './errors.ts';
import type { Locale } from './errors.ts';
import type { Code, Commands, Failure } from './protocol.ts';
import type { ServerTime } from './time.ts';

export type CommandName = keyof Commands;
export type Input<N extends CommandName> = Commands[N]['input'];
export type Answer<N extends CommandName> = Commands[N]['answer'];

export interface Calls {
  /** @throws ParleyError what was refused, or `no_answer` */
  call<N extends CommandName>(name: N, input: Input<N>, options?: CallOptions): Promise<Answer<N>>;
}

export interface CallOptions {
  /** how long to wait for the answer */
  readonly timeoutMs?: number | undefined;
  /** ends the waiting, not the command: the call then rejects with the signal's reason */
  readonly signal?: AbortSignal | undefined;
}

export const ANSWER_MS = 15_000; // longer than the server lets any call take

export interface HttpOptions {
  /** where the server is, with the folder if it has one */
  readonly url: string;
  readonly token?: string | undefined;
  /** the language of messages for people; a signed-in person's own by default */
  readonly locale?: Locale | undefined;
  readonly answerMs?: number | undefined;
  /** learns from every answer */
  readonly time?: ServerTime | undefined;
}

export function overHttp({ url, token, locale, answerMs = ANSWER_MS, time }: HttpOptions): Calls {
  const base = url.replace(/\/+$/, '');
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(locale !== undefined && { 'accept-language': locale }),
  };
  return {
    async call<N extends CommandName>(name: N, input: Input<N>, { timeoutMs = answerMs, signal }: CallOptions = {}) {
      signal?.throwIfAborted();
      const asked = time?.asked() ?? 0;
      const end = new AbortController(); // AbortSignal.any is younger than the browsers that pages have to do with
      const stop = () => {
        end.abort();
      };
      const timer = setTimeout(stop, timeoutMs);
      signal?.addEventListener('abort', stop);
      const init = { method: 'POST', headers, body: JSON.stringify(input), signal: end.signal };
      const response = await fetch(`${base}/v1/${name}`, init).catch(() => null);
      time?.learn(response?.headers.get('date') ?? null, asked);
      const answer: unknown = await response?.json().catch(() => undefined);
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      signal?.throwIfAborted();
      if (!response || answer === undefined) throw problem('no_answer', locale);
      if (response.ok) return answer as Answer<N>; // the protocol says so
      throw problemIn(answer) ?? problem('no_answer', locale);
    },
  };
}

/** What an answer refuses; null when a proxy on the way made it: then nobody knows what became of the call. */
function problemIn(answer: unknown): ParleyError | null {
  const { code, detail, details } = (answer ?? {}) as { code?: unknown; detail?: unknown } & Pick<Failure, 'details'>;
  if (typeof code !== 'string') return null;
  // the list of codes is closed; a newer server may know more
  return new ParleyError({ code: code as Code, message: String(detail), ...(details && { details }) });
}

/** For whatever is created: the same one again answers what came of it the first time. */
export function newClientId(): string {
  // browsers have randomUUID on pages that came by https only
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

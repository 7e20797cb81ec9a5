// Calling commands, whatever carries them; and over HTTP, one by one, without a connection.

import { ParleyError, noAnswer } from './errors.ts';
import type { Code, Commands, Failure } from './protocol.ts';
import type { ServerTime } from './time.ts';

export type CommandName = keyof Commands;
export type Input<N extends CommandName> = Commands[N]['input'];
export type Answer<N extends CommandName> = Commands[N]['answer'];

export interface Calls {
  /** @throws ParleyError what was refused, or `no_answer` */
  call<N extends CommandName>(name: N, input: Input<N>): Promise<Answer<N>>;
}

export const ANSWER_MS = 15_000; // longer than the server lets any call take

export interface HttpOptions {
  /** where the server is, with the folder if it has one */
  readonly url: string;
  readonly token?: string | undefined;
  /** the language of messages for people; a signed-in person's own by default */
  readonly locale?: string | undefined;
  readonly answerMs?: number | undefined;
  /** learns from every answer */
  readonly time?: ServerTime | undefined;
}

export function overHttp({ url, token, locale, answerMs = ANSWER_MS, time }: HttpOptions): Calls {
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(locale !== undefined && { 'accept-language': locale }),
  };
  return {
    async call<N extends CommandName>(name: N, input: Input<N>) {
      const asked = time?.asked() ?? 0;
      const init = { method: 'POST', headers, body: JSON.stringify(input), signal: AbortSignal.timeout(answerMs) };
      const response = await fetch(`${url}/v1/${name}`, init).catch(() => null);
      time?.learn(response?.headers.get('date') ?? null, asked);
      const answer: unknown = await response?.json().catch(() => undefined);
      if (!response || answer === undefined) throw noAnswer(name);
      if (response.ok) return answer as Answer<N>; // the protocol says so
      throw problemIn(answer) ?? noAnswer(name);
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

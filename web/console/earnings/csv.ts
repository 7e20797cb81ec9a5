// 7.5: the Earnings Report as a file. It is asked for with the token, so no link leads to it.

import { ParleyError, problem } from '../../client/errors.ts';
import type { Locale } from '../../client/errors.ts';
import type { Code } from '../../client/protocol.ts';

export interface CsvOfEarnings {
  /** of the server */
  readonly folder: string;
  readonly token: string | null;
  readonly locale: Locale;
  /** ISO instants; `to` is not in it any more */
  readonly from: string;
  readonly to: string;
}

const ANSWER_MS = 60_000; // a year of earnings takes its time

/** Puts the file where the browser keeps files. @throws ParleyError */
export async function downloadCsv({ folder, token, locale, from, to }: CsvOfEarnings): Promise<void> {
  const address = `${folder}/v1/earnings.csv?${new URLSearchParams({ from, to }).toString()}`;
  const headers = { 'accept-language': locale, ...(token !== null && { authorization: `Bearer ${token}` }) };
  const response = await fetch(address, { headers, signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => null);
  if (response === null) throw problem('no_answer', locale);
  if (!response.ok) throw await refusalIn(response, locale);
  const file = await response.blob().catch(() => null);
  if (file === null) throw problem('no_answer', locale); // cut off in the middle: half a report is none
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `earnings-${dayOf(from)}-${dayOf(to)}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), ANSWER_MS); // once the browser has read it
}

/** 2026-11-01, as the reader's calendar has it: an instant is cut from another one. */
const dayOf = (instant: string) => new Date(instant).toLocaleDateString('sv');

async function refusalIn(response: Response, locale: Locale): Promise<ParleyError> {
  const said = (await response.json().catch(() => null)) as { code?: Code; detail?: string; details?: object } | null;
  if (said?.code === undefined) return problem('no_answer', locale);
  return new ParleyError({
    code: said.code,
    message: said.detail ?? '',
    ...(said.details && { details: { ...said.details } }),
  });
}

// What a page may say: `parley.push(['open'])` before and after the loader has come, `parley.open()` after it.

import type { Chat } from './chat.ts';

const VERBS = ['open', 'close', 'toggle', 'ask', 'reset', 'on', 'off'] as const;

type Said = readonly [verb: (typeof VERBS)[number], ...values: never[]];

/** Does what was said already, and from then on what is. */
export function obey(chat: Chat): void {
  const page = window as { parley?: unknown };
  const said = page.parley;
  const push = (...calls: Said[]) => {
    for (const [verb, ...values] of calls)
      if (VERBS.includes(verb)) (chat[verb] as (...values: unknown[]) => unknown)(...values);
  };
  const verbs = VERBS.map((verb) => [verb, (...values: never[]) => push([verb, ...values])]);
  page.parley = { push, ...Object.fromEntries(verbs) };
  if (Array.isArray(said)) push(...(said as Said[]));
}

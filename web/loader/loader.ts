// The line that hosts paste loads this: it defines `<parley-chat>`, puts one into the page unless there is one, and does what was said
// to `window.parley` before it came.

import { ParleyChat, whenPlaced } from './element.ts';
import { script } from './load.ts';

const NAME = 'parley-chat';
/** What a page may call; `parley.push(['open'])` and `parley.open()` are the same. */
const VERBS = ['open', 'close', 'toggle', 'ask', 'reset', 'on', 'off'] as const;

type Verb = (typeof VERBS)[number];
type Said = readonly [verb: Verb, ...values: never[]];

interface Page {
  parley?: unknown;
}

// a second script finds all of it there
if (customElements.get(NAME) === undefined) {
  customElements.define(NAME, ParleyChat);
  if (document.body === null) document.addEventListener('DOMContentLoaded', begin, { once: true });
  else begin();
}

function begin(): void {
  if (document.querySelector(NAME) === null && script?.hasAttribute('data-manual') !== true) place();
  const page = window as Page;
  const said = Array.isArray(page.parley) ? (page.parley as Said[]) : [];
  let waiting: Said[] = []; // for one to be placed
  const say = (...calls: Said[]) => {
    const chat = document.querySelector<ParleyChat>(NAME);
    if (chat === null) waiting.push(...calls);
    else
      for (const [verb, ...values] of calls)
        if (VERBS.includes(verb)) (chat[verb] as (...values: unknown[]) => unknown)(...values);
  };
  whenPlaced(() => {
    const calls = waiting;
    waiting = [];
    say(...calls);
  });
  page.parley = {
    push: say,
    ...Object.fromEntries(VERBS.map((verb) => [verb, (...values: never[]) => say([verb, ...values])])),
  };
  say(...said);
}

function place(): void {
  const chat = document.createElement(NAME) as ParleyChat; // as it was defined above
  chat.isOurs = true;
  document.body.append(chat);
}

// docs/machines.md: the machines as people read them, made from their tables and from nothing else.
import { CASE_TRANSITIONS } from '../../src/domain/case.ts';
import { OFFER_TRANSITIONS } from '../../src/domain/offer.ts';
import { PAYMENT_TRANSITIONS } from '../../src/domain/payment.ts';
import { QUESTION_TRANSITIONS } from '../../src/domain/question.ts';

type Table = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export function machinesDoc(): string {
  return [
    '# The machines',
    '',
    'Generated from `QUESTION_TRANSITIONS`, `OFFER_TRANSITIONS`, `PAYMENT_TRANSITIONS` and `CASE_TRANSITIONS` (src/domain) by',
    '`UPDATE_DOCS=1 npx vitest run test/domain/machines-doc.test.ts`. A test fails while this file says anything else.',
    '',
    'An event that a state does not list is refused and changes nothing. Events that keep the state are in the tables only.',
    'A question and an offer have a payment each. What happens to it they list where it moves them; otherwise its own table',
    'decides, and they stay in their state.',
    '',
    ...machine('A question (rule 2)', 'draft', QUESTION_TRANSITIONS),
    ...machine('An offer and its request (rules 5 to 8)', 'offered', OFFER_TRANSITIONS),
    ...machine('The payment of a value or a price (rules 1.4, 2.1, 6.5, 8.4)', 'none', PAYMENT_TRANSITIONS),
    ...machine('A case (rule 10)', 'open', CASE_TRANSITIONS),
  ].join('\n');
}

function machine(title: string, first: string, table: Table): string[] {
  return [`## ${title}`, '', ...diagram(first, table), '', ...rows(table), ''];
}

/** One arrow between two states, with all the events that take it. */
function diagram(first: string, table: Table): string[] {
  const arrows = Object.entries(table).flatMap(([from, events]) =>
    Object.keys(table)
      .filter((to) => to !== from)
      .map((to) => ({ from, to, by: Object.keys(events).filter((event) => events[event]?.includes(to)) }))
      .filter(({ by }) => by.length > 0),
  );
  const ends = Object.keys(table).filter((state) => !arrows.some(({ from }) => from === state));
  return [
    '```mermaid',
    'stateDiagram-v2',
    `  [*] --> ${first}`,
    ...arrows.map(({ from, to, by }) => `  ${from} --> ${to}: ${by.join(', ')}`),
    ...ends.map((state) => `  ${state} --> [*]`),
    '```',
  ];
}

function rows(table: Table): string[] {
  return [
    '| state | event | leads to |',
    '| --- | --- | --- |',
    ...Object.entries(table).flatMap(([state, events]) => {
      const listed = Object.entries(events);
      if (listed.length === 0) return [`| \`${state}\` | none: this is the end | |`];
      return listed.map(([event, targets]) => `| \`${state}\` | \`${event}\` | ${targets.map(code).join(' or ')} |`);
    }),
  ];
}

const code = (name: string) => `\`${name}\``;

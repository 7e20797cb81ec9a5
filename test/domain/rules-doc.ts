// docs/rules.md: where each rule of the product is kept and tested, read from the numbers that stand in the code.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..', '..');

/** The rules, each in one line. */
export const RULES: Readonly<Record<string, string>> = {
  '1.1': 'Roles: customers, experts, admins; and the system',
  '1.2': 'Categories: names, services with suggested prices, the one that is offered automatically',
  '1.3': 'Money in minor units; the expert’s share is fixed when a price is shown',
  '1.4': 'Every movement of money is one balanced entry with a key of its own',
  '2.1': 'A question is posted and its value authorised; what cannot be paid stays a draft',
  '2.2': 'One expert claims a question; the claim lapses, is renewed and released',
  '2.3': 'Messages: numbered without gaps, never lost, sent again safely; typing, presence and marks are live',
  '2.4': 'An answer enables the rating, and the customer is told',
  '2.5': 'A rating pays the expert, or opens a case; it can be raised, never lowered',
  '2.6': 'A customer who is away gets what the expert wrote by e-mail, gathered',
  '2.7': 'Attachments: images and PDF, checked by content',
  '2.8': 'A question is closed by its customer, by an admin, or by itself',
  '3.1': 'Experts do not insist on a rating',
  '3.2': 'Experts do not split an answer, or confirm that they do',
  '3.3': 'One follow-up, within its window',
  '4.1': 'Reminders to rate or reply, at their steps',
  '4.2': 'What restarts and what ends the reminders; never twice, never in a burst',
  '5.1': 'The automatic offer, once, to the customer alone',
  '5.2': 'Its price is learned',
  '5.3': 'Declining it, and requesting it',
  '6.1': 'A request is reserved for the expert of the conversation',
  '6.2': 'No Thanks, or no reply: it opens',
  '6.3': 'Open requests: the Request Center, the e-mail, the landing page',
  '6.4': 'Exactly one expert wins',
  '6.5': 'Accepting takes the payment; a failed one leaves the Request Center',
  '6.6': 'Requests expire',
  '6.7': 'Who accepted reads the conversation and shares the box',
  '6.8': 'The customer withdraws a request',
  '7.1': 'The fulfillment report, and the attempts that a “no” needs',
  '7.2': 'A report that is overdue, and its reminders',
  '7.3': 'Accepted requests in the Priority view',
  '7.4': 'A fulfilled request rates and pays the expert of the conversation',
  '7.5': 'The Earnings Report',
  '8.1': 'An expert offers a service: when, what, one at a time',
  '8.2': 'Its acceptance is charged and paid at once',
  '8.3': 'An expert who cannot complete it says so',
  '8.4': 'Refunds, and the earnings that they reverse',
  '9.1': 'The private information box, its readers, and the end of its key',
  '9.2': 'Personal data in the conversation: recognised, flagged, removed',
  '9.3': 'Remote sessions',
  '9.4': 'Calls that hide both numbers; attempts',
  '9.5': 'Export and erasure',
  '10.1': 'Cases for customer care and expert support',
  '11.1': 'English, German, Spanish',
};

/** One number, or a range within a chapter ("6.1 to 6.4"); no version, no price. */
const NUMBER = /(?<![\w.,$€-]|OpenAPI )(\d{1,2})\.(\d)(?:(?: to |–)\1\.(\d))?(?![\w%]|\.\d)/g;
/** In code numbers are meant as rules in comments; in tests also in titles. */
const COMMENT = /(?:\/\/|^\s*\/?\*)(.*)$/;
const TITLE = /^\s*(?:test|it|describe)(?:\.\w+)*\((['"`])(.*)/;

export function rulesDoc(): string {
  const code = [
    ...filesOf('src', '.ts'),
    ...filesOf('web', '.ts'),
    ...filesOf('web', '.js'),
    ...filesOf('web', '.html'),
  ];
  const tests = filesOf('test', '.test.ts');
  const inCode = found(code, (line) => [COMMENT.exec(line)?.[1] ?? '']);
  const inTests = found(tests, (line) => [COMMENT.exec(line)?.[1] ?? '', TITLE.exec(line)?.[2] ?? '']);
  const kept = Object.keys(RULES).filter((rule) => inCode.has(rule));
  const nowhere = Object.keys(RULES).filter((rule) => !inCode.has(rule));
  return [
    '# The rules, and where they are',
    '',
    'Generated from the numbers that stand in comments and titles of tests by',
    '`UPDATE_DOCS=1 npx vitest run test/domain/rules-doc.test.ts`. A test fails while this file says anything else.',
    '',
    ...kept.flatMap((rule) => [
      `## ${rule} ${RULES[rule]!}`,
      '',
      `- code: ${listed(inCode.get(rule)!)}`,
      `- tests: ${listed(inTests.get(rule) ?? new Set())}`,
      '',
    ]),
    '## Rules that stand in no file',
    '',
    ...(nowhere.length === 0 ? ['None.'] : nowhere.map((rule) => `- ${rule} ${RULES[rule]!}`)),
    '',
  ].join('\n');
}

/** Numbers that are no rule's: what a typing error leaves. */
export function unknownRules(): string[] {
  const tests = found(filesOf('test', '.test.ts'), (line) => [
    TITLE.exec(line)?.[2]?.match(/^[\d.]+(?:,? (?:and |to )?[\d.]+)* /)?.[0] ?? '',
  ]);
  return [...tests].flatMap(([rule, files]) => (rule in RULES ? [] : [`${rule}: ${[...files].join(', ')}`]));
}

/** Rule number → the files that name it. */
function found(files: readonly string[], partsOf: (line: string) => readonly string[]): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>();
  for (const file of files) {
    for (const line of readFileSync(path.join(root, file), 'utf8').split('\n')) {
      for (const rule of partsOf(line).flatMap(numbersIn)) {
        places.set(rule, (places.get(rule) ?? new Set()).add(file));
      }
    }
  }
  return places;
}

function numbersIn(text: string): string[] {
  return [...text.matchAll(NUMBER)].flatMap(([, chapter, first, last]) => {
    const count = Number(last ?? first) - Number(first) + 1;
    return Array.from({ length: Math.max(count, 1) }, (_, index) => `${chapter}.${Number(first) + index}`);
  });
}

/** By folder: "`src/domain/` offer, question". */
function listed(files: ReadonlySet<string>): string {
  const folders = new Map<string, string[]>();
  for (const file of [...files].sort()) {
    const name = path.basename(file).replace(/(\.test)?\.[a-z]+$/, '');
    folders.set(path.dirname(file), [...(folders.get(path.dirname(file)) ?? []), name]);
  }
  const parts = [...folders].map(([folder, names]) => `\`${folder}/\` ${names.join(', ')}`);
  return parts.length === 0 ? '**none**' : parts.join('; ');
}

function filesOf(folder: string, ending: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => path.posix.join(folder, file.split(path.sep).join('/')));
}

// Double clicks, replays, two tabs (I3): every command on the way of money, pressed six times at once over two sockets and
// HTTP, and once more afterwards, has one effect; whoever was not first hears the same, or why not.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { Offer } from '../../src/domain/offer.ts';
import type { Question } from '../../src/domain/question.ts';
import { CommandFailed, connect, post } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { booksOf, endOf } from '../helpers/money-ends.ts';
import { PATH_NAMES, pathOf } from '../helpers/money-paths.ts';
import type { Call, PathName, Prepared, Who } from '../helpers/money-paths.ts';
import { world } from '../helpers/node.ts';
import { account, eventually, mailsTo, ownCategory, tokenOf } from '../helpers/people.ts';
import { simulatedBooks } from '../helpers/provider-books.ts';
import { all } from '../helpers/all.ts';

const here = world({ POLICY_OFFER_DELAY: '0s' });
const LATER = new Date('2999-01-01');
let node: Node;

beforeAll(async () => {
  node = await here.start();
});
afterAll(() => here.close());

/** One of them, in two tabs. */
interface Person {
  readonly id: string;
  readonly email: string;
  readonly token: string;
  readonly tabs: readonly Client[];
}

async function person(role: 'customer' | 'expert' | 'admin', categories: readonly string[]): Promise<Person> {
  const user = await account(node, role, { categories: [...categories] });
  const token = await tokenOf(node, user);
  return {
    id: user.id,
    email: user.email!,
    token,
    tabs: [await connect(node.url, token), await connect(node.url, token)],
  };
}

/** Its answer, or the code of its refusal. */
type Outcome = { readonly code: string; readonly answer: Json | null };

async function outcomeOf(call: Promise<Json>): Promise<Outcome> {
  try {
    return { code: 'ok', answer: await call };
  } catch (error) {
    if (error instanceof CommandFailed) return { code: error.code, answer: null };
    throw error;
  }
}

test.each(PATH_NAMES)('1.4 %s: six times at once, and once more', async (path) => {
  const category = await ownCategory(node);
  const people: Record<Who, Person> = {
    customer: await person('customer', []),
    ada: await person('expert', [category]),
    care: await person('admin', []),
  };
  const ids = { customer: people.customer.id, ada: people.ada.id, care: people.care.id };
  const call: Call = (who, name, input) => people[who].tabs[0]!.call(name, input);
  const prepared = await pathOf(path).prepare(call, category);
  const { who, name, input } = prepared.press;
  const { tabs, token } = people[who];
  const http = () => post(node.url, name, input, token);
  const pressed = await Promise.all(
    [...tabs, ...tabs].map((tab) => outcomeOf(tab.call(name, input))).concat([outcomeOf(http()), outcomeOf(http())]),
  );
  await comesToItsEnd(path, prepared, ids);
  const settled = await everythingAbout(prepared, people);

  const again = await outcomeOf(http());
  const codes = [...pressed, again].map(({ code }) => code);
  const known = ['ok', ...pathOf(path).again];
  expect({ codes, unknown: codes.filter((code) => !known.includes(code)) }).toEqual({ codes, unknown: [] });
  expect(codes.slice(0, -1)).toContain('ok');
  const things = pressed.flatMap(({ answer }) => (answer === null ? [] : [idsIn(answer)]));
  for (const thing of things) expect(thing).toEqual(things[0]);

  await comesToItsEnd(path, prepared, ids);
  expect(await everythingAbout(prepared, people)).toEqual(settled);
  for (const { tabs: open } of Object.values(people)) for (const tab of open) tab.close();
});

const idsIn = (answer: Json) =>
  Object.values(answer).flatMap((thing: Json | Json[]) =>
    (Array.isArray(thing) ? thing : [thing]).map(({ id }) => id as string),
  );

async function comesToItsEnd(path: PathName, prepared: Prepared, ids: Record<Who, string>): Promise<void> {
  await eventually(() => booksOf(node, prepared, ids, simulatedBooks(node))).toEqual(endOf(path));
  await eventually(async () => {
    const { offers, questions, cases, mailings, mails } = node.ctx.stores;
    const owing = await Promise.all([
      all(offers.unsettled(LATER, 100)),
      all(questions.unsettled(LATER, 100)),
      all(cases.unsettled(LATER, 100)),
    ]);
    // in the order in which the one makes the other; also letters that are being sent right now
    const writing = await mailings.due(LATER, 1);
    const letters = await mails.due(LATER, 1);
    return owing.flat().length + writing.length + letters.length;
  }).toBe(0);
}

/** All that a repeat could have changed: states and money, messages, and the letters to these people, by their keys. */
async function everythingAbout(prepared: Prepared, people: Record<Who, Person>): Promise<unknown> {
  const { questions, offers, messages, cases, entries } = node.ctx.stores;
  const { clientId } = prepared.press.input as { clientId: string };
  const id = prepared.questionId ?? (await questions.findByClientId(people.customer.id, clientId))!.record.id;
  const found = await offers.ofQuestion(id);
  return {
    question: stateOf((await questions.read(id))!.record),
    offers: found.map(stateOf),
    messages: (await messages.page(id, {}, 100)).map(({ seq, kind }) => [seq, kind]),
    cases: (await cases.ofQuestion(id)).map(({ id: caseId, state, history }) => [caseId, state, history.length]),
    entries: (await entries.ofQuestion(id)).map(({ key }) => key),
    letters: await lettersTo(Object.values(people)),
  };
}

/** A repeat may count as a version; nothing else of the record may differ. */
function stateOf({ version: _version, ...rest }: Question | Offer): unknown {
  return rest;
}

/** The subjects to each; none comes twice. */
async function lettersTo(people: readonly Person[]): Promise<unknown> {
  const all = await Promise.all(people.map(({ email }) => mailsTo(node, email)));
  return all.map((letters) => {
    const subjects = letters.map(({ subject }) => String(subject));
    expect(subjects).toEqual([...new Set(subjects)]);
    return subjects;
  });
}

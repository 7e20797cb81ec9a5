// 10.1: what records went through stays known when a later step overwrites it.
import { expect, test } from 'vitest';
import { MOST_STEPS } from '../../src/domain/history.ts';
import { leftAt } from '../../src/domain/leaving.ts';
import { SYSTEM } from '../../src/domain/message.ts';
import type { OfferEvent } from '../../src/domain/offer.ts';
import type { QuestionEvent } from '../../src/domain/question.ts';
import { isGranted } from '../../src/domain/rating.ts';
import { MINUTE, ada, ask, at, ben, customer, draft, move, no, offered, proposed, yes } from './examples.ts';

const asked = { ...customer, role: 'customer' } as const;
const asExpert = (person: typeof ada) => ({ ...person, role: 'expert' }) as const;
const opened: QuestionEvent[] = [
  { type: 'authorise', method: 'pm_visa' },
  { type: 'authorised', authorisation: 'auth_1' },
];
const claim = (expert = ada): QuestionEvent => ({ type: 'claim', expert });
const whats = (history: readonly { what: string }[]) => history.map(({ what }) => what);

const requested: OfferEvent[] = [
  { type: 'authorise', method: 'pm_visa' },
  { type: 'request', authorisation: 'auth_1', expertId: ada.id },
];
const pass: OfferEvent = { type: 'pass', expertId: ada.id, author: asExpert(ada) };

test('10.1 a request that was opened again still knows who had it before, and the report', () => {
  const report = no();
  const { next } = move(
    offered,
    ...requested,
    pass,
    { type: 'win', expert: ben },
    [{ type: 'captured' }, at(MINUTE)],
    { type: 'report_no', report },
    { type: 'request_again' },
    { type: 'win', expert: ada },
  );
  expect(next).toMatchObject({ acceptedBy: ada, report: null });
  expect(next.history.map(({ what, by }) => [what, by])).toEqual([
    ['authorise', asked],
    ['request', asked],
    ['pass', asExpert(ada)],
    ['win', asExpert(ben)],
    ['captured', null],
    ['report_no', asExpert(ben)],
    ['request_again', asked],
    ['win', asExpert(ada)],
  ]);
  expect(next.history[4]).toEqual({ what: 'captured', at: at(MINUTE), by: null });
  expect(next.history[5]?.report).toEqual(report);
});

test('10.1 whoever does it for somebody else is named', () => {
  const care = { id: 'u_care', name: 'Care', role: 'admin' } as const;
  const accepted = [...requested, { type: 'win', expert: ada }, { type: 'captured' }] as const;
  const byCare = move(offered, ...accepted, { type: 'report_yes', report: yes, author: care });
  expect(byCare.next.history.at(-1)?.by).toEqual(care);
  expect(move(offered, ...accepted, { type: 'report_yes', report: yes }).next.history.at(-1)?.by).toEqual(
    asExpert(ada),
  );
  expect(move(proposed, { type: 'withdraw' }).next.history.at(-1)?.by).toEqual(asExpert(ada));
  expect(move(offered, ...requested, { type: 'withdraw' }).next.history.at(-1)?.by).toEqual(asked);
  expect(ask(draft, ...opened, { type: 'close', by: 'customer' }).next.history.at(-1)?.by).toEqual(asked);
  expect(ask(draft, ...opened, { type: 'close', by: 'admin', author: care }).next.history.at(-1)?.by).toEqual(care);
  const forgotten: readonly [QuestionEvent, Date] = [{ type: 'close', by: 'silence' }, draft.dueAt!];
  expect(ask(draft, forgotten).next.history.at(-1)?.by).toEqual(SYSTEM);
});

test('10.1 every rating is known, each with its stars; one that changes nothing is none', () => {
  const rate = (stars: number): QuestionEvent => ({ type: 'rate', stars, comment: null });
  const answered: QuestionEvent[] = [...opened, claim(), { type: 'answer', expert: ada, at: at(0) }];
  const given: QuestionEvent = { type: 'rate_automatic' };
  const { next } = ask(draft, ...answered, rate(2), rate(2), given, given, rate(3), given, rate(5));
  expect(next.history.slice(4).map(({ what, stars }) => [what, stars])).toEqual([
    ['rate', 2],
    ['rate_automatic', undefined], // the customer's own stands, and the value is earned
    ['rate', 3],
    ['rate', 5],
  ]);
  const automatic = ask(draft, ...answered, given, given).next.history.slice(4);
  expect(automatic).toEqual([{ what: 'rate_automatic', at: at(0), by: SYSTEM, stars: 5 }]);
});

test('10.1 what only looks at the clock, or says the same again, is no step', () => {
  const writing: QuestionEvent = { type: 'write', expert: ada, at: at(0) };
  const { next } = ask(
    draft,
    ...opened,
    claim(),
    claim(),
    writing,
    writing,
    { type: 'postpone_close', activeAt: at(MINUTE) },
    { type: 'answer', expert: ada, at: at(0) },
    { type: 'answer', expert: ada, at: at(0) },
    { type: 'replied', at: at(0) },
    { type: 'replied', at: at(0) },
  );
  expect(whats(next.history)).toEqual(['authorise', 'authorised', 'claim', 'write', 'answer', 'replied']);
  const asking = move(offered, ...requested, { type: 'win', expert: ada }, { type: 'resume' }, { type: 'resume' });
  expect(whats(asking.next.history)).toEqual(['authorise', 'request', 'win']);
});

test('10.1 a question that is claimed and released without end keeps its newest steps', () => {
  const turn: QuestionEvent[] = [claim(), { type: 'release', expertId: ada.id }];
  const turns = Array.from({ length: MOST_STEPS }, () => turn).flat();
  const { history } = ask(draft, ...opened, ...turns).next;
  expect(history).toHaveLength(MOST_STEPS);
  expect(whats(history.slice(-2))).toEqual(['claim', 'release']);
});

test('2.2, 10.1 whoever claims and releases without end makes nobody’s answer, rating or leaving forgotten', () => {
  const cleo = { id: 'u_cleo', name: 'Cleo' };
  const turn = (expert: typeof ada): QuestionEvent[] => [claim(expert), { type: 'release', expertId: expert.id }];
  const turns = Array.from({ length: MOST_STEPS }, () => turn(ben)).flat();
  const answered: QuestionEvent[] = [...opened, claim(), { type: 'answer', expert: ada, at: at(0) }];
  const { next } = ask(
    draft,
    ...answered,
    { type: 'rate', stars: 1, comment: null },
    [{ type: 'release', expertId: ada.id }, at(MINUTE)],
    ...turn(cleo),
    ...turns,
  );
  const { history } = next;
  expect(history.length).toBeLessThanOrEqual(MOST_STEPS);
  const first = ['authorise', 'authorised', 'claim', 'answer', 'rate', 'release', 'claim', 'release'];
  expect(whats(history.slice(0, 8))).toEqual(first);
  expect(history[6]?.by).toEqual(asExpert(cleo)); // her only turn
  expect(leftAt(ada.id, next, [], at(MINUTE))).toEqual(at(MINUTE));
  expect(whats(history.slice(-2))).toEqual(['claim', 'release']);
});

/** Posted, answered, rated low, left by its expert, and paid by care all the same. */
const paidAndLeft: (QuestionEvent | readonly [QuestionEvent, Date])[] = [
  ...opened,
  claim(),
  { type: 'answer', expert: ada, at: at(0) },
  { type: 'rate', stars: 1, comment: null },
  { type: 'pay' },
  [{ type: 'release', expertId: ada.id }, at(MINUTE)],
];
const change = (method: string): QuestionEvent => ({ type: 'change_method', method });
const times = <T>(count: number, round: (nth: number) => T[]): T[] =>
  Array.from({ length: count }, (_, nth) => round(nth)).flat();

test('6.5, 10.1 methods that are changed without end are one step, and make nothing forgotten', () => {
  const changes = times<readonly [QuestionEvent, Date]>(1_100, (nth) => [
    [change(nth % 2 === 0 ? 'pm_a' : 'pm_b'), at(2 * MINUTE + nth)],
  ]);
  const { next } = ask(draft, ...paidAndLeft, ...changes);
  expect(whats(next.history)).toEqual([
    ...['authorise', 'authorised', 'claim', 'answer', 'rate', 'pay', 'release', 'change_method'],
  ]);
  expect(next.history.at(-1)).toEqual({ what: 'change_method', at: at(2 * MINUTE + 1_099), by: asked });
  expect(leftAt(ada.id, next, [], at(MINUTE))).toEqual(at(MINUTE));
  expect(isGranted(next)).toBe(true);
});

test('2.1, 10.1 cards that fail without end, between them other methods and turns, make nothing forgotten', () => {
  const returned: QuestionEvent[] = [{ type: 'captured' }, { type: 'refund' }, { type: 'refunded' }];
  const turns = times<QuestionEvent>(400, (nth) => [
    claim(ben),
    change(`pm_${nth}`),
    { type: 'release', expertId: ben.id },
    change(`pm_other_${nth}`),
  ]);
  const { next } = ask(draft, ...paidAndLeft, ...returned, ...turns);
  expect(next.history.length).toBeLessThanOrEqual(MOST_STEPS);
  expect(whats(next.history)).toEqual(expect.arrayContaining(['answer', 'rate', 'pay', 'captured', 'refunded']));
  expect(leftAt(ada.id, next, [], at(MINUTE))).toEqual(at(MINUTE));
  expect(leftAt(ben.id, next, [], at(MINUTE))).toBeNull();

  // earned, and every card that is tried for it is held and then not charged
  const unpaid = times<QuestionEvent>(300, (nth) => [
    { type: 'capture_failed', reason: 'card_declined' },
    change(`pm_${nth}`),
    { type: 'authorise', method: `pm_${nth}` },
    { type: 'authorisation_failed', reason: 'card_declined' },
    { type: 'authorise', method: `pm_other_${nth}` },
    { type: 'authorised', authorisation: `auth_${nth}` },
  ]);
  const tried = ask(draft, ...paidAndLeft, ...unpaid).next;
  expect(tried.history).toHaveLength(MOST_STEPS);
  const firsts = ['claim', 'answer', 'rate', 'pay', 'release'];
  expect(whats(tried.history).slice(0, 5)).toEqual(firsts);
  expect(whats(tried.history.slice(-2))).toEqual(['authorise', 'authorised']);
});

test('2.2, 10.1 answers of one expert without end make nobody else’s forgotten', () => {
  const turns = times<QuestionEvent>(MOST_STEPS / 2, () => [
    claim(ben),
    { type: 'answer', expert: ben, at: at(0) },
    { type: 'release', expertId: ben.id },
  ]);
  const { next } = ask(draft, ...paidAndLeft, ...turns);
  expect(next.history.length).toBeLessThanOrEqual(MOST_STEPS);
  expect(next.history.find(({ what, by }) => what === 'answer' && by?.id === ada.id)).toBeDefined();
  expect(leftAt(ada.id, next, [], at(MINUTE))).toEqual(at(MINUTE));
  expect(isGranted(next)).toBe(true);
});

test('7.1, 10.1 a service requested again without end still knows that it was paid, and who left it', () => {
  const round = (expert: typeof ada): OfferEvent[] => [
    { type: 'win', expert },
    { type: 'report_no', report: no() },
    { type: 'request_again' },
  ];
  const { next } = move(
    offered,
    ...requested,
    pass,
    { type: 'win', expert: ada },
    { type: 'captured' },
    { type: 'report_no', report: no() },
    [{ type: 'request_again' }, at(MINUTE)],
    ...times(MOST_STEPS / 2, () => round(ben)),
  );
  expect(next.history.length).toBeLessThanOrEqual(MOST_STEPS);
  expect(whats(next.history.slice(0, 7))).toEqual([
    ...['authorise', 'request', 'pass', 'win', 'captured', 'report_no', 'request_again'],
  ]);
  const question = ask(draft, ...opened).next;
  expect(leftAt(ada.id, question, [next], at(MINUTE))).toEqual(at(MINUTE));
});

// Rule 3, by its numbers: what speaks against a message of an expert, and that what the conversation carries along is what it
// says, however it went.

import { describe, expect, test } from 'vitest';
import {
  ALL_REPLIED,
  NOTHING_EARLIER,
  isOfConduct,
  isShared,
  objectionsTo,
  unrepliedAfter,
} from '../../src/domain/conduct/conduct.ts';
import type { Earlier, Unreplied, Wish } from '../../src/domain/conduct/conduct.ts';
import { CODES } from '../../src/domain/errors.ts';
import { EXPERT_KINDS } from '../../src/domain/message.ts';
import type { Message } from '../../src/domain/message.ts';
import type { OfferState } from '../../src/domain/offer.ts';
import type { QuestionStep } from '../../src/domain/question.ts';
import { DAY, HOUR, MINUTE, SECOND, ada, at, ben, customer, policy } from './examples.ts';

type Line = Pick<Message, 'by' | 'kind' | 'at' | 'asksRating'>;

const line = (who: typeof ada, kind: Message['kind'], ms: number, asksRating = false): Line => ({
  by: { ...who, role: who === customer ? 'customer' : 'expert' },
  ...{ kind, at: at(ms) },
  ...(asksRating && { asksRating }),
});
const reply = (ms: number) => line(customer, 'message', ms);
const after = (...lines: Line[]): Unreplied => lines.reduce(unrepliedAfter, ALL_REPLIED);
const wish = (kind: Wish['kind'], ms: number, more: Partial<Wish> = {}): Wish => ({
  ...{ kind, expertId: ada.id, at: at(ms), asksRating: false },
  ...more,
});
const codes = (one: Wish, unreplied: Unreplied, earlier = NOTHING_EARLIER, rules = policy) =>
  objectionsTo(one, unreplied, earlier, rules).map(({ code }) => code);

describe('3.1 insistence', () => {
  const asked = line(ada, 'answer', 0, true);
  const again = wish('message', HOUR, { asksRating: true });

  test('one reminder is fine, inside the answer or after it', () => {
    expect(codes(wish('answer', 0, { asksRating: true }), ALL_REPLIED)).toEqual([]);
    expect(codes(again, after(line(ada, 'answer', 0)))).toEqual([]);
  });

  test('a second one is refused until the customer has replied, of whatever kind and by whomever', () => {
    for (const kind of ['greeting', 'info_request', 'answer', 'message'] as const) {
      expect(codes({ ...again, kind }, after(asked))).toEqual(['policy.rating_insistence']);
      expect(codes({ ...again, kind, expertId: ben.id }, after(asked))).toEqual(['policy.rating_insistence']);
    }
    expect(codes(again, after(asked, line(ada, 'info_request', MINUTE)))).toEqual(['policy.rating_insistence']);
    expect(codes({ ...again, at: at(300 * DAY) }, after(asked))).toEqual(['policy.rating_insistence']);
    expect(codes(again, after(asked, reply(MINUTE)))).toEqual([]);
  });

  test('it says since when', () => {
    const [refused] = objectionsTo(again, after(asked), NOTHING_EARLIER, policy);
    expect(refused?.details).toEqual({ since: at(0).toISOString() });
  });

  test('what does not ask is not concerned, and cannot be confirmed together with a fragment', () => {
    expect(codes(wish('message', HOUR), after(asked))).toEqual([]);
    const soon = wish('message', MINUTE, { asksRating: true });
    expect(codes(soon, after(asked))).toEqual(['policy.rating_insistence', 'policy.fragmented_answer']);
  });
});

describe('3.2 fragments', () => {
  test.each([
    ['answer', 'answer', true],
    ['answer', 'message', true],
    ['message', 'answer', true],
    ['message', 'message', true],
    ['greeting', 'answer', false],
    ['greeting', 'message', false],
    ['info_request', 'answer', false],
    ['follow_up', 'message', false],
    ['answer', 'greeting', false],
    ['answer', 'info_request', false],
    ['message', 'info_request', false],
  ] as const)('%s, then %s', (first, second, refused) => {
    expect(codes(wish(second, MINUTE), after(line(ada, first, 0)))).toEqual(
      refused ? ['policy.fragmented_answer'] : [],
    );
  });

  test('within the window, to the millisecond; it says until when', () => {
    const said = after(line(ada, 'answer', 0));
    expect(codes(wish('message', 10 * MINUTE - 1), said)).toEqual(['policy.fragmented_answer']);
    expect(codes(wish('message', 10 * MINUTE), said)).toEqual([]);
    const [refused] = objectionsTo(wish('message', SECOND), said, NOTHING_EARLIER, policy);
    expect(refused?.details).toEqual({ until: at(10 * MINUTE).toISOString() });
  });

  test('what is exempt does not hide the one before it; a reply does, and so does another expert', () => {
    const one = wish('answer', 2 * MINUTE);
    const said = line(ada, 'message', 0);
    expect(codes(one, after(said, line(ada, 'info_request', MINUTE)))).toEqual(['policy.fragmented_answer']);
    expect(codes(one, after(said, reply(MINUTE)))).toEqual([]);
    expect(codes({ ...one, expertId: ben.id }, after(said))).toEqual([]);
  });

  test('each confirmed one begins the window anew', () => {
    const said = after(line(ada, 'message', 0), line(ada, 'message', 9 * MINUTE));
    expect(codes(wish('message', 18 * MINUTE), said)).toEqual(['policy.fragmented_answer']);
  });

  test('without a window there is none', () => {
    const off = { ...policy, fragmentWindowMs: 0 };
    for (const ms of [0, 1, MINUTE]) {
      expect(codes(wish('answer', ms), after(line(ada, 'answer', 0)), NOTHING_EARLIER, off)).toEqual([]);
    }
  });
});

describe('3.3 follow-up', () => {
  const answered = after(line(ada, 'answer', 0));
  const due = wish('follow_up', 2 * DAY);
  const earlier = (more: Partial<Earlier> = {}): Earlier => ({ ...NOTHING_EARLIER, answered: true, ...more });

  test.each([
    [0, 'policy.follow_up_early'],
    [DAY - 1, 'policy.follow_up_early'],
    [DAY, null],
    [7 * DAY, null],
    [7 * DAY + 1, 'policy.follow_up_late'],
  ] as const)('%i ms after the answer: %s', (ms, code) => {
    expect(codes({ ...due, at: at(ms) }, answered, earlier())).toEqual(code === null ? [] : [code]);
  });

  test('the last answer counts', () => {
    const twice = after(line(ada, 'answer', 0), line(ada, 'answer', DAY));
    expect(codes({ ...due, at: at(DAY + HOUR) }, twice, earlier())).toEqual(['policy.follow_up_early']);
    expect(codes({ ...due, at: at(8 * DAY) }, twice, earlier())).toEqual([]);
  });

  test('each refusal has its own reason', () => {
    expect(codes(due, ALL_REPLIED, earlier({ answered: false }))).toEqual(['policy.follow_up_unanswered']);
    expect(codes(due, after(line(ada, 'message', 0)), earlier({ answered: false }))).toEqual([
      'policy.follow_up_unanswered',
    ]);
    expect(codes(due, after(line(ben, 'answer', 0)), earlier({ answered: false }))).toEqual([
      'policy.follow_up_unanswered',
    ]);
    expect(codes(due, after(line(ada, 'answer', 0), reply(HOUR)), earlier())).toEqual(['policy.follow_up_replied']);
    expect(codes(due, answered, earlier({ rated: true }))).toEqual(['policy.follow_up_rated']);
    expect(codes(due, answered, earlier({ followedUp: true }))).toEqual(['policy.follow_up_repeated']);
    expect(codes(due, answered, earlier({ isShared: true }))).toEqual(['policy.follow_up_shared']);
    expect(codes({ ...due, asksRating: true }, answered, earlier())).toEqual(['policy.follow_up_asks_rating']);
  });

  test('one that was written a moment ago is the one', () => {
    const followed = after(line(ada, 'answer', 0), line(ada, 'follow_up', DAY));
    expect(codes(due, followed, earlier())).toEqual(['policy.follow_up_repeated']);
  });

  test('it says when it is possible', () => {
    const [early] = objectionsTo({ ...due, at: at(HOUR) }, answered, earlier(), policy);
    expect(early?.details).toEqual({ until: at(DAY).toISOString() });
    const [late] = objectionsTo({ ...due, at: at(8 * DAY) }, answered, earlier(), policy);
    expect(late?.details).toEqual({ until: at(7 * DAY).toISOString() });
  });

  test('it is no fragment, and its asking is not called insistence', () => {
    const atOnce = { ...policy, followUpMs: { from: 0, until: DAY } };
    const asked = after(line(ada, 'answer', 0, true));
    expect(codes(wish('follow_up', 1), asked, earlier(), atOnce)).toEqual([]);
    expect(codes(wish('follow_up', 1, { asksRating: true }), asked, earlier(), atOnce)).toEqual([
      'policy.follow_up_asks_rating',
    ]);
  });
});

describe('3.3 another expert is on the question', () => {
  const step = (what: QuestionStep['what'], who: typeof ada, role: 'expert' | 'admin' | 'system' = 'expert') =>
    ({ what, at: at(0), by: { ...who, role } }) satisfies QuestionStep;
  const system = { id: 'system', name: 'Parley' };
  const claimed = [step('claim', ben), step('write', ben)];

  test.each<[string, string[], QuestionStep[], boolean]>([
    ['nobody else wrote', ['u_ada'], [step('claim', ada)], false],
    ['somebody claimed it and wrote nothing', ['u_ada'], [step('claim', ben), step('lapse', system, 'system')], false],
    ['somebody wrote and released it', ['u_ben', 'u_ada'], [...claimed, step('release', ben)], false],
    ['somebody wrote, and care released it for them', ['u_ben'], [...claimed, step('release', ada, 'admin')], false],
    ['somebody wrote and let the claim lapse', ['u_ben'], [...claimed, step('lapse', system, 'system')], true],
    ['somebody answered without a claim and released', ['u_ben'], [step('answer', ben), step('release', ben)], false],
    ['somebody released it, and came back', ['u_ben'], [...claimed, step('release', ben), step('claim', ben)], true],
  ])('%s', (_what, authors, history, shared) => {
    expect(isShared(ada.id, authors, history, [])).toBe(shared);
  });

  test('whoever has accepted a service is, until it has ended', () => {
    const taken = (state: OfferState, acceptedBy: typeof ada | null) =>
      isShared(ada.id, [ada.id], [], [{ state, acceptedBy }]);
    for (const state of ['capturing', 'accepted', 'report_overdue'] as const) {
      expect(taken(state, ben)).toBe(true);
      expect(taken(state, ada)).toBe(false);
    }
    for (const state of ['unfulfilled', 'unable', 'refunded', 'fulfilled', 'expired'] as const) {
      expect(taken(state, ben)).toBe(false);
    }
    expect(taken('open', null)).toBe(false);
  });
});

test('3 each code of conduct is one, and no other', () => {
  expect(CODES.filter(isOfConduct)).toEqual([
    'policy.rating_insistence',
    'policy.fragmented_answer',
    ...['unanswered', 'replied', 'rated', 'repeated', 'early', 'late', 'shared', 'asks_rating'].map(
      (why) => `policy.follow_up_${why}`,
    ),
  ]);
});

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The rules over again, in the words of the spec, from all that was written. */
function spelledOut(written: readonly Line[], one: Wish): string[] {
  const sinceReply = written.slice(written.findLastIndex(({ by }) => by.role === 'customer') + 1);
  const found: string[] = [];
  if (one.kind === 'follow_up') {
    const lastAnswer = sinceReply.filter(({ kind }) => kind === 'answer').at(-1);
    const hours = lastAnswer && (one.at.getTime() - lastAnswer.at.getTime()) / HOUR;
    if (lastAnswer?.by.id !== one.expertId) found.push('policy.follow_up_replied');
    else if (written.some(({ kind }) => kind === 'follow_up')) found.push('policy.follow_up_repeated');
    else if (hours! < 24) found.push('policy.follow_up_early');
    else if (hours! > 7 * 24) found.push('policy.follow_up_late');
    else if (one.asksRating) found.push('policy.follow_up_asks_rating');
  } else if (one.asksRating && sinceReply.some(({ asksRating }) => asksRating)) found.push('policy.rating_insistence');
  const parts = sinceReply.filter(({ kind }) => kind === 'answer' || kind === 'message');
  const last = parts.at(-1);
  const isPart = one.kind === 'answer' || one.kind === 'message';
  if (isPart && last?.by.id === one.expertId && one.at.getTime() - last.at.getTime() < 10 * MINUTE) {
    found.push('policy.fragmented_answer');
  }
  return found;
}

test('3 random conversations: what is carried along from line to line judges as all that was written does', () => {
  const met = new Set<string>();
  for (let seed = 1; seed <= 1_000; seed += 1) {
    const random = randomFrom(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const written: Line[] = [];
    let carried = ALL_REPLIED;
    let ms = 0;
    for (let step = 0; step < 14; step += 1) {
      ms += pick([1, MINUTE, 9 * MINUTE, 10 * MINUTE, DAY - HOUR, DAY, 3 * DAY]);
      const one = wish(pick(EXPERT_KINDS), ms, { expertId: pick([ada, ada, ben]).id, asksRating: random() < 0.3 });
      const followedUp = written.some(({ kind }) => kind === 'follow_up');
      const said = codes(one, carried, { ...NOTHING_EARLIER, answered: true, followedUp });
      expect(said, `seed ${seed}`).toEqual(spelledOut(written, one));
      for (const code of said) met.add(code);
      // written anyway when only a fragment speaks against it, as if it were confirmed
      const refused = said.some((code) => code !== 'policy.fragmented_answer');
      const who = one.expertId === ada.id ? ada : ben;
      const next = random() < 0.25 ? reply(ms) : refused ? null : line(who, one.kind, ms, one.asksRating);
      if (next === null) continue;
      written.push(next);
      carried = unrepliedAfter(carried, next);
    }
  }
  expect(met.size).toBe(7);
});

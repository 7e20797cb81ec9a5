// Rule 4: reminders of an answer that was neither rated nor replied to.
import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/domain/effects.ts';
import { isStillDue, reminderAt } from '../../src/domain/reminder.ts';
import { dueQuestion, stepQuestion } from '../../src/domain/question-step.ts';
import type { Question, QuestionEvent } from '../../src/domain/question.ts';
import { DAY, HOUR, MINUTE, START, ada, ask, at, ben, due, effectsOf, frozen, policy, seeded } from './examples.ts';
import { refusedWith } from './examples.ts';
import { answer, answered, automatic, captured, claim, close, from, given, rate, refund } from './question-examples.ts';
import { refundFailed, release } from './question-examples.ts';

const DAYS = [1, 2, 3, 7, 14, 21, 28, 35, 42, 49, 56, 63];
const remind: QuestionEvent = { type: 'remind' };
const open = from(...answered);
const mailOf = (question: Question, ms: number) => effectsOf(ask(question, [remind, at(ms)]), 'mail')[0];

describe('4.1 the schedule', () => {
  test('4.1 24 h, 48 h, 72 h and 7 d after the last answer, then every 7 d, 8 times more', () => {
    const steps = DAYS.map((_, step) => reminderAt(START, step, policy));
    expect(steps).toEqual(DAYS.map((days) => at(days * DAY)));
    expect(reminderAt(START, DAYS.length, policy)).toBeNull();
  });

  test.each([
    ['none before the regular ones', { remindersMs: [], reminderMax: 2 }, [7, 14]],
    ['no regular ones', { reminderMax: 0 }, [1, 2, 3, 7]],
    ['none at all', { remindersMs: [], reminderMax: 0 }, []],
    ['others', { remindersMs: [5 * DAY], reminderEveryMs: DAY, reminderMax: 3 }, [5, 6, 7, 8]],
  ])('4.1 with settings that say: %s', (_, numbers, days) => {
    const own = { ...policy, ...numbers };
    const steps = Array.from({ length: days.length + 1 }, (_step, step) => reminderAt(START, step, own));
    expect(steps).toEqual([...days.map((count) => at(count * DAY)), null]);
    const { next } = stepQuestion(from(...answered.slice(0, -1)), answer(), START, own);
    expect(next.remindAt).toEqual(steps[0]);
  });

  test('4.1 the next step stands on the question, and is due to the millisecond', () => {
    expect(open).toMatchObject({ answeredAt: START, reminders: 0, remindAt: at(DAY), dueAt: at(DAY) });
    expect(due(open, at(DAY - 1))).toBeNull();
    expect(due(open, at(DAY))).toEqual(remind);
    expect(refusedWith(() => ask(open, [remind, at(DAY - 1)]))).toBe('conflict.stale');
    const { next } = ask(open, [remind, at(DAY)]);
    expect(next).toMatchObject({ reminders: 1, remindAt: at(2 * DAY), dueAt: at(2 * DAY), state: 'answered' });
    expect(next.history).toEqual(open.history);
  });

  test('4.1 each is a letter to the customer, here or away, that names expert and step; the last one says so', () => {
    const params = { questionId: 'q_1', subject: 'My printer is offline', expert: 'Ada' };
    expect(mailOf(open, DAY)).toEqual({
      type: 'mail',
      key: `reminder-q_1-${START.getTime()}-1`,
      to: 'u_customer',
      template: 'reminder',
      params: { ...params, step: 1 },
      ifAway: false,
    });
    const late = { ...open, reminders: 11, remindAt: at(63 * DAY), activeAt: at(60 * DAY) };
    expect(mailOf(late, 63 * DAY)?.params).toEqual({ ...params, step: 'last' });
    expect(ask(late, [remind, at(63 * DAY)]).next.remindAt).toBeNull();
  });

  test('4.2 after an outage only the newest due step goes out', () => {
    const outcome = ask(open, [remind, at(8 * DAY)]);
    expect(effectsOf(outcome, 'mail').map(({ params }) => params.step)).toEqual([4]);
    expect(outcome.next).toMatchObject({ reminders: 4, remindAt: at(14 * DAY) });
    expect(due(outcome.next, at(8 * DAY))).toBeNull();
  });

  test('4.1 what stands on the record is due when the settings have become longer, and a shorter schedule has ended', () => {
    const longer = { ...policy, remindersMs: [5 * DAY, 9 * DAY] };
    expect(dueQuestion(open, at(DAY), longer)).toEqual(remind);
    const { next, effects } = stepQuestion(open, remind, at(DAY), longer);
    expect(effects.filter(({ type }) => type === 'mail')).toHaveLength(1);
    expect(next.remindAt).toEqual(at(9 * DAY));
    const off = { ...policy, remindersMs: [], reminderMax: 0 };
    const ended = stepQuestion(open, remind, at(DAY), off);
    expect(ended.effects.filter(({ type }) => type === 'mail')).toEqual([]);
    expect(ended.next.remindAt).toBeNull();
  });
});

describe('4.2 what restarts and what ends them', () => {
  const reminded = ask(open, [remind, at(DAY)], [remind, at(2 * DAY)]).next;

  test('4.2 a new answer restarts the schedule, whoever writes it', () => {
    const again = ask(reminded, answer(ada, at(3 * DAY))).next;
    expect(again).toMatchObject({ answeredAt: at(3 * DAY), reminders: 0, remindAt: at(4 * DAY) });
    const other = ask(reminded, release(), claim(ben), answer(ben, at(3 * DAY))).next;
    expect(other).toMatchObject({ answeredAt: at(3 * DAY), reminders: 0, remindAt: at(4 * DAY) });
    expect(mailOf(other, 4 * DAY)).toMatchObject({ params: { expert: 'Ben', step: 1 } });
  });

  test('4.2 an answer that is known already restarts nothing, and neither do other messages', () => {
    for (const event of [answer(ada, START), { type: 'write', expert: ada, at: at(3 * DAY) } as const]) {
      expect(ask(reminded, event).next).toMatchObject({ answeredAt: START, reminders: 2, remindAt: at(3 * DAY) });
    }
  });

  test('2.4 the customer is told of an answer once, not of each further one', () => {
    expect(effectsOf(ask(reminded, answer(ada, at(3 * DAY))), 'notice')).toEqual([]);
    expect(effectsOf(ask(reminded, release(), claim(ben), answer(ben, at(3 * DAY))), 'notice')).toHaveLength(1);
  });

  test.each<[string, QuestionEvent[]]>([
    ['a rating', [rate(5)]],
    ['a rating that pays nothing', [rate(1)]],
    ['an automatic rating', [automatic]],
    ['closing', [close()]],
    ['a refund that was granted', [automatic, captured, refund]],
    ['a refund', [automatic, captured, refund, given]],
    ['a refund that failed', [automatic, captured, refund, refundFailed]],
  ])('4.2 %s ends them', (_, events) => {
    const { next } = ask(reminded, ...events);
    expect(next.remindAt).toBeNull();
    expect(refusedWith(() => ask(next, [remind, at(90 * DAY)]))).toMatch(/^conflict\.(?:stale|closed)$/);
    expect(isStillDue(next, `reminder-q_1-${START.getTime()}-2`)).toBe(false);
    if (next.state === 'closed') return;
    expect(ask(next, release(), claim(ben), answer(ben, at(3 * DAY))).next.remindAt).toBeNull();
  });

  test('4.2 a refund ends them also where nothing was rated', () => {
    const returned = { asked: 1, moves: [], disputes: [] };
    const given_ = { ...open, payment: { ...open.payment, state: 'refunded' as const, returned } };
    expect(ask(given_, answer(ada, at(HOUR))).next.remindAt).toBeNull();
  });

  test('4.2 a reply, or an account that cannot be written to, ends them until the next answer', () => {
    expect(dueQuestion(open, at(DAY), policy, { isOver: true })).toEqual({ type: 'end_reminders' });
    expect(dueQuestion(open, at(DAY), policy, { isOver: false })).toEqual(remind);
    expect(refusedWith(() => ask(open, [{ type: 'end_reminders' }, at(DAY - 1)]))).toBe('conflict.stale');
    const { next } = ask(open, [{ type: 'end_reminders' }, at(DAY)]);
    expect(next).toMatchObject({ remindAt: null, dueAt: at(30 * DAY) });
    expect(ask(next, answer(ada, at(2 * DAY))).next.remindAt).toEqual(at(3 * DAY));
  });

  test('4.2 a letter that waits is sent only while it is the newest and nothing has ended them', () => {
    const key = effectsOf(ask(open, [remind, at(DAY)]), 'mail')[0]!.key;
    const sent = ask(open, [remind, at(DAY)]).next;
    expect(isStillDue(sent, key)).toBe(true);
    expect(isStillDue(reminded, key)).toBe(false);
    expect(isStillDue(ask(sent, answer(ada, at(2 * DAY))).next, key)).toBe(false);
    expect(isStillDue(open, key)).toBe(false);
  });

  test('2.8, 4.2 whatever is due besides goes first, and a payment that is asked about keeps no reminder waiting', () => {
    expect(due(open, at(30 * DAY))).toEqual({ type: 'close', by: 'silence' });
    const paying = { ...open, payment: { ...open.payment, state: 'capturing' as const }, dueAt: at(DAY) };
    expect(due(paying, at(DAY))).toEqual(remind);
  });
});

// Lives nobody thought of: what is sent is judged by what has happened, which the machine sees through its record alone.

interface Past {
  /** when the answers were written, the newest last */
  readonly answers: Date[];
  readonly replies: Date[];
  over: boolean;
}

interface Letter {
  readonly key: string;
  readonly answeredAt: Date;
  /** 0 is the first */
  readonly step: number;
}

const LIVES = 300;
const TURNS = 60;

describe('4 random lives', () => {
  test.each(Array.from({ length: 10 }, (_, index) => index + 1))('4.1, 4.2 with seed %i', (seed) => {
    const random = seeded(seed);
    for (let count = 0; count < LIVES / 10; count += 1) live(random);
  });
});

function live(random: () => number): void {
  const own = { ...policy, autoCloseMs: 90 * DAY };
  const past: Past = { answers: [START], replies: [], over: false };
  const letters = new Map<string, Letter>();
  const trail: string[] = [];
  let record: Question = stepQuestion(from(...answered.slice(0, -1)), answer(), START, own).next;
  let now = START;
  /** owed by a step that was saved, and not settled yet: whoever died comes back to it */
  let outbox: readonly Effect[] = [];

  const settle = () => {
    for (const effect of outbox) if (effect.type === 'mail' && effect.template === 'reminder') send(effect.key);
    if (random() < 0.8) outbox = []; // otherwise whoever settled them died before noting it: they are settled again
  };
  const send = (key: string) => {
    if (letters.has(key)) return; // the same key is the same letter
    const [, written, nth] = /^reminder-q_1-(\d+)-(\d+)$/.exec(key) ?? [];
    letters.set(key, { key, answeredAt: new Date(Number(written)), step: Number(nth) - 1 });
  };
  const take = (event: QuestionEvent): void => {
    trail.push(`${now.toISOString()} ${JSON.stringify(event)}`);
    const { next, effects } = stepQuestion(frozen(record), frozen(event), now, own);
    if (random() < 0.15) return; // died before it was saved: whoever comes next decides anew
    record = structuredClone(next);
    outbox = [...outbox, ...effects];
    if (random() < 0.9) settle();
  };
  const wake = (): void => {
    for (let steps = 0; ; steps += 1) {
      const hasReplied = past.replies.some((when) => when > record.answeredAt!);
      const event = dueQuestion(record, now, own, { isOver: hasReplied, activeAt: record.activeAt });
      if (event === null) return;
      if (steps === 40) expect.fail(`no end\n${trail.join('\n')}`);
      take(event);
      if (event.type === 'close') past.over ||= record.state === 'closed';
    }
  };

  for (let turn = 0; turn < TURNS && !past.over; turn += 1) {
    const ahead = (record.remindAt ?? now).getTime() - now.getTime();
    const jumps = [MINUTE, 5 * HOUR, DAY, 9 * DAY, ahead, ahead - 1, ahead + 1];
    now = new Date(now.getTime() + Math.max(1, jumps[Math.floor(random() * jumps.length)]!));
    const chance = random();
    if (chance < 0.08) {
      const before = record.answeredAt;
      take(answer(ada, now));
      if (record.answeredAt !== before) past.answers.push(now);
    } else if (chance < 0.14) {
      past.replies.push(now);
    } else if (chance < 0.16) {
      take(random() < 0.5 ? rate(3) : close());
      past.over = record.rating !== null || record.state === 'closed';
      if (past.over) trail.push(`${now.toISOString()} over`);
    }
    // an outage: nobody looks
    if (random() < 0.2) continue;
    const before = letters.size;
    wake();
    settle();
    judge(past, letters, before, now, trail);
  }
  // whoever is done hears no more
  const before = letters.size;
  now = new Date(now.getTime() + 200 * DAY);
  if (past.over) {
    wake();
    settle();
    expect(letters.size, trail.join('\n')).toBe(before);
  }
}

/** What the letters are, once everything is done that was due. */
function judge(past: Past, letters: Map<string, Letter>, before: number, now: Date, trail: string[]): void {
  const answeredAt = past.answers.at(-1)!;
  const steps = DAYS.filter((days) => answeredAt.getTime() + days * DAY <= now.getTime()).length;
  const hasReplied = past.replies.some((when) => when > answeredAt);
  const news = [...letters.values()].slice(before);
  const why = () => trail.join('\n');
  // 4.2: never in a burst, never for what is over, and only the newest step that is due
  if (news.length > 1) expect.fail(`${news.length} at once\n${why()}`);
  for (const letter of news) {
    if (hasReplied || past.over) expect.fail(`reminded although it is over\n${why()}`);
    if (letter.answeredAt.getTime() !== answeredAt.getTime()) expect.fail(`of an earlier answer\n${why()}`);
    if (letter.step !== steps - 1) expect.fail(`step ${letter.step} instead of ${steps - 1}\n${why()}`);
  }
  // 4.1: what is due has been sent
  if (hasReplied || past.over || steps === 0) return;
  const sent = [...letters.values()].some(
    (letter) => letter.step === steps - 1 && letter.answeredAt.getTime() === answeredAt.getTime(),
  );
  if (!sent) expect.fail(`step ${steps - 1} was not sent at ${now.toISOString()}\n${why()}`);
}

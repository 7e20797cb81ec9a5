// What the queue shows of a question, for those who have no part in it (2.2).
import { expect, test } from 'vitest';
import type { QuestionEvent } from '../../src/domain/question.ts';
import { stepQuestion } from '../../src/domain/question-step.ts';
import { MINUTE, ada, at, ben, policy } from './examples.ts';
import {
  answer,
  answered,
  automatic,
  authorise,
  claim,
  close,
  from,
  posted,
  rate,
  release,
  write,
} from './question-examples.ts';

const lapse: QuestionEvent = { type: 'lapse' };

test('2.2 it has changed when a question was posted, claimed, released, answered by somebody new, or closed', () => {
  const changed = (...events: QuestionEvent[]) => {
    const { queue, version } = from(...events);
    return [queue?.version === version, queue?.left ?? null];
  };
  expect(changed(authorise)).toEqual([false, null]); // a draft is its customer's
  expect(changed(...posted)).toEqual([true, null]);
  expect(changed(...posted, claim())).toEqual([true, null]);
  expect(changed(...posted, claim(), release())).toEqual([true, ada.id]);
  expect(changed(...posted, answer())).toEqual([true, null]);
  expect(changed(...posted, close())).toEqual([true, null]);
  expect(changed(...posted, claim(), close())).toEqual([true, null]);
  expect(changed(...answered, release(), claim(ben))).toEqual([true, null]);
});

test('2.2 it has not by whatever else happens to it, and remembers its last change', () => {
  const steps: [QuestionEvent[], QuestionEvent][] = [
    [[...posted, claim()], claim()], // only held longer
    [[...posted, claim()], write()],
    [[...posted, claim(), write()], answer()],
    [[...answered], rate(5)],
    [[...answered, release()], rate(2)],
    [[...posted, claim(), write()], automatic],
    [[], close()], // a draft that nobody has seen
  ];
  for (const [before, event] of steps) {
    const question = from(...before);
    const { next } = stepQuestion(question, event, at(MINUTE), policy);
    expect([event.type, next.queue]).toEqual([event.type, question.queue]);
  }
});

test('2.2 a claim that lapses leaves the one who held it, at the time at which somebody looked', () => {
  const claimed = from(...posted, claim());
  const now = new Date(claimed.lockedUntil!.getTime() + MINUTE);
  const { next } = stepQuestion(claimed, lapse, now, policy);
  expect(next.queue).toEqual({ version: next.version, at: now, left: ada.id });
});

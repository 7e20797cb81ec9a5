import { expect, test } from 'vitest';
import type { Actor } from '../../src/domain/people.ts';
import { Doors } from '../../src/gateway/doors.ts';
import type { Visit } from '../../src/gateway/visit.ts';
import { PEOPLE } from './world.ts';

const CAPS = { sockets: 100, socketsPerUser: 3, socketsPerAddress: 25 };

const visit = (network: string): Visit => ({
  address: network,
  network,
  since: 0,
  actor: null,
  locale: 'en',
  place: 'waiting',
  unsaid: 0,
  calls: 0,
  halves: 0,
});
const sentAway: Visit[] = [];
const arrived = (doors: Doors, network = 'home'): Visit => {
  const one = visit(network);
  doors.arrive(one, () => sentAway.push(one));
  return one;
};
const someone = (id: string): Actor => ({ ...PEOPLE['cora']!, id });

/** How many of `tries` are let in. */
function letIn(doors: Doors, tries: number, who: (n: number) => Actor | null, from = (_n: number) => 'home'): number {
  let count = 0;
  for (let n = 0; n < tries; n += 1) {
    try {
      doors.admit(arrived(doors, from(n)), who(n));
      count += 1;
    } catch (error) {
      expect(error).toMatchObject({ code: 'conflict.too_many_sockets', details: { limit: expect.any(Number) } });
    }
  }
  return count;
}

test('one network has a part of the places, and nobody else is kept out by it', () => {
  const doors = new Doors(CAPS);
  expect(letIn(doors, 300, (n) => someone(`visitor-${n}`))).toBe(25);
  expect(
    letIn(
      doors,
      1,
      () => someone('cora'),
      () => 'elsewhere',
    ),
  ).toBe(1);
});

test('strangers have a quarter of the places together, one network a quarter of that', () => {
  const doors = new Doors(CAPS);
  expect(letIn(doors, 300, () => null)).toBe(6);
  expect(
    letIn(
      doors,
      300,
      () => null,
      (n) => `network-${n}`,
    ),
  ).toBe(19);
  expect(letIn(doors, 1, () => someone('cora'))).toBe(1);
});

test('a person has their places over all networks, until the connection ends', () => {
  const doors = new Doors(CAPS);
  const first = arrived(doors, 'a');
  doors.admit(first, someone('cora'));
  expect(
    letIn(
      doors,
      5,
      () => someone('cora'),
      (n) => `network-${n}`,
    ),
  ).toBe(2);
  doors.leave(first);
  doors.leave(first); // once is enough
  expect(
    letIn(
      doors,
      5,
      () => someone('cora'),
      (n) => `network-${n}`,
    ),
  ).toBe(1);
});

test('all places together are no more than the cap', () => {
  const doors = new Doors(CAPS);
  expect(
    letIn(
      doors,
      200,
      (n) => someone(`visitor-${n}`),
      (n) => `network-${n}`,
    ),
  ).toBe(100);
});

test('those who have not said who they are make room for those who come, and never fill the house', () => {
  const doors = new Doors(CAPS);
  sentAway.length = 0;
  const waiting = Array.from({ length: 250 }, () => arrived(doors));
  expect(sentAway).toEqual([]);
  expect(letIn(doors, 1, () => someone('cora'))).toBe(1);
  expect(sentAway).toEqual([waiting[0]]); // who has waited longest
  arrived(doors);
  arrived(doors);
  expect(sentAway).toEqual(waiting.slice(0, 2));
  expect(doors.mayKnock).toBe(true);
});

test('a thousand wait at most, of however many networks', () => {
  const doors = new Doors(CAPS);
  const waiting = Array.from({ length: 1_000 }, (_, n) => arrived(doors, `network-${n % 10}`));
  expect(doors.mayKnock).toBe(false);
  doors.leave(waiting[0]!);
  expect(doors.mayKnock).toBe(true);
});

test('lines are counted from the accept on, and given back', () => {
  const doors = new Doors(CAPS);
  const accepted = Array.from({ length: 400 }, () => doors.accept('home')).filter(Boolean).length;
  expect(accepted).toBe(25 + 250);
  expect(doors.accept('elsewhere')).toBe(true);
  doors.hangUp('home');
  expect([doors.accept('home'), doors.accept('home')]).toEqual([true, false]);
});

test('whoever comes and goes without end is told to wait, and has everything again after a while', () => {
  const doors = new Doors(CAPS);
  const come = () => {
    const one = arrived(doors);
    try {
      doors.admit(one, someone('cora'));
      return 'in';
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      doors.leave(one);
    }
  };
  const answers = Array.from({ length: 16 }, come);
  expect(answers.slice(0, 15)).toEqual(Array<string>(15).fill('in'));
  expect(answers[15]).toBe('rate.limited');
  doors.forgetArrivals();
  expect(come()).toBe('in');
});

// What is said to people who do not see.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Announcer } from '../../web/kit/announce.ts';

let announcer: Announcer;
beforeEach(() => {
  vi.useFakeTimers();
  announcer = new Announcer((count) => `${count} new messages`);
});
afterEach(() => {
  vi.useRealTimers();
});

test('the first is said at once; what comes within two seconds is gathered, and many become one', () => {
  announcer.say('Ada: Hello');
  expect(announcer.polite.value).toBe('Ada: Hello');
  announcer.say('Ada: How are you?');
  announcer.say('Ada: Are you there?');
  expect(announcer.polite.value).toBe('Ada: Hello');
  vi.advanceTimersByTime(2_000);
  expect(announcer.polite.value).toBe('Ada: How are you? Ada: Are you there?');
  for (const text of ['one', 'two', 'three']) announcer.say(text);
  vi.advanceTimersByTime(2_000);
  expect(announcer.polite.value).toBe('3 new messages');
  vi.advanceTimersByTime(2_000);
  announcer.say('At once again');
  expect(announcer.polite.value).toBe('At once again');
});

test('the same words are announced again each time they are said: the text of the region changes', () => {
  const heard: string[] = [];
  for (let time = 0; time < 3; time += 1) {
    announcer.warn('The payment failed.');
    heard.push(announcer.assertive.value);
    announcer.say('Ada: Hello');
    heard.push(announcer.polite.value);
    vi.advanceTimersByTime(2_000);
  }
  const [, , ...later] = heard;
  later.forEach((text, index) => {
    expect(text).not.toBe(heard[index]);
    expect(text.trim()).toBe(heard[index]!.trim());
  });
});

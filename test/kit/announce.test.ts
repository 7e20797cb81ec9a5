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

test('the first is said at once; what comes within two seconds is gathered, and many messages are counted', async () => {
  announcer.say('Ada: Hello', true);
  await Promise.resolve();
  expect(announcer.polite.value).toBe('Ada: Hello');
  announcer.say('Ada: How are you?', true);
  announcer.say('Ada: Are you there?', true);
  expect(announcer.polite.value).toBe('Ada: Hello');
  vi.advanceTimersByTime(2_000);
  expect(announcer.polite.value).toBe('Ada: How are you? Ada: Are you there?');
  for (const text of ['one', 'two', 'three']) announcer.say(text, true);
  vi.advanceTimersByTime(2_000);
  expect(announcer.polite.value).toBe('3 new messages');
  vi.advanceTimersByTime(2_000);
  announcer.say('At once again');
  await Promise.resolve();
  expect(announcer.polite.value).toBe('At once again');
});

test('what comes together is one, with all its messages counted; what is no message is not, and is said', async () => {
  for (let count = 0; count < 50; count += 1) announcer.say('Ada: Hello', true);
  announcer.say('Ada has answered.');
  await Promise.resolve();
  expect(announcer.polite.value).toBe('Ada has answered. 50 new messages');
  for (const step of ['Closed.', 'Open.', 'Claimed.']) announcer.say(step);
  vi.advanceTimersByTime(2_000);
  expect(announcer.polite.value).toBe('Closed. Open. Claimed.');
});

test('the same words are announced again each time they are said: the text of the region changes', async () => {
  const heard: string[] = [];
  for (let time = 0; time < 3; time += 1) {
    announcer.warn('The payment failed.');
    heard.push(announcer.assertive.value);
    announcer.say('Ada: Hello');
    await Promise.resolve();
    heard.push(announcer.polite.value);
    vi.advanceTimersByTime(2_000);
  }
  const [, , ...later] = heard;
  later.forEach((text, index) => {
    expect(text).not.toBe(heard[index]);
    expect(text.trim()).toBe(heard[index]!.trim());
  });
});

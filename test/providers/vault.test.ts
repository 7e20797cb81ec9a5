// 9.1: what is encrypted opens with its own key, for its own question and version, and in no other way.
import { createDecipheriv, randomBytes } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { vault } from '../../src/providers/vault.ts';

const first = { version: 1, key: randomBytes(32) };
const second = { version: 2, key: randomBytes(32) };
const TEXT = 'The router’s password is 🐟 ½ fish';

const old = vault([first]);
const both = vault([second, first]);
const key = old.makeKey('q_1');
const sealed = old.seal('q_1', 3, key, TEXT);

test('9.1 a text comes out as it went in', () => {
  expect(old.open('q_1', 3, key, sealed)).toBe(TEXT);
  for (const text of ['', ' ', '\0', 'x'.repeat(10_000)]) {
    expect(old.open('q_1', 1, key, old.seal('q_1', 1, key, text))).toBe(text);
  }
});

test('9.1 the same text is another ciphertext each time, and shows nothing of itself', () => {
  const again = old.seal('q_1', 3, key, TEXT);
  expect(Buffer.from(again).equals(Buffer.from(sealed))).toBe(false);
  expect(Buffer.from(sealed).includes('router')).toBe(false);
  expect(Buffer.from(key.wrapped).equals(Buffer.from(old.makeKey('q_1').wrapped))).toBe(false);
});

test('9.1 neither key nor text opens elsewhere: another question, version, key or KEK', () => {
  const fails = (work: () => unknown) => {
    expect(work).toThrow(/authenticate/);
  };
  fails(() => old.open('q_2', 3, key, sealed));
  fails(() => old.open('q_1', 4, key, sealed));
  fails(() => old.open('q_1', 3, old.makeKey('q_1'), sealed));
  fails(() => vault([{ version: 1, key: second.key }]).open('q_1', 3, key, sealed));
  fails(() => vault([{ version: 2, key: first.key }]).open('q_1', 3, { ...key, kek: 2 }, sealed));
});

test('9.1 a bit that was turned is found, wherever it is', () => {
  for (let at = 0; at < sealed.length; at += 1) {
    const turned = Buffer.from(sealed);
    turned[at] = (turned[at] ?? 0) ^ 1;
    expect(() => old.open('q_1', 3, key, turned)).toThrow();
  }
  for (const cut of [0, 12, 27, sealed.length - 1]) {
    expect(() => old.open('q_1', 3, key, sealed.subarray(0, cut))).toThrow();
  }
});

test('9.1 the newest KEK wraps, older ones still unwrap, and a rewrapped key needs the old one no more', () => {
  expect([old.newestKek, both.newestKek]).toEqual([1, 2]);
  expect(both.makeKey('q_1').kek).toBe(2);
  expect(both.open('q_1', 3, key, sealed)).toBe(TEXT);
  const rewrapped = both.rewrap('q_1', key);
  expect(rewrapped.kek).toBe(2);
  expect(vault([second]).open('q_1', 3, rewrapped, sealed)).toBe(TEXT);
  expect([vault([second]).knows(key), vault([second]).knows(rewrapped), both.knows(key)]).toEqual([false, true, true]);
  expect(() => vault([second]).open('q_1', 3, key, sealed)).toThrow('KEK: version 1 is not among the settings');
});

test('9.1 nothing of a data key stays in memory once it was used', () => {
  const decipher = createDecipheriv('aes-256-gcm', randomBytes(32), randomBytes(12));
  const update = vi.spyOn(Object.getPrototypeOf(decipher) as typeof decipher, 'update');
  both.open('q_1', 3, key, sealed);
  both.rewrap('q_1', key);
  const keys = update.mock.results.map(({ value }) => value as unknown as Buffer).filter(({ length }) => length === 32);
  update.mockRestore();
  expect(keys).toEqual([Buffer.alloc(32), Buffer.alloc(32)]);
});

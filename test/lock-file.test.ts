// The check of package-lock.json that `npm run check` makes.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { problemsOf } from '../.ci/lock-file.ts';
import type { Lock } from '../.ci/lock-file.ts';

const lock = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', 'package-lock.json'), 'utf8')) as Lock &
  Required<Pick<Lock, 'packages'>>;
const HASH = `sha512-${'A'.repeat(86)}==`;

test('ours is whole', () => {
  expect(Object.keys(lock.packages).length).toBeGreaterThan(200);
  expect(problemsOf(lock)).toEqual([]);
});

describe('one that is not', () => {
  test.each([
    ['no hash', { version: '1.0.0' }, 'has no SHA-512 hash'],
    ['a hash that is none', { version: '1.0.0', integrity: 'sha512-x' }, 'has no SHA-512 hash'],
    ['a hash that is broken', { version: '1.0.0', integrity: `sha1-${'A'.repeat(27)}=` }, 'has no SHA-512 hash'],
    [
      'an optional package of another platform without one',
      { version: '1.0.0', optional: true },
      'has no SHA-512 hash',
    ],
    [
      'an address',
      { version: '1.0.0', integrity: HASH, resolved: 'https://packages.example.test/a.tgz' },
      'packages.example.test',
    ],
    [
      'an optional package of another platform that is not there',
      { version: '1.0.0', integrity: HASH, optionalDependencies: { 'b-win32': '1.0.0' } },
      'needs b-win32, which is not in it',
    ],
  ])('%s is named with its place', (_what, entry, why) => {
    const [problem, ...others] = problemsOf({ ...lock, packages: { ...lock.packages, 'node_modules/a': entry } });
    expect(problem).toMatch(/^node_modules\/a 1\.0\.0 /);
    expect(problem).toContain(why);
    expect(others).toEqual([]);
  });

  test('a link and the project itself have none', () => {
    expect(
      problemsOf({ lockfileVersion: 3, packages: { '': { version: '1.0.0' }, 'node_modules/a': { link: true } } }),
    ).toEqual([]);
    expect(problemsOf({ lockfileVersion: 1 })).toHaveLength(1);
  });
});

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { RULES, rulesDoc, unknownRules } from './rules-doc.ts';

const file = path.join(import.meta.dirname, '..', '..', 'docs', 'rules.md');

test('docs/rules.md says where each rule is kept and tested', async () => {
  if (process.env.UPDATE_DOCS === '1') await writeFile(file, rulesDoc());
  const written = await readFile(file, 'utf8').catch(() => '');
  expect(written, 'regenerate it: UPDATE_DOCS=1 npx vitest run test/domain/rules-doc.test.ts').toBe(rulesDoc());
});

test('every rule has its place in it', () => {
  const text = rulesDoc();
  for (const [rule, words] of Object.entries(RULES)) {
    expect(
      text.split('\n').filter((line) => line === `## ${rule} ${words}` || line === `- ${rule} ${words}`),
    ).toHaveLength(1);
  }
  expect(text).toMatch(/^## 2\.4 .*\n\n- code: .*`src\/domain\/` [^;]*question.*\n- tests: .*`test\/domain\/`/m);
});

test('no test is named after a rule that does not exist', () => {
  expect(unknownRules()).toEqual([]);
});

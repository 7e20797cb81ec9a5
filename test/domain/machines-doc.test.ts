import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CASE_STATES } from '../../src/domain/case.ts';
import { OFFER_STATES } from '../../src/domain/offer.ts';
import { PAYMENT_STATES } from '../../src/domain/payment.ts';
import { QUESTION_STATES } from '../../src/domain/question.ts';
import { machinesDoc } from './machines-doc.ts';

const file = path.join(import.meta.dirname, '..', '..', 'docs', 'machines.md');

test('2, 5 to 7, 10 docs/machines.md says what the machines do', async () => {
  if (process.env.UPDATE_DOCS === '1') await writeFile(file, machinesDoc());
  const written = await readFile(file, 'utf8').catch(() => '');
  expect(written, 'regenerate it: UPDATE_DOCS=1 npx vitest run test/domain/machines-doc.test.ts').toBe(machinesDoc());
});

test('2, 5 to 7, 10 every state has its place in it', () => {
  const text = machinesDoc();
  for (const state of [...QUESTION_STATES, ...OFFER_STATES, ...PAYMENT_STATES, ...CASE_STATES]) {
    expect(text).toContain(`| \`${state}\` |`);
  }
  expect(text.match(/stateDiagram-v2/g)).toHaveLength(4);
  expect(text).toContain('  open --> capturing: win\n');
  expect(text).toContain('| `reserved` | `win` | `capturing` |\n');
  expect(text).toContain('| `offered` | `request` | `reserved` or `open` |\n');
});

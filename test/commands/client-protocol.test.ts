import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { EVENTS } from '../../src/commands/events.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { clientProtocol } from './client-protocol.ts';

const file = path.join(import.meta.dirname, '..', '..', 'web', 'client', 'protocol.ts');

test('web/client/protocol.ts says what the tables of commands and events say', async () => {
  const made = await clientProtocol(file);
  if (process.env.UPDATE_DOCS === '1') await writeFile(file, made);
  const written = await readFile(file, 'utf8').catch(() => '');
  const how = 'regenerate it: UPDATE_DOCS=1 npx vitest run test/commands/client-protocol.test.ts';
  expect(written === made, how).toBe(true);
  for (const name of [...Object.keys(COMMANDS), ...Object.keys(EVENTS)]) {
    expect(made).toMatch(new RegExp(`^  '?${name.replace('.', '\\.')}'?: `, 'm'));
  }
});

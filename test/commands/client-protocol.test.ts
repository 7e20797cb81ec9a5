import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { EVENTS } from '../../src/commands/events.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { clientProtocol } from './client-protocol.ts';

const root = path.join(import.meta.dirname, '..', '..');
const file = path.join(root, 'web', 'client', 'protocol.ts');

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

test('docs/protocol.md says of every command and every event who may call it and who hears it', async () => {
  const text = await readFile(path.join(root, 'docs', 'protocol.md'), 'utf8');
  const named = (heading: string) => {
    const [section = ''] = text.split(`## ${heading}\n`)[1]?.split('\n## ') ?? [];
    const rows = section.split('\n').filter((line) => /^\| `/.test(line));
    const cells = rows.map((line) => line.split(' | ')[0] ?? '');
    return cells.flatMap((cell) => [...cell.matchAll(/`([a-z][a-z.-]*)`/g)].map(([, name]) => name)).toSorted();
  };
  expect(named('Commands')).toEqual(Object.keys(COMMANDS).toSorted());
  expect(named('Events')).toEqual(Object.keys(EVENTS).toSorted());
});

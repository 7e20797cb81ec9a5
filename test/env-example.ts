// `.env.example`, made from the table of settings.
import type { ZodType } from 'zod';
import { ZodPrefault } from 'zod';
import { SECTIONS } from '../src/settings/table.ts';

const WIDTH = 125;

export function envExample(): string {
  const sections = Object.entries(SECTIONS).map(([heading, rows]) => {
    const lines = Object.entries(rows).flatMap(([name, row]: [string, ZodType]) => [
      ...(row.description ?? '').split('\n').flatMap(comment),
      `# ${name}=${writtenDefault(row)}`,
    ]);
    return [`# --- ${heading}`, ...lines, ''].join('\n');
  });
  return [HEAD, ...sections].join('\n');
}

const HEAD = `# Every setting with its default. Remove the "# " to change one; empty means default.
# Durations are a number with ms, s, m, h or d; lists are separated by commas.
`;

function writtenDefault(row: ZodType): string {
  return row instanceof ZodPrefault ? String(row.def.defaultValue) : '';
}

/** Lines of a comment, none longer than a line of ours. */
function comment(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > WIDTH) lines.push(`# ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

// Is package-lock.json whole? Every package stands in it, those of other platforms too, without which `npm ci` refuses it. Each
// has the hash of what was tested, and no address of a registry stands in it: whoever installs uses their own. What lacks is
// told by `npm view <name>@<version> dist.integrity`.

import { readFileSync } from 'node:fs';

export interface Lock {
  readonly lockfileVersion: number;
  readonly packages?: Readonly<Record<string, Locked>>;
}

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A line a problem. */
export function problemsOf({ lockfileVersion, packages = {} }: Lock): string[] {
  const problems = lockfileVersion === 3 ? [] : ['it is not of version 3'];
  const places = Object.keys(packages);
  for (const [place, { version = '', integrity, resolved, link, ...needs }] of Object.entries(packages)) {
    for (const name of Object.keys({ ...needs.dependencies, ...needs.optionalDependencies })) {
      if (!places.some((other) => other.endsWith(`node_modules/${name}`)))
        problems.push(`${place} ${version} needs ${name}, which is not in it`);
    }
    if (place === '' || link === true) continue;
    if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')) problems.push(`${place} ${version} has no SHA-512 hash`);
    if (resolved !== undefined)
      problems.push(`${place} ${version} names where it came from: ${new URL(resolved).host}`);
  }
  return problems;
}

if (process.argv[1] === import.meta.filename) {
  const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
  const problems = problemsOf(JSON.parse(text) as Lock);
  for (const problem of problems) process.stderr.write(`package-lock.json: ${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

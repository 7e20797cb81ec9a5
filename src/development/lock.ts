// A lock file that says whose it is, so that a lock left behind by a killed process can be told from one in use.
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100; // how often somebody else's lock is looked at again

/** One run of one process. A pid alone is not enough: after a reboot it belongs to something else. */
export interface Life {
  pid: number;
  born: string;
}

/** What a lock file holds: who took it, and the processes that go with it. */
export interface Claim {
  owner: Life;
  guardian?: Life;
  servers: Life[];
}

const NOBODY: Claim = { owner: { pid: 0, born: '' }, servers: [] };
let temporaries = 0;

/** The life of a running process; nothing for one that has ended (a zombie has). */
export function lifeOf(pid: number): Life | undefined {
  const born = process.platform === 'linux' ? bornByProc(pid) : bornByPs(pid);
  return born === undefined ? undefined : { pid, born };
}

/** Does exactly this process still run? */
export function isAlive(life: Life): boolean {
  return life.pid > 0 && lifeOf(life.pid)?.born === life.born;
}

/** The claim of this process, with nothing running yet. */
export function ownClaim(): Claim {
  return { owner: lifeOf(process.pid) ?? { pid: process.pid, born: '' }, servers: [] };
}

/** Takes the lock if nobody has it. */
export function tryClaim(file: string, claim: Claim): boolean {
  mkdirSync(dirname(file), { recursive: true });
  const complete = writeTemporary(file, claim);
  try {
    // A link appears with its whole content or not at all: nobody ever reads half a lock.
    linkSync(complete, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(complete, { force: true });
  }
}

/** Who has the lock: nothing if nobody; an unreadable lock belongs to nobody alive. */
export function readClaim(file: string): Claim | undefined {
  try {
    const claim = JSON.parse(readFileSync(file, 'utf8')) as Partial<Claim> | null;
    return claim?.owner ? { ...claim, owner: claim.owner, servers: claim.servers ?? [] } : NOBODY;
  } catch (error) {
    return hasCode(error, 'ENOENT') ? undefined : NOBODY;
  }
}

/** Replaces the content of a lock that this process has. */
export function rewriteClaim(file: string, claim: Claim): void {
  renameSync(writeTemporary(file, claim), file);
}

/** Takes away a claim, and only this one: between reading and removing, another process may have taken the lock over. */
export function dropClaim(file: string, claim: Claim): void {
  const aside = temporaryName(file);
  try {
    renameSync(file, aside);
    if (JSON.stringify(readClaim(aside)) !== JSON.stringify(claim)) linkSync(aside, file);
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Does something that only one process may do at a time; the others wait, and say so once. */
export async function alone<T>(
  file: string,
  purpose: string,
  say: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const claim = ownClaim();
  let told = false;
  while (!tryClaim(file, claim)) {
    const other = readClaim(file);
    if (other && !isAlive(other.owner)) dropClaim(file, other);
    else if (other && !told) say(`Waiting for process ${other.owner.pid}: ${purpose}`);
    told ||= other !== undefined;
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    dropClaim(file, claim);
  }
}

/** Is this the error with this code (`ENOENT`, …)? */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function bornByProc(pid: number): string | undefined {
  try {
    // The name in parentheses may hold blanks; after it come the state and, 19 further on, the start in clock ticks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function bornByPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}

function writeTemporary(file: string, claim: Claim): string {
  const name = temporaryName(file);
  writeFileSync(name, JSON.stringify(claim));
  return name;
}

function temporaryName(file: string): string {
  temporaries += 1;
  return `${file}.${process.pid}-${temporaries}`;
}

// What Linux says of a process: CPU it has used, memory it holds.

import { readFileSync } from 'node:fs';

const TICKS_A_SECOND = 100; // USER_HZ: the same on every Linux that Node runs on
const UTIME = 11; // fields behind the name, which may hold spaces
const STIME = 12;

/** Seconds of CPU, user and system, of all threads since the process began. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[UTIME]) + Number(fields[STIME])) / TICKS_A_SECOND;
}

/** Resident memory, bytes. */
export function rssOf(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return Number(kib) * 1024;
}

/** The name of a process; null when there is none of this id on this machine. */
export function nameOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'latin1').trim();
  } catch {
    return null;
  }
}

/** How many files, sockets among them, this process and its children may have open. Node has raised it to the most. */
export function openFilesLimit(): number {
  const limit = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
  return limit === 'unlimited' ? Infinity : Number(limit);
}

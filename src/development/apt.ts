// System packages of Debian and Ubuntu, installed without the services that they would start.

import type { ExecFileOptions } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { alone, hasCode } from './lock.ts';
import { INSTALL_MS, reason, run } from './run.ts';
import type { Say } from './run.ts';

const LISTS_MS = 120_000; // as long as APT_OPTIONS allow for the other lock
const APT_LOCK = '/run/parley-apt.lock'; // one for the machine: apt knows no caches
const APT_OPTIONS = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2'];
const POLICY = '/usr/sbin/policy-rc.d';
const POLICY_TEXT = '#!/bin/sh\n# Written by Parley while it installs packages; may be removed.\nexit 101\n';

export async function installRedis(_folder: string, say: Say): Promise<string> {
  if (!mayInstall()) throw new Error('needs root on Debian or Ubuntu');
  await installPackage('redis-server', say);
  return '/usr/bin/redis-server';
}

export function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/** Installs a package, and sees to it that no service of it runs: not now, and not after the next boot. */
export async function installPackage(name: string, say: Say): Promise<void> {
  await alone(APT_LOCK, 'it is installing a package', say, async () => {
    const ours = forbidServices();
    const options = { timeout: INSTALL_MS, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    try {
      say(`Installing ${name}`);
      await updateLists(options, say);
      await run('apt-get', ['install', '-y', '--no-install-recommends', ...APT_OPTIONS, name], options);
      if (existsSync('/run/systemd/system'))
        await run('systemctl', ['disable', '--now', name], options).catch(() => undefined);
    } finally {
      if (ours) rmSync(POLICY, { force: true });
    }
  });
}

/** apt-get waits for others that install, but not for others that update: that is done here. */
async function updateLists(options: ExecFileOptions, say: Say): Promise<void> {
  const giveUp = Date.now() + LISTS_MS;
  for (;;) {
    try {
      await run('apt-get', ['update', ...APT_OPTIONS], options);
      return;
    } catch (error) {
      if (reason(error).includes('lock') && Date.now() < giveUp) await sleep(1_000);
      // Old lists may still do, and one broken repository is no reason not to try.
      else return say(`apt-get update: ${reason(error)}`);
    }
  }
}

/** Debian's own way to say that packages must not start anything. True if it is ours to remove. */
function forbidServices(): boolean {
  try {
    writeFileSync(POLICY, POLICY_TEXT, { flag: 'wx', mode: 0o755 });
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return readFileSync(POLICY, 'utf8') === POLICY_TEXT; // ours, from an installation that was killed
  }
}

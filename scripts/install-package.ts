// Installs a package of Debian's where that can be done without asking.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export function canInstall(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** @param missing what to say where it fails. @throws Error */
export function installPackage(name: string, missing: string): void {
  try {
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', name]]) {
      execFileSync('apt-get', ['-q', ...args], {
        stdio: ['ignore', 2, 2],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    }
  } catch (cause) {
    throw new Error(missing, { cause });
  }
}

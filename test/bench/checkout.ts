// Another commit of this project in a folder of its own, for as long as it is needed, with the packages that are installed here.

import { execFileSync } from 'node:child_process';
import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

const git = (...words: readonly string[]): string =>
  execFileSync('git', words, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** The full name of a commit; undefined where there is none. */
export function commitOf(revision: string): string | undefined {
  try {
    return git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`);
  } catch {
    return undefined;
  }
}

/** Checks the commit out, calls `use` with the folder, and takes the folder away whatever happens. */
export async function withCheckout<T>(commit: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(ROOT, '.tmp', `commit-${commit.slice(0, 12)}`);
  await discard(folder);
  git('worktree', 'add', '--force', '--detach', folder, commit);
  try {
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    return await use(folder);
  } finally {
    await discard(folder);
  }
}

/** Also what a run that was killed has left. */
async function discard(folder: string): Promise<void> {
  try {
    git('worktree', 'remove', '--force', folder);
  } catch {
    // There is none, or only its files: what git still knows of it, `add --force` takes over.
  }
  await rm(folder, { recursive: true, force: true });
}

/** A program of the commit, in its folder. @throws Error with what it said where it fails */
export function runIn(folder: string, program: string, words: readonly string[]): void {
  execFileSync(program, words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

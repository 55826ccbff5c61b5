// What is where in a run folder, as far as keeping it goes: which files grow, which are replaced as a whole, which belong to a saved
// iteration.

import { CHECKPOINT_FILE, EVENTS_FILE, RUN_FILE } from '../../src/folder/lines.ts';

const TEXT = /^(pairs|answers|tokens)\/[^/]+\.jsonl$/;
const BINARY = /^(models\/iteration-\d+|data)\/[^/]+$/;
const ITERATION = /^models\/iteration-(\d+)\//;
const DATA = 'data/';

/** null: no file of a run folder. run.json is neither: it is made from the run's row. */
export function kindOf(path: string): 'text' | 'binary' | 'record' | null {
  if (path === RUN_FILE) return 'record';
  if (path === EVENTS_FILE || TEXT.test(path)) return 'text';
  return path === CHECKPOINT_FILE || BINARY.test(path) ? 'binary' : null;
}

/** The iteration whose saved model a file belongs to; null: it belongs to none. */
export function iterationOf(path: string): number | null {
  const digits = ITERATION.exec(path)?.[1];
  return digits === undefined ? null : Number(digits);
}

export const isData = (path: string): boolean => path.startsWith(DATA);

/** Where own data of this name lies: a name that every file system takes. */
export function dataPath(name: string): string {
  const safe = name.replace(/[\\/:*?"<>|\p{Cc}]/gu, '_').replace(/^\.+/, '');
  return `${DATA}${safe === '' ? 'data.jsonl' : safe}`;
}

// Files of rows, and which of their rows are wanted. Their layouts are for src/engine/rows.

import { dataRows } from '../engine/rows/play-rows.ts';
import { type FileRow, parseRows } from '../engine/rows/read-lines.ts';
import { type DataRow, type PairRow, type PromptRow, pairOf, promptOf } from '../engine/rows/read-rows.ts';
import { readRequired } from './model-files.ts';

/** @throws MissingFileError, InvalidRowError */
export async function readPairs(path: string): Promise<PairRow[]> {
  return (await readRowFile(path)).map(pairOf);
}

/** @throws MissingFileError, InvalidRowError */
export async function readPrompts(path: string): Promise<PromptRow[]> {
  return (await readRowFile(path)).map(promptOf);
}

/** @throws MissingFileError, InvalidRowError */
export async function readData(path: string): Promise<DataRow[]> {
  return dataRows(await readRequired(path), path);
}

async function readRowFile(path: string): Promise<FileRow[]> {
  return parseRows(await readRequired(path), path);
}

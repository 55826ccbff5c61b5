// A run's checkpoint on the disk.

import { open, rename } from 'node:fs/promises';
import { decodeCheckpoint, encodeCheckpoint, type StoredCheckpoint } from '../../engine/models/files/checkpoint.ts';
import { readRequired } from '../model-files.ts';

/** Writes beside the file's place, then moves: the last checkpoint stays until the new one is whole. */
export async function writeCheckpoint(path: string, checkpoint: StoredCheckpoint): Promise<void> {
  const handle = await open(`${path}.part`, 'w');
  try {
    for (const part of encodeCheckpoint(checkpoint)) await handle.writeFile(part);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.part`, path);
}

/** @throws MissingFileError, InvalidSafetensorsError */
export async function readCheckpoint(path: string): Promise<StoredCheckpoint> {
  return decodeCheckpoint(await readRequired(path), path);
}

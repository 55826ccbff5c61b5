// A model's files in a folder of this computer.

import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MissingFileError } from '../engine/models/errors.ts';
import type { ModelFiles, WriteFile } from '../engine/models/files/model-folder.ts';

/** @throws MissingFileError where there is no such folder */
export async function folderFiles(folder: string): Promise<ModelFiles> {
  const found = await stat(folder).catch((cause: unknown) => refuse(folder, cause, 'folder'));
  if (!found.isDirectory()) {
    throw new MissingFileError(
      folder,
      'this is a file, not a model folder',
      `Name the folder that holds ${basename(folder)}.`,
    );
  }
  return { name: folder, read: (path) => readOptional(join(folder, path)) };
}

async function readOptional(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (cause) {
    if (code(cause) === 'ENOENT') return null;
    return refuse(path, cause, 'file');
  }
}

/** Writes into a folder, made when first needed. A file appears whole or not at all: it is written beside its place, then moved. */
export function folderWriter(folder: string): WriteFile {
  return async (path, bytes) => {
    await mkdir(folder, { recursive: true });
    const place = join(folder, path);
    await writeFile(`${place}.part`, bytes);
    await rename(`${place}.part`, place);
  };
}

/** One file that must be there. @throws MissingFileError */
export async function readRequired(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => refuse(path, cause, 'file'));
}

function refuse(path: string, cause: unknown, wanted: 'file' | 'folder'): never {
  const advice = `Check the path, or name another ${wanted}.`;
  switch (code(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      throw new MissingFileError(path, `there is no such ${wanted}`, advice, { cause });
    case 'EISDIR':
      throw new MissingFileError(path, 'this is a folder, not a file', advice, { cause });
    case 'EACCES':
    case 'EPERM':
      throw new MissingFileError(path, `this ${wanted} may not be read`, 'Give yourself the right to read it.', {
        cause,
      });
    case undefined:
      throw cause;
    default:
      throw new MissingFileError(path, `this ${wanted} cannot be read (${code(cause)})`, advice, { cause });
  }
}

function code(cause: unknown): string | undefined {
  return cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
}

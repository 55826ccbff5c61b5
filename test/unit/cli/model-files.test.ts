import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folderFiles, folderWriter } from '../../../src/cli/model-files.ts';
import { MissingFileError } from '../../../src/engine/models/errors.ts';
import { openModel, saveModel } from '../../../src/engine/models/files/model-folder.ts';
import { valuesOf } from '../parameters.ts';

const golden = fileURLToPath(new URL('../../golden/llama-gqa/policy', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a model goes from folder to folder', async () => {
  const model = await openModel(await folderFiles(golden));
  const target = join(folder, 'deep', 'copy');
  await saveModel(model, folderWriter(target), { dtype: 'float32' });
  expect((await readdir(target)).sort()).toEqual(['config.json', 'model.safetensors']);
  expect(valuesOf(await openModel(await folderFiles(target)))).toEqual(valuesOf(model));
});

test('a folder that is not there, and a file in its place, are named', async () => {
  await expect(folderFiles(join(folder, 'none'))).rejects.toThrow(/none: there is no such folder/);
  await writeFile(join(folder, 'file'), '');
  await expect(folderFiles(join(folder, 'file'))).rejects.toThrow(/this is a file, not a model folder/);
  await expect(folderFiles(join(folder, 'file', 'x'))).rejects.toThrow(MissingFileError);
});

test('a folder where a file should be is named', async () => {
  const files = await folderFiles(join(golden, '..'));
  await expect(files.read('policy')).rejects.toThrow(/this is a folder, not a file/);
  expect(await files.read('config.json')).toBeNull();
});

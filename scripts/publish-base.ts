// Puts a trained model into the folder that the page serves, as float16, with the settings and log of its training:
// `tsx scripts/publish-base.ts FROM TO`.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderFiles, folderWriter } from '../src/cli/model-files.ts';
import { openModel, saveModel } from '../src/engine/models/files/model-folder.ts';

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) {
  process.stderr.write('usage: tsx scripts/publish-base.ts FROM TO\n');
  process.exit(2);
}
await saveModel(await openModel(await folderFiles(from)), folderWriter(to), { dtype: 'float16' });
copyFileSync(join(from, 'training.json'), join(to, 'training.json'));

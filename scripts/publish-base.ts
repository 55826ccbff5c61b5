// Puts a trained model into the folder that the page serves, as float16, with the settings and log of its training:
// `tsx scripts/publish-base.ts FROM TO`.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { openModel, saveModel } from '../workers/models/model-folder.ts';
import { folderFiles, folderWriter } from '../workers/node/model-files.ts';

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) {
  process.stderr.write('usage: tsx scripts/publish-base.ts FROM TO\n');
  process.exit(2);
}
await saveModel(await openModel(await folderFiles(from)), folderWriter(to), { dtype: 'float16' });
copyFileSync(join(from, 'training.json'), join(to, 'training.json'));

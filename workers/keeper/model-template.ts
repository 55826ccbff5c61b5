// What makes a model folder of bare weights: the configuration and the tokenizer's files, without the weights themselves.

import type { ModelConfig } from '../../src/engine/models/config.ts';
import { EXTRA_FILES, type ModelFiles } from '../../src/engine/models/files/model-folder.ts';
import { parseConfig } from '../../src/engine/models/registry.ts';
import { ModelGoneError } from './errors.ts';

export interface ModelTemplate {
  readonly config: ModelConfig;
  readonly companions: ReadonlyMap<string, Uint8Array>;
}

const OWN_FILES = ['tokenizer.json', 'tokenizer_config.json', 'generation_config.json'];
/** All that may lie beside weights and configuration. Over a network only the first three are asked for. */
export const COMPANIONS: readonly string[] = [...OWN_FILES, ...EXTRA_FILES];

/** @throws ModelGoneError where there is no configuration; LabError: whatever is wrong with the address or the files */
export async function readTemplate(files: ModelFiles, names: readonly string[] = OWN_FILES): Promise<ModelTemplate> {
  const bytes = await files.read('config.json');
  if (bytes === null) throw new ModelGoneError(files.name);
  const config = parseConfig(JSON.parse(new TextDecoder().decode(bytes)), `${files.name}/config.json`);
  const companions = new Map<string, Uint8Array>();
  for (const name of names) {
    const companion = await files.read(name);
    if (companion !== null) companions.set(name, companion);
  }
  return { config, companions };
}

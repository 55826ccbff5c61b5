// A case as it lies beside the bench's page.

import type { LlamaConfig } from '../../../src/engine/models/architectures/llama/llama-config.ts';
import { parseConfig } from '../../../src/engine/models/registry.ts';
import type { TrainingCase } from '../contender.ts';

export async function readCase(name: string): Promise<TrainingCase> {
  const base = new URL(`/cases/${name}`, location.origin).href;
  const [json, bytes] = await Promise.all([
    fetch(`${base}.json`).then((response) => response.json()),
    fetch(`${base}.bin`).then((response) => response.arrayBuffer()),
  ]);
  return { ...json, config: parseConfig(json.config) as LlamaConfig, weights: new Float32Array(bytes) };
}

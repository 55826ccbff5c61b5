// Which architectures there are: a line each. What computes them stands in `computations.ts`, so that the keeper, which reads and writes models'
// files, does not carry the compiler with it.

import type { Architecture } from './architecture.ts';
import { GPT2 } from './architectures/gpt2/gpt2.ts';
import { LLAMA } from './architectures/llama/llama.ts';
import type { ModelConfig } from './config.ts';
import { Fields } from './fields.ts';

const ARCHITECTURES = new Map<string, Architecture>();

/** Makes an architecture known from now on, under its name. */
export function registerArchitecture(architecture: Architecture): void {
  ARCHITECTURES.set(architecture.name, architecture);
}

for (const architecture of [LLAMA, GPT2]) registerArchitecture(architecture);

/** The names of all that are known. */
export const architectureNames = (): string[] => [...ARCHITECTURES.keys()];

/** The architecture of a configuration that `parseConfig` made. */
export function architectureOf({ architecture }: Pick<ModelConfig, 'architecture'>): Architecture {
  const known = ARCHITECTURES.get(architecture);
  if (known === undefined) throw new RangeError(`No architecture is registered under the name ${architecture}`);
  return known;
}

/**
 * A parsed config.json as one of the architectures.
 * @param file what messages call it
 * @throws InvalidConfigError for a field missing, mistyped or out of range; UnsupportedModelError for what cannot be run
 */
export function parseConfig(json: unknown, file = 'config.json'): ModelConfig {
  const fields = new Fields(json, file);
  const type = fields.string('model_type');
  const architecture = ARCHITECTURES.get(type);
  return architecture?.parse(fields) ?? fields.unsupported('model_type', type, choice(architectureNames()));
}

/** Names as a sentence lists them: "a", "b" or "c". */
function choice(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

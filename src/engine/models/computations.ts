// What computes each architecture: a line each.

import type { Computation, KernelModel } from './architecture.ts';
import { gpt2 } from './architectures/gpt2/gpt2-graph.ts';
import { llama } from './architectures/llama/llama-graph.ts';
import { llamaKernel } from './architectures/llama/llama-kernel.ts';
import type { ModelConfig } from './config.ts';
import type { Transformer } from './transformer.ts';

const COMPUTATIONS = new Map<string, Computation>();

/** Makes what computes an architecture known from now on, under its name. */
export function registerComputation(name: string, computation: Computation): void {
  COMPUTATIONS.set(name, computation);
}

registerComputation('llama', { transformer: llama, kernel: llamaKernel });
registerComputation('gpt2', { transformer: gpt2, kernel: () => null });

function computationOf({ architecture }: ModelConfig): Computation {
  const known = COMPUTATIONS.get(architecture);
  if (known === undefined) throw new RangeError(`Nothing is registered to compute ${architecture}`);
  return known;
}

/** The forward pass of a model as a graph. */
export const transformerOf = (config: ModelConfig): Transformer => computationOf(config).transformer(config);

/** What the kernels would compute of a model; null where that is none of theirs. */
export const kernelModelOf = (config: ModelConfig): KernelModel | null => computationOf(config).kernel(config);

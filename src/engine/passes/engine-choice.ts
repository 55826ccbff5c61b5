// Which engine passes what: the kernels, on the CPU where a model fits them, or the graphs. The rule alone, for those who compute and for
// those who estimate.

import type { ModelSizes } from '../models/sizes.ts';

export type EngineName = 'graphs' | 'kernels';

/** What is computed on. */
export interface Place {
  readonly backend: 'webgpu' | 'wasm' | 'native';
  readonly threads: number;
}

/** A model as far as the choice goes. */
export interface ChosenBy extends Pick<ModelSizes, 'parameters'> {
  /** Whether the kernels can compute it. */
  readonly kernel: boolean;
}

export interface Engines {
  readonly answers: EngineName;
  /** Scores and gradients. */
  readonly trains: EngineName;
}

/**
 * Parameters up to which the kernel answers sooner than the runtime with several threads: of 15 million, 64 rows took it 1.25 times as long as
 * two threads; of 0.6 million 0.9 times.
 */
const MAX_BESIDE_THREADS = 2 ** 22;

/** The kernels have one thread: where the runtime has several, it trains, and they answer for small models. */
export function enginesFor({ backend, threads }: Place, { kernel, parameters }: ChosenBy): Engines {
  const possible = backend === 'wasm' && kernel;
  const named = (byKernel: boolean): EngineName => (byKernel ? 'kernels' : 'graphs');
  return {
    answers: named(possible && (threads === 1 || parameters <= MAX_BESIDE_THREADS)),
    trains: named(possible && threads === 1),
  };
}

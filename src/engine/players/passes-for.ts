// Where the kernels work in place of the runtime's graphs: on the CPU, for models that fit them. They have one thread.

import { TrainingKernel } from '../kernels/training-kernel.ts';
import type { LlamaConfig, ModelConfig } from '../models/config.ts';
import { kernelFits } from '../models/kernel-fit.ts';
import { parameterLayout } from '../models/parameter-layout.ts';
import type { Runtime } from '../runtime/runtime.ts';

/**
 * Parameters up to which the kernel answers sooner than the runtime with several threads: of 15 million, 64 rows took it 1.25 times as long as
 * two threads; of 0.6 million 0.9 times.
 */
const MAX_BESIDE_THREADS = 2 ** 22;

/** Whether the kernel answers. */
export const kernelAnswers = ({ info }: Runtime, config: ModelConfig): config is LlamaConfig =>
  info.backend === 'wasm' &&
  kernelFits(config) &&
  (info.threads === 1 || parameterLayout(config).count <= MAX_BESIDE_THREADS);

/** Whether the kernel scores and makes gradients. */
export const kernelTrains = ({ info }: Runtime, config: ModelConfig): config is LlamaConfig =>
  info.backend === 'wasm' && info.threads === 1 && kernelFits(config);

/**
 * @param learns whether it is to make gradients, or only to score
 * @throws RuntimeFailedError where the browser refuses the memory
 */
export const trainingKernelFor = (runtime: Runtime, config: ModelConfig, learns: boolean): TrainingKernel | null =>
  kernelTrains(runtime, config) ? new TrainingKernel(config, learns) : null;

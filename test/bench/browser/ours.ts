// This project's engine as a contender, driven as the lab's workers drive it.

import { Trainer } from '../../../src/engine/players/trainer.ts';
import { openBrowserRuntime } from '../../../src/engine/runtime/browser-runtime.ts';
import type { Runtime } from '../../../src/engine/runtime/runtime.ts';
import { base } from '../../unit/parameters.ts';
import type { Contender, Stepper, TrainingCase } from '../contender.ts';
import { rulesOf } from '../rules.ts';

export async function trainerStepper(runtime: Runtime, training: TrainingCase): Promise<Stepper> {
  const { batches, learningRate } = training;
  const trainer = new Trainer(runtime, training.config);
  await trainer.begin(base(training.weights), rulesOf(training));
  return { step: async (index) => (await trainer.step(batches[index % batches.length]!, learningRate)).loss };
}

export const ours: Contender = {
  name: 'SPIN Lab',
  version: 'onnxruntime-web',
  async open({ backend, threads }, training) {
    const runtimeBase = new URL('runtime/', location.origin).href;
    return trainerStepper(await openBrowserRuntime({ backend, threads, runtimeBase }), training);
  },
};

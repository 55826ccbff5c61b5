// A worker with one trainer in it: opens it with a case, then takes steps when told to. Runs in the bench's page.

import type { Contender, Place, Stepper } from '../contender.ts';
import { readCase } from './read-case.ts';
import { serveBench } from './serve-bench.ts';

export type TrainerCommand =
  | { readonly kind: 'open'; readonly contender: string; readonly place: Place; readonly case: string }
  | { readonly kind: 'steps'; readonly first: number; readonly count: number };

const CONTENDERS: Readonly<Record<string, () => Promise<Contender>>> = {
  ours: async () => (await import('./ours.ts')).ours,
  product: async () => (await import('./product.ts')).product,
  jax: async () => (await import('../peers/jax.ts')).jax,
  jaxByItsGuide: async () => (await import('../peers/jax.ts')).jaxByItsGuide,
  tensorflow: async () => (await import('../peers/tensorflow.ts')).tensorflow,
  tensorflowByItsGuide: async () => (await import('../peers/tensorflow-by-its-guide.ts')).tensorflowByItsGuide,
};

let stepper: Stepper | null = null;

serveBench<TrainerCommand>(async (command) => {
  if (command.kind === 'open') {
    const contender = await CONTENDERS[command.contender]!();
    stepper = await contender.open(command.place, await readCase(command.case));
    return `${contender.name}, ${contender.version}`;
  }
  const losses: number[] = [];
  const ms: number[] = [];
  for (let index = command.first; index < command.first + command.count; index += 1) {
    const began = performance.now();
    losses.push(await stepper!.step(index));
    ms.push(performance.now() - began);
  }
  return { losses, ms };
});

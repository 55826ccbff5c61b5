// A worker with one trainer in it: opens it with a case, then takes steps when told to. Runs in the bench's page.

import { type LlamaConfig, parseConfig } from '../../../workers/models/config.ts';
import type { Contender, Place, Stepper, TrainingCase } from '../contender.ts';

export type Command =
  | { readonly kind: 'open'; readonly contender: string; readonly place: Place; readonly case: string }
  | { readonly kind: 'steps'; readonly first: number; readonly count: number };

export interface Steps {
  readonly losses: readonly number[];
  /** Of each step, by the clock. */
  readonly ms: readonly number[];
}

export type Reply = { readonly done: Steps | string } | { readonly failed: string };

const CONTENDERS: Readonly<Record<string, () => Promise<Contender>>> = {
  ours: async () => (await import('./ours.ts')).ours,
  product: async () => (await import('./product.ts')).product,
  jax: async () => (await import('../peers/jax.ts')).jax,
  tensorflow: async () => (await import('../peers/tensorflow.ts')).tensorflow,
};

let stepper: Stepper | null = null;

async function readCase(name: string): Promise<TrainingCase> {
  const base = new URL(`/cases/${name}`, location.origin).href;
  const [json, bytes] = await Promise.all([
    fetch(`${base}.json`).then((response) => response.json()),
    fetch(`${base}.bin`).then((response) => response.arrayBuffer()),
  ]);
  return { ...json, config: parseConfig(json.config) as LlamaConfig, weights: new Float32Array(bytes) };
}

async function handle(command: Command): Promise<Steps | string> {
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
}

self.onmessage = async ({ data }: MessageEvent<Command>) => {
  const reply: Reply = await handle(data).then(
    (done) => ({ done }),
    (error: unknown) => ({ failed: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }),
  );
  self.postMessage(reply);
};

// A golden model on WebGPU: scores, gradients, training steps and answers, by the engine that the lab's workers use. Called by
// models.spec.ts, which knows what to expect.

import { cacheShape } from '../../../../src/engine/graphs/decoding-graph.ts';
import { DecoderPrograms } from '../../../../src/engine/graphs/graph-rows.ts';
import { openModel } from '../../../../src/engine/models/files/model-folder.ts';
import { parameterLayout } from '../../../../src/engine/models/parameter-layout.ts';
import { Answerer } from '../../../../src/engine/players/answerer.ts';
import { Trainer } from '../../../../src/engine/players/trainer.ts';
import { openBrowserRuntime } from '../../../../src/engine/runtime/browser-runtime.ts';
import expected from '../../../golden/llama-gqa/expected.json';
import pairsText from '../../../golden/llama-gqa/pairs.jsonl?raw';
import configUrl from '../../../golden/llama-gqa/policy/config.json?url';
import weightsUrl from '../../../golden/llama-gqa/policy/model.safetensors?url';
import { DEFAULT_RULES, goldenPairs } from '../../../unit/engine/golden-pairs.ts';
import { packedGradient } from '../../../unit/engine/packed-gradient.ts';
import { base, held, valuesOf } from '../../../unit/parameters.ts';
import { type Traffic, watchTraffic } from '../gpu-traffic.ts';

const URLS: Readonly<Record<string, string>> = { 'config.json': configUrl, 'model.safetensors': weightsUrl };

async function open(backend: 'webgpu' | 'wasm') {
  const runtimeBase = new URL('runtime/', location.href).href;
  const runtime = await openBrowserRuntime({ backend, threads: 1, runtimeBase });
  const files = {
    name: 'golden',
    read: async (path: string) =>
      URLS[path] === undefined ? null : new Uint8Array(await (await fetch(URLS[path])).arrayBuffer()),
  };
  const model = await openModel(files, []);
  return { runtime, config: model.config, values: valuesOf(model) };
}

const pairs = () => goldenPairs(pairsText, expected);

/** Which adapter, and that no node may leave it (the runtime's own setting for this back end). */
export async function adapter(): Promise<string> {
  return (await open('webgpu')).runtime.info.adapter;
}

/** Token log-probabilities of the real answers. */
export async function tokenLogps(): Promise<number[][]> {
  const { runtime, config, values } = await open('webgpu');
  const answerer = new Answerer(runtime, config);
  await answerer.load(base(values));
  const rows = pairs().map(({ promptIds, realIds }) => ({ promptIds, responseIds: realIds }));
  const logps = await answerer.scorer.tokenLogps(answerer.weights(), rows);
  return logps.map((row) => [...row]);
}

/** Gradient norms by parameter, of the logistic loss at λ = 0.1. */
export async function gradientNorms(): Promise<Record<string, number>> {
  const { runtime, config, values } = await open('webgpu');
  const gradient = await packedGradient(runtime, config, values, pairs(), 'logistic', 0.1);
  return Object.fromEntries(
    parameterLayout(config).tensors.map(({ name, offset, size }) => [
      name,
      Math.hypot(...gradient.subarray(offset, offset + size)),
    ]),
  );
}

/** Losses and gradient norms of four steps, weights staying on the device; then whether the state came back whole. */
export async function train(): Promise<{ losses: number[]; norms: number[]; state: number[] }> {
  const { runtime, config, values } = await open('webgpu');
  const trainer = new Trainer(runtime, config);
  await trainer.begin(base(values), DEFAULT_RULES);
  const losses: number[] = [];
  const norms: number[] = [];
  for (let step = 0; step < 4; step += 1) {
    const report = await trainer.step(pairs(), 1e-4);
    losses.push(report.loss);
    norms.push(report.gradNorm);
  }
  const state = await trainer.state();
  return { losses, norms, state: [state.weights.values.length, state.slots.length, state.steps] };
}

/** What crosses to and from the device in each of three steps, in micro-batches of 2, once programs are there and weights are loaded. */
export async function trafficOfSteps(): Promise<{ steps: Traffic[]; weightBytes: number }> {
  const { runtime, config, values } = await open('webgpu');
  const trainer = new Trainer(runtime, config);
  await trainer.begin(base(values), { ...DEFAULT_RULES, microBatch: 2 });
  await trainer.step(pairs(), 1e-4);
  const told = watchTraffic();
  const steps: Traffic[] = [];
  for (let step = 0; step < 3; step += 1) {
    await trainer.step(pairs(), 1e-4);
    steps.push(told());
  }
  return { steps, weightBytes: values.byteLength };
}

/** What crosses while three chunks of tokens are drawn, the prompts' being computed before. */
export async function trafficOfAnswers(): Promise<{ traffic: Traffic; cacheBytes: number }> {
  const { runtime, config, values } = await open('webgpu');
  const programs = new DecoderPrograms(runtime, config);
  const theta = held(await runtime.hold(values));
  const prompts = pairs().map(({ promptIds }) => promptIds);
  const rows = await programs.start(theta, prompts, CHUNK * 4);
  await rows.advance(CHUNK, { choice: 'greedy' });
  const told = watchTraffic();
  for (let chunk = 0; chunk < 3; chunk += 1) await rows.advance(CHUNK, { choice: 'greedy' });
  const slots = Math.max(...prompts.map(({ length }) => length)) + CHUNK * 4;
  const [, kvHeads, , headDim] = cacheShape(config, prompts.length, slots);
  return { traffic: told(), cacheBytes: prompts.length * 2 * config.layers * kvHeads * slots * headDim * 4 };
}

/** Tokens of one run. */
const CHUNK = 4;

const OPTIONS = {
  topK: 0,
  topP: 1,
  repetitionPenalty: 1,
  noRepeatNgramSize: 0,
  numBeams: 1,
  arithmetic: 2,
  maxNewTokens: 8,
  seed: 3,
  purpose: 'answers',
  iteration: 0,
} as const;

/** The same prompts answered, greedily and by sampling. */
export async function answers(backend: 'webgpu' | 'wasm'): Promise<(readonly number[])[]> {
  const { runtime, config, values } = await open(backend);
  const answerer = new Answerer(runtime, config);
  await answerer.load(base(values));
  const requests = pairs().map(({ promptIds }, key) => ({ promptIds, key }));
  const greedy = await answerer.answer(requests, { ...OPTIONS, temperature: 0 });
  const sampled = await answerer.answer(requests, { ...OPTIONS, temperature: 1 });
  return [...greedy, ...sampled].map(({ ids }) => ids);
}

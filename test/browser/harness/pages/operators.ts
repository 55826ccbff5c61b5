// Runs graphs on WebGPU with the CPU forbidden, and on wasm in the same page. Called by operators.spec.ts, which knows what to expect.

import * as ort from 'onnxruntime-web/webgpu';
import { normOf, squareSums } from '../../../../src/engine/graphs/euclidean-norm.ts';
import { updateGraph } from '../../../../src/engine/graphs/update-graph.ts';
import { encodeModel } from '../../../../src/engine/onnx/encode.ts';
import { Graph } from '../../../../src/engine/onnx/graph.ts';
import { ADAMW } from '../../../../src/spin/optimizers.ts';
import { unevenNumbers } from '../../../unit/engine/uneven-numbers.ts';
import { largest, relativeError } from '../../../unit/onnx/close.ts';
import { LARGE_CASES } from '../../../unit/onnx/large-cases.ts';
import { type Fed, numbersOf, type OperatorCase } from '../../../unit/onnx/operands.ts';
import { graphOfCases, OPERATOR_CASES } from '../../../unit/onnx/operator-cases.ts';

ort.env.wasm.wasmPaths = new URL('runtime/', location.href).href;
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

const WEBGPU: ort.InferenceSession.SessionOptions = {
  executionProviders: ['webgpu'],
  // A node that WebGPU does not take is an error, not a silent copy to the CPU.
  extra: { session: { disable_cpu_ep_fallback: '1' } },
};
const WASM: ort.InferenceSession.SessionOptions = { executionProviders: ['wasm'] };

const CASES = [...OPERATOR_CASES, ...LARGE_CASES];

type Results = Record<string, ArrayLike<number>>;

async function run(
  model: Uint8Array,
  feeds: Readonly<Record<string, Fed>>,
  options: ort.InferenceSession.SessionOptions,
): Promise<Results> {
  const session = await ort.InferenceSession.create(model, { logSeverityLevel: 3, ...options });
  try {
    const tensors = Object.entries(feeds).map(([name, { dtype, data, shape }]): [string, ort.Tensor] => [
      name,
      new ort.Tensor(dtype, data, shape),
    ]);
    const fetched = await session.run(Object.fromEntries(tensors));
    return Object.fromEntries(Object.entries(fetched).map(([name, { data }]) => [name, data as ArrayLike<number>]));
  } finally {
    await session.release();
  }
}

export interface Adapter {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
}

/** The adapter's own words, or null where there is none. */
export async function adapter(): Promise<Adapter | null> {
  const found = await navigator.gpu?.requestAdapter();
  if (!found) return null;
  const { vendor, architecture, description } = found.info;
  return { vendor, architecture, description };
}

export interface Comparison {
  readonly name: string;
  /** Largest difference between WebGPU and wasm over the result and all gradients, relative to the largest number in play. */
  readonly error: number;
}

const nameOf = ({ covers, title }: OperatorCase): string => `${covers} ${title}`;

/** All cases in one session on each back end: how far WebGPU is from wasm. */
export async function compare(): Promise<Comparison[]> {
  const { graph, built } = graphOfCases(CASES);
  const feeds: Record<string, Fed> = Object.assign({}, ...built.map((each) => each.feeds));
  const model = encodeModel(graph);
  const right = await run(model, feeds, WASM);
  const computed = await run(model, feeds, WEBGPU);
  return built.map((each, index) => {
    const scale = largest(...Object.values(each.feeds).map(({ data }) => numbersOf(data)));
    const outputs = [each.result, ...each.gradients.map(({ output }) => output)];
    const errors = outputs.map((output) => relativeError(computed[output]!, right[output]!, scale));
    return { name: nameOf(CASES[index]!), error: Math.max(...errors) };
  });
}

/** The cases that WebGPU does not take whole, each tried alone, with the runtime's words. */
export async function refused(): Promise<string[]> {
  const names: string[] = [];
  for (const each of CASES) {
    const { graph, built } = graphOfCases([each]);
    try {
      await run(encodeModel(graph), built[0]!.feeds, WEBGPU);
    } catch (error) {
      names.push(`${nameOf(each)}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return names;
}

/** Gives WebGPU a node that it has no kernel for: what does the runtime say? */
export async function giveItLogSoftmax(): Promise<string> {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [2, 3]);
  graph.output('y', graph.add({ operator: 'LogSoftmax', inputs: [x], dtype: 'float32', shape: [2, 3] }));
  try {
    await run(encodeModel(graph), { x: { dtype: 'float32', shape: [2, 3], data: new Float32Array(6) } }, WEBGPU);
    return 'taken';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** How far the norm of a million numbers on WebGPU is from the one in double precision, relative to it. */
export async function normError(): Promise<number> {
  const { numbers, norm } = unevenNumbers(1_000_001);
  const graph = new Graph();
  const shape = [numbers.length];
  graph.output('norm', normOf([squareSums(graph.input('numbers', 'float32', shape))]));
  const feeds = { numbers: { dtype: 'float32' as const, data: numbers, shape } };
  const results = await run(encodeModel(graph), feeds, WEBGPU);
  return Math.abs(results.norm![0]! / norm - 1);
}

/** How far a step of AdamW whose decay spares every other one of many runs of parameters is on WebGPU from what it is on wasm. */
export async function decayError(): Promise<number> {
  const count = 200_000;
  const ranges = Array.from({ length: 100 }, (_, i) => ({ end: 2_000 * (i + 1), decays: i % 2 === 0 }));
  const optimizer = { ...ADAMW, weightDecay: 0.1 };
  const graph = updateGraph(count, { optimizer, clipNorm: 1, arithmetic: 2 }, count, ranges);
  const { numbers } = unevenNumbers(count);
  const list = (data: Float32Array): Fed => ({ dtype: 'float32', data, shape: [count] });
  const scalar = (value: number): Fed => ({ dtype: 'float32', data: Float32Array.of(value), shape: [] });
  const feeds = {
    ...{ theta: list(numbers), gradient: list(numbers.toReversed()) },
    ...{ slot_0: list(new Float32Array(count)), slot_1: list(new Float32Array(count)) },
    ...{ learning_rate: scalar(0.1), correction_1: scalar(0.1), correction_2: scalar(0.001) },
  };
  const model = encodeModel(graph);
  const [there, here] = [await run(model, feeds, WEBGPU), await run(model, feeds, WASM)];
  const [a, b] = [there.theta_next!, here.theta_next!];
  return relativeError(a, b);
}

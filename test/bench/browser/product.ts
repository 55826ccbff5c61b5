// Plain matrix products in the runtime, in the sizes that a case's feed-forward layers have: the rate that nothing built of them can exceed.

import { Graph } from '../../../src/engine/onnx/graph.ts';
import { gemm } from '../../../src/engine/onnx/matrix.ts';
import { openBrowserRuntime } from '../../../src/engine/runtime/browser-runtime.ts';
import type { Runtime } from '../../../src/engine/runtime/runtime.ts';
import type { Contender, Stepper, TrainingCase } from '../contender.ts';
import { tokensAtOnce } from '../flops.ts';

/** Products in one run, width → inner → width in turn. */
const PRODUCTS = 24;

/** Floating-point operations of one step. */
export const productFlops = (training: Pick<TrainingCase, 'config' | 'batches'>): number =>
  2 * PRODUCTS * tokensAtOnce(training) * training.config.width * training.config.mlpWidth;

export async function productStepper(runtime: Runtime, training: TrainingCase): Promise<Stepper> {
  const { width, mlpWidth } = training.config;
  const tokens = tokensAtOnce(training);
  const graph = new Graph();
  const up = graph.input('up', 'float32', [width, mlpWidth]);
  const down = graph.input('down', 'float32', [mlpWidth, width]);
  let x = graph.input('x', 'float32', [tokens, width]);
  for (let i = 0; i < PRODUCTS; i += 1) x = gemm(x, i % 2 === 0 ? up : down);
  graph.output('y', x);
  const program = await runtime.program(graph);
  const fill = (size: number, shape: number[]) => runtime.floats(new Float32Array(size).fill(0.01), shape);
  const feeds = {
    up: fill(width * mlpWidth, [width, mlpWidth]),
    down: fill(width * mlpWidth, [mlpWidth, width]),
    x: fill(tokens * width, [tokens, width]),
  };
  return {
    step: async () => {
      const { y } = await program.run(feeds);
      return ((await y!.getData()) as Float32Array)[0]!;
    },
  };
}

export const product: Contender = {
  name: 'plain products',
  version: 'onnxruntime-web',
  async open({ backend, threads }, training) {
    const runtimeBase = new URL('runtime/', location.origin).href;
    return productStepper(await openBrowserRuntime({ backend, threads, runtimeBase }), training);
  },
};

// One optimizer step over all parameters at once, as a graph over packed arrays. Knows no architecture and no runtime.

import { type OptimizerSettings, slotCount, update } from '../../src/spin/optimizers.ts';
import { graphArithmetic } from '../onnx/arithmetic.ts';
import { add, div, mul, relu, sqrt, sub } from '../onnx/elementwise.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import { reduceSum, reshape } from '../onnx/shaping.ts';

/** g · min(1, limit / (norm + 1e-6)), as PyTorch's clip_grad_norm_. */
function clip(gradient: Value, norm: Value, limit: number): Value {
  const { graph } = gradient;
  const ratio = div(graph.scalar(limit), add(norm, graph.scalar(1e-6)));
  const one = graph.scalar(1);
  return mul(gradient, sub(one, relu(sub(one, ratio))));
}

/**
 * Inputs: `theta`, `gradient`, `slot_0` (and `slot_1`), all [count]; `learning_rate` [] (and `correction_1`, `correction_2` []).
 * Outputs: `theta_next`, `slot_0_next` …, and `grad_norm` [1], the global Euclidean norm before clipping.
 * @param clipNorm 0 is off
 */
export function updateGraph(count: number, settings: OptimizerSettings, clipNorm: number): Graph {
  const graph = new Graph();
  const theta = graph.input('theta', 'float32', [count]);
  const gradient = graph.input('gradient', 'float32', [count]);
  const slots = Array.from({ length: slotCount(settings.name) }, (_, index) =>
    graph.input(`slot_${index}`, 'float32', [count]),
  );
  const corrected = settings.name === 'adamw';
  const scalars = {
    learningRate: graph.input('learning_rate', 'float32', []),
    biasCorrection1: corrected ? graph.input('correction_1', 'float32', []) : graph.scalar(1),
    biasCorrection2: corrected ? graph.input('correction_2', 'float32', []) : graph.scalar(1),
  };
  const norm = sqrt(reduceSum(mul(gradient, gradient), [0]));
  const clipped = clipNorm > 0 ? clip(gradient, norm, clipNorm) : gradient;
  const next = update(settings, graphArithmetic(graph), theta, clipped, slots, scalars);
  graph.output('theta_next', next.parameter);
  next.slots.forEach((slot, index) => {
    graph.output(`slot_${index}_next`, slot);
  });
  graph.output('grad_norm', reshape(norm, [1]));
  return graph;
}

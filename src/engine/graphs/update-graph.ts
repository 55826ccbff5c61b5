// One optimizer step over all parameters at once, as a graph over packed arrays.

import type { ArithmeticVersion } from '../../spin/configuration.ts';
import { decay, decays, type OptimizerSettings, type StepScalars, slotCount, update } from '../../spin/optimizers.ts';
import type { DecayRange } from '../models/parameter-set.ts';
import { add, div, mul, relu, sub } from '../onnx/elementwise.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import { graphArithmetic } from '../onnx/graph-arithmetic.ts';
import { concat, slice } from '../onnx/shape-operators.ts';
import { reshape } from '../onnx/shaping.ts';
import type { UpdateRules } from '../passes/updates.ts';
import { normOf, squareSums, WHOLE_TILES } from './euclidean-norm.ts';

/** What a gradient is multiplied by: min(1, limit / (norm + 1e-6)), as in PyTorch's clip_grad_norm_. */
function clipFactor(norm: Value, limit: number): Value {
  const { graph } = norm;
  const one = graph.scalar(1);
  return sub(one, relu(sub(one, div(graph.scalar(limit), add(norm, graph.scalar(1e-6))))));
}

/** Pieces of one graph at most: each costs a few nodes. */
const MOST_PIECES = 64;

/** A list in pieces of `size`, the last one shorter. */
function inPieces(list: Value, size: number): Value[] {
  const count = list.shape[0]!;
  return Array.from({ length: Math.ceil(count / size) }, (_, index) =>
    slice(list, 0, index * size, Math.min(count, (index + 1) * size)),
  );
}

/** The length of a piece. */
function pieceSize(count: number, atOnce: number, arithmetic: ArithmeticVersion): number {
  const size = Math.max(atOnce, Math.ceil(count / MOST_PIECES));
  return Math.min(count, arithmetic === 1 ? size : Math.ceil(size / WHOLE_TILES) * WHOLE_TILES);
}

/**
 * A piece after weight decay, which falls on some of its values.
 * @param first the place of the piece's first value
 */
function partlyDecayed(
  piece: Value,
  first: number,
  ranges: readonly DecayRange[],
  optimizer: OptimizerSettings,
  scalars: StepScalars<Value>,
): Value {
  const ops = graphArithmetic(piece.graph);
  const last = first + piece.shape[0]!;
  const parts: Value[] = [];
  let at = first;
  for (const range of ranges) {
    const end = Math.min(range.end, last);
    if (end <= at) continue;
    const part = slice(piece, 0, at - first, end - first);
    parts.push(range.decays ? decay(optimizer, ops, part, scalars) : part);
    at = end;
  }
  return concat(parts, 0);
}

/**
 * Inputs: `theta`, `gradient`, `slot_0` (and `slot_1`), all [count]; `learning_rate` [] (and `correction_1`, `correction_2` []).
 * Outputs: `theta_next`, `slot_0_next` …, and `grad_norm` [1], the global Euclidean norm before clipping.
 * @param atOnce how many parameters all is computed for before the next ones are: on a processor what its cache holds
 * @param ranges what weight decay falls on, where that is not everything
 */
export function updateGraph(
  count: number,
  { optimizer, clipNorm, arithmetic }: UpdateRules,
  atOnce = count,
  ranges: readonly DecayRange[] = [],
): Graph {
  const graph = new Graph();
  const size = pieceSize(count, atOnce, arithmetic);
  const list = (name: string): Value[] => inPieces(graph.input(name, 'float32', [count]), size);
  const theta = list('theta');
  const gradient = list('gradient');
  const slots = Array.from({ length: slotCount(optimizer.name) }, (_, index) => list(`slot_${index}`));
  const corrected = optimizer.name === 'adamw';
  const scalars = {
    learningRate: graph.input('learning_rate', 'float32', []),
    biasCorrection1: corrected ? graph.input('correction_1', 'float32', []) : graph.scalar(1),
    biasCorrection2: corrected ? graph.input('correction_2', 'float32', []) : graph.scalar(1),
  };
  const factor =
    clipNorm > 0
      ? clipFactor(
          normOf(
            gradient.map((piece) => squareSums(piece, arithmetic)),
            arithmetic,
          ),
          clipNorm,
        )
      : null;
  const partly = decays(optimizer) && ranges.some((range) => !range.decays);
  // Nodes run in the order in which they are made: piece after piece.
  const next = theta.map((piece, i) => {
    const g = gradient[i]!;
    const sums = squareSums(g, arithmetic);
    const clipped = factor === null ? g : mul(g, factor);
    const before = slots.map((pieces) => pieces[i]!);
    const decayed = partly ? partlyDecayed(piece, i * size, ranges, optimizer, scalars) : undefined;
    return { sums, ...update(optimizer, graphArithmetic(graph), piece, clipped, before, scalars, decayed) };
  });
  const norm = normOf(
    next.map(({ sums }) => sums),
    arithmetic,
  );
  graph.output(
    'theta_next',
    concat(
      next.map(({ parameter }) => parameter),
      0,
    ),
  );
  slots.forEach((_, slot) => {
    graph.output(
      `slot_${slot}_next`,
      concat(
        next.map((made) => made.slots[slot]!),
        0,
      ),
    );
  });
  graph.output('grad_norm', reshape(norm, [1]));
  return graph;
}

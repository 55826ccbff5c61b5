// One micro-batch of SPIN as a graph: scores, loss (paper, eq. 4.7), and the gradient of every parameter that is trained.

import type { LossName } from '../../spin/losses.ts';
import { logRatio, pairLoss } from '../../spin/margin.ts';
import type { ModelConfig } from '../models/config.ts';
import type { BatchShape } from '../models/packed-rows.ts';
import { wholeLayout } from '../models/parameter-layout.ts';
import type { SetLayout } from '../models/parameter-set.ts';
import { add, mul, neg } from '../onnx/elementwise.ts';
import { gradients } from '../onnx/gradient.ts';
import type { Graph, Value } from '../onnx/graph.ts';
import { graphArithmetic } from '../onnx/graph-arithmetic.ts';
import { concat, slice } from '../onnx/shape-operators.ts';
import { reduceSum, reshape } from '../onnx/shaping.ts';
import { buildScores, type Scored } from './scoring-graph.ts';

/** Self-play's loss of pairs, anchored to the real responses' likelihood or not, or that likelihood alone. */
export type Objective =
  | { readonly kind: 'self-play'; readonly loss: LossName; readonly anchored: boolean }
  | { readonly kind: 'supervised' };

/** −Σ anchor·log p: with anchor = weight / (number of real response tokens in the global batch), weight × mean NLL. */
function anchorLoss(scored: Scored): Value {
  const anchor = scored.graph.input('anchor', 'float32', scored.tokens.shape);
  return neg(reduceSum(mul(anchor, scored.tokens), [0]));
}

/** Σ pair_weight·ℓ(λ·margin) over responses that are the real ones first, then the generated ones. */
function lossOfPairs({ graph, responses }: Scored, name: LossName): Value {
  const [count = 2] = responses.shape;
  const pairs = count / 2;
  const opponent = graph.input('opponent', 'float32', [count]);
  const weight = graph.input('pair_weight', 'float32', [pairs]);
  const lambda = graph.input('lambda', 'float32', []);
  const ops = graphArithmetic(graph);
  const ratios = logRatio(ops, responses, opponent);
  const ofPair = { real: slice(ratios, 0, 0, pairs), generated: slice(ratios, 0, pairs, count) };
  const losses = pairLoss(name, ops, lambda, ofPair);
  return reduceSum(mul(weight, losses), [0]);
}

function totalLoss(scored: Scored, objective: Objective): Value {
  if (objective.kind === 'supervised') return anchorLoss(scored);
  const ofPairs = lossOfPairs(scored, objective.loss);
  return objective.anchored ? add(ofPairs, anchorLoss(scored)) : ofPairs;
}

/**
 * Inputs: those of `buildScores`; where supervised or anchored `anchor` [scored]; for self-play (real responses first, then as many generated ones) `opponent`
 * [responses], `pair_weight` [responses / 2] (1 / global batch) and `lambda` []; `accumulated` [count], the gradient of the
 * micro-batches before. Outputs: `gradient` [count]; `report` [1 + responses], the loss and then the responses' log-probabilities.
 */
export function trainingGraph(
  config: ModelConfig,
  shape: BatchShape,
  objective: Objective,
  layout: SetLayout = wholeLayout(config),
): Graph {
  const scored = buildScores(config, shape, layout);
  const { graph, parameters } = scored;
  const total = totalLoss(scored, objective);
  const accumulated = graph.input('accumulated', 'float32', parameters.theta.shape);
  graph.output('report', concat([reshape(total, [1]), scored.responses], 0));
  const [gradient] = gradients(total, [parameters.theta]);
  graph.output('gradient', add(accumulated, gradient!));
  return graph;
}

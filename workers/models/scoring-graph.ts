// Teacher forcing: the log-probability of every response token of a batch, in one forward pass (paper, section 3). A row holds a prompt
// once and then all of its responses, which do not see each other; logits are computed only where a response token is scored. Knows no
// runtime; batches are laid out by the engine.

import { mul } from '../onnx/elementwise.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import { gatherRows, scatterAddRows, tokenLogps } from '../onnx/indexing.ts';
import { reshape } from '../onnx/shaping.ts';
import { maskedAttention } from './architecture.ts';
import type { ModelConfig } from './config.ts';
import { architectureOf, type PackedParameters, packedParameters } from './language-model.ts';

/** The static shape of a batch: `rows` rows of at most `length` tokens, `responses` responses with `scored` tokens in all. */
export interface BatchShape {
  readonly rows: number;
  readonly length: number;
  readonly responses: number;
  readonly scored: number;
}

export interface Scored {
  readonly graph: Graph;
  readonly parameters: PackedParameters;
  /** Logits of the token at each scored place, [scored, vocabulary]. */
  readonly logits: Value;
  /** log p of each scored token, [scored]; 0 at padding. */
  readonly tokens: Value;
  /** Their sums by response, [responses]. */
  readonly responses: Value;
}

/**
 * Inputs: `ids` int32 [rows, length], padded at the right; `positions` int32 [rows, length], each token's place in its own sequence;
 * `visible` [rows, 1, length, length], 0 where a token (third axis) may look and `HIDDEN_SCORE` where not; for each scored token the
 * place `at` (row·length + column) of the token before it in its sequence, its id `target`, its `response`, all int32 [scored], and
 * `mask` [scored], 0 at padding.
 */
export function buildScores(config: ModelConfig, shape: BatchShape): Scored {
  const { rows, length, responses, scored } = shape;
  const graph = new Graph();
  const parameters = packedParameters(graph, config);
  const architecture = architectureOf(config);
  const ids = graph.input('ids', 'int32', [rows, length]);
  const positions = graph.input('positions', 'int32', [rows, length]);
  const attend = maskedAttention(graph.input('visible', 'float32', [rows, 1, length, length]));
  const at = graph.input('at', 'int32', [scored]);
  const target = graph.input('target', 'int32', [scored]);
  const response = graph.input('response', 'int32', [scored]);
  const mask = graph.input('mask', 'float32', [scored]);
  const span = Math.min(length, config.positions);
  const hidden = architecture.hidden(parameters.get, { ids, positions, span, attend });
  const logits = architecture.logits(parameters.get, gatherRows(hidden, at));
  const tokens = mul(tokenLogps(logits, target), mask);
  const sums = scatterAddRows(reshape(tokens, [scored, 1]), response, responses);
  return { graph, parameters, logits, tokens, responses: reshape(sums, [responses]) };
}

/** The scoring model: outputs `token_logps` [scored] and `response_logps` [responses]. */
export function scoringGraph(config: ModelConfig, shape: BatchShape): Graph {
  const { graph, tokens, responses } = buildScores(config, shape);
  graph.output('token_logps', tokens);
  graph.output('response_logps', responses);
  return graph;
}

/** What was possible at each scored place: output `logits` [scored, vocabulary], unwarped. Inputs as for `buildScores`. */
export function viewingGraph(config: ModelConfig, shape: BatchShape): Graph {
  const { graph, logits } = buildScores(config, shape);
  graph.output('logits', logits);
  return graph;
}

// Teacher forcing: the log-probability of every response token of a batch, in one forward pass (paper, section 3). Logits are computed
// only where a response token is scored. Knows no runtime; batches are laid out by the engine.

import { mul } from '../onnx/elementwise.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import { gatherRows, scatterAddRows, tokenLogps } from '../onnx/indexing.ts';
import { reshape } from '../onnx/shaping.ts';
import { causalAttention } from './architecture.ts';
import type { ModelConfig } from './config.ts';
import { architectureOf, type PackedParameters, packedParameters } from './language-model.ts';

/** The static shape of a batch: `rows` sequences of at most `length` tokens, with `scored` response tokens in all. */
export interface BatchShape {
  readonly rows: number;
  readonly length: number;
  readonly scored: number;
}

export interface Scored {
  readonly graph: Graph;
  readonly parameters: PackedParameters;
  /** log p of each scored token, [scored]; 0 at padding. */
  readonly tokens: Value;
  /** Their sums by row, [rows]. */
  readonly rows: Value;
}

/**
 * Inputs: `ids` int32 [rows, length], padded at the right; for each scored token its place `at` (row·length + position − 1: the state
 * that predicts it), its id `target`, its `row`, all int32 [scored], and `mask` float32 [scored], 0 at padding.
 */
export function buildScores(config: ModelConfig, { rows, length, scored }: BatchShape): Scored {
  const graph = new Graph();
  const parameters = packedParameters(graph, config);
  const architecture = architectureOf(config);
  const ids = graph.input('ids', 'int32', [rows, length]);
  const at = graph.input('at', 'int32', [scored]);
  const target = graph.input('target', 'int32', [scored]);
  const row = graph.input('row', 'int32', [scored]);
  const mask = graph.input('mask', 'float32', [scored]);
  const attend = causalAttention(graph, length);
  const hidden = architecture.hidden(parameters.get, { ids, positions: 'sequential', span: length, attend });
  const logits = architecture.logits(parameters.get, gatherRows(hidden, at));
  const tokens = mul(tokenLogps(logits, target), mask);
  const sums = reshape(scatterAddRows(reshape(tokens, [scored, 1]), row, rows), [rows]);
  return { graph, parameters, tokens, rows: sums };
}

/** The scoring model: outputs `token_logps` [scored] and `row_logps` [rows]. */
export function scoringGraph(config: ModelConfig, shape: BatchShape): Graph {
  const { graph, tokens, rows } = buildScores(config, shape);
  graph.output('token_logps', tokens);
  graph.output('row_logps', rows);
  return graph;
}

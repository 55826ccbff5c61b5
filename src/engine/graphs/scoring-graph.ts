// Teacher forcing: the log-probability of every response token of a batch, in one forward pass (paper, section 3). A row holds a prompt
// once and then all of its responses, which do not see each other; logits are computed only where a response token is scored. Batches are
// laid out in src/engine/batches.

import { transformerOf } from '../models/computations.ts';
import type { ModelConfig } from '../models/config.ts';
import { type PackedParameters, packedParameters } from '../models/packed-parameters.ts';
import { type BatchShape, packedRows } from '../models/packed-rows.ts';
import { wholeLayout } from '../models/parameter-layout.ts';
import type { SetLayout } from '../models/parameter-set.ts';
import { maskedAttention } from '../models/transformer.ts';
import { mul } from '../onnx/elementwise.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import { scatterAddRows } from '../onnx/indexing.ts';
import { linear } from '../onnx/matrix.ts';
import { reshape } from '../onnx/shaping.ts';
import { projectedTokenLogps } from '../onnx/token-logps.ts';

/** Logits that exist at a time, at most: 16 MiB of them. More are worked through in chunks. */
const LOGITS_AT_ONCE = 2 ** 22;

export interface Scored {
  readonly graph: Graph;
  readonly parameters: PackedParameters;
  /** Hidden state of the token before each scored one, [scored, width]. */
  readonly before: Value;
  /** The matrix whose product with a hidden state are the logits: [vocabulary, width]. */
  readonly unembedding: Value;
  /** log p of each scored token, [scored]; 0 at padding. */
  readonly tokens: Value;
  /** Their sums by response, [responses]. */
  readonly responses: Value;
}

/** Rows of logits that may exist at a time with this vocabulary. */
export const rowsAtOnce = (vocabulary: number): number => Math.max(1, Math.floor(LOGITS_AT_ONCE / vocabulary));

/**
 * Inputs: those of `packedRows`; `ids` and `positions` int64 [tokens, 1], each token's id and place in its own sequence; for each scored
 * token the one `at` before it in its sequence and its `response`, int64 [scored, 1], its id `target` int32 [scored], and `mask` [scored],
 * 0 at padding.
 */
export function buildScores(config: ModelConfig, shape: BatchShape, layout: SetLayout): Scored {
  const { length, tokens: count, responses, scored } = shape;
  const graph = new Graph();
  const parameters = packedParameters(graph, layout);
  const transformer = transformerOf(config);
  const ids = graph.input('ids', 'int64', [count, 1]);
  const positions = graph.input('positions', 'int64', [count, 1]);
  const { arrangement, placePositions, mask } = packedRows(graph, shape);
  const at = graph.input('at', 'int64', [scored, 1]);
  const target = graph.input('target', 'int32', [scored]);
  const response = graph.input('response', 'int64', [scored, 1]);
  const counted = graph.input('mask', 'float32', [scored]);
  const span = Math.min(length, config.positions);
  const attend = maskedAttention(mask);
  const forward = { ids, positions, arrangement, placePositions, span, attend, read: at };
  const before = transformer.hidden(parameters, forward);
  const unembedding = transformer.unembedding(parameters);
  const tokens = mul(projectedTokenLogps(before, unembedding, target, rowsAtOnce(config.vocabSize)), counted);
  const sums = scatterAddRows(reshape(tokens, [scored, 1]), response, responses);
  return { graph, parameters, before, unembedding, tokens, responses: reshape(sums, [responses]) };
}

/** The scoring model: outputs `token_logps` [scored] and `response_logps` [responses]. */
export function scoringGraph(config: ModelConfig, shape: BatchShape, layout = wholeLayout(config)): Graph {
  const { graph, tokens, responses } = buildScores(config, shape, layout);
  graph.output('token_logps', tokens);
  graph.output('response_logps', responses);
  return graph;
}

/** What was possible at each scored place: output `logits` [scored, vocabulary], unwarped. Inputs as for `buildScores`. */
export function viewingGraph(config: ModelConfig, shape: BatchShape, layout = wholeLayout(config)): Graph {
  const { graph, before, unembedding } = buildScores(config, shape, layout);
  graph.output('logits', linear(before, unembedding));
  return graph;
}

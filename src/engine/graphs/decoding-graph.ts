// Answering as two graphs over one key-value cache: a prefill over the prompts, and a chunk of decode steps unrolled with sampling inside,
// so that one run makes several tokens. Which token comes next where sampling is not inside is chosen by the player (`choose.ts`).
//
// The cache is 2·layers tensors [rows, kvHeads, slots, headDim], keys of layer l at 2l and values at 2l + 1. Prompt tokens but the last
// stand in the first slots (padded at the right); the token fed at decode step s stands in slot promptSlots + s, the same for all rows. On
// a device the graph writes it there by a product with a small placement matrix, so that no index depends on data; where the cache is in
// memory the graph gives only what is new.

import { transformerOf } from '../models/computations.ts';
import type { ModelConfig } from '../models/config.ts';
import { packedParameters } from '../models/packed-parameters.ts';
import { wholeLayout } from '../models/parameter-layout.ts';
import type { SetLayout } from '../models/parameter-set.ts';
import {
  type Attend,
  causalMask,
  denseArrangement,
  groupedAttention,
  type Transformer,
} from '../models/transformer.ts';
import { add, cast, equal, less, mul, where } from '../onnx/elementwise.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import { gatherRows, range } from '../onnx/indexing.ts';
import { linear, matmul } from '../onnx/matrix.ts';
import { softmax } from '../onnx/reduce.ts';
import { cumulativeSum, reduceMax, reduceMin } from '../onnx/selection.ts';
import { concat, pad, slice, swapLast } from '../onnx/shape-operators.ts';
import { reduceSum, reshape } from '../onnx/shaping.ts';
import { tokenLogps } from '../onnx/token-logps.ts';

/**
 * Who chooses the next token: the graph by inverse transform sampling (at a temperature that is fed, or at 1), the graph by the largest
 * logit, or the caller from logits.
 */
export type TokenChoice = 'sample' | 'sample at 1' | 'greedy' | 'caller';

export interface DecodeShape {
  readonly rows: number;
  /** Slots of the cache: the prompts' and one for each new token. */
  readonly slots: number;
  /** Steps unrolled in one run; 1 where the caller chooses. */
  readonly steps: number;
}

/** Who writes new keys and values into the cache. */
export type CacheWriter = 'graph' | 'caller';

/** The names of the cache's tensors, as inputs and (with `_next`) as outputs. */
export const cacheNames = (config: ModelConfig): string[] =>
  Array.from({ length: 2 * transformerOf(config).layers }, (_, index) => `cache_${index}`);

/** The shape of each of them. */
export function cacheShape(config: ModelConfig, rows: number, slots: number): [number, number, number, number] {
  const { kvHeads, headDim } = transformerOf(config);
  return [rows, kvHeads, slots, headDim];
}

/**
 * Inputs: `theta`, `ids` int32 [rows, length] (padded at the right). Outputs: the cache.
 */
export function prefillGraph(
  config: ModelConfig,
  rows: number,
  length: number,
  slots: number,
  layout: SetLayout = wholeLayout(config),
): Graph {
  const graph = new Graph();
  const parameters = packedParameters(graph, layout);
  const transformer = transformerOf(config);
  const ids = graph.input('ids', 'int32', [rows, length]);
  const kept: Value[] = [];
  const mask = causalMask(graph, length);
  const attend: Attend = (_, q, k, v) => {
    kept.push(k, v);
    return groupedAttention(q, k, v, mask);
  };
  transformer.hidden(parameters, {
    ids: reshape(ids, [rows * length]),
    positions: 'sequential',
    arrangement: denseArrangement(rows, length),
    placePositions: 'sequential',
    span: slots,
    attend,
    read: null,
  });
  cacheNames(config).forEach((name, index) => {
    graph.output(name, pad(kept[index]!, 2, 0, slots - length));
  });
  return graph;
}

/** Attention of new tokens to the cache and to the new tokens before them in this run. */
function cachedAttention(transformer: Transformer, cache: readonly Value[], mask: Value, fresh: Value[][]): Attend {
  const [rows = 1, heads = 1, slots = 1, dim = 1] = cache[0]!.shape;
  const group = (q: Value): number => q.shape[1]! / transformer.kvHeads;
  return (layer, q, k, v) => {
    fresh[2 * layer]!.push(k);
    fresh[2 * layer + 1]!.push(v);
    const keys = concat([...fresh[2 * layer]!], 2);
    const values = concat([...fresh[2 * layer + 1]!], 2);
    const made = keys.shape[2]!;
    const queries = reshape(q, [rows, heads, group(q), dim]);
    const old = add(matmul(queries, swapLast(cache[2 * layer]!)), mask);
    const weights = softmax(concat([old, matmul(queries, swapLast(keys))], 3));
    const seen = matmul(slice(weights, 3, 0, slots), cache[2 * layer + 1]!);
    const recent = matmul(slice(weights, 3, slots, slots + made), values);
    return reshape(add(seen, recent), [rows, q.shape[1]!, 1, dim]);
  };
}

/** The first id at which the cumulated probability reaches u · (its total): one uniform number a token (inverse transform sampling). */
function sampled(logits: Value, inverseTemperature: Value | null, uniform: Value): Value {
  const [rows = 1, vocabulary = 1] = logits.shape;
  const warped = inverseTemperature === null ? logits : mul(logits, inverseTemperature);
  const cumulated = cumulativeSum(softmax(warped));
  const total = slice(cumulated, 1, vocabulary - 1, vocabulary);
  const below = cast(less(cumulated, mul(uniform, total)), 'float32');
  return reshape(cast(reduceSum(below, [1]), 'int32'), [rows, 1]);
}

/** The first id with the largest logit, by floats: integer results of ArgMax would leave the GPU. */
function largest(logits: Value): Value {
  const [rows = 1, vocabulary = 1] = logits.shape;
  const ids = cast(range(logits, vocabulary), 'float32');
  const best = equal(logits, reduceMax(logits, [1], true));
  const first = reduceMin(where(best, ids, logits.graph.scalar(vocabulary)), [1], true);
  return reshape(cast(first, 'int32'), [rows, 1]);
}

/**
 * Inputs: `theta`; the cache; `token` int32 [rows, 1], the last one of each row; `positions` [rows, steps]; `mask` [rows, 1, 1, slots],
 * 0 at slots that hold something; where the graph writes, `placement` [slots, steps], 1 where step s's keys and values go; when sampling
 * also `uniform` [rows, steps] in (0, 1), and unless the temperature is 1 `inverse_temperature` [].
 * Outputs: the cache's `…_next` or, where the caller writes, `fresh` [2·layers, rows, kvHeads, steps, headDim]; `drawn` [2·rows, steps], the ids as numbers and below them their logps (natural log, of the model itself), so that
 * one read-back brings both; where the caller chooses, `logits` [rows, vocabulary] in its place.
 */
export function decodeGraph(
  config: ModelConfig,
  shape: DecodeShape,
  choice: TokenChoice,
  writer: CacheWriter,
  layout: SetLayout = wholeLayout(config),
): Graph {
  const { rows, slots, steps } = shape;
  const graph = new Graph();
  const parameters = packedParameters(graph, layout);
  const transformer = transformerOf(config);
  const names = cacheNames(config);
  const cache = names.map((name) => graph.input(name, 'float32', cacheShape(config, rows, slots)));
  const positions = graph.input('positions', 'float32', [rows, steps]);
  const mask = graph.input('mask', 'float32', [rows, 1, 1, slots]);
  const samples = choice === 'sample' || choice === 'sample at 1';
  const uniform = samples ? graph.input('uniform', 'float32', [rows, steps]) : null;
  const inverseTemperature = choice === 'sample' ? graph.input('inverse_temperature', 'float32', []) : null;
  const fresh: Value[][] = names.map(() => []);
  const attend = cachedAttention(transformer, cache, mask, fresh);
  const arrangement = denseArrangement(rows, 1);
  const ids: Value[] = [];
  const logps: Value[] = [];
  let token = graph.input('token', 'int32', [rows, 1]);
  for (let step = 0; step < steps; step += 1) {
    // Positions come as floats since the runtime's Slice of integers leaves the GPU.
    const placePositions = cast(slice(positions, 1, step, step + 1), 'int32');
    const at = { arrangement, positions: reshape(placePositions, [rows]), placePositions, span: slots, attend };
    const hidden = transformer.hidden(parameters, { ids: reshape(token, [rows]), ...at, read: null });
    const logits = linear(hidden, transformer.unembedding(parameters));
    if (choice === 'caller') {
      graph.output('logits', logits);
      break;
    }
    token = uniform === null ? largest(logits) : sampled(logits, inverseTemperature, slice(uniform, 1, step, step + 1));
    ids.push(token);
    logps.push(reshape(tokenLogps(logits, reshape(token, [rows])), [rows, 1]));
  }
  const made = fresh.map((values) => concat(values, 2));
  if (writer === 'graph') {
    const placement = graph.input('placement', 'float32', [slots, steps]);
    names.forEach((name, index) => {
      graph.output(`${name}_next`, add(cache[index]!, matmul(placement, made[index]!)));
    });
  } else {
    graph.output(
      'fresh',
      concat(
        made.map((values) => reshape(values, [1, ...values.shape])),
        0,
      ),
    );
  }
  if (choice !== 'caller') {
    graph.output('drawn', concat([cast(concat(ids, 1), 'float32'), concat(logps, 1)], 0));
  }
  return graph;
}

/** Inputs: the cache of `rows` rows and `index` int32 [kept]; outputs: the cache's `…_next`, those rows in that order. */
export function keepRowsGraph(config: ModelConfig, rows: number, kept: number, slots: number): Graph {
  const graph = new Graph();
  const cache = cacheNames(config).map((name) => graph.input(name, 'float32', cacheShape(config, rows, slots)));
  const index = graph.input('index', 'int32', [kept]);
  cache.forEach((part) => {
    graph.output(`${part.name}_next`, gatherRows(part, index));
  });
  return graph;
}

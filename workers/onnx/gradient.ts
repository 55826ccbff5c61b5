// Reverse-mode differentiation: from one scalar back to any values of its graph. Knows operators only by the gradients they carry.

import { add } from './elementwise.ts';
import { GraphUseError, OperandTypeError, ShapeMismatchError } from './errors.ts';
import { sizeOf, type Value } from './graph.ts';
import { expand } from './shaping.ts';

/** Everything that `target` is computed from, itself included, latest first. */
function ancestors(target: Value): Value[] {
  const seen = new Set<Value>([target]);
  const waiting = [target];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    for (const input of value.node?.inputs ?? []) {
      if (seen.has(input)) continue;
      seen.add(input);
      waiting.push(input);
    }
  }
  return [...seen].sort((a, b) => b.order - a.order);
}

/** The values on a path from one of `sources` to the target: only these get gradients. */
function dependents(latestFirst: readonly Value[], sources: ReadonlySet<Value>): Set<Value> {
  const reached = new Set<Value>();
  for (const value of [...latestFirst].reverse()) {
    if (sources.has(value) || value.node?.inputs.some((input) => reached.has(input))) reached.add(value);
  }
  return reached;
}

/**
 * d target / d source for each source, each with its source's shape; zeros where the target does not depend on it.
 * @param target a float32 value with one element
 * @throws GraphUseError where a path leads through an operator that has no gradient, or a source is of another graph
 */
export function gradients(target: Value, sources: readonly Value[]): Value[] {
  if (target.dtype !== 'float32') throw new OperandTypeError('gradients', [target], 'a float32 target');
  if (sizeOf(target.shape) !== 1) {
    throw new ShapeMismatchError('gradients', [target.shape], 'the target must be one number');
  }
  const graph = target.graph;
  for (const source of sources) {
    if (source.graph !== graph) throw new GraphUseError(`The source ${source.name} belongs to another graph.`);
    if (source.dtype !== 'float32') throw new OperandTypeError('gradients', [target, source], 'float32 sources');
  }
  const latestFirst = ancestors(target);
  const needed = dependents(latestFirst, new Set(sources));
  const collected = new Map<Value, Value>([[target, expand(graph.scalar(1), target.shape)]]);
  for (const value of latestFirst) {
    const upstream = collected.get(value);
    if (upstream === undefined || value.node === null || !needed.has(value)) continue;
    const wanted = value.node.inputs.map((input) => needed.has(input));
    if (!wanted.includes(true)) continue;
    if (value.node.gradient === null) {
      throw new GraphUseError(
        `${value.node.operator} has no gradient.`,
        'Differentiate around it, or give it a gradient.',
      );
    }
    value.node.gradient(upstream).forEach((part, index) => {
      const input = value.node!.inputs[index]!;
      if (part === null || !wanted[index]) return;
      const before = collected.get(input);
      collected.set(input, before === undefined ? part : add(before, part));
    });
  }
  return sources.map((source) => collected.get(source) ?? expand(graph.scalar(0), source.shape));
}

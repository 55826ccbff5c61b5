// Reverse-mode differentiation: from one scalar back to any values of its graph. Knows operators only by the gradients they carry.

import { GraphUseError, OperandTypeError, ShapeMismatchError } from './errors.ts';
import { type Part, sizeOf, type Value } from './graph.ts';
import { addGradients } from './indexing.ts';
import { concat, pad } from './shape-operators.ts';
import { expand } from './shaping.ts';

/** Everything that `target` is computed from, itself included, latest first. */
function ancestors(target: Value): Value[] {
  const seen = new Set<Value>([target]);
  const waiting = [target];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    for (const root of value.node?.roots ?? []) {
      if (seen.has(root)) continue;
      seen.add(root);
      waiting.push(root);
    }
  }
  return [...seen].sort((a, b) => b.order - a.order);
}

/** The values on a path from one of `sources` to the target: only these get gradients. */
function dependents(latestFirst: readonly Value[], sources: ReadonlySet<Value>): Set<Value> {
  const reached = new Set<Value>();
  for (const value of [...latestFirst].reverse()) {
    if (sources.has(value) || value.node?.roots.some((root) => reached.has(root))) reached.add(value);
  }
  return reached;
}

/** The gradient of a part of a value. */
interface Partial extends Part {
  readonly gradient: Value;
}

/** What has arrived at a value so far: gradients of the whole of it, summed, and of parts of it. */
class Arrivals {
  readonly #whole = new Map<Value, Value>();
  readonly #parts = new Map<Value, Partial[]>();

  add(value: Value, gradient: Value): void {
    const before = this.#whole.get(value);
    this.#whole.set(value, before === undefined ? gradient : addGradients(before, gradient));
  }

  addPart(value: Value, part: Partial): void {
    const known = this.#parts.get(value);
    if (known === undefined) this.#parts.set(value, [part]);
    else known.push(part);
  }

  /** The sum of all; undefined where nothing arrived. */
  of(value: Value): Value | undefined {
    for (const joined of joinParts(value, this.#parts.get(value) ?? [])) this.add(value, joined);
    this.#parts.delete(value);
    return this.#whole.get(value);
  }
}

/** Parts of one axis that do not overlap are one gradient, with zeros between them; others are padded each. */
function joinParts(value: Value, parts: readonly Partial[]): Value[] {
  const [first] = parts;
  if (first === undefined) return [];
  const sorted = [...parts].sort((a, b) => a.start - b.start);
  const { axis } = first;
  const size = value.shape[axis]!;
  const apart = sorted.every((part, i) => part.axis === axis && part.start >= (sorted[i - 1]?.end ?? 0));
  if (!apart) return parts.map((part) => pad(part.gradient, part.axis, part.start, value.shape[part.axis]! - part.end));
  const pieces: Value[] = [];
  let reached = 0;
  const fill = (end: number): void => {
    if (end > reached) pieces.push(expand(value.graph.scalar(0), value.shape.with(axis, end - reached)));
  };
  for (const { start, end, gradient } of sorted) {
    fill(start);
    pieces.push(gradient);
    reached = end;
  }
  fill(size);
  return [concat(pieces, axis)];
}

/** Hands a value's gradient on to what it was computed from. */
function propagate(value: Value, upstream: Value, needed: ReadonlySet<Value>, arrivals: Arrivals): void {
  const node = value.node!;
  const wanted = node.roots.map((root) => needed.has(root));
  if (!wanted.includes(true)) return;
  if (node.gradient === null) {
    throw new GraphUseError(`${node.operator} has no gradient.`, 'Differentiate around it, or give it a gradient.');
  }
  if (node.part !== null) {
    arrivals.addPart(node.roots[0]!, { ...node.part, gradient: upstream });
    return;
  }
  node.gradient(upstream).forEach((gradient, index) => {
    if (gradient !== null && wanted[index]) arrivals.add(node.roots[index]!, gradient);
  });
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
  const arrivals = new Arrivals();
  arrivals.add(target, expand(graph.scalar(1), target.shape));
  for (const value of latestFirst) {
    if (value.node === null || !needed.has(value)) continue;
    const upstream = arrivals.of(value);
    if (upstream !== undefined) propagate(value, upstream, needed, arrivals);
  }
  return sources.map((source) => arrivals.of(source) ?? expand(graph.scalar(0), source.shape));
}

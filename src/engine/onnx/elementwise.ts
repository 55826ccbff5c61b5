// Elementwise operators with broadcasting, and their gradients.

import { OperandTypeError } from './errors.ts';
import type { DType, Gradient, Value } from './graph.ts';
import { broadcast } from './shapes.ts';
import { reduceTo } from './shaping.ts';

function binary(
  operator: string,
  a: Value,
  b: Value,
  gradient: (upstream: Value, output: Value) => [Value, Value],
): Value {
  if (a.dtype !== b.dtype || a.dtype !== 'float32') {
    throw new OperandTypeError(operator, [a, b], 'two float32 values');
  }
  const output: Value = a.graph.add({
    operator,
    inputs: [a, b],
    dtype: a.dtype,
    shape: broadcast(operator, a.shape, b.shape),
    gradient: (upstream) => {
      const [da, db] = gradient(upstream, output);
      return [reduceTo(da, a.shape), reduceTo(db, b.shape)];
    },
  });
  return output;
}

export const add = (a: Value, b: Value): Value => binary('Add', a, b, (g) => [g, g]);

/** Of integers, through which nothing is differentiated: for indices. */
function ofIntegers(operator: string, a: Value, b: Value): Value {
  if (a.dtype !== 'int32' || b.dtype !== 'int32') throw new OperandTypeError(operator, [a, b], 'two int32 values');
  return a.graph.add({ operator, inputs: [a, b], dtype: 'int32', shape: broadcast(operator, a.shape, b.shape) });
}

export const addIntegers = (a: Value, b: Value): Value => ofIntegers('Add', a, b);
export const mulIntegers = (a: Value, b: Value): Value => ofIntegers('Mul', a, b);

export const sub = (a: Value, b: Value): Value => binary('Sub', a, b, (g) => [g, neg(g)]);
export const mul = (a: Value, b: Value): Value => binary('Mul', a, b, (g) => [mul(g, b), mul(g, a)]);
export const div = (a: Value, b: Value): Value =>
  binary('Div', a, b, (g, y) => {
    const da = div(g, b);
    return [da, neg(mul(da, y))];
  });

function unary(operator: string, x: Value, gradient: (upstream: Value, output: Value) => Value): Value {
  if (x.dtype !== 'float32') throw new OperandTypeError(operator, [x], 'float32');
  const output: Value = x.graph.add({
    operator,
    inputs: [x],
    dtype: x.dtype,
    shape: x.shape,
    gradient: (upstream) => [gradient(upstream, output)],
  });
  return output;
}

const constant = (like: Value, value: number): Value => like.graph.scalar(value);

export const neg = (x: Value): Value => unary('Neg', x, (g) => neg(g));
export const exp = (x: Value): Value => unary('Exp', x, (g, y) => mul(g, y));
export const log = (x: Value): Value => unary('Log', x, (g) => div(g, x));
export const sqrt = (x: Value): Value => unary('Sqrt', x, (g, y) => div(mul(g, constant(x, 0.5)), y));
export const reciprocal = (x: Value): Value => unary('Reciprocal', x, (g, y) => neg(mul(g, mul(y, y))));
export const sigmoid = (x: Value): Value => unary('Sigmoid', x, (g, y) => mul(g, mul(y, sub(constant(x, 1), y))));
/** x·σ(x) (Elfwing et al. 2017), with s the result: its derivative is σ + s·(1 − σ). */
export function silu(x: Value): Value {
  const gate = sigmoid(x);
  const y = mul(x, gate);
  return withGradient(y, [x], (g) => [mul(g, add(gate, mul(y, sub(constant(x, 1), gate))))]);
}
export const tanh = (x: Value): Value => unary('Tanh', x, (g, y) => mul(g, sub(constant(x, 1), mul(y, y))));
/** The error function; its derivative is 2/√π · e^(−x²). */
export const erf = (x: Value): Value =>
  unary('Erf', x, (g) => mul(g, mul(constant(x, 2 / Math.sqrt(Math.PI)), exp(neg(mul(x, x))))));
export const softplus = (x: Value): Value => unary('Softplus', x, (g) => mul(g, sigmoid(x)));
/** max(x, 0); its derivative at 0 is 0. */
export const relu = (x: Value): Value => unary('Relu', x, (g) => mul(g, cast(greater(x, constant(x, 0)), 'float32')));

function comparison(operator: string, a: Value, b: Value): Value {
  if (a.dtype !== b.dtype || a.dtype === 'bool') {
    throw new OperandTypeError(operator, [a, b], 'two numbers of one type');
  }
  return a.graph.add({ operator, inputs: [a, b], dtype: 'bool', shape: broadcast(operator, a.shape, b.shape) });
}

export const equal = (a: Value, b: Value): Value => comparison('Equal', a, b);
export const greater = (a: Value, b: Value): Value => comparison('Greater', a, b);
export const less = (a: Value, b: Value): Value => comparison('Less', a, b);

/** `yes` where the condition holds, else `no`. */
export function where(condition: Value, yes: Value, no: Value): Value {
  if (condition.dtype !== 'bool' || yes.dtype !== no.dtype || yes.dtype === 'bool') {
    throw new OperandTypeError('Where', [condition, yes, no], 'a bool and two numbers of one type');
  }
  const shape = broadcast('Where', condition.shape, broadcast('Where', yes.shape, no.shape));
  const gradient: Gradient = (g) => {
    const zero = constant(g, 0);
    return [null, reduceTo(where(condition, g, zero), yes.shape), reduceTo(where(condition, zero, g), no.shape)];
  };
  return yes.graph.add({ operator: 'Where', inputs: [condition, yes, no], dtype: yes.dtype, shape, gradient });
}

const ONNX_TYPE: Readonly<Record<DType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9, uint32: 12 };

/** Changes the type. It has no gradient: differentiating through it is refused. */
export function cast(x: Value, dtype: DType): Value {
  if (x.dtype === dtype) return x;
  return x.graph.add({ operator: 'Cast', inputs: [x], dtype, shape: x.shape, attributes: { to: ONNX_TYPE[dtype] } });
}

/**
 * The value with a gradient written by hand: that of each of `roots`, which it was computed from. What lies between is not
 * differentiated.
 */
export const withGradient = (value: Value, roots: readonly Value[], gradient: Gradient): Value =>
  value.graph.add({ operator: 'Identity', inputs: [value], dtype: value.dtype, shape: value.shape, roots, gradient });

/** The same numbers as a constant: nothing is differentiated through it. For shifts that cancel, as the maximum in a log-sum-exp. */
export const detach = (x: Value): Value =>
  x.graph.add({ operator: 'Identity', inputs: [x], dtype: x.dtype, shape: x.shape, gradient: () => [null] });

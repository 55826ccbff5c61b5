// The handful of operations in which losses and optimizers are written, so that one definition runs on plain numbers (tests, charts)
// and on graph nodes (training).

/** Elementwise arithmetic over `T`: a number, or a node of a training graph. */
export interface Arithmetic<T> {
  constant(value: number): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  div(a: T, b: T): T;
  neg(a: T): T;
  exp(a: T): T;
  sqrt(a: T): T;
  /** max(a, 0); its derivative at 0 is 0. */
  relu(a: T): T;
  /** log(1 + e^a), without overflow at any size of a. */
  softplus(a: T): T;
}

/** The same operations on numbers. */
export const numbers: Arithmetic<number> = {
  constant: (value) => value,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
  exp: Math.exp,
  sqrt: Math.sqrt,
  relu: (a) => Math.max(a, 0),
  softplus: (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
};

// What can be wrong with a graph while it is being built. Each error names the operator and the shapes, at the line that misused it.

import { LabError } from '../../spin/lab-error.ts';

const text = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** Shapes that an operator cannot combine. */
export class ShapeMismatchError extends LabError {
  readonly operator: string;
  readonly shapes: readonly (readonly number[])[];

  constructor(operator: string, shapes: readonly (readonly number[])[], rule: string) {
    super(
      `${operator} cannot take ${shapes.map(text).join(' and ')}: ${rule}.`,
      'Reshape or transpose one of the operands where the graph is built.',
    );
    this.operator = operator;
    this.shapes = shapes;
  }
}

/** An operand of a type that the operator does not take. */
export class OperandTypeError extends LabError {
  readonly operator: string;

  constructor(
    operator: string,
    operands: readonly { readonly dtype: string; readonly shape: readonly number[] }[],
    wanted: string,
  ) {
    const found = operands.map(({ dtype, shape }) => `${dtype} ${text(shape)}`).join(' and ');
    super(`${operator} cannot take ${found}: it takes ${wanted}.`, 'Cast the operand first.');
    this.operator = operator;
  }
}

/** Two values of different graphs, a name used twice, or a gradient that does not exist. */
export class GraphUseError extends LabError {
  constructor(message: string, advice = 'Build all values of one model in one graph.') {
    super(message, advice);
  }
}

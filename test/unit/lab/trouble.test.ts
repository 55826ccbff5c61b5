// What is behind an error, and what cures it.

import { describe, expect, it } from 'vitest';
import { RuntimeFailedError } from '../../../src/engine/runtime/errors.ts';
import { cureOf, troubleOf } from '../../../src/lab/players/trouble.ts';

/** As browsers and the runtime word them. */
const FULL = [
  new RangeError('Array buffer allocation failed'),
  new Error('failed to call OrtRun(). ERROR_CODE: 6, ERROR_MESSAGE: std::bad_alloc'),
  new RuntimeFailedError('training', { cause: new Error('Out of memory') }),
];
const LOST = [
  new RuntimeFailedError('training', { cause: new Error('WebGPU device lost. Reason: unknown') }),
  new Error('[Buffer (unlabeled)] is destroyed.'),
];

describe('an error', () => {
  it.each(FULL)('of full memory is told as one, and both workers are started with empty memories: %s', (error) => {
    expect(troubleOf(error, 'run-so-far').name).toBe('OutOfMemoryError');
    expect(cureOf(error)).toBe('both');
  });

  it.each(LOST)('of a lost adapter is told as one, and both workers are started anew: %s', (error) => {
    expect(troubleOf(error, 'run-so-far').name).toBe('AdapterLostError');
    expect(cureOf(error)).toBe('both');
  });

  it('of another kind keeps its name', () => {
    const error = new RuntimeFailedError('training', { cause: new Error('a node has no kernel') });
    expect(troubleOf(error, 'run-so-far').name).toBe('RuntimeFailedError');
    expect(cureOf(error)).toBe('both');
    expect(cureOf(new TypeError('x is not a function'))).toBeNull();
  });
});

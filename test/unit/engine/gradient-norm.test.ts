// The gradient's norm as the update reports it and clips by it: that of the same float32 numbers added up in double precision.

import { expect, test } from 'vitest';
import { openNodeRuntime } from '../../../src/cli/native-runtime.ts';
import { updateGraph } from '../../../src/engine/graphs/update-graph.ts';
import { download } from '../../../src/engine/runtime/runtime.ts';
import { RMSPROP } from '../../../src/spin/optimizers.ts';
import { unevenNumbers } from './uneven-numbers.ts';

const RESIDENT = ['theta_next', 'slot_0_next'];

test.each(['wasm', 'native'] as const)('the norm of many numbers, on %s', async (backend) => {
  const runtime = await openNodeRuntime(backend);
  for (const count of [1, 63, 4_097, 650_000, 15_000_001]) {
    const { numbers, norm } = unevenNumbers(count);
    const gradient = await runtime.hold(numbers);
    const none = await runtime.hold(new Float32Array(count));
    const next = [await runtime.hold(new Float32Array(count)), await runtime.hold(new Float32Array(count))] as const;
    const graph = updateGraph(count, { optimizer: RMSPROP, clipNorm: 1, arithmetic: 2 }, runtime.numbersAtOnce);
    const program = await runtime.program(graph, RESIDENT);
    const outputs = await program.run(
      { theta: none, gradient, slot_0: none, learning_rate: runtime.number(0) },
      { theta_next: next[0], slot_0_next: next[1] },
    );
    const [given] = await download(outputs.grad_norm!);
    expect(Math.abs(given! / norm - 1), String(count)).toBeLessThan(1e-6);
    await program.release();
    for (const tensor of [gradient, none, ...next]) tensor.dispose();
  }
});

test('by the arithmetic of before 0.2 it is the norm that was told then, bit for bit', async () => {
  const runtime = await openNodeRuntime('wasm');
  // As that version gave them; the first is 3e-5 too small.
  for (const [count, told] of [
    [650_000, 279.1474914550781],
    [9_000_001, 1038.9749755859375],
  ] as const) {
    const gradient = await runtime.hold(unevenNumbers(count).numbers);
    const none = await runtime.hold(new Float32Array(count));
    const rules = { optimizer: RMSPROP, clipNorm: 0, arithmetic: 1 } as const;
    const program = await runtime.program(updateGraph(count, rules, runtime.numbersAtOnce));
    const outputs = await program.run({ theta: none, gradient, slot_0: none, learning_rate: runtime.number(0) });
    expect((await download(outputs.grad_norm!))[0]).toBe(told);
    await program.release();
    for (const tensor of [gradient, none]) tensor.dispose();
  }
});

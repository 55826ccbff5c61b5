// Numbers as gradients have them: most are small, and a few are not.

/** As many numbers by a fixed rule, and their Euclidean norm in double precision. */
export function unevenNumbers(count: number): { numbers: Float32Array; norm: number } {
  const numbers = new Float32Array(count);
  let state = 1;
  for (let i = 0; i < count; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    numbers[i] = (state / 2 ** 32 - 0.4) * (i % 7 === 0 ? 3 : 0.01);
  }
  return { numbers, norm: Math.sqrt(numbers.reduce((sum, x) => sum + x * x, 0)) };
}

import { expect, test } from 'vitest';
import { copyBfloat16, copyFloat16, fromFloat16, toFloat16 } from '../../../src/engine/models/files/halves.ts';

// The table of "Half-precision floating-point format", Wikipedia.
const HALVES: readonly (readonly [number, number])[] = [
  [0x0000, 0],
  [0x8000, -0],
  [0x0001, 2 ** -24],
  [0x03ff, 2 ** -14 * (1023 / 1024)],
  [0x0400, 2 ** -14],
  [0x3555, 0.333251953125],
  [0x3bff, 0.99951171875],
  [0x3c00, 1],
  [0x3c01, 1.0009765625],
  [0xc000, -2],
  [0x7bff, 65504],
  [0x7c00, Number.POSITIVE_INFINITY],
  [0xfc00, Number.NEGATIVE_INFINITY],
];

test.each(HALVES)('float16 %i is %f', (bits, value) => {
  expect(fromFloat16(bits)).toBe(value);
  expect(toFloat16(value)).toBe(bits);
});

test.each([
  [0x0000, 0],
  [0x8000, -0],
  [0x3f80, 1],
  [0xc000, -2],
  [0x4049, 3.140625],
  [0x0080, 2 ** -126],
  [0x0001, 2 ** -133],
  [0x7f7f, 2 ** 127 * (1 + 127 / 128)],
  [0x7f80, Number.POSITIVE_INFINITY],
  [0xff80, Number.NEGATIVE_INFINITY],
  [0x7fc0, Number.NaN],
])('bfloat16 %i is %f', (bits, value) => {
  const values = new Float32Array(2);
  copyBfloat16(Uint16Array.of(0x3f80, bits), values);
  expect([...values]).toEqual([1, value]);
});

test('every float16 comes back from its value, and every NaN as a NaN', () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = fromFloat16(bits);
    const nan = (bits & 0x7fff) > 0x7c00;
    expect(Number.isNaN(value)).toBe(nan);
    if (nan) expect(toFloat16(value) & 0x7fff).toBe(0x7e00);
    else expect(toFloat16(value)).toBe(bits);
  }
});

test('copied, each float16 is the number that it is alone', () => {
  const all = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
  const values = new Float32Array(all.length);
  copyFloat16(all, values);
  expect(values).toEqual(Float32Array.from(all, fromFloat16));
});

test('between two neighbours the nearer one is taken, halfway the even one', () => {
  const float = new Float32Array(1);
  const word = new Uint32Array(float.buffer);
  const beside = (value: number, step: 1 | -1): number => {
    float[0] = value;
    word[0] = word[0]! + step;
    return float[0];
  };
  for (let low = 0; low < 0x7bff; low++) {
    const middle = (fromFloat16(low) + fromFloat16(low + 1)) / 2;
    expect(toFloat16(middle)).toBe(low % 2 === 0 ? low : low + 1);
    expect(toFloat16(beside(middle, -1))).toBe(low);
    expect(toFloat16(beside(middle, 1))).toBe(low + 1);
    expect(toFloat16(-middle)).toBe(0x8000 | (low % 2 === 0 ? low : low + 1));
  }
});

test.each([
  [65519.99609375, 0x7bff],
  [65520, 0x7c00],
  [3.4e38, 0x7c00],
  [-65520, 0xfc00],
  [2 ** -25, 0x0000],
  [2 ** -25 * (1 + 2 ** -23), 0x0001],
  [2 ** -149, 0x0000],
])('%f rounds to the float16 %i', (value, bits) => {
  expect(toFloat16(value)).toBe(bits);
});

// The two 16-bit floating-point formats, bit by bit.

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** The float32 whose bit pattern is `bits`. */
function fromBits(bits: number): number {
  word[0] = bits;
  return float[0]!;
}

/** IEEE 754 binary16 to a number, exactly. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Every half as a number: looked up, a model's weights are read many times faster than they could be worked out one by one. */
let halves: Float32Array | null = null;

/** As many halves as `target` has values, in their order. */
export function copyFloat16(source: Uint16Array, target: Float32Array): void {
  halves ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => fromFloat16(bits));
  for (let i = 0; i < target.length; i++) target[i] = halves[source[i]!]!;
}

/** As many values of bfloat16, which is the upper half of a float32, as `target` has. */
export function copyBfloat16(source: Uint16Array, target: Float32Array): void {
  const words = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let i = 0; i < target.length; i++) words[i] = source[i]! << 16;
}

/** A float32 to binary16, rounded to nearest, ties to even; beyond ±65520 it is infinity. NaN keeps its sign and is quiet. */
export function toFloat16(value: number): number {
  float[0] = value;
  const bits = word[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 lies halfway between the largest half, 65504, and the next step: from there on everything is infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  // Below 2^-14 halves are multiples of 2^-24; adding 0.5, whose own last place is 2^-24, makes the hardware round to one.
  if (magnitude < 0x38800000) {
    float[0] = fromBits(magnitude) + 0.5;
    return sign | (word[0]! - 0x3f000000);
  }
  // Move the exponent's bias from 127 to 15, then drop 13 bits: half of the last place less one, plus the place's own bit.
  const lastPlace = (magnitude >>> 13) & 1;
  return sign | ((magnitude - 0x38000000 + 0xfff + lastPlace) >>> 13);
}

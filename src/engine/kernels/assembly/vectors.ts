// What is done to single vectors between products. AssemblyScript. Vectors are multiples of four numbers long, filled up with zeros.

const FLOAT: i32 = 4;
const VECTOR: i32 = 16;

/** The sum of a vector's four numbers. */
export function total(a: v128): f32 {
  const two = f32x4.add(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
  return f32x4.extract_lane(two, 0) + f32x4.extract_lane(two, 1);
}

/** Eight numbers, written or added. */
export function put(y: usize, a: v128, b: v128, onto: bool): void {
  v128.store(y, onto ? f32x4.add(v128.load(y), a) : a);
  v128.store(y, onto ? f32x4.add(v128.load(y, VECTOR), b) : b, VECTOR);
}

/** The largest of a vector's four numbers. */
export function largestOf(a: v128): f32 {
  const two = f32x4.max(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
  return max(f32x4.extract_lane(two, 0), f32x4.extract_lane(two, 1));
}

/**
 * eˣ to about 2 units in the last place: 2ⁿ·eʳ with |r| ≤ ½ ln 2, eʳ by the polynomial of Cephes' expf (Moshier 1992), ln 2 in two parts
 * so that r is exact. Below −87.3 it stays at the smallest normal number.
 */
export function exp(x: v128): v128 {
  const bounded = f32x4.min(f32x4.max(x, f32x4.splat(-87.33654)), f32x4.splat(88.37626));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(<f32>Math.LOG2E)));
  const r = f32x4.sub(
    f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693359375))),
    f32x4.mul(n, f32x4.splat(-2.1219444e-4)),
  );
  let p = f32x4.splat(1.98756915e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  const series = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(series, power);
}

/** x / √(mean x² + ε) · weight (Zhang and Sennrich 2019, eq. 4), of `rows` rows `bytes` apart, `width` numbers of each counted. */
export function normalize(x: usize, weight: usize, y: usize, rows: i32, bytes: i32, width: i32, epsilon: f32): void {
  for (let row = 0; row < rows; row += 1) {
    const from = x + row * bytes;
    const to = y + row * bytes;
    let squares = f32x4.splat(0);
    for (let at = 0; at < bytes; at += VECTOR) {
      const value = v128.load(from + at);
      squares = f32x4.add(squares, f32x4.mul(value, value));
    }
    const factor = f32x4.splat(<f32>1 / sqrt<f32>(total(squares) / <f32>width + epsilon));
    for (let at = 0; at < bytes; at += VECTOR) {
      v128.store(to + at, f32x4.mul(f32x4.mul(v128.load(from + at), factor), v128.load(weight + at)));
    }
  }
}

/** silu(gate)·up, silu(g) = g / (1 + e⁻ᵍ): each row of x is gate and up side by side, `bytes` long each; rows of y are `bytes` long. */
export function gated(x: usize, y: usize, rows: i32, bytes: i32): void {
  const one = f32x4.splat(1);
  for (let row = 0; row < rows; row += 1) {
    const gates = x + row * 2 * bytes;
    const ups = gates + bytes;
    const to = y + row * bytes;
    for (let at = 0; at < bytes; at += VECTOR) {
      const gate = v128.load(gates + at);
      const share = f32x4.div(gate, f32x4.add(one, exp(f32x4.neg(gate))));
      v128.store(to + at, f32x4.mul(share, v128.load(ups + at)));
    }
  }
}

/** Row `id` of a matrix that lies in panels of eight columns (`products.ts`), [inner] numbers. */
export function gather(panels: usize, id: i32, inner: i32, to: usize): void {
  const from = panels + (id >> 3) * inner * 8 * FLOAT + (id & 7) * FLOAT;
  for (let k = 0; k < inner; k += 1) store<f32>(to + k * FLOAT, load<f32>(from + k * 8 * FLOAT));
}

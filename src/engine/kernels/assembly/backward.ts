// Gradients of what is done to single vectors between products, each by hand. AssemblyScript. Vectors are multiples of four numbers long,
// filled up with zeros.

import { exp, total } from './vectors';

const FLOAT: i32 = 4;
const VECTOR: i32 = 16;

/**
 * Of x / √(mean x² + ε) · weight, of one row: with r the root's reciprocal, y = x·r and h = g·weight, dx = r·(h − y·mean(h·y)) is added to
 * `dx`, and g·y to `dWeight` (`width` numbers of it).
 */
export function normalizeBack(
  x: usize,
  weight: usize,
  g: usize,
  dx: usize,
  dWeight: usize,
  bytes: i32,
  width: i32,
  epsilon: f32,
): void {
  let squares = f32x4.splat(0);
  let both = f32x4.splat(0);
  for (let at = 0; at < bytes; at += VECTOR) {
    const value = v128.load(x + at);
    const h = f32x4.mul(v128.load(g + at), v128.load(weight + at));
    squares = f32x4.add(squares, f32x4.mul(value, value));
    both = f32x4.add(both, f32x4.mul(h, value));
  }
  const r: f32 = <f32>1 / sqrt<f32>(total(squares) / <f32>width + epsilon);
  const mean: f32 = (total(both) * r) / <f32>width;
  const root = f32x4.splat(r);
  const share = f32x4.splat(mean);
  for (let at = 0; at < bytes; at += VECTOR) {
    const y = f32x4.mul(v128.load(x + at), root);
    const upstream = v128.load(g + at);
    const h = f32x4.mul(upstream, v128.load(weight + at));
    const own = f32x4.mul(root, f32x4.sub(h, f32x4.mul(y, share)));
    v128.store(dx + at, f32x4.add(v128.load(dx + at), own));
    addSome(dWeight + at, f32x4.mul(upstream, y), width - at / FLOAT);
  }
}

/** Adds the first of a vector's four numbers. */
function addSome(to: usize, value: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, f32x4.add(v128.load(to), value));
    return;
  }
  if (count > 0) store<f32>(to, load<f32>(to) + f32x4.extract_lane(value, 0));
  if (count > 1) store<f32>(to, load<f32>(to, FLOAT) + f32x4.extract_lane(value, 1), FLOAT);
  if (count > 2) store<f32>(to, load<f32>(to, 2 * FLOAT) + f32x4.extract_lane(value, 2), 2 * FLOAT);
}

/** Of silu(gate)·up with s = 1 / (1 + e⁻ᵍ): in place of gate and up g·u·s·(1 + gate·(1 − s)) and g·gate·s; each row is gate and up side by side. */
export function gatedBack(x: usize, g: usize, rows: i32, bytes: i32): void {
  const one = f32x4.splat(1);
  for (let row = 0; row < rows; row += 1) {
    const gates = x + row * 2 * bytes;
    const ups = gates + bytes;
    const from = g + row * bytes;
    for (let at = 0; at < bytes; at += VECTOR) {
      const gate = v128.load(gates + at);
      const upstream = v128.load(from + at);
      const s = f32x4.div(one, f32x4.add(one, exp(f32x4.neg(gate))));
      const slope = f32x4.mul(s, f32x4.add(one, f32x4.mul(gate, f32x4.sub(one, s))));
      v128.store(gates + at, f32x4.mul(f32x4.mul(upstream, v128.load(ups + at)), slope));
      v128.store(ups + at, f32x4.mul(upstream, f32x4.mul(gate, s)));
    }
  }
}

/** Of a head's rotation (`rotate` in `attention.ts`), in place: its transpose. */
export function rotateBack(g: usize, own: usize, other: usize, dim: i32, scale: f32): void {
  const half = (dim / 2) * FLOAT;
  const factor = f32x4.splat(scale);
  for (let at = 0; at < half; at += VECTOR) {
    const first = v128.load(g + at);
    const second = v128.load(g + half + at);
    const back = f32x4.add(f32x4.mul(first, v128.load(own + at)), f32x4.mul(second, v128.load(other + half + at)));
    const across = f32x4.add(f32x4.mul(first, v128.load(other + at)), f32x4.mul(second, v128.load(own + half + at)));
    v128.store(g + at, f32x4.mul(back, factor));
    v128.store(g + half + at, f32x4.mul(across, factor));
  }
}

/** Adds rows to one, `count` numbers of each. */
export function addRows(from: usize, bytes: i32, rows: i32, to: usize, count: i32): void {
  for (let row = 0; row < rows; row += 1) addTo(to, from + row * bytes, count);
}

/** Adds `count` numbers to others. */
export function addTo(to: usize, from: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) addSome(to + i * FLOAT, v128.load(from + i * FLOAT), count - i);
}

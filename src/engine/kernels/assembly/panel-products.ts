// Products of a few rows with a weight matrix, the bulk of a token's arithmetic. AssemblyScript.
//
// A weight matrix [columns, inner] lies in panels of eight columns, [columns / 8, inner, 8], columns filled up with zeros: what a step of
// the innermost loop needs stands side by side, and a panel stays in the first cache while rows pass.

import { put } from './vectors';

/** Columns of a panel: two vectors. */
export const PANEL: i32 = 8;

const FLOAT: i32 = 4;
const VECTOR: i32 = 16;
const PANEL_BYTES: i32 = PANEL * FLOAT;

/**
 * y = x·wᵀ + bias, or y + x·wᵀ + bias where `onto`. x: `rows` rows of `inner` numbers, `xBytes` apart; panels of `columns` columns, a
 * multiple of eight; bias [columns]; y: rows `yBytes` apart.
 */
export function multiply(
  x: usize,
  xBytes: i32,
  panels: usize,
  bias: usize,
  y: usize,
  yBytes: i32,
  rows: i32,
  inner: i32,
  columns: i32,
  onto: bool,
): void {
  const panelBytes = inner * PANEL_BYTES;
  for (let column = 0; column < columns; column += PANEL) {
    const panel = panels + (column / PANEL) * panelBytes;
    const shift = bias + column * FLOAT;
    const to = y + column * FLOAT;
    let row = 0;
    for (; row + 4 <= rows; row += 4) {
      fourRows(x + row * xBytes, xBytes, panel, shift, to + row * yBytes, yBytes, inner, onto);
    }
    for (; row < rows; row += 1) {
      oneRow(x + row * xBytes, panel, shift, to + row * yBytes, inner, onto);
    }
  }
}

/** Four rows: eight running sums, which is what the registers hold beside their factors. */
function fourRows(
  x: usize,
  xBytes: i32,
  panel: usize,
  bias: usize,
  y: usize,
  yBytes: i32,
  inner: i32,
  onto: bool,
): void {
  let x0 = x;
  let x1 = x0 + xBytes;
  let x2 = x1 + xBytes;
  let x3 = x2 + xBytes;
  let p = panel;
  const end = x + inner * FLOAT;
  let a0 = v128.load(bias);
  let b0 = v128.load(bias, VECTOR);
  let a1 = a0;
  let b1 = b0;
  let a2 = a0;
  let b2 = b0;
  let a3 = a0;
  let b3 = b0;
  while (x0 < end) {
    const a = v128.load(p);
    const b = v128.load(p, VECTOR);
    const f0 = v128.load32_splat(x0);
    a0 = f32x4.add(a0, f32x4.mul(f0, a));
    b0 = f32x4.add(b0, f32x4.mul(f0, b));
    const f1 = v128.load32_splat(x1);
    a1 = f32x4.add(a1, f32x4.mul(f1, a));
    b1 = f32x4.add(b1, f32x4.mul(f1, b));
    const f2 = v128.load32_splat(x2);
    a2 = f32x4.add(a2, f32x4.mul(f2, a));
    b2 = f32x4.add(b2, f32x4.mul(f2, b));
    const f3 = v128.load32_splat(x3);
    a3 = f32x4.add(a3, f32x4.mul(f3, a));
    b3 = f32x4.add(b3, f32x4.mul(f3, b));
    x0 += FLOAT;
    x1 += FLOAT;
    x2 += FLOAT;
    x3 += FLOAT;
    p += PANEL_BYTES;
  }
  put(y, a0, b0, onto);
  put(y + yBytes, a1, b1, onto);
  put(y + 2 * yBytes, a2, b2, onto);
  put(y + 3 * yBytes, a3, b3, onto);
}

/** One row: four sums for each vector, so that an addition need not wait for the one before. */
function oneRow(x: usize, panel: usize, bias: usize, y: usize, inner: i32, onto: bool): void {
  let a0 = v128.load(bias);
  let b0 = v128.load(bias, VECTOR);
  let a1 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  let b3 = f32x4.splat(0);
  let p = panel;
  let from = x;
  const end = x + inner * FLOAT;
  const lastFour = x + (inner & ~3) * FLOAT;
  while (from < lastFour) {
    const f0 = v128.load32_splat(from);
    a0 = f32x4.add(a0, f32x4.mul(f0, v128.load(p)));
    b0 = f32x4.add(b0, f32x4.mul(f0, v128.load(p, VECTOR)));
    const f1 = v128.load32_splat(from, FLOAT);
    a1 = f32x4.add(a1, f32x4.mul(f1, v128.load(p, 2 * VECTOR)));
    b1 = f32x4.add(b1, f32x4.mul(f1, v128.load(p, 3 * VECTOR)));
    const f2 = v128.load32_splat(from, 2 * FLOAT);
    a2 = f32x4.add(a2, f32x4.mul(f2, v128.load(p, 4 * VECTOR)));
    b2 = f32x4.add(b2, f32x4.mul(f2, v128.load(p, 5 * VECTOR)));
    const f3 = v128.load32_splat(from, 3 * FLOAT);
    a3 = f32x4.add(a3, f32x4.mul(f3, v128.load(p, 6 * VECTOR)));
    b3 = f32x4.add(b3, f32x4.mul(f3, v128.load(p, 7 * VECTOR)));
    from += VECTOR;
    p += 4 * PANEL_BYTES;
  }
  while (from < end) {
    const f = v128.load32_splat(from);
    a0 = f32x4.add(a0, f32x4.mul(f, v128.load(p)));
    b0 = f32x4.add(b0, f32x4.mul(f, v128.load(p, VECTOR)));
    from += FLOAT;
    p += PANEL_BYTES;
  }
  const a = f32x4.add(f32x4.add(a0, a1), f32x4.add(a2, a3));
  const b = f32x4.add(f32x4.add(b0, b1), f32x4.add(b2, b3));
  put(y, a, b, onto);
}

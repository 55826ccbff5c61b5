// Products of matrices as training needs them: of many rows, factors transposed or not, in rows of any distance. AssemblyScript. Knows no
// model.
//
// Of the right factor eight columns at a time are laid out side by side (a panel, [inner, 8]), which then stays in the first cache while
// rows of the left one pass.

const PANEL: i32 = 8;
const FLOAT: i32 = 4;
const VECTOR: i32 = 16;
const PANEL_BYTES: i32 = PANEL * FLOAT;

/** Four rows of a panel's columns, where not all of them are wanted. */
const SPARE_BYTES: i32 = 4 * PANEL_BYTES;

let panel: usize = 0;
let spare: usize = 0;

/** Bytes of room that products of up to `inner` terms need. */
export function roomFor(inner: i32): i32 {
  return SPARE_BYTES + inner * PANEL_BYTES;
}

export function setRoom(room: usize): void {
  spare = room;
  panel = room + SPARE_BYTES;
}

/**
 * y = a·b, or y + a·b where `onto`. a: `rows` by `inner`, row i and term k at a + i·aBytes + k·aStep, so that it may be a transposed one;
 * b: `inner` by `columns`, rows `bBytes` apart, or where `across` its transpose, `columns` by `inner`; y: rows `yBytes` apart, written up to
 * whole panels (with zeros) where it is `roomy`.
 */
export function product(
  a: usize,
  aBytes: i32,
  aStep: i32,
  b: usize,
  bBytes: i32,
  across: bool,
  y: usize,
  yBytes: i32,
  rows: i32,
  inner: i32,
  columns: i32,
  onto: bool,
  roomy: bool,
): void {
  for (let column = 0; column < columns; column += PANEL) {
    const some = min(PANEL, columns - column);
    if (across) layAcross(b + column * bBytes, bBytes, inner, some);
    else layAlong(b + column * FLOAT, bBytes, inner, some);
    const to = y + column * FLOAT;
    const whole = roomy || some === PANEL;
    let row = 0;
    for (; row + 4 <= rows; row += 4) {
      const from = a + row * aBytes;
      const into = to + row * yBytes;
      if (whole) fourRows(from, aBytes, aStep, into, yBytes, inner, onto);
      else {
        fourRows(from, aBytes, aStep, spare, PANEL_BYTES, inner, false);
        for (let i = 0; i < 4; i += 1) some8(spare + i * PANEL_BYTES, into + i * yBytes, some, onto);
      }
    }
    for (; row < rows; row += 1) {
      const from = a + row * aBytes;
      const into = to + row * yBytes;
      if (whole) oneRow(from, aStep, into, inner, onto);
      else {
        oneRow(from, aStep, spare, inner, false);
        some8(spare, into, some, onto);
      }
    }
  }
}

/** The first of eight numbers, written or added. */
function some8(from: usize, to: usize, count: i32, onto: bool): void {
  for (let at = 0; at < count * FLOAT; at += FLOAT) {
    const value = load<f32>(from + at);
    store<f32>(to + at, onto ? load<f32>(to + at) + value : value);
  }
}

/** Columns of a matrix: its rows are read piece by piece. */
function layAlong(b: usize, bBytes: i32, inner: i32, some: i32): void {
  let from = b;
  const end = panel + inner * PANEL_BYTES;
  for (let to = panel; to < end; to += PANEL_BYTES) {
    if (some === PANEL) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, VECTOR), VECTOR);
    } else {
      v128.store(to, f32x4.splat(0));
      v128.store(to, f32x4.splat(0), VECTOR);
      for (let at = 0; at < some * FLOAT; at += FLOAT) store<f32>(to + at, load<f32>(from + at));
    }
    from += bBytes;
  }
}

/** Columns of a transposed matrix: its rows, turned four by four. */
function layAcross(b: usize, bBytes: i32, inner: i32, some: i32): void {
  const fours = some === PANEL ? inner & ~3 : 0;
  for (let k = 0; k < fours; k += 4) {
    const from = b + k * FLOAT;
    const to = panel + k * PANEL_BYTES;
    turn(from, bBytes, to);
    turn(from + 4 * bBytes, bBytes, to + VECTOR);
  }
  for (let k = fours; k < inner; k += 1) {
    const to = panel + k * PANEL_BYTES;
    for (let n = 0; n < PANEL; n += 1) {
      store<f32>(to + n * FLOAT, n < some ? load<f32>(b + n * bBytes + k * FLOAT) : 0);
    }
  }
}

/** Four numbers of four rows, as four numbers of four columns in a panel. */
function turn(from: usize, bytes: i32, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + bytes);
  const c = v128.load(from + 2 * bytes);
  const d = v128.load(from + 3 * bytes);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const abLater = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdLater = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(to + PANEL_BYTES, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  v128.store(to + 2 * PANEL_BYTES, v128.shuffle<f32>(abLater, cdLater, 0, 1, 4, 5));
  v128.store(to + 3 * PANEL_BYTES, v128.shuffle<f32>(abLater, cdLater, 2, 3, 6, 7));
}

/** Four rows by the panel: eight running sums, which is what the registers hold beside their factors. */
function fourRows(a: usize, aBytes: i32, aStep: i32, y: usize, yBytes: i32, inner: i32, onto: bool): void {
  let x0 = a;
  let x1 = x0 + aBytes;
  let x2 = x1 + aBytes;
  let x3 = x2 + aBytes;
  let p = panel;
  const end = p + inner * PANEL_BYTES;
  let a0 = f32x4.splat(0);
  let b0 = a0;
  let a1 = a0;
  let b1 = a0;
  let a2 = a0;
  let b2 = a0;
  let a3 = a0;
  let b3 = a0;
  while (p < end) {
    const c = v128.load(p);
    const d = v128.load(p, VECTOR);
    const f0 = v128.load32_splat(x0);
    a0 = f32x4.add(a0, f32x4.mul(f0, c));
    b0 = f32x4.add(b0, f32x4.mul(f0, d));
    const f1 = v128.load32_splat(x1);
    a1 = f32x4.add(a1, f32x4.mul(f1, c));
    b1 = f32x4.add(b1, f32x4.mul(f1, d));
    const f2 = v128.load32_splat(x2);
    a2 = f32x4.add(a2, f32x4.mul(f2, c));
    b2 = f32x4.add(b2, f32x4.mul(f2, d));
    const f3 = v128.load32_splat(x3);
    a3 = f32x4.add(a3, f32x4.mul(f3, c));
    b3 = f32x4.add(b3, f32x4.mul(f3, d));
    x0 += aStep;
    x1 += aStep;
    x2 += aStep;
    x3 += aStep;
    p += PANEL_BYTES;
  }
  put(y, a0, b0, onto);
  put(y + yBytes, a1, b1, onto);
  put(y + 2 * yBytes, a2, b2, onto);
  put(y + 3 * yBytes, a3, b3, onto);
}

function oneRow(a: usize, aStep: i32, y: usize, inner: i32, onto: bool): void {
  let x = a;
  let c = f32x4.splat(0);
  let d = c;
  const end = panel + inner * PANEL_BYTES;
  for (let p = panel; p < end; p += PANEL_BYTES) {
    const factor = v128.load32_splat(x);
    c = f32x4.add(c, f32x4.mul(factor, v128.load(p)));
    d = f32x4.add(d, f32x4.mul(factor, v128.load(p, VECTOR)));
    x += aStep;
  }
  put(y, c, d, onto);
}

function put(y: usize, a: v128, b: v128, onto: bool): void {
  v128.store(y, onto ? f32x4.add(v128.load(y), a) : a);
  v128.store(y, onto ? f32x4.add(v128.load(y, VECTOR), b) : b, VECTOR);
}

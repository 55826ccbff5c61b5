// Products of matrices as training needs them: of many rows, factors transposed or not, in rows of any distance. AssemblyScript.
//
// Both factors are laid out as the innermost loop reads them: of the right one eight columns side by side (a panel, [inner, 8]), of the left
// one four rows (a tile, [inner, 4]). Panels stay in the second cache while tiles pass, a tile and a panel in the first.

import { put } from './vectors';

const PANEL: i32 = 8;
const TILE: i32 = 4;
const FLOAT: i32 = 4;
const VECTOR: i32 = 16;
const PANEL_BYTES: i32 = PANEL * FLOAT;
const TILE_BYTES: i32 = TILE * FLOAT;

/** Terms that are summed at once: of so many a panel and a tile fill three quarters of a first cache. */
const DEPTH: i32 = 512;
/** Bytes of the panels that are there at once: half of a second cache. */
const BLOCK_BYTES: i32 = 262144;
/** A tile's rows of a panel's columns, where not all of them are wanted. */
const SPARE_BYTES: i32 = TILE * PANEL_BYTES;

/** Bytes of room that products need. */
export const ROOM: i32 = SPARE_BYTES + DEPTH * TILE_BYTES + BLOCK_BYTES;

let spare: usize = 0;
let tile: usize = 0;
let panels: usize = 0;

export function setRoom(room: usize): void {
  spare = room;
  tile = spare + SPARE_BYTES;
  panels = tile + DEPTH * TILE_BYTES;
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
  for (let k = 0; k < inner; k += DEPTH) {
    const depth = min(DEPTH, inner - k);
    const from = b + k * (across ? FLOAT : bBytes);
    const step = (BLOCK_BYTES / (depth * PANEL_BYTES)) * PANEL;
    for (let column = 0; column < columns; column += step) {
      const some = min(step, columns - column);
      layPanels(from + column * (across ? bBytes : FLOAT), bBytes, across, depth, some);
      const to = y + column * FLOAT;
      passTiles(a + k * aStep, aBytes, aStep, to, yBytes, rows, depth, some, onto || k > 0, roomy);
    }
  }
}

function passTiles(
  a: usize,
  aBytes: i32,
  aStep: i32,
  y: usize,
  yBytes: i32,
  rows: i32,
  depth: i32,
  columns: i32,
  onto: bool,
  roomy: bool,
): void {
  for (let row = 0; row < rows; row += TILE) {
    const high = min(TILE, rows - row);
    layTile(a + row * aBytes, aBytes, aStep, high, depth);
    for (let column = 0; column < columns; column += PANEL) {
      const wide = min(PANEL, columns - column);
      const panel = panels + column * depth * FLOAT;
      const to = y + row * yBytes + column * FLOAT;
      if (high === TILE && (roomy || wide === PANEL)) multiply(panel, depth, to, yBytes, onto);
      else {
        multiply(panel, depth, spare, PANEL_BYTES, false);
        for (let i = 0; i < high; i += 1) {
          copySome(spare + i * PANEL_BYTES, to + i * yBytes, roomy ? PANEL : wide, onto);
        }
      }
    }
  }
}

function copySome(from: usize, to: usize, count: i32, onto: bool): void {
  for (let at = 0; at < count * FLOAT; at += FLOAT) {
    const value = load<f32>(from + at);
    store<f32>(to + at, onto ? load<f32>(to + at) + value : value);
  }
}

function layPanels(b: usize, bBytes: i32, across: bool, depth: i32, columns: i32): void {
  for (let column = 0; column < columns; column += PANEL) {
    const wide = min(PANEL, columns - column);
    const panel = panels + column * depth * FLOAT;
    if (across) layAcross(b + column * bBytes, bBytes, depth, wide, panel);
    else layAlong(b + column * FLOAT, bBytes, depth, wide, panel);
  }
}

/** Columns of a matrix: its rows are read piece by piece. */
function layAlong(b: usize, bBytes: i32, depth: i32, wide: i32, panel: usize): void {
  let from = b;
  const end = panel + depth * PANEL_BYTES;
  for (let to = panel; to < end; to += PANEL_BYTES) {
    if (wide === PANEL) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, VECTOR), VECTOR);
    } else {
      for (let n = 0; n < PANEL; n += 1) store<f32>(to + n * FLOAT, n < wide ? load<f32>(from + n * FLOAT) : 0);
    }
    from += bBytes;
  }
}

/** Columns of a transposed matrix: its rows, turned four by four. */
function layAcross(b: usize, bBytes: i32, depth: i32, wide: i32, panel: usize): void {
  const fours = wide === PANEL ? depth & ~3 : 0;
  for (let k = 0; k < fours; k += 4) {
    const from = b + k * FLOAT;
    const to = panel + k * PANEL_BYTES;
    turn(from, bBytes, to, PANEL_BYTES);
    turn(from + 4 * bBytes, bBytes, to + VECTOR, PANEL_BYTES);
  }
  for (let k = fours; k < depth; k += 1) {
    const to = panel + k * PANEL_BYTES;
    for (let n = 0; n < PANEL; n += 1) {
      store<f32>(to + n * FLOAT, n < wide ? load<f32>(b + n * bBytes + k * FLOAT) : 0);
    }
  }
}

/** Rows of the left factor, `high` of them: whole vectors where rows or terms stand side by side. */
function layTile(a: usize, aBytes: i32, aStep: i32, high: i32, depth: i32): void {
  let k = 0;
  if (high === TILE && aBytes === FLOAT) {
    for (; k < depth; k += 1) v128.store(tile + k * TILE_BYTES, v128.load(a + k * aStep));
  } else if (high === TILE && aStep === FLOAT) {
    for (; k + 4 <= depth; k += 4) turn(a + k * FLOAT, aBytes, tile + k * TILE_BYTES, TILE_BYTES);
  }
  for (; k < depth; k += 1) {
    const to = tile + k * TILE_BYTES;
    for (let i = 0; i < TILE; i += 1) {
      store<f32>(to + i * FLOAT, i < high ? load<f32>(a + i * aBytes + k * aStep) : 0);
    }
  }
}

/** Four numbers of four rows, as four rows of their columns. */
function turn(from: usize, fromBytes: i32, to: usize, toBytes: i32): void {
  const a = v128.load(from);
  const b = v128.load(from + fromBytes);
  const c = v128.load(from + 2 * fromBytes);
  const d = v128.load(from + 3 * fromBytes);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const abLater = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdLater = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(to + toBytes, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  v128.store(to + 2 * toBytes, v128.shuffle<f32>(abLater, cdLater, 0, 1, 4, 5));
  v128.store(to + 3 * toBytes, v128.shuffle<f32>(abLater, cdLater, 2, 3, 6, 7));
}

/** The tile by a panel: eight running sums, which is what the registers hold beside their factors. */
function multiply(panel: usize, depth: i32, y: usize, yBytes: i32, onto: bool): void {
  let x = tile;
  let p = panel;
  let a0 = f32x4.splat(0);
  let b0 = a0;
  let a1 = a0;
  let b1 = a0;
  let a2 = a0;
  let b2 = a0;
  let a3 = a0;
  let b3 = a0;
  const last = panel + depth * PANEL_BYTES;
  while (p < last) {
    const c = v128.load(p);
    const d = v128.load(p, VECTOR);
    const f0 = v128.load32_splat(x);
    a0 = f32x4.add(a0, f32x4.mul(f0, c));
    b0 = f32x4.add(b0, f32x4.mul(f0, d));
    const f1 = v128.load32_splat(x, FLOAT);
    a1 = f32x4.add(a1, f32x4.mul(f1, c));
    b1 = f32x4.add(b1, f32x4.mul(f1, d));
    const f2 = v128.load32_splat(x, 2 * FLOAT);
    a2 = f32x4.add(a2, f32x4.mul(f2, c));
    b2 = f32x4.add(b2, f32x4.mul(f2, d));
    const f3 = v128.load32_splat(x, 3 * FLOAT);
    a3 = f32x4.add(a3, f32x4.mul(f3, c));
    b3 = f32x4.add(b3, f32x4.mul(f3, d));
    x += TILE_BYTES;
    p += PANEL_BYTES;
  }
  put(y, a0, b0, onto);
  put(y + yBytes, a1, b1, onto);
  put(y + 2 * yBytes, a2, b2, onto);
  put(y + 3 * yBytes, a3, b3, onto);
}

// The sizes of the model that a module works with, and how it hands its memory out: one part after the other. AssemblyScript. Computes
// nothing.
//
// Rows of numbers are filled up to multiples of eight with zeros.

export const FLOAT: i32 = 4;
const ALIGNMENT: usize = 64;
const PAGE: usize = 65536;
/** What addresses reach as signed numbers. */
export const MOST_BYTES: u64 = 0x7fff0000;

export let layers: i32 = 0;
export let heads: i32 = 0;
export let kvHeads: i32 = 0;
export let dim: i32 = 0;
export let width: i32 = 0;
export let mlpWidth: i32 = 0;
export let vocabulary: i32 = 0;
export let epsilon: f32 = 0;

// Bytes of a row of each kind.
export let stateBytes: i32 = 0;
export let headsBytes: i32 = 0;
export let kvBytes: i32 = 0;
export let projectedBytes: i32 = 0;
export let mlpBytes: i32 = 0;
export let logitBytes: i32 = 0;

let end: usize = 0;

function panelled(count: i32): i32 {
  return (count + 7) & ~7;
}

/** `headDim` is a multiple of eight. What was handed out is forgotten. */
export function setSizes(
  layerCount: i32,
  headCount: i32,
  kvHeadCount: i32,
  headDim: i32,
  stateWidth: i32,
  innerWidth: i32,
  vocabularySize: i32,
  normEpsilon: f32,
): void {
  layers = layerCount;
  heads = headCount;
  kvHeads = kvHeadCount;
  dim = headDim;
  width = stateWidth;
  mlpWidth = innerWidth;
  vocabulary = vocabularySize;
  epsilon = normEpsilon;
  stateBytes = panelled(width) * FLOAT;
  headsBytes = heads * dim * FLOAT;
  kvBytes = kvHeads * dim * FLOAT;
  projectedBytes = headsBytes + 2 * kvBytes;
  mlpBytes = panelled(mlpWidth) * FLOAT;
  logitBytes = panelled(vocabulary) * FLOAT;
  rewind(__heap_base);
}

/** What `take` gives next. */
export function reached(): usize {
  return end;
}

/** Goes back: what was handed out from there on is free. */
export function rewind(to: usize): void {
  end = (to + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

/** The next `bytes` of the memory. */
export function take(bytes: usize): usize {
  const start = end;
  rewind(end + bytes);
  return start;
}

/** @returns whether the memory could be made as large as what was handed out */
export function grow(): bool {
  const pages = <i32>((end + PAGE - 1) / PAGE) - memory.size();
  return pages <= 0 || memory.grow(pages) >= 0;
}

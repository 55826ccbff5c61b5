// What the runtime's memory was measured to be: of itself, of what it cannot use, and of the steps in which it grows. For estimates; a test
// runs the real runtime and compares. It imports nothing, so that the page can take its estimates from here.

/** Code's data and stacks. */
export const RUNTIME_BYTES = 8e6;

/** Arrays come and go in many sizes, and leave gaps: so much is needed for one byte in use. */
export const SLACK = 1.2;

const PAGE = 65_536;

/** The size of a WebAssembly memory that grows to what is asked. */
export const pagedBytes = (needed: number): number => Math.ceil(needed / PAGE) * PAGE;

const FIRST = 256 * PAGE;
const MOST_GROWTH = 96 * 2 ** 20;

/** The size of a WebAssembly memory that has grown until this much fits: by a fifth at a time, as the runtime's own code has it grow. */
export function heapBytes(needed: number): number {
  let size = FIRST;
  while (size < needed) size = Math.ceil(Math.min(1.2 * size, size + MOST_GROWTH) / PAGE) * PAGE;
  return size;
}

/** What one buffer on a device takes: the runtime makes them in these sizes and keeps them for the next use. Larger ones are as large as asked. */
const BUCKETS = [
  2 ** 20,
  2 ** 21,
  2 ** 22,
  2 ** 23,
  12 * 2 ** 20,
  2 ** 24,
  25 * 2 ** 20,
  2 ** 25,
  44_236_800,
  58_982_400,
  2 ** 26,
  2 ** 27,
  160 * 2 ** 20,
];

export const bufferBytes = (asked: number): number => BUCKETS.find((size) => size >= asked) ?? asked;

/** Activations come in many sizes, each in buffers of its own: so much is allocated for one byte in use. */
export const DEVICE_SLACK = 2.3;

/** Copies of the weights' size besides those that are kept: on their way up, cut into parameters, and in training gradients in parts and joined. */
export const DEVICE_COPIES = { player: 4, opponent: 2 } as const;

/** Of the runtime's own memory beside a device: itself, and weights on their way. */
export const hostBytes = (weightBytes: number): number => heapBytes(1e7 + 2 * weightBytes);

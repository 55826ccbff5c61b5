// What the runtime's memory was measured to be: of itself, of its programs, of what it cannot use. For estimates; knows no model but its
// number of layers. The test beside it runs the real runtime and compares.

/** Code's data and stacks. */
export const RUNTIME_BYTES = 8e6;

/** Arrays come and go in many sizes, and leave gaps: so much is needed for one byte in use. */
export const SLACK = 1.2;

/** A program of so many layers, in bytes. */
type ProgramBytes = (layers: number) => number;
const TRAINING: ProgramBytes = (layers) => 0.35e6 + 0.33e6 * layers;
const SCORING: ProgramBytes = (layers) => 0.23e6 + 0.15e6 * layers;
/** Four steps of each. */
const DECODING: ProgramBytes = (layers) => 0.69e6 + 0.42e6 * layers;

/** Shapes of batches that occur in a run, each with a program: of each micro-batch of a batch a few, and not more than are kept. */
const SHAPES_A_MICRO_BATCH = 4.5;
const MOST_SHAPES = 24;
const SCORED_SHAPES = 14;
const DECODED_SHAPES = 8;

/** Bytes of the main player's programs. */
export const playerPrograms = (microBatches: number, layers: number): number =>
  Math.min(MOST_SHAPES, SHAPES_A_MICRO_BATCH * microBatches) * TRAINING(layers);

/** Bytes of the opponent's programs that score. */
export const scoringPrograms = (layers: number): number => SCORED_SHAPES * SCORING(layers);

/** Bytes of the opponent's programs where the runtime answers, too. */
export const opponentPrograms = (layers: number): number => scoringPrograms(layers) + DECODED_SHAPES * DECODING(layers);

/** Tokens that the decoder kernel has activations for. */
export const KERNEL_TOKENS = 32;
/** Logits that the training kernel has at once, at most; and its room for parts of matrices, in bytes. */
export const KERNEL_LOGITS = 2 ** 22;
export const KERNEL_ROOM = 270_000;

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

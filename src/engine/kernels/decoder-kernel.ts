// The decoder kernel with a model in it, its weights laid out as it reads them. Answers are drawn with it in `kernel-rows.ts`.

import { LAYER_PARTS, type LayerPart } from '../models/architecture.ts';
import type { DrawnTokens } from '../passes/answer-rows.ts';
import { PROGRAM } from './decoder-program.ts';
import type { FittingModel } from './kernel-fit.ts';
import { KernelModule, type Places } from './kernel-module.ts';

/** Addresses of a layer's weights. */
type LayerWeights = Record<
  | 'inputNorm'
  | 'projection'
  | 'projectionBias'
  | 'output'
  | 'outputBias'
  | 'innerNorm'
  | 'gateAndUp'
  | 'gateAndUpBias'
  | 'down'
  | 'downBias',
  (layer: number) => number
>;

/** Addresses that stay, or that `begin` sets; and numbers. */
type Place =
  | 'embedding'
  | 'unembedding'
  | 'finalNorm'
  | 'ids'
  | 'rows'
  | 'positions'
  | 'uniforms'
  | 'drawn'
  | 'logps'
  | 'logits'
  | 'logitBytes'
  | 'ownFactors'
  | 'otherFactors'
  | 'TOKENS'
  | 'STEPS';

/** What `assembly/decoder.ts` exports. Addresses are bytes of its memory. */
interface KernelExports extends LayerWeights, Places<Place> {
  open(
    layers: number,
    heads: number,
    kvHeads: number,
    headDim: number,
    width: number,
    mlpWidth: number,
    vocabulary: number,
    tied: boolean,
    epsilon: number,
  ): number;
  begin(rows: number, slots: number): number;
  fill(count: number): void;
  step(count: number): void;
  decode(count: number, steps: number, inverseTemperature: number): void;
  cacheBytes(): number;
  cacheOf(row: number): number;
}

/** Columns of a panel of a weight matrix (`assembly/panel-products.ts`). */
const PANEL = 8;

/** Tokens of a pass: [count] each. */
export interface Pass {
  readonly ids: readonly number[];
  /** Whose caches they look at and go into. */
  readonly rows: readonly number[];
  /** Where they stand in them. */
  readonly positions: readonly number[];
}

export class DecoderKernel {
  readonly #model: FittingModel;
  readonly #places: ReadonlyMap<string, Standing>;
  readonly #module: KernelModule<KernelExports, Place>;
  readonly #kernel: KernelExports;
  #slots = 0;

  /** @throws RuntimeFailedError where the browser refuses the memory */
  constructor(model: FittingModel) {
    this.#model = model;
    this.#module = new KernelModule(PROGRAM);
    this.#kernel = this.#module.exports;
    const { layers, heads, kvHeads, headDim, width, mlpWidth, vocabSize, tied, normEpsilon } = model;
    this.#module.require(
      this.#kernel.open(layers, heads, kvHeads, headDim, width, mlpWidth, vocabSize, tied, normEpsilon),
      'making room for the weights that answer',
    );
    this.#places = placesOf(this.#kernel, model);
  }

  /** The most tokens of a pass; more are taken one such part after the other. */
  get tokens(): number {
    return this.#kernel.TOKENS.value;
  }

  get memoryBytes(): number {
    return this.#module.memoryBytes;
  }

  /** Takes over packed weights. */
  load(weights: Float32Array): void {
    for (const { name, shape, size, offset } of this.#model.layout.tensors) {
      this.#put(name, shape, weights.subarray(offset, offset + size));
    }
  }

  /**
   * Makes room for rows of `slots` slots, a multiple of eight. Rows that were there stay as they are where the slots are as many.
   * @throws RuntimeFailedError where the browser refuses the memory
   */
  begin(rows: number, slots: number): void {
    this.#module.require(this.#kernel.begin(rows, slots), `making room for ${rows} answers`);
    if (slots === this.#slots) return;
    this.#slots = slots;
    const { own, other } = this.#model.rotaryTables(slots);
    this.#module.floats('ownFactors', own.length).set(own);
    this.#module.floats('otherFactors', other.length).set(other);
  }

  /** Runs tokens of prompts, in order, into the caches. */
  fill(pass: Pass): void {
    for (const { part, count } of this.#parts(pass)) {
      this.#feed(part);
      this.#kernel.fill(count);
    }
  }

  /**
   * Several steps, each row fed what it drew: with random numbers [rows, steps] at a temperature, the likeliest where there are none.
   * @returns ids and logps (natural log, of the model itself), [rows, steps]
   */
  decode(pass: Pass, steps: number, temperature: number, uniform: Float32Array | null): DrawnTokens {
    const { uniforms, drawn, logps } = this.#kernel;
    if (steps > this.#kernel.STEPS.value) throw new RangeError(`${steps} steps are more than the kernel takes at once`);
    const chunk = { ids: new Int32Array(pass.ids.length * steps), logps: new Float32Array(pass.ids.length * steps) };
    for (const { part, first, count } of this.#parts(pass)) {
      const [from, numbers] = [first * steps, count * steps];
      this.#feed(part);
      if (uniform !== null) this.#module.floats(uniforms.value, numbers).set(uniform.subarray(from, from + numbers));
      this.#kernel.decode(count, steps, uniform === null ? 0 : 1 / temperature);
      chunk.ids.set(this.#module.integers(drawn.value, numbers), from);
      chunk.logps.set(this.#module.floats(logps.value, numbers), from);
    }
    return chunk;
  }

  /** One step: logits [rows, vocabulary]. */
  logits(pass: Pass): Float32Array {
    const { vocabSize } = this.#model;
    const { logits, logitBytes } = this.#kernel;
    const all = new Float32Array(pass.ids.length * vocabSize);
    for (const { part, first, count } of this.#parts(pass)) {
      this.#feed(part);
      this.#kernel.step(count);
      for (let row = 0; row < count; row += 1) {
        all.set(this.#module.floats(logits.value + row * logitBytes.value, vocabSize), (first + row) * vocabSize);
      }
    }
    return all;
  }

  /** Makes one row's caches those of another. */
  copyCache(from: number, to: number): void {
    const start = this.#kernel.cacheOf(from);
    const memory = new Uint8Array(this.#module.exports.memory.buffer);
    memory.copyWithin(this.#kernel.cacheOf(to), start, start + this.#kernel.cacheBytes());
  }

  #parts({ ids, rows, positions }: Pass): { part: Pass; first: number; count: number }[] {
    const starts = Array.from({ length: Math.ceil(ids.length / this.tokens) }, (_, index) => index * this.tokens);
    return starts.map((first) => {
      const some = (list: readonly number[]): readonly number[] => list.slice(first, first + this.tokens);
      return { part: { ids: some(ids), rows: some(rows), positions: some(positions) }, first, count: some(ids).length };
    });
  }

  #feed({ ids, rows, positions }: Pass): void {
    this.#module.integers('ids', ids.length).set(ids);
    this.#module.integers('rows', rows.length).set(rows);
    this.#module.integers('positions', positions.length).set(positions);
  }

  #put(name: string, shape: readonly number[], values: Float32Array): void {
    const { address, column } = this.#places.get(name)!;
    const [, inner] = shape;
    if (inner === undefined) this.#module.floats(address, column + values.length).set(values, column);
    else putInPanels(this.#module.floats(address, panelled(column + shape[0]!) * inner), column, values, inner);
  }
}

/** Where a parameter stands, and from which column of what stands there. */
interface Standing {
  readonly address: number;
  readonly column: number;
}

/** Every parameter's place by its name. Queries, keys and values are one matrix, and so are gate and up. */
function placesOf(kernel: KernelExports, model: FittingModel): ReadonlyMap<string, Standing> {
  const { heads, kvHeads, headDim, mlpWidth } = model;
  const columns: Partial<Record<LayerPart, number>> = {
    key: heads * headDim,
    value: (heads + kvHeads) * headDim,
    up: panelled(mlpWidth),
  };
  const places = new Map<string, Standing>([
    [model.embedding, { address: kernel.embedding.value, column: 0 }],
    [model.finalNorm, { address: kernel.finalNorm.value, column: 0 }],
  ]);
  if (!model.tied) places.set(model.unembedding, { address: kernel.unembedding.value, column: 0 });
  for (let index = 0; index < model.layers; index += 1) {
    const layer = model.layer(index);
    for (const part of LAYER_PARTS) {
      const { weight, bias } = layer[part];
      const [ofWeight, ofBias] = STANDS_IN[part];
      const column = columns[part] ?? 0;
      places.set(weight, { address: kernel[ofWeight](index), column });
      if (bias !== null && ofBias !== null) places.set(bias, { address: kernel[ofBias](index), column });
    }
  }
  return places;
}

/** In which of a layer's matrices and biases a part stands. */
const STANDS_IN: Readonly<Record<LayerPart, readonly [weight: keyof LayerWeights, bias: keyof LayerWeights | null]>> = {
  inputNorm: ['inputNorm', null],
  query: ['projection', 'projectionBias'],
  key: ['projection', 'projectionBias'],
  value: ['projection', 'projectionBias'],
  output: ['output', 'outputBias'],
  innerNorm: ['innerNorm', null],
  gate: ['gateAndUp', 'gateAndUpBias'],
  up: ['gateAndUp', 'gateAndUpBias'],
  down: ['down', 'downBias'],
};

const panelled = (count: number): number => Math.ceil(count / PANEL) * PANEL;

/** A matrix [columns, inner], as columns of panels [·, inner, PANEL] from `first` on. */
export function putInPanels(panels: Float32Array, first: number, matrix: Float32Array, inner: number): void {
  const columns = matrix.length / inner;
  for (let column = 0; column < columns; column += 1) {
    const place = first + column;
    const start = Math.floor(place / PANEL) * PANEL * inner + (place % PANEL);
    const from = column * inner;
    for (let k = 0; k < inner; k += 1) panels[start + k * PANEL] = matrix[from + k]!;
  }
}

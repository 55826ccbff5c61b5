// Numbers as the runtime on the CPU is given them: in JavaScript, copied in for each run, or in the module's own memory, with the runtime's
// handles to them.

import type { Numbers, Tensor } from '../runtime.ts';
import { allocate, check, type HeapModule, list, made, memoryOf, putIn } from './heap-module.ts';

/** ONNX's numbers for types. */
const TYPES = { float32: 1, int32: 6, int64: 7 } as const;
export type HeapType = keyof typeof TYPES;

const BYTES: Readonly<Record<HeapType, number>> = { float32: 4, int32: 4, int64: 8 };
const ON_THE_CPU = 1;

/** A cache line: vectors that straddle two cost a step several hundredths of its time. The module's own allocation gives 8 bytes. */
const ALIGNMENT = 64;

export const countOf = (dims: readonly number[]): number => dims.reduce((count, n) => count * n, 1);

/** Numbers in JavaScript. */
export class FedTensor implements Tensor {
  readonly dtype: HeapType;
  readonly data: Numbers;
  readonly dims: readonly number[];

  constructor(dtype: HeapType, data: Numbers, dims: readonly number[]) {
    this.dtype = dtype;
    this.data = data;
    this.dims = dims;
  }

  async getData(): Promise<Numbers> {
    return this.data;
  }

  dispose(): void {}
}

/** The runtime's handle to numbers at an address; to be released. */
export function handleTo(module: HeapModule, dtype: HeapType, address: number, dims: readonly number[]): number {
  const shape = list(module, dims);
  const bytes = countOf(dims) * BYTES[dtype];
  const handle = module._OrtCreateTensor(TYPES[dtype], address, bytes, shape, dims.length, ON_THE_CPU);
  module._free(shape);
  return made(module, handle);
}

/** Numbers out of a memory that others may share. */
export function copyOut(module: HeapModule, dtype: HeapType, address: number, count: number): Numbers {
  const memory = memoryOf(module);
  switch (dtype) {
    case 'float32':
      return new Float32Array(new Float32Array(memory, address, count));
    case 'int32':
      return new Int32Array(new Int32Array(memory, address, count));
    case 'int64':
      return new BigInt64Array(new BigInt64Array(memory, address, count));
  }
}

/** Some of a tensor's numbers, from element `start` on, under a shape of their own. */
export interface TensorPart {
  readonly start: number;
  readonly shape: readonly number[];
}

/** float32 numbers in the module's memory. */
export class HeapTensor implements Tensor {
  readonly dims: readonly number[];
  readonly handle: number;
  readonly #module: HeapModule;
  readonly #address: number;
  readonly #owned: number | null;
  readonly #parts = new Map<string, number>();
  readonly #lists = new WeakMap<readonly TensorPart[], readonly number[]>();

  /** @param owned what is to be freed here; null where the memory goes with the handle */
  constructor(module: HeapModule, handle: number, address: number, dims: readonly number[], owned: number | null) {
    this.#module = module;
    this.handle = handle;
    this.#address = address;
    this.dims = dims;
    this.#owned = owned;
  }

  static copyOf(module: HeapModule, data: Float32Array, dims: readonly number[]): HeapTensor {
    const tensor = HeapTensor.blank(module, dims);
    putIn(module, data, tensor.#address);
    return tensor;
  }

  /** Room for numbers, whatever stands there. */
  static blank(module: HeapModule, dims: readonly number[]): HeapTensor {
    const owned = allocate(module, countOf(dims) * BYTES.float32 + ALIGNMENT);
    const address = Math.ceil(owned / ALIGNMENT) * ALIGNMENT;
    return new HeapTensor(module, handleTo(module, 'float32', address, dims), address, dims, owned);
  }

  /** Good until the memory grows: until the next run. */
  view(): Float32Array {
    return new Float32Array(memoryOf(this.#module), this.#address, countOf(this.dims));
  }

  /** Handles to parts. They live as long as this, and are made once for each list. */
  partsOf(list: readonly TensorPart[]): readonly number[] {
    const known = this.#lists.get(list);
    if (known !== undefined) return known;
    const handles = list.map((part) => this.#part(part));
    this.#lists.set(list, handles);
    return handles;
  }

  #part({ start, shape }: TensorPart): number {
    const key = `${start} ${shape.join(' ')}`;
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    const handle = handleTo(this.#module, 'float32', this.#address + start * BYTES.float32, shape);
    this.#parts.set(key, handle);
    return handle;
  }

  async getData(): Promise<Numbers> {
    return copyOut(this.#module, 'float32', this.#address, countOf(this.dims));
  }

  dispose(): void {
    for (const handle of [...this.#parts.values(), this.handle])
      check(this.#module, this.#module._OrtReleaseTensor(handle));
    if (this.#owned !== null) this.#module._free(this.#owned);
  }
}

// The runtime on the CPU through its module's own memory: weights, optimizer state, gradients and caches stay there between runs, and a run
// copies only what is new. (onnxruntime-web's JavaScript copies every input in and every output out.) Knows no model.

import { encodeModel } from '../onnx/encode.ts';
import type { Graph } from '../onnx/graph.ts';
import { allocate, check, copyIn, type HeapModule, list, made, memoryOf, text } from './heap-module.ts';
import {
  type Feeds,
  type Numbers,
  type Program,
  type Results,
  Runtime,
  type RuntimeInfo,
  type Tensor,
} from './runtime.ts';

/** ONNX's numbers for types. */
const TYPES = { float32: 1, int32: 6, int64: 7 } as const;
type HeapType = keyof typeof TYPES;

const ARRAYS = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array } as const;
const ON_THE_CPU = 1;
const ALL_OPTIMIZATIONS = 99;
const WARNINGS = 2;

const sizeOf = (dims: readonly number[]): number => dims.reduce((size, n) => size * n, 1);

/** Numbers in JavaScript: copied in for each run, or copied out of one. */
class FedTensor implements Tensor {
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

/** Numbers in the module's memory, with the runtime's handle to them. */
class HeapTensor implements Tensor {
  readonly dims: readonly number[];
  readonly handle: number;
  private readonly module: HeapModule;
  private readonly address: number;
  private readonly own: boolean;

  /** @param own whether the memory is ours to free, or goes with the handle */
  constructor(module: HeapModule, handle: number, address: number, dims: readonly number[], own: boolean) {
    this.module = module;
    this.handle = handle;
    this.address = address;
    this.dims = dims;
    this.own = own;
  }

  view(): Float32Array {
    return new Float32Array(memoryOf(this.module), this.address, sizeOf(this.dims));
  }

  async getData(): Promise<Float32Array> {
    // A copy, in memory that is not shared, so that it can be transferred.
    return new Float32Array(this.view());
  }

  dispose(): void {
    check(this.module, this.module._OrtReleaseTensor(this.handle));
    if (this.own) this.module._free(this.address);
  }
}

export class HeapRuntime extends Runtime {
  private readonly module: HeapModule;
  private readonly runOptions: number;

  constructor(module: HeapModule, info: RuntimeInfo) {
    super(info);
    this.module = module;
    this.runOptions = made(module, module._OrtCreateRunOptions(WARNINGS, 0, false, 0));
  }

  protected fed(dtype: HeapType, data: Numbers, dims: readonly number[]): Tensor {
    return new FedTensor(dtype, data, dims);
  }

  hold(data: Float32Array, dims: readonly number[] = [data.length]): Promise<Tensor> {
    return this.exclusively('keeping numbers', () => {
      const address = copyIn(this.module, data);
      return new HeapTensor(this.module, this.handleTo('float32', address, dims), address, dims, true);
    });
  }

  view(tensor: Tensor): Float32Array | null {
    return tensor instanceof HeapTensor ? tensor.view() : null;
  }

  async program(graph: Graph, resident: readonly string[] = []): Promise<Program> {
    const { module } = this;
    const bytes = encodeModel(graph);
    const session = await this.exclusively('preparing a graph', () => this.openSession(bytes));
    const inputs = graph.inputs.map(({ name }) => ({ name, text: text(module, name) }));
    const outputs = graph.outputs.map(({ name, value }) => ({
      name,
      text: text(module, name),
      dims: value.shape,
      dtype: value.dtype as HeapType,
      stays: resident.includes(name),
    }));
    const names = {
      inputs: list(
        module,
        inputs.map((input) => input.text),
      ),
      outputs: list(
        module,
        outputs.map((output) => output.text),
      ),
    };
    const release = (): void => {
      check(module, module._OrtReleaseSession(session));
      const texts = [...inputs, ...outputs].map((named) => named.text);
      for (const address of [...texts, names.inputs, names.outputs]) module._free(address);
    };
    return {
      run: (feeds) =>
        this.exclusively('running a graph', () => this.runSession(session, names, inputs, outputs, feeds)),
      release: () => this.exclusively('releasing a graph', release),
    };
  }

  private async openSession(bytes: Uint8Array): Promise<number> {
    const { module } = this;
    const model = copyIn(module, bytes);
    // No arena and no memory pattern: both keep a session's memory between its runs, and each shape has a session.
    const options = made(
      module,
      module._OrtCreateSessionOptions(ALL_OPTIMIZATIONS, false, false, 0, false, 0, 0, WARNINGS, 0, 0),
    );
    try {
      return made(module, await module._OrtCreateSession(model, bytes.byteLength, options));
    } finally {
      module._OrtReleaseSessionOptions(options);
      module._free(model);
    }
  }

  private handleTo(dtype: HeapType, address: number, dims: readonly number[]): number {
    const { module } = this;
    const shape = list(module, dims);
    const bytes = sizeOf(dims) * ARRAYS[dtype].BYTES_PER_ELEMENT;
    const handle = module._OrtCreateTensor(TYPES[dtype], address, bytes, shape, dims.length, ON_THE_CPU);
    module._free(shape);
    return made(module, handle);
  }

  private async runSession(
    session: number,
    names: { readonly inputs: number; readonly outputs: number },
    inputs: readonly { readonly name: string }[],
    outputs: readonly OutputSpec[],
    feeds: Feeds,
  ): Promise<Results> {
    const { module } = this;
    const lent: { handle: number; address: number }[] = [];
    const handles = inputs.map(({ name }) => {
      const tensor = feeds[name];
      if (tensor instanceof HeapTensor) return tensor.handle;
      if (!(tensor instanceof FedTensor))
        throw new TypeError(`Nothing of this runtime was given for the input ${name}.`);
      const address = copyIn(module, tensor.data);
      const handle = this.handleTo(tensor.dtype, address, tensor.dims);
      lent.push({ handle, address });
      return handle;
    });
    const given = list(module, handles);
    const results = list(
      module,
      outputs.map(() => 0),
    );
    try {
      const { length } = outputs;
      check(
        module,
        await module._OrtRun(
          session,
          names.inputs,
          given,
          handles.length,
          names.outputs,
          length,
          results,
          this.runOptions,
        ),
      );
      const addresses = new Uint32Array(memoryOf(module), results, length).slice();
      return Object.fromEntries(outputs.map((output, i) => [output.name, this.take(output, addresses[i]!)]));
    } finally {
      for (const { handle, address } of lent) {
        module._OrtReleaseTensor(handle);
        module._free(address);
      }
      module._free(given);
      module._free(results);
    }
  }

  /** An output as it is wanted: left where it is, or copied out and released. */
  private take({ dtype, dims, stays }: OutputSpec, handle: number): Tensor {
    const { module } = this;
    const address = this.addressOf(handle);
    if (stays) return new HeapTensor(module, handle, address, dims, false);
    const data = copied(dtype, memoryOf(module), address, sizeOf(dims));
    check(module, module._OrtReleaseTensor(handle));
    return new FedTensor(dtype, data, dims);
  }

  private addressOf(handle: number): number {
    const { module } = this;
    const told = allocate(module, 16);
    try {
      check(module, module._OrtGetTensorData(handle, told, told + 4, told + 8, told + 12));
      const [, address, dims] = new Uint32Array(memoryOf(module), told, 3);
      module._OrtFree(dims!);
      return address!;
    } finally {
      module._free(told);
    }
  }
}

/** Numbers out of a memory that others may share. */
function copied(dtype: HeapType, memory: ArrayBufferLike, address: number, size: number): Numbers {
  switch (dtype) {
    case 'float32':
      return new Float32Array(new Float32Array(memory, address, size));
    case 'int32':
      return new Int32Array(new Int32Array(memory, address, size));
    case 'int64':
      return new BigInt64Array(new BigInt64Array(memory, address, size));
  }
}

interface OutputSpec {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dtype: HeapType;
  readonly stays: boolean;
}

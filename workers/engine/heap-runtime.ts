// The runtime on the CPU through its module's own memory: weights, optimizer state, gradients and caches stay there between runs, and a run
// copies only what is new. (onnxruntime-web's JavaScript copies every input in and every output out.) Knows no model.

import { encodeModel } from '../onnx/encode.ts';
import type { Graph } from '../onnx/graph.ts';
import { cpuDialect, type View, type WrittenOutput } from './cpu-dialect.ts';
import { allocate, check, copyIn, type HeapModule, list, made, memoryOf, text } from './heap-module.ts';
import { copyOut, countOf, FedTensor, HeapTensor, type HeapType, handleTo } from './heap-tensor.ts';
import {
  type Feeds,
  type Numbers,
  type Program,
  type Results,
  Runtime,
  type RuntimeInfo,
  type Tensor,
} from './runtime.ts';

/**
 * The runtime's own rewriting of graphs is off: graphs are written as it would leave them, so that it gains nothing, and takes nearly half
 * of the time and memory of a session (measured: docs/performance.md).
 */
const NO_REWRITING = 0;
const WARNINGS = 2;

/** 512 kB of each array: of ten million parameters an update takes 0.78 of the time and 0.84 of the memory, of a million the same time. */
const NUMBERS_AT_ONCE = 2 ** 17;

interface Output {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dtype: HeapType;
  readonly stays: boolean;
  /** Whether the program writes parts of it, into memory that is there before. */
  readonly inParts: boolean;
}

/** An open session, with the names of its inputs and outputs in the module's memory. */
interface Session {
  readonly handle: number;
  readonly inputs: readonly string[];
  readonly views: readonly View[];
  readonly outputs: readonly Output[];
  readonly written: readonly WrittenOutput[];
  readonly inputNames: number;
  readonly outputNames: number;
  readonly texts: readonly number[];
}

/** What a run borrows of the module's memory. */
class Loans {
  private readonly module: HeapModule;
  private readonly handles: number[] = [];
  private readonly addresses: number[] = [];

  constructor(module: HeapModule) {
    this.module = module;
  }

  /** Where these numbers are, for this run. */
  copy(data: ArrayBufferView): number {
    const address = copyIn(this.module, data);
    this.addresses.push(address);
    return address;
  }

  handle(dtype: HeapType, address: number, dims: readonly number[]): number {
    const handle = handleTo(this.module, dtype, address, dims);
    this.handles.push(handle);
    return handle;
  }

  giveBack(): void {
    for (const handle of this.handles) this.module._OrtReleaseTensor(handle);
    for (const address of this.addresses) this.module._free(address);
  }
}

export class HeapRuntime extends Runtime {
  readonly numbersAtOnce = NUMBERS_AT_ONCE;
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
    return this.exclusively('keeping numbers', () => HeapTensor.copyOf(this.module, data, dims));
  }

  view(tensor: Tensor): Float32Array | null {
    return tensor instanceof HeapTensor ? tensor.view() : null;
  }

  /** Bytes of the module's memory: it grows, and never shrinks. */
  memoryBytes(): number {
    return memoryOf(this.module).byteLength;
  }

  async program(graph: Graph, resident: readonly string[] = []): Promise<Program> {
    const session = await this.exclusively('preparing a graph', () => this.open(graph, resident));
    return {
      run: (feeds, into = {}) => this.exclusively('running a graph', () => this.run(session, feeds, into)),
      release: () => this.exclusively('releasing a graph', () => this.close(session)),
    };
  }

  private async open(graph: Graph, resident: readonly string[]): Promise<Session> {
    const { module } = this;
    const dialect = cpuDialect(graph, resident);
    const { views, outputs: written } = dialect;
    const handle = await this.openSession(encodeModel(graph, dialect));
    const inputs = graph.inputs.map(({ name }) => name);
    const outputs = graph.outputs.map(({ name, value }) => ({
      name,
      dims: value.shape,
      dtype: value.dtype as HeapType,
      stays: resident.includes(name),
      inParts: written.some(({ output, start }) => output === name && start !== null),
    }));
    const inputTexts = [...inputs, ...views.map(({ name }) => name)].map((name) => text(module, name));
    const outputTexts = written.map(({ name }) => text(module, name));
    return {
      handle,
      inputs,
      views,
      outputs,
      written,
      inputNames: list(module, inputTexts),
      outputNames: list(module, outputTexts),
      texts: [...inputTexts, ...outputTexts],
    };
  }

  private async openSession(bytes: Uint8Array): Promise<number> {
    const { module } = this;
    const model = copyIn(module, bytes);
    // No arena and no memory pattern: both keep a session's memory between its runs, and each shape has a session.
    const options = made(
      module,
      module._OrtCreateSessionOptions(NO_REWRITING, false, false, 0, false, 0, 0, WARNINGS, 0, 0),
    );
    try {
      return made(module, await module._OrtCreateSession(model, bytes.byteLength, options));
    } finally {
      module._OrtReleaseSessionOptions(options);
      module._free(model);
    }
  }

  private close({ handle, texts, inputNames, outputNames }: Session): void {
    check(this.module, this.module._OrtReleaseSession(handle));
    for (const address of [...texts, inputNames, outputNames]) this.module._free(address);
  }

  private async run(session: Session, feeds: Feeds, into: Results): Promise<Results> {
    const { module } = this;
    const { outputs, written } = session;
    const loans = new Loans(module);
    const given = list(module, this.handlesOf(session, feeds, loans));
    const targets = this.targetsOf(outputs, into);
    const results = list(
      module,
      written.map(({ output, start, value }) => {
        const target = targets.get(output);
        if (target === undefined) return 0;
        return start === null ? target.handle : target.part(start, value.shape);
      }),
    );
    try {
      const inputCount = session.inputs.length + session.views.length;
      check(
        module,
        await module._OrtRun(
          session.handle,
          session.inputNames,
          given,
          inputCount,
          session.outputNames,
          written.length,
          results,
          this.runOptions,
        ),
      );
      const handles = new Uint32Array(memoryOf(module), results, written.length).slice();
      const made = new Map(written.map(({ output }, i) => [output, handles[i]!]));
      return Object.fromEntries(
        outputs.map((output) => [output.name, targets.get(output.name) ?? this.take(output, made.get(output.name)!)]),
      );
    } finally {
      loans.giveBack();
      module._free(given);
      module._free(results);
    }
  }

  /** Where outputs are written: into what is given for them, and those that are written in parts into memory of their own. */
  private targetsOf(outputs: readonly Output[], into: Results): Map<string, HeapTensor> {
    const targets = new Map<string, HeapTensor>();
    for (const { name, dims, inParts } of outputs) {
      const tensor = into[name];
      if (tensor instanceof HeapTensor) targets.set(name, tensor);
      else if (inParts) targets.set(name, HeapTensor.blank(this.module, dims));
    }
    return targets;
  }

  /** A handle for each input, then one for each view of an input. */
  private handlesOf({ inputs, views }: Session, feeds: Feeds, loans: Loans): number[] {
    const copied = new Map<string, number>();
    const whole = inputs.map((name) => {
      const tensor = feeds[name];
      if (tensor instanceof HeapTensor) return tensor.handle;
      if (!(tensor instanceof FedTensor))
        throw new TypeError(`No tensor of this runtime was given for the input ${name}.`);
      const address = loans.copy(tensor.data);
      copied.set(name, address);
      return loans.handle(tensor.dtype, address, tensor.dims);
    });
    const parts = views.map(({ input, start, shape }) => {
      const tensor = feeds[input];
      if (tensor instanceof HeapTensor) return tensor.part(start, shape);
      return loans.handle('float32', copied.get(input)! + start * Float32Array.BYTES_PER_ELEMENT, shape);
    });
    return [...whole, ...parts];
  }

  /** An output as it is wanted: left where it is, or copied out and released. */
  private take({ dtype, dims, stays }: Output, handle: number): Tensor {
    const { module } = this;
    const address = this.addressOf(handle);
    if (stays) return new HeapTensor(module, handle, address, dims, false);
    const data = copyOut(module, dtype, address, countOf(dims));
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

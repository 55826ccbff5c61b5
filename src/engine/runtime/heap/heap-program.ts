// A graph ready to run in the module's own memory: its session, where its inputs are put and its outputs are written. What is fed small has a
// place and a handle there from run to run, because many small inputs cost more than a small program.

import { encodeModel } from '../../onnx/encode.ts';
import type { Graph } from '../../onnx/graph.ts';
import type { Feeds, Results, Tensor } from '../runtime.ts';
import { cpuDialect, type View, type WrittenOutput } from './cpu-dialect.ts';
import { allocate, check, copyIn, type HeapModule, list, made, memoryOf, putIn, text } from './heap-module.ts';
import { copyOut, countOf, FedTensor, HeapTensor, type HeapType, handleTo } from './heap-tensor.ts';

/**
 * The runtime's own rewriting of graphs is off: graphs are written as it would leave them, so that it gains nothing, and takes nearly half
 * of the time and memory of a session (measured: docs/performance.md).
 */
const NO_REWRITING = 0;
const WARNINGS = 2;

/** Inputs of so many bytes at most keep their place between runs. */
const KEPT_BYTES = 2 ** 16;
const POINTER_BYTES = 4;

interface Input {
  readonly name: string;
  readonly views: readonly View[];
}

interface Output {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dtype: HeapType;
  readonly stays: boolean;
  /** Itself, or the parts that are written, into memory that is there before. */
  readonly written: readonly WrittenOutput[];
  readonly inParts: boolean;
}

/** Where an input's numbers are, and the runtime's handles to them: to all, then to each view. */
interface Place {
  readonly address: number;
  readonly bytes: number;
  readonly handles: readonly number[];
}

export class HeapProgram {
  readonly #module: HeapModule;
  readonly #runOptions: number;
  readonly #session: number;
  readonly #inputs: readonly Input[];
  readonly #outputs: readonly Output[];
  /** Lists of names in the module's memory, and what they and the texts themselves take there. */
  readonly #inputNames: number;
  readonly #outputNames: number;
  readonly #handleCount: number;
  readonly #writtenCount: number;
  /** Room for the handles of a run's inputs, and after them of its outputs. */
  readonly #handles: number;
  readonly #owned: number[];
  readonly #places = new Map<string, Place>();

  private constructor(module: HeapModule, runOptions: number, session: number, inputs: Input[], outputs: Output[]) {
    this.#module = module;
    this.#runOptions = runOptions;
    this.#session = session;
    this.#inputs = inputs;
    this.#outputs = outputs;
    const views = inputs.flatMap((input) => input.views);
    const inputTexts = [...inputs, ...views].map(({ name }) => text(module, name));
    const outputTexts = outputs.flatMap(({ written }) => written).map(({ name }) => text(module, name));
    this.#handleCount = inputTexts.length;
    this.#writtenCount = outputTexts.length;
    this.#inputNames = list(module, inputTexts);
    this.#outputNames = list(module, outputTexts);
    this.#handles = allocate(module, POINTER_BYTES * (this.#handleCount + this.#writtenCount));
    this.#owned = [...inputTexts, ...outputTexts, this.#inputNames, this.#outputNames, this.#handles];
  }

  /** @param resident outputs that stay in the module's memory */
  static async open(
    module: HeapModule,
    runOptions: number,
    graph: Graph,
    resident: readonly string[],
  ): Promise<HeapProgram> {
    const dialect = cpuDialect(graph, resident);
    const session = await openSession(module, encodeModel(graph, dialect));
    const inputs = graph.inputs.map(({ name }) => ({
      name,
      views: dialect.views.filter(({ input }) => input === name),
    }));
    const outputs = graph.outputs.map(({ name, value }) => {
      const written = dialect.outputs.filter(({ output }) => output === name);
      return {
        name,
        dims: value.shape,
        dtype: value.dtype as HeapType,
        stays: resident.includes(name),
        written,
        inParts: written[0]!.name !== name,
      };
    });
    return new HeapProgram(module, runOptions, session, inputs, outputs);
  }

  async run(feeds: Feeds, into: Results): Promise<Results> {
    const module = this.#module;
    const places = this.#inputs.map((input) => this.#placeOf(input, feeds[input.name]));
    const targets = this.#outputs.map((output) => this.#targetOf(output, into[output.name]));
    const outputsAt = this.#handles + POINTER_BYTES * this.#handleCount;
    try {
      const given = [...places.map(({ handles }) => handles[0]!), ...places.flatMap(({ handles }) => handles.slice(1))];
      const wanted = this.#outputs.flatMap((output, i) => targetHandles(output, targets[i]!));
      putIn(module, Uint32Array.from([...given, ...wanted]), this.#handles);
      check(
        module,
        await module._OrtRun(
          this.#session,
          this.#inputNames,
          this.#handles,
          this.#handleCount,
          this.#outputNames,
          this.#writtenCount,
          outputsAt,
          this.#runOptions,
        ),
      );
      const results = new Uint32Array(memoryOf(module), outputsAt, this.#writtenCount).slice();
      let at = 0;
      const entries = this.#outputs.map((output, i) => {
        const handle = results[at]!;
        at += output.written.length;
        return [output.name, targets[i] ?? this.#take(output, handle)] as const;
      });
      return Object.fromEntries(entries);
    } finally {
      for (const [i, place] of places.entries()) this.#letGo(this.#inputs[i]!.name, feeds, place);
    }
  }

  release(): void {
    const module = this.#module;
    check(module, module._OrtReleaseSession(this.#session));
    for (const place of this.#places.values()) this.#free(place);
    for (const address of this.#owned) module._free(address);
  }

  /** @throws TypeError for a tensor of another runtime, or none */
  #placeOf(input: Input, tensor: Tensor | undefined): Place {
    if (tensor instanceof HeapTensor) {
      return { address: 0, bytes: 0, handles: [tensor.handle, ...tensor.partsOf(input.views)] };
    }
    if (!(tensor instanceof FedTensor)) {
      throw new TypeError(`No tensor of this runtime was given for the input ${input.name}.`);
    }
    const kept = this.#places.get(input.name);
    if (kept?.bytes === tensor.data.byteLength) {
      putIn(this.#module, tensor.data, kept.address);
      return kept;
    }
    const place = this.#copyOf(input, tensor);
    if (kept === undefined && place.bytes <= KEPT_BYTES) this.#places.set(input.name, place);
    return place;
  }

  #copyOf({ views }: Input, { data, dtype, dims }: FedTensor): Place {
    const module = this.#module;
    const address = copyIn(module, data);
    const handles = [
      handleTo(module, dtype, address, dims),
      ...views.map(({ start, shape }) =>
        handleTo(module, 'float32', address + start * Float32Array.BYTES_PER_ELEMENT, shape),
      ),
    ];
    return { address, bytes: data.byteLength, handles };
  }

  /** After a run: what was copied for it alone. */
  #letGo(name: string, feeds: Feeds, place: Place): void {
    if (feeds[name] instanceof FedTensor && this.#places.get(name) !== place) this.#free(place);
  }

  #free({ address, handles }: Place): void {
    for (const handle of handles) this.#module._OrtReleaseTensor(handle);
    this.#module._free(address);
  }

  /** Where an output is written: into what is given for it; in parts into memory of its own; else null, and the runtime finds a place. */
  #targetOf({ dims, inParts }: Output, given: Tensor | undefined): HeapTensor | null {
    if (given instanceof HeapTensor) return given;
    return inParts ? HeapTensor.blank(this.#module, dims) : null;
  }

  /** An output as it is wanted: left where it is, or copied out and released. */
  #take({ dtype, dims, stays }: Output, handle: number): Tensor {
    const module = this.#module;
    const address = this.#addressOf(handle);
    if (stays) return new HeapTensor(module, handle, address, dims, null);
    const data = copyOut(module, dtype, address, countOf(dims));
    check(module, module._OrtReleaseTensor(handle));
    return new FedTensor(dtype, data, dims);
  }

  #addressOf(handle: number): number {
    const module = this.#module;
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

function targetHandles({ written, inParts }: Output, target: HeapTensor | null): readonly number[] {
  if (target === null) return [0];
  return inParts ? target.partsOf(written) : [target.handle];
}

async function openSession(module: HeapModule, bytes: Uint8Array): Promise<number> {
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

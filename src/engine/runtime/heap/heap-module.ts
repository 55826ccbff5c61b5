// The runtime's WebAssembly module as its own C interface shows it (onnxruntime's wasm/api.h, the same functions that onnxruntime-web's
// JavaScript calls), with what is needed of it as plain functions over its memory.

/** What onnxruntime-web's `ort-wasm-simd-threaded.mjs` gives. Addresses and handles are numbers; 0 is none. */
export interface HeapModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  stringToUTF8(text: string, address: number, bytes: number): void;
  lengthBytesUTF8(text: string): number;
  UTF8ToString(address: number): string;
  setValue(address: number, value: number, type: '*' | 'i32'): void;
  getValue(address: number, type: '*' | 'i32'): number;
  _OrtInit(threads: number, logLevel: number): number;
  _OrtGetLastError(code: number, message: number): number;
  _OrtCreateSessionOptions(
    optimization: number,
    arena: boolean,
    pattern: boolean,
    executionMode: number,
    profiling: boolean,
    profilePrefix: number,
    logId: number,
    logLevel: number,
    verbosity: number,
    optimizedPath: number,
  ): number;
  _OrtReleaseSessionOptions(options: number): number;
  _OrtCreateSession(model: number, bytes: number, options: number): number | Promise<number>;
  _OrtReleaseSession(session: number): number;
  _OrtCreateRunOptions(logLevel: number, verbosity: number, terminate: boolean, tag: number): number;
  _OrtCreateTensor(type: number, data: number, bytes: number, dims: number, rank: number, location: number): number;
  _OrtGetTensorData(tensor: number, type: number, data: number, dims: number, rank: number): number;
  _OrtReleaseTensor(tensor: number): number;
  _OrtFree(address: number): number;
  _OrtRun(
    session: number,
    inputNames: number,
    inputs: number,
    inputCount: number,
    outputNames: number,
    outputCount: number,
    outputs: number,
    options: number,
  ): number | Promise<number>;
}

export type HeapModuleFactory = (settings: {
  readonly numThreads: number;
  readonly locateFile?: (file: string) => string;
  /** Makes the instance in place of the module's own code. */
  readonly instantiateWasm?: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, program: WebAssembly.Module) => void,
  ) => object;
}) => Promise<HeapModule>;

const WARNINGS = 2;
const POINTER_BYTES = 4;

/** Something that the module refused, in its own words. */
export class HeapError extends Error {
  override readonly name = 'HeapError';
}

/** Where the module's program comes from, if not from beside its JavaScript. */
export interface ProgramSource {
  /** The address of the folder that it lies in, with a slash at its end. */
  readonly folder?: string;
  /** Compiled already: several instances of one share what the browser makes of it while it runs. */
  readonly program?: WebAssembly.Module | null;
}

/** Starts a module with a pool of threads. */
export async function startModule(
  factory: HeapModuleFactory,
  threads: number,
  { folder, program = null }: ProgramSource = {},
): Promise<HeapModule> {
  const located = folder === undefined ? {} : { locateFile: (file: string) => folder + file };
  const compiled = program === null ? {} : { instantiateWasm: instantiator(program) };
  const module = await factory({ numThreads: threads, ...located, ...compiled });
  check(module, module._OrtInit(threads, WARNINGS));
  return module;
}

function instantiator(program: WebAssembly.Module): Parameters<HeapModuleFactory>[0]['instantiateWasm'] {
  return (imports, done) => {
    void WebAssembly.instantiate(program, imports).then((instance) => done(instance, program));
    return {};
  };
}

/** @throws HeapError for a status that is not 0 */
export function check(module: HeapModule, status: number): void {
  if (status !== 0) throw lastError(module);
}

/** A handle or address that is not 0. @throws HeapError */
export function made(module: HeapModule, handle: number): number {
  if (handle === 0) throw lastError(module);
  return handle;
}

function lastError(module: HeapModule): HeapError {
  const [code, message] = [allocate(module, POINTER_BYTES), allocate(module, POINTER_BYTES)];
  module._OrtGetLastError(code, message);
  const words = module.getValue(message, '*');
  const error = new HeapError(words === 0 ? 'no reason was given' : module.UTF8ToString(words));
  module._free(code);
  module._free(message);
  return error;
}

/** The module's memory. It is another object each time it has grown, also by another thread, which only a call tells. */
export function memoryOf(module: HeapModule): ArrayBufferLike {
  module.getValue(0, 'i32');
  return module.HEAPU8.buffer;
}

/** @throws HeapError where the memory is full: a WebAssembly memory holds 4 GiB at most, a browser's tab often less */
export function allocate(module: HeapModule, bytes: number): number {
  const address = module._malloc(Math.max(1, bytes));
  if (address === 0) throw new HeapError(`the memory is full: ${bytes} bytes more did not fit`);
  return address;
}

/** A copy of these bytes in the module's memory; to be freed. */
export function copyIn(module: HeapModule, data: ArrayBufferView): number {
  const address = allocate(module, data.byteLength);
  putIn(module, data, address);
  return address;
}

/** Writes these bytes at an address. */
export function putIn(module: HeapModule, data: ArrayBufferView, address: number): void {
  memoryOf(module);
  module.HEAPU8.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), address);
}

/** A C string; to be freed. */
export function text(module: HeapModule, words: string): number {
  const bytes = module.lengthBytesUTF8(words) + 1;
  const address = allocate(module, bytes);
  module.stringToUTF8(words, address, bytes);
  return address;
}

/** A list of addresses or of int32 numbers; to be freed. */
export function list(module: HeapModule, values: readonly number[]): number {
  return copyIn(module, Uint32Array.from(values));
}

// Opens the runtime on the CPU in a worker of the page, and says through which of its two interfaces: the module's own, or the package's.

import { env } from 'onnxruntime-common';
import { type HeapModuleFactory, startModule } from './heap/heap-module.ts';
import { HeapRuntime } from './heap/heap-runtime.ts';
import type { Runtime, RuntimeInfo } from './runtime.ts';
import { type OrtApi, SessionRuntime } from './session-runtime.ts';

/**
 * `private`: the module's own C functions, over its memory (`heap/README.md` says what that relies on). `public`: the package's JavaScript,
 * which is stable, and copies every input in and every output out at every run.
 */
export type CpuInterface = 'private' | 'public';

/** The switch, for the page and the command line: `public` is what to fall back to where a new release breaks the binding. */
export const CPU_INTERFACE = 'private' as CpuInterface;

export interface CpuRuntimeOptions {
  /** Threads of one run; more than 1 needs a cross-origin isolated page. */
  readonly threads: number;
  /** Address of the folder with the runtime's own files, with a slash at its end. */
  readonly runtimeBase: string;
  /** Compiled already; else it is fetched and compiled here. The public interface takes none. */
  readonly program?: WebAssembly.Module | null;
}

export async function openCpuRuntime({ runtimeBase, threads, program = null }: CpuRuntimeOptions): Promise<Runtime> {
  const runtime = `onnxruntime-web ${env.versions.common} (wasm)`;
  const info: RuntimeInfo = { backend: 'wasm', runtime, adapter: '', threads };
  if (CPU_INTERFACE === 'public') {
    const ort = await import('onnxruntime-web/wasm');
    ort.env.wasm.wasmPaths = runtimeBase;
    ort.env.wasm.numThreads = threads;
    return new SessionRuntime(ort as OrtApi, info, ['wasm']);
  }
  const { default: factory } = (await import(/* @vite-ignore */ `${runtimeBase}ort-wasm-simd-threaded.mjs`)) as {
    readonly default: HeapModuleFactory;
  };
  return new HeapRuntime(await startModule(factory, threads, { folder: runtimeBase, program }), info);
}

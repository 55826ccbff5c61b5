// Opens the runtime in Node: onnxruntime-web's wasm build, or onnxruntime-node.

import { cpus } from 'node:os';
import { env } from 'onnxruntime-common';
import { CPU_INTERFACE } from '../engine/runtime/cpu-runtime.ts';
import { RuntimeUnavailableError } from '../engine/runtime/errors.ts';
import { type HeapModule, startModule } from '../engine/runtime/heap/heap-module.ts';
import { HeapRuntime } from '../engine/runtime/heap/heap-runtime.ts';
import type { Runtime } from '../engine/runtime/runtime.ts';
import { type OrtApi, SessionRuntime } from '../engine/runtime/session-runtime.ts';

export type NodeBackend = 'wasm' | 'native';

const adapter = (): string => cpus()[0]?.model ?? 'unknown processor';

/** One for each number of threads, for the life of the process: a module takes a second to compile, and cannot be given back. */
const modules = new Map<number, Promise<HeapModule>>();

function wasmModule(threads: number): Promise<HeapModule> {
  const known = modules.get(threads);
  if (known !== undefined) return known;
  const started = import('onnxruntime-web/ort-wasm-simd-threaded.mjs').then(({ default: factory }) =>
    startModule(factory, threads),
  );
  modules.set(threads, started);
  return started;
}

/**
 * @param threads used by one run; both back ends default to one where it is left out
 * @param through of the wasm back end
 * @throws RuntimeUnavailableError where the back end's package does not load
 */
export async function openNodeRuntime(backend: NodeBackend, threads = 1, through = CPU_INTERFACE): Promise<Runtime> {
  try {
    if (backend === 'wasm') {
      const info = { backend, runtime: `onnxruntime-web ${env.versions.common}`, adapter: adapter(), threads };
      if (through === 'private') return new HeapRuntime(await wasmModule(threads), info);
      const web = await import('onnxruntime-web/wasm');
      web.env.wasm.numThreads = threads;
      return new SessionRuntime(web as OrtApi, info, ['wasm']);
    }
    const ort = await import('onnxruntime-node');
    const info = { backend, runtime: `onnxruntime-node ${ort.env.versions.node}`, adapter: adapter(), threads };
    return new SessionRuntime(ort as OrtApi, info, ['cpu']);
  } catch (cause) {
    throw new RuntimeUnavailableError(
      `The ${backend} back end did not start: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Run npm ci again, or choose the other back end.',
      { cause },
    );
  }
}

// Opens the runtime in Node: onnxruntime-web's wasm build, or onnxruntime-node. Knows nothing of models.

import { cpus } from 'node:os';
import { RuntimeUnavailableError } from '../engine/errors.ts';
import { type OrtApi, Runtime } from '../engine/runtime.ts';

export type NodeBackend = 'wasm' | 'native';

const adapter = (): string => cpus()[0]?.model ?? 'unknown processor';

/**
 * @param threads used by one run; both back ends default to one where it is left out
 * @throws RuntimeUnavailableError where the back end's package does not load
 */
export async function openNodeRuntime(backend: NodeBackend, threads = 1): Promise<Runtime> {
  try {
    if (backend === 'wasm') {
      const ort = await import('onnxruntime-web');
      ort.env.wasm.numThreads = threads;
      const info = { backend, runtime: `onnxruntime-web ${ort.env.versions.web}`, adapter: adapter(), threads };
      return new Runtime(ort as OrtApi, info, ['wasm']);
    }
    const ort = await import('onnxruntime-node');
    const info = { backend, runtime: `onnxruntime-node ${ort.env.versions.node}`, adapter: adapter(), threads };
    return new Runtime(ort as OrtApi, info, ['cpu']);
  } catch (cause) {
    throw new RuntimeUnavailableError(
      `The ${backend} back end did not start: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Run npm ci again, or choose the other back end.',
      { cause },
    );
  }
}

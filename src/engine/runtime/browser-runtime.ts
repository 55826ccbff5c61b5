// Opens the runtime in a worker of the page: the build that the browser can run best, loaded only when used. Never the package's default or
// `/all` entry: those are the old JSEP kernels, some of which are wrong.

import type { Env } from 'onnxruntime-common';
import { type CpuRuntimeOptions, openCpuRuntime } from './cpu-runtime.ts';
import { RuntimeUnavailableError } from './errors.ts';
import type { Runtime } from './runtime.ts';
import { type OrtApi, SessionRuntime } from './session-runtime.ts';

/** Threads and program are the wasm back end's. */
export interface BrowserRuntimeOptions extends CpuRuntimeOptions {
  readonly backend: 'webgpu' | 'wasm';
}

type RuntimeModule = OrtApi & { readonly env: Env };

/** WebAssembly.Suspending is the mark of JSPI, whose build is smaller and cheaper per dispatch. */
const hasPromiseIntegration = (): boolean => 'Suspending' in WebAssembly;

async function loadWebgpu(): Promise<RuntimeModule> {
  if (hasPromiseIntegration()) return (await import('onnxruntime-web/jspi')) as unknown as RuntimeModule;
  return (await import('onnxruntime-web/webgpu')) as unknown as RuntimeModule;
}

async function openWebgpu(runtimeBase: string): Promise<Runtime> {
  const adapter = await describeAdapter();
  const ort = await loadWebgpu();
  ort.env.wasm.wasmPaths = runtimeBase;
  ort.env.wasm.numThreads = 1;
  const build = hasPromiseIntegration() ? 'jspi' : 'webgpu';
  const runtime = `onnxruntime-web ${ort.env.versions.web ?? ort.env.versions.common} (${build})`;
  return new SessionRuntime(ort, { backend: 'webgpu', runtime, adapter, threads: 1 }, ['webgpu']);
}

/**
 * The adapter in words.
 * @throws RuntimeUnavailableError where the browser has no WebGPU or no adapter
 */
export async function describeAdapter(): Promise<string> {
  const gpu = (navigator as { gpu?: GPU }).gpu;
  if (gpu === undefined) {
    throw new RuntimeUnavailableError(
      'This browser offers no WebGPU here.',
      'Use a current Chrome, Edge, Safari or Firefox over https or localhost, or go on with the CPU.',
    );
  }
  const adapter = await gpu.requestAdapter();
  if (adapter === null) {
    throw new RuntimeUnavailableError(
      'The browser has WebGPU but found no graphics adapter for it.',
      'Update the graphics driver, switch on hardware acceleration, or go on with the CPU.',
    );
  }
  const { vendor, architecture, device, description } = adapter.info;
  const words = [vendor, architecture, description || device].filter((word) => word !== '');
  return words.length === 0 ? 'unnamed adapter' : words.join(' ');
}

/** @throws RuntimeUnavailableError where it cannot be started, saying why */
export async function openBrowserRuntime(options: BrowserRuntimeOptions): Promise<Runtime> {
  const { backend, runtimeBase } = options;
  try {
    return await (backend === 'webgpu' ? openWebgpu(runtimeBase) : openCpuRuntime(options));
  } catch (cause) {
    if (cause instanceof RuntimeUnavailableError) throw cause;
    throw new RuntimeUnavailableError(
      `The ${backend} runtime did not start: ${cause instanceof Error ? cause.message : String(cause)}`,
      backend === 'webgpu' ? 'Reload the page, or go on with the CPU.' : 'Reload the page, or try another browser.',
      { cause },
    );
  }
}

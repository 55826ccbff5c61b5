// The runtime's program, compiled once for everything in the page that runs it: both players, and the workers that try out threads. What the
// browser makes of it as it runs then serves all of them.

import type { CompilerProtocol } from '../../../workers/messages/protocol.ts';
import { byWorkers, startCompiler } from '../browser/page-workers.ts';

const programs = new Map<string, Promise<WebAssembly.Module>>();

/**
 * For the CPU. Asked again it gives the same program; what failed is tried anew.
 * @param runtimeBase where the runtime's files lie
 * @throws whatever kept it from being fetched or compiled, and WorkerDiedError
 */
export function runtimeProgram(runtimeBase: string): Promise<WebAssembly.Module> {
  const known = programs.get(runtimeBase);
  if (known !== undefined) return known;
  const program = compiled(`${runtimeBase}ort-wasm-simd-threaded.wasm`);
  programs.set(runtimeBase, program);
  program.catch(() => programs.delete(runtimeBase));
  return program;
}

const compiled = async (address: string): Promise<WebAssembly.Module> =>
  byWorkers<CompilerProtocol, WebAssembly.Module>([startCompiler()], (compiler) =>
    compiler!.call('compile', { address }),
  );

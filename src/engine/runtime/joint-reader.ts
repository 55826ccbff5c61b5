// Several tensors read at once: from a device they are joined by a program first, so that they come in one read-back.

import { Graph } from '../onnx/graph.ts';
import { concat } from '../onnx/shape-operators.ts';
import { ProgramCache } from './program-cache.ts';
import { download, type Runtime, type Tensor } from './runtime.ts';

/** Lists of sizes that are read in turn: those of a training step's reports. */
const CACHED_SIZES = 8;

export class JointReader {
  readonly #runtime: Runtime;
  readonly #programs: ProgramCache;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#programs = new ProgramCache(runtime, CACHED_SIZES);
  }

  /** The numbers of several tensors [n]. A read-back from a device waits for all that was asked before, so there is one. */
  async read(tensors: readonly Tensor[]): Promise<Float32Array[]> {
    if (this.#runtime.info.backend !== 'webgpu' || tensors.length === 1) return Promise.all(tensors.map(download));
    const sizes = tensors.map(({ dims }) => dims[0]!);
    const program = await this.#programs.get(sizes.join(' '), () => joined(sizes));
    const { all } = await program.run(Object.fromEntries(tensors.map((tensor, i) => [`part_${i}`, tensor])));
    const numbers = await download(all!);
    let start = 0;
    return sizes.map((size) => {
      start += size;
      return numbers.slice(start - size, start);
    });
  }
}

function joined(sizes: readonly number[]): Graph {
  const graph = new Graph();
  const parts = sizes.map((size, i) => graph.input(`part_${i}`, 'float32', [size]));
  graph.output('all', concat(parts, 0));
  return graph;
}

// Programs by what they were made for, so that each shape is prepared once. The least recently used are released.

import type { Graph } from '../onnx/graph.ts';
import type { Program, Runtime } from './runtime.ts';

export class ProgramCache {
  readonly #programs = new Map<string, Promise<Program>>();
  readonly #runtime: Runtime;
  readonly #limit: number;

  constructor(runtime: Runtime, limit: number) {
    this.#runtime = runtime;
    this.#limit = limit;
  }

  /** The program for a key, built on first use. */
  async get(key: string, build: () => Graph, resident: readonly string[] = []): Promise<Program> {
    const known = this.#programs.get(key);
    const program = known ?? this.#runtime.program(build(), resident);
    this.#programs.delete(key);
    this.#programs.set(key, program);
    const [oldest] = this.#programs;
    if (this.#programs.size > this.#limit && oldest !== undefined) {
      this.#programs.delete(oldest[0]);
      await (await oldest[1]).release();
    }
    return program;
  }

  async clear(): Promise<void> {
    const programs = [...this.#programs.values()];
    this.#programs.clear();
    for (const program of programs) await (await program).release();
  }
}

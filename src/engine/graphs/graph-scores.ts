// Scores by graphs of the runtime: a batch at a time, a program for each shape of one.

import { layOut, type Row } from '../batches/batch.ts';
import type { ModelConfig } from '../models/config.ts';
import type { Scores } from '../passes/scores.ts';
import { ProgramCache } from '../runtime/program-cache.ts';
import { download, type Runtime, type Tensor } from '../runtime/runtime.ts';
import { batchFeeds, shapeKey } from './batch-feeds.ts';
import { scoringGraph, viewingGraph } from './scoring-graph.ts';

const CACHED_SHAPES = 24;

export class GraphScores implements Scores {
  readonly memoryBytes = 0;
  readonly #runtime: Runtime;
  readonly #config: ModelConfig;
  readonly #programs: ProgramCache;

  constructor(runtime: Runtime, config: ModelConfig) {
    this.#runtime = runtime;
    this.#config = config;
    this.#programs = new ProgramCache(runtime, CACHED_SHAPES);
  }

  async tokens(theta: Tensor, rows: readonly Row[]): Promise<Float32Array> {
    return download((await this.#run(theta, rows, 'scores')).outputs.token_logps!);
  }

  async responses(theta: Tensor, rows: readonly Row[]): Promise<Float32Array> {
    return download((await this.#run(theta, rows, 'scores')).outputs.response_logps!);
  }

  async logits(theta: Tensor, rows: readonly Row[]): Promise<readonly Float32Array[]> {
    const { vocabSize } = this.#config;
    const { batch, outputs } = await this.#run(theta, rows, 'logits');
    const logits = await download(outputs.logits!);
    const copies = Math.max(...rows.map(({ responses }) => responses.length));
    const inOrder = Array.from({ length: copies }, (_, n) => rows.map(({ responses }) => responses[n]!)).flat();
    return inOrder.map((ids, response) => {
      const first = batch.starts[response]! * vocabSize;
      return logits.subarray(first, first + ids.length * vocabSize);
    });
  }

  async #run(theta: Tensor, rows: readonly Row[], wanted: 'scores' | 'logits') {
    const batch = layOut(rows, this.#config);
    const build = wanted === 'scores' ? scoringGraph : viewingGraph;
    const program = await this.#programs.get(`${wanted} ${shapeKey(batch.shape)}`, () =>
      build(this.#config, batch.shape),
    );
    const outputs = await program.run({ theta, ...batchFeeds(this.#runtime, batch) });
    return { batch, outputs };
  }

  release(): Promise<void> {
    return this.#programs.clear();
  }
}

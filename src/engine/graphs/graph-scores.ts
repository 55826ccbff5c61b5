// Scores by graphs of the runtime: a batch at a time, a program for each shape of one.

import { layOut, type ScoredRow } from '../batches/batch.ts';
import type { ModelConfig } from '../models/config.ts';
import { wholeLayout } from '../models/parameter-layout.ts';
import type { SetLayout } from '../models/parameter-set.ts';
import type { HeldParameters } from '../passes/held-parameters.ts';
import type { Scores } from '../passes/scores.ts';
import { ProgramCache } from '../runtime/program-cache.ts';
import { download, type Runtime } from '../runtime/runtime.ts';
import { batchFeeds, parameterFeeds, shapeKey } from './batch-feeds.ts';
import { scoringGraph, viewingGraph } from './scoring-graph.ts';

const CACHED_SHAPES = 24;

export class GraphScores implements Scores {
  readonly memoryBytes = 0;
  readonly #runtime: Runtime;
  readonly #config: ModelConfig;
  readonly #layout: SetLayout;
  readonly #programs: ProgramCache;

  constructor(runtime: Runtime, config: ModelConfig, layout: SetLayout = wholeLayout(config)) {
    this.#runtime = runtime;
    this.#config = config;
    this.#layout = layout;
    this.#programs = new ProgramCache(runtime, CACHED_SHAPES);
  }

  async tokens(weights: HeldParameters, rows: readonly ScoredRow[]): Promise<Float32Array> {
    return download((await this.#run(weights, rows, 'scores')).outputs.token_logps!);
  }

  async responses(weights: HeldParameters, rows: readonly ScoredRow[]): Promise<Float32Array> {
    return download((await this.#run(weights, rows, 'scores')).outputs.response_logps!);
  }

  async logits(weights: HeldParameters, rows: readonly ScoredRow[]): Promise<readonly Float32Array[]> {
    const { vocabSize } = this.#config;
    const { batch, outputs } = await this.#run(weights, rows, 'logits');
    const logits = await download(outputs.logits!);
    const copies = Math.max(...rows.map(({ responses }) => responses.length));
    const inOrder = Array.from({ length: copies }, (_, n) => rows.map(({ responses }) => responses[n]!)).flat();
    return inOrder.map((ids, response) => {
      const first = batch.starts[response]! * vocabSize;
      return logits.subarray(first, first + ids.length * vocabSize);
    });
  }

  async #run(weights: HeldParameters, rows: readonly ScoredRow[], wanted: 'scores' | 'logits') {
    const batch = layOut(rows, this.#config);
    const build = wanted === 'scores' ? scoringGraph : viewingGraph;
    const program = await this.#programs.get(`${wanted} ${shapeKey(batch.shape)}`, () =>
      build(this.#config, batch.shape, this.#layout),
    );
    const outputs = await program.run({ ...parameterFeeds(weights), ...batchFeeds(this.#runtime, batch) });
    return { batch, outputs };
  }

  release(): Promise<void> {
    return this.#programs.clear();
  }
}

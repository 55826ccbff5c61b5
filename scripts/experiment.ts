// One run on the built-in world, judged after each iteration: what the search for settings and the table of results are made of.
// Players in process on one back end; nothing here is shown on the page.

import { readFileSync } from 'node:fs';
import { folderFiles } from '../src/cli/model-files.ts';
import { type NodeBackend, openNodeRuntime } from '../src/cli/native-runtime.ts';
import { openModel } from '../src/engine/models/files/model-folder.ts';
import { trainableValues } from '../src/engine/models/parameter-set.ts';
import { Answerer } from '../src/engine/players/answerer.ts';
import { Trainer } from '../src/engine/players/trainer.ts';
import { createTextCodec } from '../src/engine/text.ts';
import { evaluateWorld, type WorldReport } from '../src/judge/judge-world.ts';
import { worldData } from '../src/judge/world-data.ts';
import type { SpinConfiguration } from '../src/spin/configuration.ts';
import { selfPlay } from '../src/spin/self-play.ts';

export interface ExperimentRequest {
  readonly base: string;
  readonly configuration: SpinConfiguration;
  /** Prompts that are judged: `search` while looking for settings, `heldout` for what is reported. */
  readonly heldOut: 'search' | 'heldout';
  /** Seed of the prompts and answers that are judged, the same for all runs that are compared. */
  readonly judgeSeed: number;
  readonly prompts: number;
  readonly samples: number;
  readonly backend: NodeBackend;
  readonly threads: number;
}

export interface ExperimentRow {
  /** −1 is the base. */
  readonly iteration: number;
  /** Seconds of answering, scoring and learning. */
  readonly seconds: number;
  readonly report: Omit<WorldReport, 'answers'>;
  /** Means over the iteration's last quarter of steps. */
  readonly last: Readonly<Record<'loss' | 'logps/real' | 'logps/generated' | 'rewards/accuracies', number>> | null;
}

const LAST = ['loss', 'logps/real', 'logps/generated', 'rewards/accuracies'] as const;

/** Plays and yields a row for the base and one after each iteration. */
export async function* experiment(request: ExperimentRequest): AsyncGenerator<ExperimentRow> {
  const { configuration } = request;
  const model = await openModel(await folderFiles(request.base));
  const codec = createTextCodec({
    tokenizerJson: model.tokenizerJson,
    tokenizerConfig: model.tokenizerConfig,
    config: model.config,
  });
  const runtime = await openNodeRuntime(request.backend, request.threads);
  const opponent = new Answerer(runtime, model.config);
  const player = new Trainer(runtime, model.config);
  const { iterations, examplesPerIteration, seed } = configuration;
  const { examples } = await worldData({
    seed,
    codec,
    examples: iterations * examplesPerIteration,
    validation: 0,
    evaluation: 1,
  });
  const { evaluation } = await worldData({
    seed: request.judgeSeed,
    codec,
    examples: 0,
    validation: 0,
    evaluation: request.prompts,
    heldOut: request.heldOut,
  });
  const events = selfPlay({
    configuration,
    examples,
    validation: [],
    opponent,
    player,
    start: { weights: trainableValues(model.parameters) },
    overlap: false,
    evaluate: (judged) =>
      evaluateWorld(judged, codec, evaluation, {
        samples: request.samples,
        humanAnswers: 4,
        seed: request.judgeSeed,
        iteration: 0,
        maxNewTokens: configuration.maxNewTokens,
        maxTokens: model.config.positions,
        answerBatch: 64,
        microBatch: 32,
        shown: 0,
      }),
  });
  let from = Date.now();
  let seconds = 0;
  let steps: Record<(typeof LAST)[number], number>[] = [];
  for await (const event of events) {
    if (event.type === 'iteration-started') from = Date.now();
    if (event.type === 'iteration-finished') seconds = (Date.now() - from) / 1000;
    if (event.type === 'step') steps.push(event);
    if (event.type !== 'evaluation') continue;
    const { answers: _, ...report } = event.measures;
    yield { iteration: event.moment === 'before' ? -1 : event.iteration, seconds, report, last: lastQuarter(steps) };
    steps = [];
  }
}

function lastQuarter(steps: readonly Record<(typeof LAST)[number], number>[]): ExperimentRow['last'] {
  if (steps.length === 0) return null;
  const part = steps.slice(Math.floor(steps.length * 0.75));
  const mean = (name: (typeof LAST)[number]): number => part.reduce((sum, step) => sum + step[name], 0) / part.length;
  return Object.fromEntries(LAST.map((name) => [name, mean(name)])) as ExperimentRow['last'];
}

/** Parses a JSON file. */
export const readJsonFile = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

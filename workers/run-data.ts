// What a run in the page plays on and is judged by: the built-in world, or a file's rows. Lives in the opponent's worker, where the
// tokenizer is.

import type { ModelLimits } from '../src/engine/rows/fit-rows.ts';
import { dataRows, playRows } from '../src/engine/rows/play-rows.ts';
import type { TextCodec } from '../src/engine/text.ts';
import { evaluateWorld } from '../src/judge/judge-world.ts';
import type { Judged, Watch } from '../src/judge/judged.ts';
import { runSettings } from '../src/judge/run-settings.ts';
import { worldData } from '../src/judge/world-data.ts';
import type { SpinConfiguration } from '../src/spin/configuration.ts';
import type { FitCounts } from '../src/spin/fitting.ts';
import type { Example } from '../src/spin/players.ts';
import type { DataRequest, EvaluationReport, PreparedRow, RowFile } from './messages/protocol.ts';

export interface RunData {
  readonly training: readonly PreparedRow[];
  readonly validation: readonly PreparedRow[];
  /** What became of the file's rows; null for the world. */
  readonly counts: FitCounts | null;
  /** The same prompts and random numbers each time: the model alone makes the difference. */
  evaluate(model: Judged, watch: Watch): Promise<EvaluationReport>;
  /** A held-out prompt as it was written; '' where the ids are not one of them. */
  promptOf(promptIds: readonly number[]): string;
}

/** What texts and lengths are measured by. */
export interface ModelTexts {
  readonly codec: TextCodec;
  readonly config: ModelLimits;
}

/**
 * @throws TokenizerError, InvalidRowError, NothingToPlayError; RangeError where the world has fewer held-out prompts than are asked for
 */
export async function prepareRun({ source, configuration }: DataRequest, texts: ModelTexts): Promise<RunData> {
  return source.kind === 'world' ? worldRun(configuration, texts) : fileRun(source.file, configuration, texts);
}

/** How many rows a file holds, whether or not they fit a model. @throws InvalidRowError */
export function countRows({ name, bytes }: RowFile): number {
  return dataRows(bytes, name).length;
}

async function worldRun(configuration: SpinConfiguration, { codec, config }: ModelTexts): Promise<RunData> {
  const { seed, iterations, examplesPerIteration, freshExamples, validationExamples, evaluationPrompts } =
    configuration;
  const { examples, validation, evaluation } = await worldData({
    seed,
    codec,
    examples: examplesPerIteration * (freshExamples ? iterations : 1),
    validation: validationExamples,
    evaluation: evaluationPrompts,
  });
  const rows = (list: typeof examples): PreparedRow[] =>
    list.map(({ prompt, answer, ...example }) => ({ prompt: prompt.text, response: answer, example }));
  return {
    training: rows(examples),
    validation: rows(validation),
    counts: null,
    promptOf: promptsById(evaluation.map(({ text }) => [codec.encodePrompt(text), text])),
    evaluate: async (model, watch) => {
      const settings = runSettings(configuration, config.positions);
      const { answers, ...measures } = await evaluateWorld(model, codec, evaluation, settings, watch);
      return { measures, answers };
    },
  };
}

/** @throws InvalidRowError, NothingToPlayError */
function fileRun(file: RowFile, configuration: SpinConfiguration, { codec, config }: ModelTexts): RunData {
  const model = { config, codec: () => codec, hasTokenizer: true };
  const { counts, training, validation, textsOf, judge } = playRows(file.bytes, file.name, configuration, model);
  const rowsOf = (examples: readonly Example[]): PreparedRow[] =>
    examples.map((example) => {
      const { prompt, response } = textsOf(example.index);
      return { prompt: prompt ?? '', response: response ?? '', example };
    });
  const held = validation.map(({ promptIds, index }) => [promptIds, textsOf(index).prompt ?? ''] as const);
  return {
    training: rowsOf(training),
    validation: rowsOf(validation),
    counts,
    evaluate: judge,
    promptOf: promptsById(held),
  };
}

function promptsById(prompts: readonly (readonly [promptIds: readonly number[], text: string])[]): RunData['promptOf'] {
  const texts = new Map(prompts.map(([promptIds, text]) => [promptIds.join(' '), text]));
  return (promptIds) => texts.get(promptIds.join(' ')) ?? '';
}

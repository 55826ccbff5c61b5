// `evaluate`: one line of measures of a model, on the built-in world's held-out prompts or on given data.

import { trainableValues } from '../../engine/models/parameter-set.ts';
import { Answerer } from '../../engine/players/answerer.ts';
import { fitExamples } from '../../engine/rows/fit-rows.ts';
import { evaluateData } from '../../judge/judge-data.ts';
import { evaluateWorld } from '../../judge/judge-world.ts';
import type { JudgeSettings, Watch } from '../../judge/judged.ts';
import { JUDGING } from '../../judge/run-settings.ts';
import { worldData } from '../../judge/world-data.ts';
import { LabError } from '../../spin/lab-error.ts';
import { PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import { WORLD } from '../../world/world.ts';
import { type Command, CommandProgress, type Io } from '../command.ts';
import { type OpenedModel, openEnvironment, openModelFolder } from '../open.ts';
import { readData } from '../row-files.ts';

/** Data of which nothing can be measured. */
class NothingToMeasureError extends LabError {}

export const evaluateCommand: Command = {
  summary: 'measures of a model, on the built-in world or on given data',
  options: {
    model: { value: 'DIR', help: 'a Hugging Face model folder', required: true },
    data: { value: 'FILE', help: 'JSONL of prompts and human responses; left out: the built-in world' },
    seed: { value: 'N', help: 'of the random numbers', default: '0' },
    samples: { value: 'N', help: 'answers drawn for each prompt', default: '4' },
    prompts: { value: 'N', help: "the world's held-out prompts asked; with --data: its first N rows (default all)" },
    'human-answers': {
      value: 'N',
      help: "the world's human answers scored for each prompt",
      default: String(JUDGING.humanAnswers),
    },
    'max-new-tokens': { value: 'N', help: 'longest answer', default: '64' },
  },
  async run(options, io) {
    const [folder, file] = [options.required('model'), options.text('data')];
    const seed = options.integer('seed', PARAMETERS.seed);
    const most = file === null ? WORLD.promptsOf('heldout').flat().length : 1_000_000;
    const asked = options.text('prompts') === null ? null : options.integer('prompts', { min: 1, max: most });
    const settings = {
      ...JUDGING,
      humanAnswers: options.integer('human-answers', { min: 0, max: 1000 }),
      shown: 0,
      seed,
      iteration: 0,
      samples: options.integer('samples', { min: 0, max: 10_000 }),
      maxNewTokens: options.integer('max-new-tokens', PARAMETERS.maxNewTokens),
    };
    const { runtime } = await openEnvironment(options, io, seed);
    const model = await openModelFolder(folder);
    const answerer = new Answerer(runtime, model.config);
    await answerer.load(trainableValues(model.parameters));
    const judging = { ...settings, maxTokens: model.config.positions };
    const watch = watching(io);
    const report =
      file === null
        ? await onWorld(answerer, model, asked ?? PARAMETERS.evaluationPrompts.default, judging, watch)
        : await onData(answerer, model, file, asked, judging, watch);
    io.line({ type: 'evaluation', ...report });
  },
};

function watching(io: Io): Watch {
  const progress = new CommandProgress(io);
  return {
    onProgress: ({ done, total }) => progress.report(() => `${done} of ${total} answers drawn or scored`),
  };
}

async function onWorld(
  answerer: Answerer,
  model: OpenedModel,
  prompts: number,
  settings: Parameters<typeof evaluateWorld>[3],
  watch: Watch,
): Promise<object> {
  const codec = model.codec();
  const data = await worldData({ seed: settings.seed, codec, examples: 0, validation: 0, evaluation: prompts });
  const { answers: _, ...report } = await evaluateWorld(answerer, codec, data.evaluation, settings, watch);
  return report;
}

async function onData(
  answerer: Answerer,
  model: OpenedModel,
  file: string,
  asked: number | null,
  settings: JudgeSettings,
  watch: Watch,
): Promise<object> {
  const rows = (await readData(file)).slice(0, asked ?? undefined);
  const { positions } = model.config;
  const policy = { tooLong: 'skip', maxPromptTokens: positions - 1, maxTokens: positions } as const;
  const { examples, counts } = fitExamples(rows, model.codec, model.config, policy);
  if (examples.length === 0) {
    throw new NothingToMeasureError(
      `${file}: none of its ${rows.length} rows fits the model (${counts.tooLong} are longer than ${positions} tokens).`,
      'Give shorter rows, or a model with more positions.',
    );
  }
  const codec = model.hasTokenizer ? model.codec() : null;
  const { answers: _, ...report } = await evaluateData(answerer, codec, examples, settings, watch);
  return {
    rows: rows.length,
    empty: counts.empty,
    unknown_ids: counts.unknownIds,
    too_long: counts.tooLong,
    ...report,
  };
}

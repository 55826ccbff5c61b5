// `play`: a whole run of self-play into a run folder. Cut off at any moment, the same command goes on from the last checkpoint with the
// same result.

import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { SavedDtype } from '../../engine/models/files/safetensors.ts';
import { type TrainableValues, type TrainingState, trainableValues } from '../../engine/models/parameter-set.ts';
import { Answerer } from '../../engine/players/answerer.ts';
import { Trainer } from '../../engine/players/trainer.ts';
import { lost } from '../../engine/rows/play-rows.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { BUILT_IN_MODEL_NAME, RUN_FORMAT, type RunEnvironment, type RunFile } from '../../folder/run-file.ts';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import { withinPositions } from '../../spin/fitting.ts';
import { LabError } from '../../spin/lab-error.ts';
import { DEFAULTS, PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import { PRESET_NAMES, presetConfiguration } from '../../spin/presets.ts';
import { selfPlay } from '../../spin/self-play.ts';
import { validate } from '../../spin/validation.ts';
import { type Command, CommandProgress, type Io } from '../command.ts';
import { readRequired } from '../model-files.ts';
import { type OpenedModel, openEnvironment, openModelFolder } from '../open.ts';
import { filePlay, type Judgement, type PlayData, worldPlay } from '../run-folder/play-data.ts';
import { Recorder } from '../run-folder/recorder.ts';
import { RunFolder } from '../run-folder/run-folder.ts';
import { Watcher } from '../run-folder/token-recorder.ts';
import type { Options } from '../usage.ts';

/** A configuration file that cannot be used. */
class ConfigurationFileError extends LabError {}

/** Ended by the person, to be gone on with. */
class StoppedError extends LabError {}

const WEIGHT_TYPES = ['float32', 'float16'] as const;
const FORMER_RULES_KEPT =
  'The run was begun by the rules of versions before 0.2 and keeps them: weight decay falls on every parameter, gradients are clipped by a norm added up in float32, and what penalties leave of a beam’s probabilities is normalised again.';
const BUILT_IN_MODEL = fileURLToPath(new URL('../../../public/models/spin-small', import.meta.url));

export const playCommand: Command = {
  summary: 'a whole run of self-play into a run folder, one line an event',
  options: {
    out: { value: 'DIR', help: 'the run folder; one begun by the same command is gone on with', required: true },
    preset: { value: PRESET_NAMES.join('|'), help: 'named settings' },
    config: { value: 'FILE', help: 'settings as JSON, in place of a preset' },
    model: { value: 'DIR', help: 'a Hugging Face model folder; left out: the built-in model' },
    data: { value: 'FILE', help: 'JSONL of prompts and human responses; left out: the built-in world' },
    seed: { value: 'N', help: 'in place of the settings’ own' },
    weights: { value: WEIGHT_TYPES.join('|'), help: 'type of the saved models', default: 'float32' },
  },
  async run(options, io) {
    const out = options.required('out');
    const begun = await RunFolder.begun(out);
    const wanted = await readConfiguration(options, rulesOf(begun));
    const dtype = options.choice('weights', WEIGHT_TYPES);
    const stop = io.interruptible();
    const { runtime, environment } = await openEnvironment(options, io, wanted.seed);
    const named = options.text('model');
    const model = await openModelFolder(named ?? BUILT_IN_MODEL);
    const configuration = withinPositions(wanted, model.config.positions);
    const file = options.text('data');
    const data = file === null ? await worldPlay(configuration, model) : await filePlay(file, configuration, model);
    const record = recordOf(configuration, environment, model, named ?? BUILT_IN_MODEL_NAME, data);
    const { folder, snapshot, finished, begunOn } = await RunFolder.open(out, record);
    if (finished) {
      io.say(`${out}: this run is finished; its models are in ${out}/models. Choose another --out for a new one.`);
      return;
    }
    sayOtherVersions(begunOn, environment, io);
    if (begun !== null && configuration.arithmetic === 1) io.say(FORMER_RULES_KEPT);
    if (configuration !== wanted) {
      const { maxLength, maxNewTokens } = configuration;
      io.say(`${model.folder} has ${maxLength} positions: so long are examples at most, and answers ${maxNewTokens}.`);
    }
    if (data.counts !== null) io.say(`${data.source}: ${data.counts.kept} rows kept; ${lost(data.counts)}.`);
    if (snapshot !== null) {
      const { iteration, position } = snapshot;
      io.line({ type: 'resumed', iteration, step: position.step });
      io.say(`Going on from iteration ${iteration}, step ${position.step}.`);
    }
    const start = snapshot === null ? { weights: trainableValues(model.parameters) } : { snapshot };
    await play({ configuration, runtime, model, data, folder, dtype, start, stop, io });
  },
};

interface Playing {
  readonly configuration: SpinConfiguration;
  readonly runtime: Runtime;
  readonly model: OpenedModel;
  readonly data: PlayData;
  readonly folder: RunFolder;
  readonly dtype: SavedDtype;
  readonly start: Parameters<typeof selfPlay<TrainableValues, TrainingState, Judgement>>[0]['start'];
  readonly stop: AbortSignal;
  readonly io: Io;
}

async function play({ configuration, runtime, model, data, folder, dtype, start, stop, io }: Playing): Promise<void> {
  const progress = new CommandProgress(io);
  const watch = {
    signal: stop,
    onProgress: ({ done, total }: { done: number; total: number }) =>
      progress.report(() => `Evaluation: ${done} of ${total} answers drawn or scored`),
  };
  const opponent = new Answerer(runtime, model.config);
  const player = new Trainer(runtime, model.config);
  const events = selfPlay<TrainableValues, TrainingState, Judgement>({
    configuration,
    examples: data.examples,
    validation: data.validation,
    opponent,
    player,
    start,
    evaluate: (judged) => data.judge(judged, watch),
    // One process has one runtime, which does one thing at a time.
    overlap: false,
  });
  const recorder = new Recorder(folder, model, data, dtype, io);
  const snapshot = 'snapshot' in start ? start.snapshot : null;
  const codec = model.hasTokenizer ? model.codec() : null;
  const watcher = new Watcher({ configuration, opponent, player, codec, promptOf: data.promptOf }, snapshot);
  let last = snapshot && { iteration: snapshot.iteration, step: snapshot.position.step };
  try {
    for await (const event of events) {
      const seen = await watcher.see(event);
      if (seen !== null) await folder.append(seen.file, seen.lines);
      await recorder.take(event);
      if (event.type === 'checkpoint') last = { iteration: event.iteration, step: event.step };
      if (event.type !== 'run-finished') stop.throwIfAborted();
    }
  } catch (error) {
    if (error !== stop.reason) throw error;
    const from = last === null ? 'the beginning' : `iteration ${last.iteration}, step ${last.step}`;
    throw new StoppedError(`${folder.path}: stopped on request.`, `The same command goes on from ${from}.`);
  }
}

/** A run goes on by the rules that it was begun by, where the command names none. */
function rulesOf(begun: RunFile | null): Partial<SpinConfiguration> {
  if (begun === null || begun.configuration.arithmetic !== 1) return {};
  const { arithmetic, decayed } = begun.configuration;
  return { arithmetic, decayed };
}

async function readConfiguration(options: Options, rules: Partial<SpinConfiguration>): Promise<SpinConfiguration> {
  const [file, preset] = [options.text('config'), options.text('preset')];
  if (file !== null && preset !== null) options.refuse('--config and --preset are both given; choose one');
  const chosen =
    file !== null
      ? await readConfigurationFile(file, { ...DEFAULTS, ...rules })
      : preset !== null
        ? { ...presetConfiguration(options.choice('preset', PRESET_NAMES)), ...rules }
        : { ...DEFAULTS, ...rules };
  return options.text('seed') === null ? chosen : { ...chosen, seed: options.integer('seed', PARAMETERS.seed) };
}

async function readConfigurationFile(file: string, base: SpinConfiguration): Promise<SpinConfiguration> {
  const text = new TextDecoder().decode(await readRequired(file));
  const validated = validate(parseJson(text, file), base);
  if (validated.ok) return validated.configuration;
  const problems = validated.problems.map(({ key, message }) => (key === '' ? message : `${key}: ${message}`));
  throw new ConfigurationFileError(`${file}: ${problems.join(' ')}`, `Correct ${file}.`);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigurationFileError(
      `${file}: the file is not JSON (${(cause as Error).message}).`,
      'Write one JSON object of settings and their values.',
      { cause },
    );
  }
}

function recordOf(
  configuration: SpinConfiguration,
  environment: RunEnvironment,
  { config, parameters }: OpenedModel,
  folder: string,
  { source, sha256 }: PlayData,
): RunFile {
  const { values } = parameters.trainable;
  const fingerprint = createHash('sha256')
    .update(JSON.stringify(config.raw))
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');
  return {
    format_version: RUN_FORMAT,
    configuration,
    environment,
    model: { folder, sha256: fingerprint, parameters: values.length },
    data: { source, sha256 },
    started: new Date().toISOString(),
    finished: null,
  };
}

function sayOtherVersions(begunOn: RunEnvironment, now: RunEnvironment, io: Io): void {
  const then = `${begunOn.version}, ${begunOn.runtime} ${begunOn.runtime_version}, ${begunOn.adapter}`;
  const here = `${now.version}, ${now.runtime} ${now.runtime_version}, ${now.adapter}`;
  if (then !== here) io.say(`The run was begun on ${then} and goes on with ${here}: numbers may differ by rounding.`);
}

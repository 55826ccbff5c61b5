// A run's events to files and lines: what is large goes to files of its own, what is printed and logged is without it.

import { saveModel } from '../../engine/models/files/model-folder.ts';
import type { SavedDtype } from '../../engine/models/files/safetensors.ts';
import { wholeSet } from '../../engine/models/parameter-layout.ts';
import type { TrainableValues, TrainingState } from '../../engine/models/parameter-set.ts';
import { eventLine, pairLine } from '../../folder/event-lines.ts';
import { answersFile, type PairLine, pairsFile } from '../../folder/lines.ts';
import { readAnswers } from '../../judge/read-answers.ts';
import type { RunStarted, SpinEvent } from '../../spin/events.ts';
import { countFields } from '../../spin/fitting.ts';
import { LabError } from '../../spin/lab-error.ts';
import type { Pair } from '../../spin/players.ts';
import { CommandProgress, type Io } from '../command.ts';
import { folderWriter } from '../model-files.ts';
import type { OpenedModel } from '../open.ts';
import type { Judgement, PlayData } from './play-data.ts';
import type { RunFolder } from './run-folder.ts';

export type RunEvent = SpinEvent<TrainableValues, TrainingState, Judgement>;

/** Weights that are no longer numbers are not worth a model folder. */
class WeightsDivergedError extends LabError {}

export class Recorder {
  readonly #folder: RunFolder;
  readonly #model: OpenedModel;
  readonly #data: PlayData;
  readonly #dtype: SavedDtype;
  readonly #io: Io;
  readonly #progress: CommandProgress;

  /** @param dtype of the saved models */
  constructor(folder: RunFolder, model: OpenedModel, data: PlayData, dtype: SavedDtype, io: Io) {
    this.#folder = folder;
    this.#model = model;
    this.#data = data;
    this.#dtype = dtype;
    this.#io = io;
    this.#progress = new CommandProgress(io);
  }

  /** Writes an event down, then prints it. */
  async take(event: RunEvent): Promise<void> {
    const time = new Date().toISOString();
    await this.#store(event);
    const line = { ...eventLine(event, time), ...(event.type === 'run-started' ? this.#losses(event) : {}) };
    await this.#folder.appendEvent(line);
    if (event.type === 'checkpoint') await this.#folder.checkpoint(event.snapshot);
    if (event.type === 'run-finished') await this.#folder.finish(time);
    this.#io.line(line);
    this.#say(event);
  }

  /** What is too large for a line goes to a file of its own. */
  async #store(event: RunEvent): Promise<void> {
    switch (event.type) {
      case 'answers':
        await this.#folder.append(
          pairsFile(event.iteration),
          event.pairs.map((pair) => this.#pairLine(pair)),
        );
        return;
      case 'iteration-finished':
        return this.#saveModel(event.iteration, event.weights);
      case 'evaluation':
        return this.#folder.append(answersFile(event), event.measures.answers);
      default:
        return;
    }
  }

  /** Rows were fitted before the loop saw them: what was lost then belongs to the run's counts. */
  #losses(event: RunStarted): object {
    const { counts } = this.#data;
    if (counts === null) return {};
    const { empty, unknownIds, tooLong, shortened } = counts;
    return {
      skipped: event.skipped + empty + unknownIds + tooLong,
      truncated: event.truncated + shortened,
      ...countFields(counts),
    };
  }

  #pairLine(pair: Pair): PairLine {
    const prompt = this.#data.promptOf(pair.exampleIndex);
    if (!this.#model.hasTokenizer) return pairLine(pair, { prompt, real: null, generated: null });
    const codec = this.#model.codec();
    const { generatedIds: ids, end } = pair;
    const [read] = readAnswers([{ prompt: prompt ?? '', answer: { ids, end } }], codec);
    const { text: generated, ...rest } = read!;
    return pairLine(pair, { prompt, real: codec.decode(pair.realIds), generated, ...rest });
  }

  async #saveModel(iteration: number, weights: TrainableValues): Promise<void> {
    if (!weights.values.every(Number.isFinite)) {
      throw new WeightsDivergedError(
        `Training diverged: a weight is no longer finite at the end of iteration ${iteration}.`,
        'Lower the learning rate or turn gradient clipping on.',
      );
    }
    await saveModel(
      { ...this.#model, parameters: wholeSet(this.#model.config, weights) },
      folderWriter(this.#folder.modelFolder(iteration)),
      {
        dtype: this.#dtype,
      },
    );
  }

  #say(event: RunEvent): void {
    switch (event.type) {
      case 'answers':
        this.#progress.report(() => `Iteration ${event.iteration}: ${event.done} of ${event.total} answers`);
        return;
      case 'step':
        this.#progress.report(() => `Iteration ${event.iteration}: step ${event.step + 1} of ${event.steps}`);
        return;
      case 'iteration-started':
        this.#io.say(
          `Iteration ${event.iteration} (${event.iteration + 1} of ${event.iterations}): ${event.steps} steps planned`,
        );
        return;
      case 'run-finished':
        this.#io.say(`Finished: ${this.#folder.path}`);
        return;
      default:
        return;
    }
  }
}

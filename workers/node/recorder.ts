// A run's events to files and lines: what is large goes to files of its own, what is printed and logged is without it. Knows no loop.

import type { SpinEvent } from '../../src/spin/events.ts';
import { countFields } from '../../src/spin/fitting.ts';
import { LabError } from '../../src/spin/lab-error.ts';
import type { Pair } from '../../src/spin/players.ts';
import type { PlayerState } from '../engine/trainer.ts';
import { saveModel } from '../models/model-folder.ts';
import { type Io, Progress } from './command.ts';
import { folderWriter } from './model-files.ts';
import type { OpenedModel } from './open.ts';
import type { Judgement, PlayData } from './play-data.ts';
import type { RunFolder } from './run-folder.ts';

export type RunEvent = SpinEvent<Float32Array, PlayerState, Judgement>;

/** Weights that are no longer numbers are not worth a model folder. */
class WeightsDivergedError extends LabError {}

export class Recorder {
  private readonly folder: RunFolder;
  private readonly model: OpenedModel;
  private readonly data: PlayData;
  private readonly io: Io;
  private readonly progress: Progress;

  constructor(folder: RunFolder, model: OpenedModel, data: PlayData, io: Io) {
    this.folder = folder;
    this.model = model;
    this.data = data;
    this.io = io;
    this.progress = new Progress(io);
  }

  /** Writes an event down, then prints it. */
  async take(event: RunEvent): Promise<void> {
    const time = new Date().toISOString();
    const line = { ...(await this.lineOf(event)), time };
    await this.folder.appendEvent(line);
    if (event.type === 'checkpoint') await this.folder.checkpoint(event.snapshot);
    if (event.type === 'run-finished') await this.folder.finish(time);
    this.io.line(line);
    this.say(event);
  }

  /** Stores what is too large for a line; returns the rest. */
  private async lineOf(event: RunEvent): Promise<object> {
    switch (event.type) {
      case 'run-started':
        return this.withLosses(event);
      case 'answers': {
        const { pairs, ...rest } = event;
        await this.folder.append(
          `pairs/iteration-${event.iteration}.jsonl`,
          pairs.map((pair) => this.pairLine(pair)),
        );
        return { ...rest, count: pairs.length };
      }
      case 'scores': {
        const { pairs, ...rest } = event;
        return { ...rest, count: pairs.length };
      }
      case 'checkpoint': {
        const { snapshot: _, ...rest } = event;
        return rest;
      }
      case 'iteration-finished': {
        const { weights, ...rest } = event;
        await this.saveModel(event.iteration, weights);
        return rest;
      }
      case 'evaluation': {
        const { measures, answers } = event.measures;
        const name = event.moment === 'before' ? 'base' : `iteration-${event.iteration}`;
        await this.folder.append(`answers/${name}.jsonl`, answers);
        return { type: event.type, moment: event.moment, iteration: event.iteration, ...measures };
      }
      default:
        return event;
    }
  }

  /** Rows were fitted before the loop saw them: what was lost then belongs to the run's counts. */
  private withLosses(event: RunEvent & { type: 'run-started' }): object {
    const { counts } = this.data;
    if (counts === null) return event;
    const { empty, unknownIds, tooLong, shortened } = counts;
    return {
      ...event,
      skipped: event.skipped + empty + unknownIds + tooLong,
      truncated: event.truncated + shortened,
      ...countFields(counts),
    };
  }

  private pairLine(pair: Pair): object {
    const { promptIds, realIds, generatedIds, exampleIndex, madeIn, end, opponent } = pair;
    const decode = this.model.hasTokenizer ? this.model.codec().decode : () => null;
    return {
      prompt: this.data.promptOf(exampleIndex),
      real: decode(realIds),
      generated: decode(generatedIds),
      prompt_ids: promptIds,
      real_ids: realIds,
      generated_ids: generatedIds,
      example: exampleIndex,
      made_in: madeIn,
      end,
      opponent_logps: opponent,
    };
  }

  private async saveModel(iteration: number, weights: Float32Array): Promise<void> {
    if (!weights.every(Number.isFinite)) {
      throw new WeightsDivergedError(
        `Training diverged: a weight is no longer finite at the end of iteration ${iteration}.`,
        'Lower the learning rate or turn gradient clipping on.',
      );
    }
    await saveModel({ ...this.model, weights }, folderWriter(this.folder.modelFolder(iteration)), { dtype: 'float32' });
  }

  private say(event: RunEvent): void {
    switch (event.type) {
      case 'answers':
        this.progress.report(() => `Iteration ${event.iteration}: ${event.done} of ${event.total} answers`);
        return;
      case 'step':
        this.progress.report(() => `Iteration ${event.iteration}: step ${event.step + 1} of ${event.steps}`);
        return;
      case 'iteration-started':
        this.io.say(
          `Iteration ${event.iteration} (${event.iteration + 1} of ${event.iterations}): ${event.steps} steps planned`,
        );
        return;
      case 'run-finished':
        this.io.say(`Finished: ${this.folder.path}`);
        return;
      default:
        return;
    }
  }
}

// Answers and scores of any iteration of the run that is shown, by a worker of its own: the run that is played is not disturbed.

import { Channel } from '../../../workers/messages/channel.ts';
import type { OpenRequest, OpponentProtocol, WeightsSource } from '../../../workers/messages/protocol.ts';
import type { AnswerLine } from '../../folder/lines.ts';
import { modelFolder } from '../../folder/lines.ts';
import { LabError } from '../../spin/lab-error.ts';
import type { PairLogps, TokenPair } from '../../spin/players.ts';
import type { StartWorker, WorkerHandle } from '../browser/page-workers.ts';
import type { BackendPlan } from '../players/backend.ts';
import { EXAMPLE_FOLDER } from '../runs/example.ts';
import { modelFolderOf } from '../runs/kept-settings.ts';
import type { Shown, ShownStore } from '../runs/shown-run.ts';
import type { KeeperClient } from '../storage/keeper-client.ts';

/** A column of answers: whose weights gave them. */
export type Column =
  | { readonly kind: 'base' }
  | { readonly kind: 'iteration'; readonly iteration: number }
  | { readonly kind: 'control' };

export interface RespondOptions {
  readonly seed: number;
  readonly temperature: number;
  readonly signal?: AbortSignal;
  /** The share done. */
  readonly onProgress?: (share: number) => void;
}

/** The weights of a column are not at hand. */
export class WeightsNotHereError extends LabError {}

export interface AnyIterationContext {
  readonly startWorker: StartWorker;
  readonly shown: ShownStore;
  readonly keeper: KeeperClient;
  /** The kept run that is the shown one's supervised control; null where there is none. */
  readonly controlId: () => string | null;
  plan(): Promise<BackendPlan>;
  /** The page's own address. */
  readonly base: string;
}

const MICRO_BATCH = 16;
const LEAST_NEW_TOKENS = 64;

export class AnyIteration {
  readonly #context: AnyIterationContext;
  #worker: { readonly handle: WorkerHandle; readonly channel: Channel<OpponentProtocol>; readonly key: string } | null =
    null;
  /** What is loaded now. */
  #loaded = '';
  /** One column's weights at a time: calls wait for one another. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(context: AnyIterationContext) {
    this.#context = context;
  }

  /** The columns of the shown run whose weights are at hand. */
  async columns(): Promise<readonly Column[]> {
    const { source, entry, record, file } = this.#context.shown.getState();
    if (file === null) return [];
    const iterations = record.finished.map(({ iteration }) => iteration);
    const kept = source === 'example' ? iterations : entry === null ? [] : await this.#kept(entry.id, iterations);
    const control = this.#context.controlId();
    return [
      { kind: 'base' },
      ...kept.map((iteration): Column => ({ kind: 'iteration', iteration })),
      ...(control === null ? [] : [{ kind: 'control' } as const]),
    ];
  }

  /** One answer to each prompt, in order. The same seed gives every column the same noise. @throws WeightsNotHereError, LabError */
  respond(column: Column, prompts: readonly string[], options: RespondOptions): Promise<AnswerLine[]> {
    const { seed, temperature, signal, onProgress } = options;
    return this.#with(column, (channel, { file }) =>
      channel.call(
        'respond',
        {
          prompts,
          options: {
            temperature,
            topK: 0,
            topP: 1,
            repetitionPenalty: 1,
            noRepeatNgramSize: 0,
            numBeams: 1,
            arithmetic: 2,
            maxNewTokens: file?.configuration.maxNewTokens ?? LEAST_NEW_TOKENS,
            seed,
            purpose: 'person',
            iteration: 0,
          },
        },
        { ...(signal !== undefined && { signal }), ...(onProgress !== undefined && { onProgress }) },
      ),
    );
  }

  /** log p of both responses of each pair under a column's weights: natural log, summed over tokens. @throws WeightsNotHereError */
  score(
    column: Column,
    pairs: readonly TokenPair[],
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<PairLogps[]> {
    return this.#with(column, (channel) =>
      channel.call('score', [pairs, MICRO_BATCH], signal === undefined ? {} : { signal }),
    );
  }

  /** Ends the worker. */
  close(): void {
    this.#worker?.channel.close();
    this.#worker?.handle.terminate();
    this.#worker = null;
    this.#loaded = '';
  }

  #with<T>(column: Column, use: (channel: Channel<OpponentProtocol>, shown: Shown) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => {
      const shown = this.#context.shown.getState();
      const channel = await this.#open(shown);
      await this.#load(channel, column, shown);
      return use(channel, shown);
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #open({ file }: Shown): Promise<Channel<OpponentProtocol>> {
    if (file === null) throw notHere('no run is shown');
    const { backend, threads } = await this.#context.plan();
    const under = (path: string): string => new URL(path, this.#context.base).href;
    const model = { modelBase: under(modelFolderOf(file)) };
    const request: OpenRequest = { backend, threads, runtimeBase: under('runtime/'), program: null };
    const key = JSON.stringify({ ...model, ...request });
    if (this.#worker?.key !== key) this.close();
    if (this.#worker !== null) return this.#worker.channel;
    const handle = this.#context.startWorker('opponent');
    const channel = new Channel<OpponentProtocol>(handle.endpoint);
    this.#worker = { handle, channel, key };
    void channel.ended.then(() => {
      if (this.#worker?.channel === channel) this.close();
    });
    try {
      await Promise.all([channel.call('readModel', model), channel.call('open', request)]);
    } catch (error) {
      this.close();
      throw error;
    }
    return channel;
  }

  async #load(channel: Channel<OpponentProtocol>, column: Column, shown: Shown): Promise<void> {
    const wanted = `${shown.entry?.id ?? shown.source} ${JSON.stringify(column)} ${this.#context.controlId() ?? ''}`;
    if (this.#loaded === wanted) return;
    this.#loaded = '';
    await channel.call('loadFrom', await this.#source(column, shown));
    this.#loaded = wanted;
  }

  async #source(column: Column, { source, entry, record }: Shown): Promise<WeightsSource> {
    switch (column.kind) {
      case 'base':
        return { kind: 'base' };
      case 'iteration': {
        const { iteration } = column;
        if (source === 'example') {
          const address = `${EXAMPLE_FOLDER}${modelFolder(iteration)}/`;
          return { kind: 'folder', base: new URL(address, this.#context.base).href };
        }
        return this.#packed(entry?.id ?? null, iteration);
      }
      case 'control':
        return this.#packed(this.#context.controlId(), record.finished.length - 1);
    }
  }

  async #packed(id: string | null, iteration: number): Promise<WeightsSource> {
    const weights = id === null ? null : await this.#context.keeper.call('weights', { id, iteration });
    if (weights === null) throw notHere(`those of iteration ${iteration} are not kept`);
    return { kind: 'packed', weights };
  }

  async #kept(id: string, iterations: readonly number[]): Promise<number[]> {
    const files = new Set(await this.#context.keeper.call('files', id));
    return iterations.filter((iteration) => files.has(`${modelFolder(iteration)}/config.json`));
  }
}

const notHere = (why: string): WeightsNotHereError =>
  new WeightsNotHereError(
    `The weights are not at hand: ${why}.`,
    'Play the run to the end of this iteration, or import it with its models.',
  );

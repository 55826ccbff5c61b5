// The opponent's voice: batches of prompts answered token by token. Rows that have ended are dropped, random numbers depend only on what
// they are for, and log-probabilities are the model's own, before any warping.

import type { Answer, AnswerEnd, AnswerOptions, AnswerRequest } from '../../spin/players.ts';
import { uniforms } from '../../spin/random.ts';
import { groups } from '../batches/pair-rows.ts';
import type { ModelConfig } from '../models/config.ts';
import type { AnswerRows, RowStarter } from '../passes/answer-rows.ts';
import type { HeldParameters } from '../passes/held-parameters.ts';
import { SequenceError } from '../runtime/errors.ts';
import { beamSearch } from './beam-search.ts';
import { chooseId, choosesInGraph, logpOf } from './choose.ts';

/** Steps unrolled in one run: more waste work on rows that end early, fewer pay more per run. */
const UNROLLED_STEPS = 4;
const MAX_ROWS = 128;

/** Answers that are told of while they are drawn: the first ones, several of which may be to one prompt. */
const DRAWN_ROWS = 12;

/** An answer so far. */
export interface Drawn {
  /** The request's. */
  readonly key: number;
  readonly ids: readonly number[];
}

/** A row on its way to an answer. */
interface Draft {
  readonly request: AnswerRequest;
  readonly index: number;
  /** New tokens at most: the option's limit or the model's positions. */
  readonly limit: number;
  readonly ids: number[];
  readonly tokenLogps: number[];
  end: AnswerEnd | null;
}

export class Decoder {
  readonly #starter: RowStarter;
  readonly #config: ModelConfig;

  /** @param starter who computes the rows */
  constructor(config: ModelConfig, starter: RowStarter) {
    this.#starter = starter;
    this.#config = config;
  }

  /**
   * One answer a request, in order. The same request, options and weights give the same answer in any batch, to rounding.
   * @param onDrawn hears of the first few answers of a batch while their tokens are drawn
   * @throws SequenceError for an empty prompt, one that leaves no position for an answer, or an id outside the vocabulary
   */
  async answer(
    weights: HeldParameters,
    requests: readonly AnswerRequest[],
    options: AnswerOptions,
    onDrawn: (drawn: readonly Drawn[]) => void = () => undefined,
  ): Promise<Answer[]> {
    const drafts = requests.map((request, index) => this.#draft(request, index, options));
    for (const group of groups(drafts, MAX_ROWS)) {
      if (options.numBeams > 1) await this.#searchBeams(weights, group, options);
      else await this.#decode(weights, group, options, onDrawn);
    }
    return drafts.map(({ ids, tokenLogps, end }) => ({ ids, tokenLogps, end: end ?? 'length' }));
  }

  /** Bytes of a memory beside the runtime's. */
  get memoryBytes(): number {
    return this.#starter.memoryBytes;
  }

  release(): Promise<void> {
    return this.#starter.release();
  }

  #draft(request: AnswerRequest, index: number, options: AnswerOptions): Draft {
    const { promptIds } = request;
    const { positions, vocabSize } = this.#config;
    if (promptIds.length === 0 || promptIds.length >= positions) {
      throw new SequenceError(
        `A prompt of ${promptIds.length} tokens leaves no room for an answer in ${positions} positions.`,
        'Give a prompt of at least one token and fewer than the model has positions.',
      );
    }
    const wrong = promptIds.find((id) => !(Number.isInteger(id) && id >= 0 && id < vocabSize));
    if (wrong !== undefined) {
      throw new SequenceError(
        `Token id ${wrong} is outside the model's vocabulary of ${vocabSize}.`,
        'Use the tokenizer that belongs to the model.',
      );
    }
    const limit = Math.min(options.maxNewTokens, positions - promptIds.length);
    return { request, index, limit, ids: [], tokenLogps: [], end: null };
  }

  /** Sampling or greedy decoding of a group of rows. Rows beyond the open drafts repeat the first: nobody reads them. */
  async #decode(
    weights: HeldParameters,
    drafts: readonly Draft[],
    options: AnswerOptions,
    onDrawn: (drawn: readonly Drawn[]) => void,
  ): Promise<void> {
    const longest = Math.max(...drafts.map(({ limit }) => limit));
    const prompts = this.#padded(drafts).map(({ request }) => request.promptIds);
    const rows = await this.#starter.start(weights, prompts, longest);
    let open = drafts;
    try {
      for (let done = 0; open.length > 0; ) {
        done += choosesInGraph(options)
          ? await this.#advance(rows, open, done, options)
          : await this.#choose(rows, open, options);
        onDrawn(drafts.slice(0, DRAWN_ROWS).map(({ request, ids }) => ({ key: request.key, ids })));
        const still = open.filter(({ end }) => end === null);
        if (still.length > 0 && this.#padded(still).length < rows.rows) {
          const before = open;
          await rows.keep(this.#padded(still).map((draft) => before.indexOf(draft)));
          open = still;
        } else if (still.length === 0) {
          open = [];
        }
      }
    } finally {
      rows.release();
    }
  }

  /** Several tokens in one run. */
  async #advance(rows: AnswerRows, open: readonly Draft[], done: number, options: AnswerOptions): Promise<number> {
    const steps = UNROLLED_STEPS;
    const { temperature } = options;
    const { ids, logps } = await rows.advance(
      steps,
      temperature === 0
        ? { choice: 'greedy' }
        : { choice: 'sample', temperature, uniform: noise(this.#padded(open), done, steps, options) },
    );
    for (const [row, draft] of open.entries()) {
      for (let at = row * steps; at < (row + 1) * steps; at += 1) this.#append(draft, ids[at]!, logps[at]!);
    }
    return steps;
  }

  /** One token a row, chosen here from logits. */
  async #choose(rows: AnswerRows, open: readonly Draft[], options: AnswerOptions): Promise<number> {
    const logits = await rows.logits();
    const width = this.#config.vocabSize;
    const chosen = open.map((draft, row) => {
      const own = logits.subarray(row * width, (row + 1) * width);
      const [u = 0] = draw(draft, draft.ids.length, 1, options);
      const id = chooseId(own, [...draft.request.promptIds, ...draft.ids], options, u);
      this.#append(draft, id, logpOf(own, id));
      return id;
    });
    rows.take(Array.from({ length: rows.rows }, (_, row) => chosen[row] ?? chosen[0]!));
    return 1;
  }

  #append(draft: Draft, id: number, logp: number): void {
    if (draft.end !== null) return;
    draft.ids.push(id);
    draft.tokenLogps.push(logp);
    if (this.#config.eosIds.includes(id)) draft.end = 'stop';
    else if (draft.ids.length >= draft.limit) draft.end = 'length';
  }

  /** Filled up with the first. */
  #padded(drafts: readonly Draft[]): Draft[] {
    const rows = this.#starter.rowsFor(drafts.length);
    return Array.from({ length: rows }, (_, row) => drafts[row] ?? drafts[0]!);
  }

  async #searchBeams(weights: HeldParameters, drafts: readonly Draft[], options: AnswerOptions): Promise<void> {
    for (const draft of drafts) {
      const { promptIds } = draft.request;
      const limited = { ...options, maxNewTokens: draft.limit };
      const best = await beamSearch(this.#starter, this.#config, weights, promptIds, limited);
      draft.ids.push(...best.ids);
      draft.tokenLogps.push(...best.tokenLogps);
      draft.end = best.end;
    }
  }
}

const draw = ({ request }: Draft, first: number, count: number, options: AnswerOptions): Float64Array =>
  uniforms(count, options.seed, options.purpose, options.iteration, request.key, first);

function noise(rows: readonly Draft[], first: number, steps: number, options: AnswerOptions): Float32Array {
  const numbers = new Float32Array(rows.length * steps);
  rows.forEach((draft, row) => {
    numbers.set(draw(draft, first, steps, options), row * steps);
  });
  return numbers;
}

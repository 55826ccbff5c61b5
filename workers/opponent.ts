// The opponent's worker: receives, calls the answerer, answers. The texts of a run live here too: tokenizer, data, world.

import { type TrainableValues, trainableValues } from '../src/engine/models/parameter-set.ts';
import { Answerer } from '../src/engine/players/answerer.ts';
import type { Drawn } from '../src/engine/players/decoder.ts';
import { seenPairs } from '../src/engine/players/seen-pairs.ts';
import { MissingWeightsError } from '../src/engine/runtime/errors.ts';
import type { TextCodec } from '../src/engine/text.ts';
import type { Judged, Watch } from '../src/judge/judged.ts';
import { readAnswers } from '../src/judge/read-answers.ts';
import type { AnswerRequest } from '../src/spin/players.ts';
import { type Endpoint, serve } from './messages/channel.ts';
import type { DrawnAnswer, OpponentProtocol, RowsChunk } from './messages/protocol.ts';
import { fetchWeights, openRuntime, type ReadModel, readModel } from './open-model.ts';
import { respond } from './respond.ts';
import { countRows, prepareRun, type RunData } from './run-data.ts';

interface OpenOpponent {
  readonly answerer: Answerer;
  readonly codec: TextCodec;
  /** Those of the model's files. */
  readonly base: TrainableValues;
}

const ROWS_A_CHUNK = 256;
/** Told of more often, an answer on its way could not be read. */
const TELL_EVERY_MS = 80;
/** A person cannot follow more at once. */
const TOLD_ROWS = 3;

let reading: Promise<ReadModel> | null = null;
let opened: OpenOpponent | null = null;
let data: RunData | null = null;

function read(): Promise<ReadModel> {
  if (reading === null) throw new MissingWeightsError('opponent');
  return reading;
}

function opponent(): OpenOpponent {
  if (opened === null) throw new MissingWeightsError('opponent');
  return opened;
}

function* chunks({ training, validation }: RunData): Generator<RowsChunk> {
  for (const [part, rows] of [
    ['validation', validation],
    ['training', training],
  ] as const) {
    for (let at = 0; at < rows.length; at += ROWS_A_CHUNK) yield { part, rows: rows.slice(at, at + ROWS_A_CHUNK) };
  }
}

/**
 * Puts answers into words while they are drawn, not more often than they can be read, and one to a prompt.
 * @param promptOf a prompt's text, where the page does not know it
 */
function telling(
  requests: readonly AnswerRequest[],
  tell: (drawn: readonly (DrawnAnswer & { readonly prompt: string })[]) => void,
  promptOf: (promptIds: readonly number[]) => string = () => '',
): (drawn: readonly Drawn[]) => void {
  const { codec } = opponent();
  const prompts = new Map(requests.map(({ key, promptIds }) => [key, promptIds]));
  let toldAt = 0;
  return (drawn) => {
    if (performance.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = performance.now();
    const seen = new Set<string>();
    const firsts = drawn.filter(({ key }) => {
      const prompt = (prompts.get(key) ?? []).join(' ');
      return !seen.has(prompt) && seen.add(prompt);
    });
    tell(
      firsts
        .slice(0, TOLD_ROWS)
        .map(({ key, ids }) => ({ key, prompt: promptOf(prompts.get(key) ?? []), text: codec.decode(ids) })),
    );
  };
}

serve<OpponentProtocol>(self as unknown as Endpoint, {
  readModel: async (request, context) => {
    reading = readModel(request, context);
    return (await reading).report;
  },
  open: async (request) => {
    const [{ model, codec }, { runtime, report }] = await Promise.all([read(), openRuntime(request)]);
    opened = { answerer: new Answerer(runtime, model.config), codec, base: trainableValues(model.parameters) };
    return report;
  },
  load: ([weights]) => opponent().answerer.load(weights),
  loadFrom: async (source, { signal }) => {
    const { answerer, base } = opponent();
    switch (source.kind) {
      case 'base':
        return answerer.load(base);
      case 'folder':
        return answerer.load(await fetchWeights(source.base, signal));
      case 'packed':
        return answerer.load(source.weights);
    }
  },
  answer: ([requests, options], { progress }) =>
    opponent().answerer.answer(requests, options, telling(requests, progress)),
  score: ([pairs, microBatch]) => opponent().answerer.score(pairs, microBatch),
  likelihood: ([examples]) => opponent().answerer.likelihood(examples),
  check: countRows,
  prepare: async (request, { progress }) => {
    const { codec, model } = await read();
    data = await prepareRun(request, { codec, config: model.config });
    for (const chunk of chunks(data)) progress(chunk);
    return { training: data.training.length, validation: data.validation.length, counts: data.counts };
  },
  read: (requests) => readAnswers(requests, opponent().codec),
  inspect: async (pairs) => {
    const { answerer, codec } = opponent();
    return seenPairs(await answerer.inspect(pairs), codec);
  },
  respond: (request, { progress, signal }) => {
    const { answerer, codec } = opponent();
    return respond(answerer, codec, request, { signal, onProgress: progress });
  },
  evaluate: (_, { progress, signal }) => {
    if (data === null) throw new MissingWeightsError('opponent');
    const { promptOf } = data;
    const { answerer } = opponent();
    const judged: Judged = {
      answer: (requests, options) =>
        answerer.answer(
          requests,
          options,
          telling(requests, (drawn) => progress({ kind: 'drawn', drawn }), promptOf),
        ),
      score: (pairs, microBatch) => answerer.score(pairs, microBatch),
    };
    const onProgress: Watch['onProgress'] = ({ done, total }) => progress({ kind: 'share', share: done / total });
    return data.evaluate(judged, { signal, onProgress });
  },
});

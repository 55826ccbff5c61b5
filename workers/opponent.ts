// The opponent's worker: receives, calls the answerer, answers. The texts of a run live here too: tokenizer, data, world.

import { type Endpoint, serve } from './channel.ts';
import { prepareData, type RunData } from './data.ts';
import { Answerer } from './engine/answerer.ts';
import { MissingWeightsError } from './engine/errors.ts';
import { createTextCodec, type TextCodec } from './engine/text.ts';
import { evaluate, readAnswers } from './evaluation.ts';
import { openForPlayer } from './open-model.ts';
import type { OpponentProtocol, RowsChunk } from './protocol.ts';

interface Opened {
  readonly answerer: Answerer;
  readonly codec: TextCodec;
}

const ROWS_A_CHUNK = 256;

let opened: Opened | null = null;
let data: RunData = { training: [], heldOut: [] };

function opponent(): Opened {
  if (opened === null) throw new MissingWeightsError('opponent');
  return opened;
}

function* chunks({ training, heldOut }: RunData): Generator<RowsChunk> {
  for (const [part, rows] of [
    ['heldOut', heldOut],
    ['training', training],
  ] as const) {
    for (let at = 0; at < rows.length; at += ROWS_A_CHUNK) yield { part, rows: rows.slice(at, at + ROWS_A_CHUNK) };
  }
}

serve<OpponentProtocol>(self as unknown as Endpoint, {
  open: async (request, context) => {
    const { runtime, model, report } = await openForPlayer(request, context);
    opened = {
      answerer: new Answerer(runtime, model.config),
      codec: createTextCodec({
        config: model.config,
        tokenizerJson: model.tokenizerJson,
        tokenizerConfig: model.tokenizerConfig,
      }),
    };
    return report;
  },
  load: ([weights]) => opponent().answerer.load(weights),
  answer: ([requests, options]) => opponent().answerer.answer(requests, options),
  score: ([pairs, microBatch]) => opponent().answerer.score(pairs, microBatch),
  likelihood: ([examples]) => opponent().answerer.likelihood(examples),
  prepare: (request, { progress }) => {
    data = prepareData(request, opponent().codec);
    for (const chunk of chunks(data)) progress(chunk);
    return { training: data.training.length, heldOut: data.heldOut.length };
  },
  read: (requests) => readAnswers(requests, opponent().codec),
  evaluate: (request, { progress, signal }) => {
    const { answerer, codec } = opponent();
    return evaluate(request, { opponent: answerer, codec, heldOut: data.heldOut, onProgress: progress, signal });
  },
});

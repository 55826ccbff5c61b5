// The main player's worker: receives, calls the trainer, answers.

import { type TrainableValues, trainableValues } from '../src/engine/models/parameter-set.ts';
import { seenPairs } from '../src/engine/players/seen-pairs.ts';
import { Trainer } from '../src/engine/players/trainer.ts';
import { MissingWeightsError } from '../src/engine/runtime/errors.ts';
import type { TextCodec } from '../src/engine/text.ts';
import { type Endpoint, serve } from './messages/channel.ts';
import type { PlayerProtocol } from './messages/protocol.ts';
import { openRuntime, type ReadModel, readModel } from './open-model.ts';

interface OpenPlayer {
  readonly trainer: Trainer;
  readonly codec: TextCodec;
  readonly base: TrainableValues;
}

let reading: Promise<ReadModel> | null = null;
let opened: OpenPlayer | null = null;

function player(): OpenPlayer {
  if (opened === null) throw new MissingWeightsError('main player');
  return opened;
}

serve<PlayerProtocol>(self as unknown as Endpoint, {
  readModel: async (request, context) => {
    reading = readModel(request, context);
    return (await reading).report;
  },
  open: async (request) => {
    if (reading === null) throw new MissingWeightsError('main player');
    const [{ model, codec }, { runtime, report }] = await Promise.all([reading, openRuntime(request)]);
    opened = { trainer: new Trainer(runtime, model.config), codec, base: trainableValues(model.parameters) };
    return report;
  },
  baseWeights: () => player().base,
  begin: ([weights, rules]) => player().trainer.begin(weights, rules),
  step: ([pairs, learningRate]) => player().trainer.step(pairs, learningRate),
  likelihood: ([examples]) => player().trainer.likelihood(examples),
  inspect: async (pairs) => {
    const { trainer, codec } = player();
    return seenPairs(await trainer.inspect(pairs), codec);
  },
  weights: async (_, { transfer }) => {
    const weights = await player().trainer.weights();
    transfer([weights.values.buffer]);
    return weights;
  },
  state: async (_, { transfer }) => {
    const state = await player().trainer.state();
    transfer([state.weights.values.buffer, ...state.slots.map((slot) => slot.buffer)]);
    return state;
  },
  resume: ([state, rules]) => player().trainer.resume(state, rules),
});

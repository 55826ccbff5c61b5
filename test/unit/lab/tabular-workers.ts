// Both workers of the page as tables of probabilities behind real message channels: the session's loop, protocol and deaths without a
// browser. Players in their own right, not stand-ins for the engine.

import { evaluateData } from '../../../src/judge/evaluate-data.ts';
import { runSettings } from '../../../src/judge/run-settings.ts';
import type { PlayerName } from '../../../src/lab/activity.ts';
import type { StartWorker } from '../../../src/lab/players.ts';
import { LabError } from '../../../src/spin/lab-error.ts';
import { type Endpoint, serve } from '../../../workers/channel.ts';
import type { EvaluationReport, Opened, OpponentProtocol, PlayerProtocol, Row } from '../../../workers/protocol.ts';
import { countRows } from '../../../workers/run-data.ts';
import { OUTCOMES, TabularOpponent, TabularPlayer } from '../spin/tabular.ts';

const PROMPTS = 4;
const OPENED: Opened = {
  runtime: 'tabular',
  backend: 'wasm',
  adapter: '',
  threads: 1,
  parameterCount: PROMPTS * OUTCOMES,
  maxPositions: 2,
};

export class NoModelError extends LabError {}

export interface TabularWorkers {
  readonly start: StartWorker;
  /** Ends a worker as a crash would. */
  kill(who: PlayerName): void;
  /** Whether `open` fails with a NoModelError. */
  broken: boolean;
  /** The next training step fails with it, once. */
  failure: Error | null;
  /** Every worker started so far, in order. */
  readonly started: readonly PlayerName[];
  close(): void;
}

const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    prompt: `prompt ${index}`,
    response: 'response',
    example: { index, promptIds: [index % PROMPTS], realIds: [Math.floor(index / PROMPTS) % 2] },
  }));

export function tabularWorkers(): TabularWorkers {
  const ports = new Map<PlayerName, MessagePort>();
  const started: PlayerName[] = [];
  const workers: TabularWorkers = {
    broken: false,
    failure: null,
    started,
    start: (who) => {
      started.push(who);
      const { port1, port2 } = new MessageChannel();
      ports.set(who, port1);
      const open = () => {
        if (workers.broken) throw new NoModelError('There is no model.', 'Add one.');
        return OPENED;
      };
      if (who === 'opponent') serveOpponent(port2, open);
      else servePlayer(port2, open, workers);
      return { endpoint: port1, terminate: () => port1.close() };
    },
    kill: (who) =>
      void ports.get(who)?.dispatchEvent(Object.assign(new Event('error'), { message: 'killed by the test' })),
    close: () => {
      for (const port of ports.values()) port.close();
    },
  };
  return workers;
}

function serveOpponent(endpoint: Endpoint, open: () => Opened): void {
  const opponent = new TabularOpponent();
  serve<OpponentProtocol>(endpoint, {
    open,
    load: ([weights]) => opponent.load(Float64Array.from(weights)),
    answer: ([requests, options]) => opponent.answer(requests, options),
    score: ([pairs]) => opponent.score(pairs),
    likelihood: ([examples]) => opponent.likelihood(examples),
    check: countRows,
    prepare: ({ configuration: { iterations, examplesPerIteration } }, { progress }) => {
      const training = iterations * examplesPerIteration;
      progress({ part: 'training', rows: rows(training) });
      return { training, validation: 0, counts: null };
    },
    read: (requests) => requests.map(({ answer }) => ({ text: answer.ids.join(' '), fault: null })),
    evaluate: async ({ configuration, shown, ...moment }): Promise<EvaluationReport> => {
      const settings = { ...runSettings(configuration, moment, OPENED.maxPositions), shown };
      const examples = rows(PROMPTS).map(({ example }) => example);
      const { answers: _, ...measures } = await evaluateData(opponent, null, examples, settings);
      return { measures, answers: [] };
    },
  });
}

function servePlayer(endpoint: Endpoint, open: () => Opened, workers: TabularWorkers): void {
  const player = new TabularPlayer();
  serve<PlayerProtocol>(endpoint, {
    open,
    baseWeights: () => new Float32Array(PROMPTS * OUTCOMES),
    begin: ([weights, rules]) => player.begin(Float64Array.from(weights), rules),
    step: ([pairs, learningRate]) => {
      const { failure } = workers;
      workers.failure = null;
      if (failure !== null) throw failure;
      return player.step(pairs, learningRate);
    },
    likelihood: ([examples]) => player.likelihood(examples),
    weights: async () => Float32Array.from(await player.weights()),
    state: async () => {
      const { logits, slots, steps } = await player.state();
      return { weights: Float32Array.from(logits), slots: slots.map((slot) => Float32Array.from(slot)), steps };
    },
    resume: ([{ weights, slots, steps }, rules]) =>
      player.resume(
        { logits: Float64Array.from(weights), slots: slots.map((slot) => Float64Array.from(slot)), steps },
        rules,
      ),
  });
}

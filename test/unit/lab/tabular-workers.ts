// Both workers of the page as tables of probabilities behind real message channels: the session's loop, protocol and deaths without a
// browser. Players in their own right, not stand-ins for the engine.

import type { PairSide, SideToken } from '../../../src/folder/watched.ts';
import { answerNumbers } from '../../../src/judge/answer-lines.ts';
import { evaluateData } from '../../../src/judge/judge-data.ts';
import { runSettings } from '../../../src/judge/run-settings.ts';
import type { PlayerName, StartWorker } from '../../../src/lab/browser/page-workers.ts';
import { BUILT_IN_SHAPE } from '../../../src/lab/forecast/costs.ts';
import { ThreadChooser } from '../../../src/lab/players/thread-choice.ts';
import type { Machine } from '../../../src/lab/session/collaborators.ts';
import { LabError } from '../../../src/spin/lab-error.ts';
import { DEFAULTS } from '../../../src/spin/parameters/parameter-table.ts';
import type { AnswerOptions, TokenPair } from '../../../src/spin/players.ts';
import { type Endpoint, serve } from '../../../workers/messages/channel.ts';
import type {
  EvaluationReport,
  Opened,
  OpenRequest,
  OpponentProtocol,
  PlayerProtocol,
  PreparedRow,
  Responded,
} from '../../../workers/messages/protocol.ts';
import { countRows } from '../../../workers/run-data.ts';
import { base } from '../parameters.ts';
import { logProbabilities, OUTCOMES, TabularOpponent, TabularPlayer } from '../spin/tabular.ts';

const PROMPTS = 4;
const OPENED: Opened = {
  runtime: 'tabular',
  backend: 'wasm',
  adapter: '',
  threads: 1,
  parameterCount: PROMPTS * OUTCOMES,
  shape: BUILT_IN_SHAPE,
  maxPositions: 2,
  sha256: null,
};

/** An outcome's word is its number; there is no end token to leave out. */
const words = (ids: readonly number[]) => ({ answer: ids.join(' '), tokens: ids.map(String) });

export class NoModelError extends LabError {}

/** Of a page that is not isolated, where nothing is measured. */
const NO_THREADS = new ThreadChooser({
  probe: () => () => Promise.reject(new Error('nobody measures here')),
  storage: null,
  runtime: '',
});

export interface TabularWorkers {
  readonly start: StartWorker;
  /** Ends a worker as a crash would. */
  kill(who: PlayerName): void;
  /** Of the model that is read. */
  sha256: string | null;
  /** Whether `open` fails with a NoModelError. */
  broken: boolean;
  /** The next training step fails with it, once. */
  failure: Error | null;
  /** Every worker started so far, in order. */
  readonly started: readonly PlayerName[];
  /** What runtimes were asked for. */
  readonly opened: readonly { readonly who: PlayerName; readonly threads: number }[];
  close(): void;
}

export const machineOf = (workers: TabularWorkers): Machine => ({
  startWorker: workers.start,
  capabilities: async () => ({ webgpu: 'missing', adapter: '', isolated: false, cores: 2 }),
  threads: NO_THREADS,
  base: 'http://localhost/lab/',
});

const rows = (count: number): PreparedRow[] =>
  Array.from({ length: count }, (_, index) => ({
    prompt: `prompt ${index}`,
    response: 'response',
    example: { index, promptIds: [index % PROMPTS], realIds: [Math.floor(index / PROMPTS) % 2] },
  }));

export function tabularWorkers(): TabularWorkers {
  const ports = new Map<PlayerName, MessagePort>();
  const started: PlayerName[] = [];
  const opened: { who: PlayerName; threads: number }[] = [];
  const workers: TabularWorkers = {
    sha256: null,
    broken: false,
    failure: null,
    started,
    opened,
    start: (who) => {
      started.push(who);
      const { port1, port2 } = new MessageChannel();
      ports.set(who, port1);
      const begin: Begin = {
        readModel: () => {
          if (workers.broken) throw new NoModelError('There is no model.', 'Add one.');
          return { ...OPENED, sha256: workers.sha256 };
        },
        open: ({ threads }) => {
          opened.push({ who, threads });
          return OPENED;
        },
      };
      if (who === 'opponent') serveOpponent(port2, begin);
      else servePlayer(port2, begin, workers);
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

/** What both do alike. */
interface Begin {
  readModel(): Opened;
  open(request: OpenRequest): Opened;
}

function serveOpponent(endpoint: Endpoint, begin: Begin): void {
  const opponent = new TabularOpponent();
  let configuration = DEFAULTS;
  serve<OpponentProtocol>(endpoint, {
    ...begin,
    load: ([weights]) => opponent.load(Float64Array.from(weights.values)),
    loadFrom: (source) =>
      opponent.load(
        Float64Array.from(source.kind === 'packed' ? source.weights.values : new Float32Array(PROMPTS * OUTCOMES)),
      ),
    answer: ([requests, options]) => opponent.answer(requests, options),
    score: ([pairs]) => opponent.score(pairs),
    likelihood: ([examples]) => opponent.likelihood(examples),
    check: countRows,
    prepare: (request, { progress }) => {
      configuration = request.configuration;
      const { iterations, examplesPerIteration } = configuration;
      const training = iterations * examplesPerIteration;
      progress({ part: 'training', rows: rows(training) });
      return { training, validation: 0, counts: null };
    },
    read: (requests) => requests.map(({ answer }) => ({ text: answer.ids.join(' '), fault: null })),
    inspect: (pairs) => pairs.map((pair) => seenPair(opponent.logits, pair)),
    respond: ({ prompts, options }) => respond(opponent, prompts, options),
    evaluate: async (): Promise<EvaluationReport> => {
      const settings = runSettings(configuration, OPENED.maxPositions);
      const examples = rows(PROMPTS).map(({ example }) => example);
      const { answers, ...measures } = await evaluateData(opponent, null, examples, settings);
      const lines = answers.map(({ index, ...answer }) => ({
        prompt: `prompt ${index}`,
        human: 'response',
        ...answer,
        ...words(answer.ids ?? []),
      }));
      return { measures, answers: lines };
    },
  });
}

/** How a table sees the one token of each answer. */
function seenPair(logits: Float64Array, { promptIds, realIds, generatedIds }: TokenPair): PairSide {
  const logps = logProbabilities(logits, promptIds[0]!);
  const order = [...logps.keys()].sort((a, b) => logps[b]! - logps[a]! || a - b);
  const top = order.map((id) => ({ text: String(id), logp: logps[id]! }));
  const seen = ([id = 0]: readonly number[]): SideToken[] => [
    { id, text: String(id), logp: logps[id]!, rank: order.indexOf(id) + 1, top },
  ];
  return { real: seen(realIds), generated: seen(generatedIds) };
}

/** Answers to "prompt N", each a row of the table. */
async function respond(
  opponent: TabularOpponent,
  prompts: readonly string[],
  options: AnswerOptions,
): Promise<Responded[]> {
  const requests = prompts.map((prompt, key) => ({ promptIds: [Number(prompt.split(' ').at(-1)) % PROMPTS], key }));
  const answers = await opponent.answer(requests, options);
  return answers.map((answer, i) => ({ prompt: prompts[i]!, ...answerNumbers(answer), ...words(answer.ids) }));
}

function servePlayer(endpoint: Endpoint, begin: Begin, workers: TabularWorkers): void {
  const player = new TabularPlayer();
  serve<PlayerProtocol>(endpoint, {
    ...begin,
    baseWeights: () => base(new Float32Array(PROMPTS * OUTCOMES)),
    begin: ([weights, rules]) => player.begin(Float64Array.from(weights.values), rules),
    step: ([pairs, learningRate]) => {
      const { failure } = workers;
      workers.failure = null;
      if (failure !== null) throw failure;
      return player.step(pairs, learningRate);
    },
    likelihood: ([examples]) => player.likelihood(examples),
    inspect: (pairs) => pairs.map((pair) => seenPair(player.logits, pair)),
    weights: async () => base(Float32Array.from(await player.weights())),
    state: async () => {
      const { logits, slots, steps } = await player.state();
      return { weights: base(Float32Array.from(logits)), slots: slots.map((slot) => Float32Array.from(slot)), steps };
    },
    resume: ([{ weights, slots, steps }, rules]) =>
      player.resume(
        { logits: Float64Array.from(weights.values), slots: slots.map((slot) => Float64Array.from(slot)), steps },
        rules,
      ),
  });
}

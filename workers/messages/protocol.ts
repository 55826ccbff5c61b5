// The messages between the page and its workers with a runtime, typed both ways. Types only.

import type { TrainableValues, TrainingState } from '../../src/engine/models/parameter-set.ts';
import type { ModelShape } from '../../src/engine/players/memory-for.ts';
import type { AnswerLine } from '../../src/folder/lines.ts';
import type { PairSide } from '../../src/folder/watched.ts';
import type { DataReport } from '../../src/judge/judge-data.ts';
import type { WorldReport } from '../../src/judge/judge-world.ts';
import type { ReadAnswer, ReadRequest } from '../../src/judge/read-answers.ts';
import type { SpinConfiguration } from '../../src/spin/configuration.ts';
import type { FitCounts } from '../../src/spin/fitting.ts';
import type {
  AnswerOptions,
  Example,
  LikelihoodReport,
  Opponent,
  Pair,
  Player,
  StepReport,
  TokenPair,
  TrainingRules,
} from '../../src/spin/players.ts';
import type { Method } from './channel.ts';

export type BrowserBackend = 'webgpu' | 'wasm';

/** Address of a Hugging Face folder, with a slash at its end. */
export interface ReadModelRequest {
  readonly modelBase: string;
}

export interface OpenRequest {
  readonly backend: BrowserBackend;
  /** Threads of the wasm back end; more than 1 needs a cross-origin isolated page. */
  readonly threads: number;
  /** Address of the folder that holds the runtime's own files, with a slash at its end. */
  readonly runtimeBase: string;
  /** The wasm back end's program, compiled once for both players; null: each compiles its own. */
  readonly program: WebAssembly.Module | null;
}

/** What a worker found in a model's files. */
export interface ModelReport {
  readonly parameterCount: number;
  /** What of the model's shape decides how much memory it works in. */
  readonly shape: ModelShape;
  /** Prompt and response together may hold this many tokens. */
  readonly maxPositions: number;
  /** Of the model's configuration and weights, as in a run folder; null where the page is not secure. */
  readonly sha256: string | null;
}

/** The runtime that a worker opened. */
export interface RuntimeReport {
  readonly runtime: string;
  readonly backend: BrowserBackend;
  /** The WebGPU adapter in words; empty on wasm. */
  readonly adapter: string;
  readonly threads: number;
}

/** What a player is and runs on. */
export type Opened = ModelReport & RuntimeReport;

/** Bytes of a model's files that have arrived. `total` is 0 where the server does not say. */
export interface LoadProgress {
  readonly file: string;
  readonly loaded: number;
  readonly total: number;
}

/** A prompt and a human response, as a person reads them. */
export interface TextPair {
  readonly prompt: string;
  readonly response: string;
}

/** A JSONL file of prompts and human responses, as it is. */
export interface RowFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Where a run's prompts and human answers come from. Of a file's rows, some are held out by the run's seed. */
export type DataSource = { readonly kind: 'world' } | { readonly kind: 'own'; readonly file: RowFile };

export interface DataRequest {
  readonly source: DataSource;
  /** Its lengths within the model's positions. */
  readonly configuration: SpinConfiguration;
}

export interface Prepared {
  readonly training: number;
  readonly validation: number;
  /** What became of the file's rows; null for the world. */
  readonly counts: FitCounts | null;
}

/** An example with its texts. */
export interface PreparedRow extends TextPair {
  readonly example: Example;
}

/** A prompt that a person typed, or one of a data set, to be answered by the loaded weights. */
export interface RespondRequest {
  readonly prompts: readonly string[];
  readonly options: AnswerOptions;
}

/** An answer with all that Compare shows of it. */
export interface Responded extends AnswerLine {
  readonly prompt: string;
  readonly answer: string;
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
  readonly token_logps: readonly number[];
}

/** An answer on its way. */
export interface DrawnAnswer {
  /** The example's index. */
  readonly key: number;
  readonly text: string;
}

/** Where an opponent's weights come from: the opened model's own files, another folder of the same model, or these. */
export type WeightsSource =
  | { readonly kind: 'base' }
  | { readonly kind: 'folder'; readonly base: string }
  | { readonly kind: 'packed'; readonly weights: TrainableValues };

/** Rows come in chunks, so that neither side is busy for long with one message. */
export interface RowsChunk {
  readonly part: 'training' | 'validation';
  readonly rows: readonly PreparedRow[];
}

/** How far an evaluation is: the share done, or the first few answers while their tokens are drawn. */
export type EvaluationProgress =
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'drawn'; readonly drawn: readonly (DrawnAnswer & { readonly prompt: string })[] };

export interface EvaluationReport {
  /** Of the world, or of own rows, which allow fewer measures. */
  readonly measures: Omit<WorldReport, 'answers'> | Omit<DataReport, 'answers'>;
  readonly answers: readonly AnswerLine[];
}

type Arguments<T, K extends keyof T> = T[K] extends (...args: infer A) => unknown ? A : never;
type Outcome<T, K extends keyof T> = T[K] extends (...args: never[]) => Promise<infer R> ? R : never;
/** A method of an interface as a message: its arguments as a list. */
type Call<T, K extends keyof T> = Method<Arguments<T, K>, Outcome<T, K>>;

export interface OpponentProtocol {
  readModel: Method<ReadModelRequest, ModelReport, LoadProgress>;
  /** Opens a runtime for the model; both may be asked for at once. */
  open: Method<OpenRequest, RuntimeReport>;
  load: Call<Opponent<TrainableValues>, 'load'>;
  loadFrom: Method<WeightsSource, void>;
  /** Tells of the first few answers while their tokens are drawn. */
  answer: Method<
    Arguments<Opponent<TrainableValues>, 'answer'>,
    Outcome<Opponent<TrainableValues>, 'answer'>,
    readonly DrawnAnswer[]
  >;
  score: Call<Opponent<TrainableValues>, 'score'>;
  likelihood: Call<Opponent<TrainableValues>, 'likelihood'>;
  /** How many rows a file holds; needs no model. Refuses a row that cannot be read. */
  check: Method<RowFile, number>;
  /** Chooses, writes and encodes a run's examples; they arrive as progress. Needs no runtime. */
  prepare: Method<DataRequest, Prepared, RowsChunk>;
  /** Token ids to text, with the world's verdict where the prompt is one of the world's. */
  read: Method<readonly ReadRequest[], ReadAnswer[]>;
  /** How the loaded weights see each token of these pairs. */
  inspect: Method<readonly TokenPair[], PairSide[]>;
  /** Answers of the loaded weights to prompts as texts, with the world's verdict where the prompt is one of its own. */
  respond: Method<RespondRequest, Responded[], number>;
  /** Measures the loaded weights on what `prepare` held out; tells how far it is. */
  evaluate: Method<null, EvaluationReport, EvaluationProgress>;
}

export interface PlayerProtocol {
  readModel: Method<ReadModelRequest, ModelReport, LoadProgress>;
  open: Method<OpenRequest, RuntimeReport>;
  begin: Method<[TrainableValues, TrainingRules], void>;
  step: Method<[readonly Pair[], number], StepReport>;
  likelihood: Method<[readonly Example[]], LikelihoodReport>;
  /** How the weights of this moment see each token of these pairs. */
  inspect: Method<readonly TokenPair[], PairSide[]>;
  /** Those of the model's files. */
  baseWeights: Method<null, TrainableValues>;
  weights: Call<Player<TrainableValues, TrainingState>, 'weights'>;
  state: Call<Player<TrainableValues, TrainingState>, 'state'>;
  resume: Method<[TrainingState, TrainingRules], void>;
}

/** A worker that compiles a WebAssembly program. */
export interface CompilerProtocol {
  compile: Method<{ readonly address: string }, WebAssembly.Module>;
}

/** A worker that tries out how fast the CPU is with so many threads. */
export interface ThreadProbeProtocol {
  open: Method<Pick<OpenRequest, 'threads' | 'runtimeBase'> & { readonly program: WebAssembly.Module }, void>;
  /** Floating-point operations a second of plain matrix products, those of the first moments thrown away. */
  measure: Method<{ readonly warmUpMs: number; readonly measuredMs: number }, number>;
}

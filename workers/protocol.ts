// The messages between the page and its two workers, typed both ways. Types only: it knows neither what sends nor what answers them.

import type {
  Example,
  LikelihoodReport,
  Opponent,
  Pair,
  Player,
  StepReport,
  TrainingRules,
} from '../src/spin/players.ts';
import type { Method } from './channel.ts';

/** All parameters of a model, packed in one array, in the order of the model's own parameter list. */
export type Weights = Float32Array;

/** What a checkpoint of the main player needs. */
export interface PlayerState {
  readonly weights: Float32Array;
  /** The optimizer's arrays, each as long as the weights. */
  readonly slots: Float32Array[];
  /** Steps taken since the optimizer's state was last empty. */
  readonly steps: number;
}

export type BackendName = 'webgpu' | 'wasm';

export interface OpenRequest {
  readonly backend: BackendName;
  /** Threads of the wasm back end; more than 1 needs a cross-origin isolated page. */
  readonly threads: number;
  /** Address of the folder that holds the runtime's own files, with a slash at its end. */
  readonly runtimeBase: string;
  /** Address of a Hugging Face folder, with a slash at its end. */
  readonly modelBase: string;
}

/** What a worker found and opened. */
export interface Opened {
  readonly runtime: string;
  readonly backend: BackendName;
  /** The WebGPU adapter in words; empty on wasm. */
  readonly adapter: string;
  readonly threads: number;
  readonly parameterCount: number;
  /** Prompt and response together may hold this many tokens. */
  readonly maxPositions: number;
}

/** Bytes of a model's files that have arrived. `total` is 0 where the server does not say. */
export interface LoadProgress {
  readonly file: string;
  readonly loaded: number;
  readonly total: number;
}

export interface EncodeRequest {
  readonly prompt: string;
  readonly response: string;
}

export interface EncodedPair {
  readonly promptIds: number[];
  /** The end token included. */
  readonly responseIds: number[];
}

type Arguments<T, K extends keyof T> = T[K] extends (...args: infer A) => unknown ? A : never;
type Outcome<T, K extends keyof T> = T[K] extends (...args: never[]) => Promise<infer R> ? R : never;
/** A method of an interface as a message: its arguments as a list. */
type Call<T, K extends keyof T> = Method<Arguments<T, K>, Outcome<T, K>>;

export interface OpponentProtocol {
  open: Method<OpenRequest, Opened, LoadProgress>;
  load: Call<Opponent<Weights>, 'load'>;
  answer: Call<Opponent<Weights>, 'answer'>;
  score: Call<Opponent<Weights>, 'score'>;
  likelihood: Call<Opponent<Weights>, 'likelihood'>;
  /** Text to token ids by the model's tokenizer and template: prompt and response apart, the end token after the response. */
  encode: Method<readonly EncodeRequest[], EncodedPair[]>;
  /** Token ids to text, special tokens left out. */
  decode: Method<readonly (readonly number[])[], string[]>;
}

export interface PlayerProtocol {
  open: Method<OpenRequest, Opened, LoadProgress>;
  begin: Method<[Weights, TrainingRules], void>;
  step: Method<[readonly Pair[], number], StepReport>;
  likelihood: Method<[readonly Example[]], LikelihoodReport>;
  /** The weights as they are now; straight after `open`, those of the model's files. */
  weights: Call<Player<Weights, PlayerState>, 'weights'>;
  state: Call<Player<Weights, PlayerState>, 'state'>;
  resume: Method<[PlayerState, TrainingRules], void>;
}

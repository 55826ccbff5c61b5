// The lines of a run folder: what events.jsonl, pairs/, answers/ and tokens/ hold, whoever wrote them. Types and names only. Fields of the
// second format are optional, so that folders of the first are read too.

import { numbers } from '../spin/arithmetic.ts';
import type { SpinConfiguration } from '../spin/configuration.ts';
import type {
  Answers,
  Checkpoint,
  Evaluation,
  IterationFinished,
  IterationStarted,
  PairScores,
  RunFinished,
  RunStarted,
  Step,
  Validation,
} from '../spin/events.ts';
import { scaledMarginOf } from '../spin/margin.ts';
import type { AnswerEnd, Pair, PairLogps } from '../spin/players.ts';

export const EVENTS_FILE = 'events.jsonl';
export const RUN_FILE = 'run.json';
export const CHECKPOINT_FILE = 'checkpoint.safetensors';
export const pairsFile = (iteration: number): string => `pairs/iteration-${iteration}.jsonl`;
export const tokensFile = (iteration: number): string => `tokens/iteration-${iteration}.jsonl`;
/** The answers drawn at an evaluation. */
export const answersFile = ({ moment, iteration }: Pick<Evaluation<unknown>, 'moment' | 'iteration'>): string =>
  moment === 'before' ? 'answers/base.jsonl' : `answers/iteration-${iteration}.jsonl`;
export const modelFolder = (iteration: number): string => `models/iteration-${iteration}`;

/** When a line was written: a time of day in ISO form. */
interface Timed {
  readonly time?: string;
}

/** Large parts have files of their own: the line keeps how many there were. */
export type AnswersLine = Omit<Answers, 'pairs'> & { readonly count: number };
export type ScoresLine = Omit<PairScores, 'pairs'> & { readonly count: number };
export type CheckpointLine = Omit<Checkpoint<never, never>, 'snapshot'>;
export type IterationFinishedLine = Omit<IterationFinished<never>, 'weights'>;
/** The evaluation's fields stand flat beside `moment` and `iteration`. */
export type EvaluationLine = Omit<Evaluation<never>, 'measures'> & Readonly<Record<string, unknown>>;

/** Some settings were changed in the midst of a run, which goes on with these from here. */
export interface Reconfigured {
  readonly type: 'reconfigured';
  readonly iteration: number;
  /** Steps of it that are done. */
  readonly step: number;
  readonly configuration: SpinConfiguration;
}

/** One line of events.jsonl. */
export type EventLine = Timed &
  (
    | RunStarted
    | EvaluationLine
    | IterationStarted
    | AnswersLine
    | ScoresLine
    | Step
    | CheckpointLine
    | Validation
    | IterationFinishedLine
    | RunFinished
    | Reconfigured
  );

/** One line of pairs/iteration-T.jsonl. Texts are null where the model has no tokenizer. */
export interface PairLine {
  readonly prompt: string | null;
  readonly real: string | null;
  readonly generated: string | null;
  readonly prompt_ids: readonly number[];
  readonly real_ids: readonly number[];
  readonly generated_ids: readonly number[];
  /** The example's index. */
  readonly example: number;
  readonly made_in: number;
  readonly end: AnswerEnd;
  readonly opponent_logps: PairLogps;
  /** Why nobody would say the opponent's answer; null where somebody would. Absent where no truth is known. */
  readonly fault?: string | null;
}

/** What tells a run's pairs apart: the iteration in which one was made, and its example's index. The same for a line and a pair of the loop. */
export const pairKey = (pair: Pick<PairLine, 'made_in' | 'example'> | Pick<Pair, 'madeIn' | 'exampleIndex'>): string =>
  'made_in' in pair ? `${pair.made_in} ${pair.example}` : `${pair.madeIn} ${pair.exampleIndex}`;

/** One line of answers/*.jsonl: a held-out prompt, its human answer, and the first answer drawn. */
export interface AnswerLine {
  readonly prompt: string | null;
  readonly human?: string | null;
  readonly answer: string | null;
  /** The world's family of prompts; absent on other data. */
  readonly family?: string;
  /** log p of the answer under the model that gave it. */
  readonly logp: number;
  readonly end: AnswerEnd;
  /** ln p_data(answer | prompt); null where nobody would say it. Absent where no truth is known. */
  readonly log_prob?: number | null;
  /** Why nobody would say it; null where somebody would. Absent where no truth is known. */
  readonly fault?: string | null;
  readonly prompt_ids?: readonly number[];
  readonly human_ids?: readonly number[];
  readonly ids?: readonly number[];
  /** The answer's tokens as text, one for each id; joined they are the answer (and its end token). */
  readonly tokens?: readonly string[];
  readonly token_logps?: readonly number[];
}

/** A token as one player sees it, given all before it. */
export interface TokenView {
  /** Natural log. */
  readonly logp: number;
  /** 1 for the likeliest token. */
  readonly rank: number;
  /** The likeliest tokens, best first: at most five. */
  readonly top: readonly { readonly text: string; readonly logp: number }[];
}

/** A token as both players see it. */
export interface WatchedToken {
  readonly id: number;
  readonly text: string;
  readonly player: TokenView;
  readonly opponent: TokenView;
}

/** One line of tokens/iteration-T.jsonl: a pair as both players saw it before a step. */
export interface WatchedLine {
  readonly iteration: number;
  /** Steps of the iteration that were done. */
  readonly step: number;
  readonly example: number;
  readonly made_in: number;
  readonly prompt: string | null;
  readonly lambda: number;
  readonly real: readonly WatchedToken[];
  readonly generated: readonly WatchedToken[];
}

/** Pairs of an iteration that are watched: its first ones. */
export const WATCHED_PAIRS = 4;

/** Sequence log-ratio log p_θ(y|x)/p_θt(y|x) of a watched answer. */
export function tokensLogRatio(tokens: readonly WatchedToken[]): number {
  return tokens.reduce((sum, { player, opponent }) => sum + player.logp - opponent.logp, 0);
}

/** λ · margin of a watched pair: t of ℓ(t) (paper, eq. 4.7). */
export function watchedMargin({ lambda, real, generated }: Pick<WatchedLine, 'lambda' | 'real' | 'generated'>): number {
  return scaledMarginOf(numbers, lambda, { real: tokensLogRatio(real), generated: tokensLogRatio(generated) });
}

/** Parses JSON lines; an unfinished last line, as a crash leaves it, is left out. @throws SyntaxError for a line within */
export function parseLines<T>(text: string): T[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

export const toLine = (value: object): string => `${JSON.stringify(value)}\n`;

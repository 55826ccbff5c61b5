// Rotary position embeddings: how fast each pair of a head's coordinates turns with the position, for every scaling variant that
// Llama checkpoints use. Formulas: RoFormer (arXiv 2104.09864), YaRN (2309.00071), LongRoPE (2402.13753), and transformers'
// modeling_rope_utils.py, whose conventions decide wherever a paper leaves a choice.

import type { Fields } from './fields.ts';

export type RopeConfig =
  | { readonly type: 'default'; readonly theta: number }
  | { readonly type: 'linear' | 'dynamic'; readonly theta: number; readonly factor: number }
  | YarnConfig
  | LlamaThreeConfig
  | LongRopeConfig;

export interface YarnConfig {
  readonly type: 'yarn';
  readonly theta: number;
  readonly factor: number;
  readonly attentionFactor: number | null;
  readonly mscale: number | null;
  readonly mscaleAllDim: number | null;
  /** Rotations over the original context above which a frequency is kept, and below which it is divided by the factor. */
  readonly betaFast: number;
  readonly betaSlow: number;
  readonly truncate: boolean;
  readonly originalPositions: number;
}

export interface LlamaThreeConfig {
  readonly type: 'llama3';
  readonly theta: number;
  readonly factor: number;
  readonly lowFrequencyFactor: number;
  readonly highFrequencyFactor: number;
  readonly originalPositions: number;
}

export interface LongRopeConfig {
  readonly type: 'longrope';
  readonly theta: number;
  readonly factor: number;
  readonly attentionFactor: number | null;
  /** One divisor for each frequency: up to the original context, and beyond it. */
  readonly shortFactor: readonly number[];
  readonly longFactor: readonly number[];
  readonly originalPositions: number;
}

export interface RopeFrequencies {
  /** Radians a position, headDim / 2 of them. */
  readonly inverseFrequencies: Float64Array;
  /** Both cosine and sine are multiplied by this. */
  readonly attentionFactor: number;
}

const MAX_FACTOR = 1e6;
const MAX_POSITIONS = 2 ** 24;
const SUPPORTED = '"default", "linear", "dynamic", "yarn", "llama3" or "longrope"';

/** The rotary settings of a config.json in either spelling: rope_theta with rope_scaling, or rope_parameters. */
export function readRope(config: Fields, headDim: number, positions: number): RopeConfig {
  const key = config.has('rope_scaling') ? 'rope_scaling' : 'rope_parameters';
  const rope = config.has(key) ? config.object(key) : config.empty(key);
  refusePartialRotation(config);
  refusePartialRotation(rope);
  const theta = (rope.has('rope_theta') ? rope : config).number('rope_theta', 1.0001, 1e12, 10000);
  const type = rope.string(rope.has('rope_type') ? 'rope_type' : 'type', 'default');
  switch (type) {
    case 'default':
      return { type, theta };
    case 'linear':
    case 'dynamic':
      return { type, theta, factor: rope.number('factor', 1e-3, MAX_FACTOR) };
    case 'yarn':
      return readYarn(rope, theta, positions, originalPositions(config, rope, positions));
    case 'llama3':
      return readLlamaThree(rope, theta, originalPositions(config, rope, positions));
    case 'longrope':
      return readLongRope(rope, theta, headDim / 2, positions, originalPositions(config, rope, positions));
    default:
      return rope.unsupported('rope_type', type, SUPPORTED);
  }
}

function refusePartialRotation(fields: Fields): void {
  const share = fields.value('partial_rotary_factor') ?? 1;
  if (share !== 1) fields.unsupported('partial_rotary_factor', share, '1');
}

/** The context length before scaling. A field beside the scaling's own goes first, as in transformers. */
function originalPositions(config: Fields, rope: Fields, positions: number): number {
  const holder = config.has('original_max_position_embeddings') ? config : rope;
  return holder.integer('original_max_position_embeddings', MAX_POSITIONS, positions);
}

function readYarn(rope: Fields, theta: number, positions: number, original: number): YarnConfig {
  return {
    type: 'yarn',
    theta,
    factor: rope.number('factor', 1e-3, MAX_FACTOR, positions / original),
    attentionFactor: rope.optionalNumber('attention_factor', 0, MAX_FACTOR),
    mscale: rope.optionalNumber('mscale', 0, MAX_FACTOR),
    mscaleAllDim: rope.optionalNumber('mscale_all_dim', 0, MAX_FACTOR),
    betaFast: rope.number('beta_fast', 0, MAX_FACTOR, 32) || 32,
    betaSlow: rope.number('beta_slow', 0, MAX_FACTOR, 1) || 1,
    truncate: rope.boolean('truncate', true),
    originalPositions: original,
  };
}

function readLlamaThree(rope: Fields, theta: number, original: number): LlamaThreeConfig {
  const low = rope.number('low_freq_factor', 1e-6, MAX_FACTOR);
  const high = rope.number('high_freq_factor', 1e-6, MAX_FACTOR);
  if (high <= low) rope.fail('high_freq_factor', `(${high}) must exceed "low_freq_factor" (${low})`);
  const factor = rope.number('factor', 1e-3, MAX_FACTOR);
  return {
    type: 'llama3',
    theta,
    factor,
    lowFrequencyFactor: low,
    highFrequencyFactor: high,
    originalPositions: original,
  };
}

function readLongRope(rope: Fields, theta: number, pairs: number, positions: number, original: number): LongRopeConfig {
  return {
    type: 'longrope',
    theta,
    factor: rope.number('factor', 1e-3, MAX_FACTOR, positions / original),
    attentionFactor: rope.optionalNumber('attention_factor', 0, MAX_FACTOR),
    shortFactor: rope.numbers('short_factor', pairs),
    longFactor: rope.numbers('long_factor', pairs),
    originalPositions: original,
  };
}

/**
 * The frequencies for a sequence of `sequenceLength` positions (only "dynamic" and "longrope" depend on it).
 * headDim is even; coordinates i and i + headDim/2 turn together, as in transformers.
 */
export function ropeFrequencies(
  config: { readonly headDim: number; readonly positions: number; readonly rope: RopeConfig },
  sequenceLength: number,
): RopeFrequencies {
  const { headDim, positions, rope } = config;
  switch (rope.type) {
    case 'default':
      return { inverseFrequencies: powers(rope.theta, headDim), attentionFactor: 1 };
    case 'linear':
      return { inverseFrequencies: powers(rope.theta, headDim).map((f) => f / rope.factor), attentionFactor: 1 };
    case 'dynamic':
      return {
        inverseFrequencies: dynamic(rope.theta, rope.factor, headDim, positions, sequenceLength),
        attentionFactor: 1,
      };
    case 'yarn':
      return { inverseFrequencies: yarn(rope, headDim), attentionFactor: yarnAttention(rope) };
    case 'llama3':
      return { inverseFrequencies: llamaThree(rope, headDim), attentionFactor: 1 };
    case 'longrope':
      return longRope(rope, headDim, sequenceLength);
  }
}

/** θ^(−2i/headDim), i = 0 … headDim/2 − 1. */
function powers(theta: number, headDim: number): Float64Array {
  return Float64Array.from({ length: headDim / 2 }, (_, i) => theta ** ((-2 * i) / headDim));
}

/** The base grows with the sequence, once that is longer than the model's positions. */
function dynamic(theta: number, factor: number, headDim: number, positions: number, length: number): Float64Array {
  if (length <= positions) return powers(theta, headDim);
  const stretch = (factor * length) / positions - (factor - 1);
  return powers(theta * stretch ** (headDim / (headDim - 2)), headDim);
}

/** High frequencies are kept, low ones divided by the factor, with a linear ramp over the dimensions in between. */
function yarn(rope: YarnConfig, headDim: number): Float64Array {
  const dimension = (rotations: number): number =>
    (headDim * Math.log(rope.originalPositions / (rotations * 2 * Math.PI))) / (2 * Math.log(rope.theta));
  const [fast, slow] = [dimension(rope.betaFast), dimension(rope.betaSlow)];
  const low = Math.max(rope.truncate ? Math.floor(fast) : fast, 0);
  const high = Math.min(rope.truncate ? Math.ceil(slow) : slow, headDim - 1);
  // Equal bounds would divide by zero: transformers widens them by a thousandth.
  const span = high === low ? 0.001 : high - low;
  return powers(rope.theta, headDim).map((frequency, i) => {
    const divided = Math.min(Math.max((i - low) / span, 0), 1);
    return (frequency / rope.factor) * divided + frequency * (1 - divided);
  });
}

function yarnAttention(rope: YarnConfig): number {
  if (rope.attentionFactor !== null) return rope.attentionFactor;
  const scale = (m: number): number => (rope.factor <= 1 ? 1 : 0.1 * m * Math.log(rope.factor) + 1);
  return rope.mscale && rope.mscaleAllDim ? scale(rope.mscale) / scale(rope.mscaleAllDim) : scale(1);
}

/** Wavelengths beyond the original context are divided by the factor, short ones kept, those between interpolated. */
function llamaThree(rope: LlamaThreeConfig, headDim: number): Float64Array {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions } = rope;
  return powers(rope.theta, headDim).map((frequency) => {
    const rotations = (originalPositions * frequency) / (2 * Math.PI);
    if (rotations < low) return frequency / factor;
    if (rotations > high) return frequency;
    const kept = (rotations - low) / (high - low);
    return ((1 - kept) * frequency) / factor + kept * frequency;
  });
}

function longRope(rope: LongRopeConfig, headDim: number, sequenceLength: number): RopeFrequencies {
  const divisors = sequenceLength > rope.originalPositions ? rope.longFactor : rope.shortFactor;
  const stretched = rope.factor <= 1 ? 1 : Math.sqrt(1 + Math.log(rope.factor) / Math.log(rope.originalPositions));
  return {
    inverseFrequencies: powers(rope.theta, headDim).map((frequency, i) => frequency / divisors[i]!),
    attentionFactor: rope.attentionFactor ?? stretched,
  };
}

// From sequences to the arrays of a teacher-forced batch, and its static shape.

import { type BatchShape, BRANCH } from '../models/packed-rows.ts';
import { SequenceError } from '../runtime/errors.ts';

/** A prompt and the one or two responses to be scored. Prompt and responses hold at least one token each. */
export interface ScoredRow {
  readonly promptIds: readonly number[];
  readonly responses: readonly (readonly number[])[];
}

export interface SequenceLimits {
  readonly vocabSize: number;
  readonly positions: number;
}

/** The feeds of `scoring-graph.ts`. Responses are numbered across rows: the first of each row, then the second of each row … */
export interface Batch {
  readonly shape: BatchShape;
  readonly ids: BigInt64Array;
  readonly positions: BigInt64Array;
  readonly row: Int32Array;
  readonly column: Int32Array;
  readonly rowAgain: Int32Array;
  readonly columnAgain: Int32Array;
  readonly place: Int32Array;
  readonly home: Int32Array;
  readonly placePositions: Int32Array;
  readonly branch: Int32Array;
  readonly at: BigInt64Array;
  readonly target: Int32Array;
  readonly response: BigInt64Array;
  readonly mask: Float32Array;
  /** Where each response's tokens begin among the scored ones. */
  readonly starts: readonly number[];
  /** Tokens of prompts and responses, a shared prompt counted once, padding not. */
  readonly tokens: number;
}

/** The next multiple of `least`, or of the octave's width by `steps` where that is wider: at most so many sizes between n and 2n. */
export function roundUp(count: number, steps: number, least: number): number {
  const step = Math.max(least, 2 ** Math.floor(Math.log2(count)) / steps);
  return Math.ceil(count / step) * step;
}

/**
 * How finely the sizes of a batch are rounded: finer means less padding and more shapes, each of which costs a session. Tokens weigh most;
 * places only in attention, scored tokens only at the logits. (Measured: docs/performance.md.)
 */
const TOKEN_STEP = 8;
/** Shorter rows are padded less: four places more of twenty-eight are an eighth of a step. */
const SHORT_ROW = 32;
const roundTokens = (count: number): number => roundUp(count, 8, TOKEN_STEP);
const roundLength = (count: number): number => roundUp(count, 8, count < SHORT_ROW ? 4 : 16);
const roundScored = (count: number): number => roundUp(count, 4, 8);

/** @throws SequenceError where the model could not take the row */
export function checkRow({ promptIds, responses }: ScoredRow, limits: SequenceLimits): void {
  const longest = Math.max(...responses.map((ids) => ids.length));
  if (promptIds.length === 0 || responses.some((ids) => ids.length === 0)) {
    throw new SequenceError('A prompt or a response has no tokens.', 'Give at least one token for each.');
  }
  if (promptIds.length + longest > limits.positions) {
    throw new SequenceError(
      `A prompt of ${promptIds.length} tokens with a response of ${longest} is longer than the model's ${limits.positions} positions.`,
      'Shorten it, or take a model with more positions.',
    );
  }
  const isWrong = (id: number): boolean => !(Number.isInteger(id) && id >= 0 && id < limits.vocabSize);
  const wrong = [promptIds, ...responses].map((ids) => ids.find(isWrong)).find((id) => id !== undefined);
  if (wrong !== undefined) {
    throw new SequenceError(
      `Token id ${wrong} is outside the model's vocabulary of ${limits.vocabSize}.`,
      'Use the tokenizer that belongs to the model.',
    );
  }
}

const responseTokens = ({ responses }: ScoredRow): number => responses.reduce((sum, ids) => sum + ids.length, 0);

/** How a batch's sequences stand in rows of places: a prompt with all its responses in one row, or with each in a row of its own. */
type Places = Pick<BatchShape, 'rows' | 'length' | 'tokens' | 'copies'>;

/** What attention computes: it pays for the square of a row's length. */
const scoresOf = ({ rows, length }: Places): number => rows * length ** 2;

/** So much less of it must be left for a second copy of the prompts; and where there is little of it, more nodes cost more. */
const WORTH_A_COPY = 0.8;
const FEW_SCORES = 2 ** 14;

/**
 * The smallest of the few static sizes that holds sequences of these lengths. Where they do not fit exactly, or stand there twice, there is at
 * least one place and one token of padding, for each other.
 */
function placesFor(lengths: readonly number[], tokens: number, copies: 1 | 2): Places {
  const rows = lengths.length;
  const longest = Math.max(...lengths);
  const length = roundLength(longest);
  const filled = lengths.reduce((sum, n) => sum + n, 0);
  const rounded = roundTokens(tokens);
  if (copies === 1 && filled === rows * length && tokens === rounded) return { rows, length, tokens, copies };
  const roomy = { copies, tokens: rounded > tokens ? rounded : tokens + TOKEN_STEP };
  if (filled < rows * length) return { rows, length, ...roomy };
  const [wider, more] = [
    { rows, length: roundLength(longest + 1), ...roomy },
    { rows: rows + 1, length, ...roomy },
  ];
  return scoresOf(wider) < scoresOf(more) ? wider : more;
}

/** The static shape of a batch of these rows, which have equally many responses each. */
export function shapeOf(list: readonly ScoredRow[]): BatchShape {
  const tokens = list.reduce((sum, row) => sum + row.promptIds.length + responseTokens(row), 0);
  const scored = roundScored(list.reduce((sum, row) => sum + responseTokens(row), 0));
  const responses = list.length * (list[0]?.responses.length ?? 0);
  const together = list.map((row) => row.promptIds.length + responseTokens(row));
  const one = placesFor(together, tokens, 1);
  if (list[0]?.responses.length !== 2 || scoresOf(one) < FEW_SCORES) return { ...one, responses, scored };
  const apart = list.flatMap(({ promptIds, responses: both }) => both.map((ids) => promptIds.length + ids.length));
  const two = placesFor(apart, tokens, 2);
  return { ...(scoresOf(two) <= WORTH_A_COPY * scoresOf(one) ? two : one), responses, scored };
}

/** Arrays as padding leaves them: everything of token and place 0, and nothing scored. */
function blank(shape: BatchShape): Omit<Batch, 'starts' | 'tokens'> {
  const { rows, length, tokens, scored } = shape;
  const perToken = (): Int32Array => new Int32Array(tokens);
  const perPlace = (): Int32Array => new Int32Array(rows * length);
  return {
    shape,
    ids: new BigInt64Array(tokens),
    positions: new BigInt64Array(tokens),
    row: perToken(),
    column: perToken(),
    rowAgain: perToken(),
    columnAgain: perToken(),
    place: perPlace(),
    home: perPlace(),
    placePositions: perPlace(),
    branch: perPlace(),
    at: new BigInt64Array(scored),
    target: new Int32Array(scored),
    response: new BigInt64Array(scored),
    mask: new Float32Array(scored),
  };
}

type Blank = ReturnType<typeof blank>;

/** Puts tokens into a batch: into the list in order, and each at one or more places. */
class Layout {
  readonly batch: Blank;
  /** Tokens so far. */
  tokens = 0;
  readonly #again = new Set<number>();

  constructor(shape: BatchShape) {
    this.batch = blank(shape);
  }

  /** The next token of the list, at a position of its sequence; its number. */
  add(id: number, position: number): number {
    const token = this.tokens;
    this.batch.ids[token] = BigInt(id);
    this.batch.positions[token] = BigInt(position);
    this.tokens += 1;
    return token;
  }

  /** The token's place, or where it has one, its second. */
  put(token: number, row: number, column: number, branch: number, second: boolean): void {
    const { batch } = this;
    const at = row * batch.shape.length + column;
    (second ? batch.rowAgain : batch.row)[token] = row;
    (second ? batch.columnAgain : batch.column)[token] = column;
    batch.place[at] = token;
    batch.home[at] = second ? -1 : token;
    batch.placePositions[at] = Number(batch.positions[token]);
    batch.branch[at] = branch;
    if (second) this.#again.add(token);
  }

  /** Points what is missing at padding: tokens at a free place, places at a free token. */
  finish(): Blank {
    const { batch, tokens } = this;
    const free = batch.branch.indexOf(BRANCH.padding);
    if (free < 0) return batch;
    const [row, column] = [Math.floor(free / batch.shape.length), free % batch.shape.length];
    for (let token = 0; token < batch.shape.tokens; token += 1) {
      if (token >= tokens) [batch.row[token], batch.column[token]] = [row, column];
      if (!this.#again.has(token)) [batch.rowAgain[token], batch.columnAgain[token]] = [row, column];
    }
    batch.branch.forEach((which, at) => {
      if (which === BRANCH.padding) batch.place[at] = tokens;
      if (which === BRANCH.padding || batch.home[at]! < 0) batch.home[at] = tokens;
    });
    return batch;
  }
}

/** Lays rows out for `scoring-graph.ts`. @throws SequenceError for a row that the model could not take */
export function layOut(rows: readonly ScoredRow[], limits: SequenceLimits): Batch {
  for (const row of rows) checkRow(row, limits);
  const shape = shapeOf(rows);
  const layout = new Layout(shape);
  const apart = shape.copies === 2;
  // The list holds row after row: a prompt, then its responses. firsts[row][n] is where response n begins.
  const firsts = rows.map(({ promptIds, responses }, index) => {
    const prompt = promptIds.map((id, position) => layout.add(id, position));
    let column = 0;
    return responses.map((ids, n) => {
      const row = apart ? responses.length * index + n : index;
      if (apart) column = 0;
      if (apart || n === 0) for (const token of prompt) layout.put(token, row, column++, BRANCH.prompt, n > 0);
      const tokens = ids.map((id, j) => layout.add(id, promptIds.length + j));
      for (const token of tokens) layout.put(token, row, column++, BRANCH.firstResponse + n, false);
      return tokens[0]!;
    });
  });
  const batch = layout.finish();
  return { ...batch, starts: score(batch, rows, firsts), tokens: layout.tokens };
}

/** Notes what is scored, response by response; returns where each begins. */
function score(batch: Blank, rows: readonly ScoredRow[], firsts: readonly (readonly number[])[]): number[] {
  const starts: number[] = [];
  let next = 0;
  for (let turn = 0; turn < batch.shape.responses / rows.length; turn += 1) {
    for (const [index, { responses }] of rows.entries()) {
      starts.push(next);
      const first = firsts[index]![turn]!;
      const lastOfPrompt = firsts[index]![0]! - 1;
      for (const [j, id] of responses[turn]!.entries()) {
        batch.at[next] = BigInt(j === 0 ? lastOfPrompt : first + j - 1);
        batch.target[next] = id;
        batch.response[next] = BigInt(turn * rows.length + index);
        batch.mask[next] = 1;
        next += 1;
      }
    }
  }
  return starts;
}

// The judge: how near a model is to the world's people on given prompts. Draws answers, scores human and possible ones, and leaves the
// arithmetic to src/world. Deterministic; works in short pieces.

import type { Answer } from '../spin/players.ts';
import { type MeasuredPrompt, measure, type ScoredAnswer } from '../world/measures.ts';
import { type Prompt, WORLD } from '../world/world.ts';
import { humanAnswer, type SaidAnswer, saidAnswer, sumOf, type Verdict, verdict } from './answer-lines.ts';
import { drawAnswers, scoreResponses, textOf } from './ask.ts';
import type { JudgeCodec, Judged, JudgeSettings, Watch } from './judged.ts';
import { type Likelihood, type WorldFields, worldFields } from './measure-fields.ts';
import { Steps } from './steps.ts';

export interface WorldSettings extends JudgeSettings {
  /** Human answers scored for each prompt. */
  readonly humanAnswers: number;
}

/** An answer to be read beside a human one, which is null, and without ids, where none was drawn. */
export interface WorldAnswer extends SaidAnswer, Verdict {
  readonly prompt: string;
  readonly human: string | null;
  readonly prompt_ids: readonly number[];
  readonly human_ids?: readonly number[];
}

export interface WorldReport extends WorldFields {
  /** Prompts asked. */
  readonly prompts: number;
  /** Prompts left out because they, or their people's answers, are longer than the model takes. */
  readonly too_long: number;
  readonly families: Readonly<Record<string, WorldFields>>;
  /** The first answer to each of the first `shown` prompts. */
  readonly answers: readonly WorldAnswer[];
}

/** A prompt with all that is to be scored. A text that is both a human answer and listed is scored once. */
interface Question {
  readonly prompt: Prompt;
  readonly promptIds: readonly number[];
  /** Distinct texts with their token ids, end token included. */
  readonly texts: ReadonlyMap<string, readonly number[]>;
  readonly human: readonly string[];
  /** Every possible answer, or null where they are too many to list. */
  readonly listed: readonly string[] | null;
}

/**
 * Measures the model on these prompts of the world. An answer cut at the limit counts as impossible. Divergences are exact where a
 * prompt's answers can be listed, else estimated from the human answers (forward) and from the drawn ones (reverse).
 */
export async function evaluateWorld(
  model: Judged,
  codec: JudgeCodec,
  prompts: readonly Prompt[],
  settings: WorldSettings,
  watch: Watch = {},
): Promise<WorldReport> {
  const steps = new Steps(watch);
  const questions: Question[] = [];
  for (const [index, prompt] of prompts.entries()) {
    const question = await ask(codec, prompt, index, settings);
    if (fits(question, settings.maxTokens)) questions.push(question);
    await steps.breathe();
  }
  const responses = questions.flatMap(({ promptIds, texts }) => [...texts.values()].map((ids) => ({ promptIds, ids })));
  steps.expect(questions.length * settings.samples + responses.length);
  const drawn = await drawAnswers(
    model,
    questions.map(({ promptIds }) => promptIds),
    settings,
    steps,
  );
  const logps = (await scoreResponses(model, responses, settings.microBatch, steps)).values();
  const rows: JudgedPrompt[] = [];
  for (const [index, question] of questions.entries()) {
    const scores = new Map([...question.texts.keys()].map((text) => [text, logps.next().value!]));
    rows.push(await judge(codec, question, drawn[index]!, scores));
    await steps.breathe();
  }
  const answers: WorldAnswer[] = [];
  for (const row of rows.slice(0, settings.samples > 0 ? settings.shown : 0)) {
    answers.push(await show(codec, row));
    await steps.breathe();
  }
  const too_long = prompts.length - questions.length;
  return { prompts: questions.length, too_long, ...fieldsOf(rows, settings), answers };
}

async function ask(
  codec: JudgeCodec,
  prompt: Prompt,
  index: number,
  { seed, humanAnswers }: WorldSettings,
): Promise<Question> {
  const human = Array.from({ length: humanAnswers }, (_, i) => humanAnswer(prompt, seed, index, i));
  const listed = WORLD.enumerate(prompt)?.map(({ text }) => text) ?? null;
  const texts = new Map<string, readonly number[]>();
  for (const text of new Set([...human, ...(listed ?? [])])) texts.set(text, await codec.encodeResponse(text, true));
  return { prompt, promptIds: await codec.encodePrompt(prompt.text), texts, human, listed };
}

function fits({ promptIds, texts }: Question, maxTokens: number): boolean {
  return [...texts.values()].every((ids) => promptIds.length + ids.length <= maxTokens) && promptIds.length < maxTokens;
}

interface JudgedPrompt extends MeasuredPrompt {
  readonly question: Question;
  readonly drawn: readonly Answer[];
  readonly likelihood: Likelihood;
}

async function judge(
  codec: JudgeCodec,
  question: Question,
  drawn: readonly Answer[],
  logps: ReadonlyMap<string, number>,
): Promise<JudgedPrompt> {
  const { prompt, texts, human, listed } = question;
  const samples = [];
  for (const answer of drawn) {
    const text = await textOf(codec, answer);
    samples.push({ text, logp: sumOf(answer.tokenLogps), ended: answer.end === 'stop' });
  }
  const scored = (text: string): ScoredAnswer => ({
    text,
    logProb: WORLD.logProb(prompt, text),
    modelLogp: logps.get(text)!,
  });
  const likelihood = {
    nats: -human.reduce((sum, text) => sum + logps.get(text)!, 0),
    tokens: human.reduce((sum, text) => sum + texts.get(text)!.length, 0),
  };
  const all = listed && { all: listed.map(scored) };
  return { question, prompt, samples, human: human.map(scored), ...all, drawn, likelihood };
}

function fieldsOf(
  rows: readonly JudgedPrompt[],
  { humanAnswers }: WorldSettings,
): Omit<WorldReport, 'answers' | 'prompts' | 'too_long'> {
  const { overall, byFamily } = measure(rows);
  const families = Object.entries(byFamily).map(([name, measures]) => {
    const own = rows.filter(({ prompt }) => prompt.family === name);
    return [name, worldFields(measures, likelihoods(own), own.length * humanAnswers)];
  });
  const fields = worldFields(overall, likelihoods(rows), rows.length * humanAnswers);
  return { ...fields, families: Object.fromEntries(families) };
}

const likelihoods = (rows: readonly JudgedPrompt[]): Likelihood[] => rows.map(({ likelihood }) => likelihood);

async function show(codec: JudgeCodec, { question, drawn }: JudgedPrompt): Promise<WorldAnswer> {
  const { prompt, promptIds, texts, human } = question;
  const said = await saidAnswer(codec, drawn[0]!);
  const [own = null] = human;
  return {
    prompt: prompt.text,
    human: own,
    ...said,
    ...verdict(prompt, said),
    prompt_ids: promptIds,
    ...(own !== null && { human_ids: texts.get(own)! }),
  };
}

// The judge: how near a model is to the world's people on given prompts. Draws answers, scores human and possible ones, and leaves the
// arithmetic to src/world. Deterministic; works in short pieces. Knows no runtime, worker or page.

import type { Answer } from '../spin/players.ts';
import { type MeasuredPrompt, measure, type ScoredAnswer } from '../world/measures.ts';
import { random } from '../world/rng.ts';
import { type Prompt, WORLD } from '../world/world.ts';
import { drawAnswers, scoreResponses, textOf } from './ask.ts';
import type { JudgeCodec, Judged, JudgeSettings, Watch } from './judged.ts';
import { type Likelihood, type WorldFields, worldFields } from './measure-fields.ts';
import { Steps } from './steps.ts';

export interface WorldSettings extends JudgeSettings {
  /** Human answers scored for each prompt. */
  readonly humanAnswers: number;
}

/** An answer to be read beside a human one. */
export interface ShownAnswer {
  readonly prompt: string;
  readonly family: string;
  readonly human: string;
  readonly answer: string;
  /** ln p_θ of the answer's own tokens. */
  readonly logp: number;
  readonly end: Answer['end'];
  /** ln p_data(answer | prompt); null where nobody would say it. */
  readonly log_prob: number | null;
  /** Why nobody would say it; null where somebody would. */
  readonly fault: string | null;
}

export interface WorldReport extends WorldFields {
  /** Prompts asked. */
  readonly prompts: number;
  /** Prompts left out because they, or their people's answers, are longer than the model takes. */
  readonly too_long: number;
  readonly families: Readonly<Record<string, WorldFields>>;
  /** The first answer to each of the first `shown` prompts. */
  readonly answers: readonly ShownAnswer[];
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
  const rows: Judgement[] = [];
  for (const [index, question] of questions.entries()) {
    const scores = new Map([...question.texts.keys()].map((text) => [text, logps.next().value!]));
    rows.push(await judge(codec, question, drawn[index]!, scores));
    await steps.breathe();
  }
  const answers: ShownAnswer[] = [];
  for (const row of rows.slice(0, settings.samples > 0 ? settings.shown : 0)) {
    answers.push(show(row));
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
  const human = Array.from({ length: humanAnswers }, (_, i) =>
    WORLD.sample(prompt, random(seed, 'human answers to judge by', index, i)),
  );
  const listed = WORLD.enumerate(prompt)?.map(({ text }) => text) ?? null;
  const texts = new Map<string, readonly number[]>();
  for (const text of new Set([...human, ...(listed ?? [])])) texts.set(text, await codec.encodeResponse(text, true));
  return { prompt, promptIds: await codec.encodePrompt(prompt.text), texts, human, listed };
}

function fits({ promptIds, texts }: Question, maxTokens: number): boolean {
  return [...texts.values()].every((ids) => promptIds.length + ids.length <= maxTokens) && promptIds.length < maxTokens;
}

interface Judgement extends MeasuredPrompt {
  readonly drawn: readonly Answer[];
  readonly likelihood: Likelihood;
}

async function judge(
  codec: JudgeCodec,
  { prompt, texts, human, listed }: Question,
  drawn: readonly Answer[],
  logps: ReadonlyMap<string, number>,
): Promise<Judgement> {
  const samples = [];
  for (const answer of drawn) {
    const text = await textOf(codec, answer);
    samples.push({ text, logp: logpOf(answer), ended: answer.end === 'stop' });
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
  return { prompt, samples, human: human.map(scored), ...all, drawn, likelihood };
}

const logpOf = ({ tokenLogps }: Answer): number => tokenLogps.reduce((sum, logp) => sum + logp, 0);

function fieldsOf(
  rows: readonly Judgement[],
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

const likelihoods = (rows: readonly Judgement[]): Likelihood[] => rows.map(({ likelihood }) => likelihood);

function show({ prompt, samples, human, drawn }: Judgement): ShownAnswer {
  const { text, logp, ended } = samples[0]!;
  const logProb = WORLD.logProb(prompt, text);
  const possible = ended && logProb > Number.NEGATIVE_INFINITY;
  return {
    prompt: prompt.text,
    family: prompt.family,
    human: human[0]?.text ?? '',
    answer: text,
    logp,
    end: drawn[0]!.end,
    log_prob: possible ? logProb : null,
    fault: possible ? null : (WORLD.explain(prompt, text) ?? 'The answer was cut at the longest length.'),
  };
}

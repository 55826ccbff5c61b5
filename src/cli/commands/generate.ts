// `generate`: a model's answers to prompts, with their log-probabilities under the model itself, before any warping.

import { groups } from '../../engine/batches/pair-rows.ts';
import { trainableValues } from '../../engine/models/parameter-set.ts';
import { Answerer } from '../../engine/players/answerer.ts';
import { fitPrompt } from '../../engine/rows/fit-rows.ts';
import { PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import type { Answer, AnswerOptions } from '../../spin/players.ts';
import { type Command, CommandProgress } from '../command.ts';
import { type OpenedModel, openEnvironment, openModelFolder } from '../open.ts';
import { readPrompts } from '../row-files.ts';
import type { Options } from '../usage.ts';

const PROMPTS_AT_ONCE = 32;

export const generateCommand: Command = {
  summary: 'answers to prompts, one line a prompt',
  options: {
    model: { value: 'DIR', help: 'a Hugging Face model folder', required: true },
    prompts: { value: 'FILE', help: 'JSONL with prompt or prompt_ids', required: true },
    temperature: { value: 'T', help: '0 takes the likeliest token', default: '1' },
    'top-k': { value: 'K', help: 'draw from the K likeliest tokens; 0 is off', default: '0' },
    'top-p': { value: 'P', help: 'draw from the likeliest tokens of this mass; 1 is off', default: '1' },
    'num-beams': { value: 'N', help: 'beam search; 1 is off', default: '1' },
    'no-repeat-ngram-size': { value: 'N', help: 'never repeat N tokens; 0 is off', default: '0' },
    'repetition-penalty': { value: 'R', help: 'above 1: less of what was said; 1 is off', default: '1' },
    'max-new-tokens': { value: 'N', help: 'longest answer', default: '64' },
    seed: { value: 'N', help: 'of the random numbers', default: '0' },
  },
  async run(options, io) {
    const [folder, file] = [options.required('model'), options.required('prompts')];
    const answering = readAnswering(options);
    const { runtime } = await openEnvironment(options, io, answering.seed);
    const model = await openModelFolder(folder);
    const prompts = (await readPrompts(file)).map((row) => fitPrompt(row, model.codec, model.config));
    const answerer = new Answerer(runtime, model.config);
    await answerer.load(trainableValues(model.parameters));
    const progress = new CommandProgress(io);
    const requests = prompts.map((promptIds, key) => ({ promptIds, key }));
    for (const [index, group] of groups(requests, PROMPTS_AT_ONCE).entries()) {
      for (const answer of await answerer.answer(group, answering)) io.line(shown(answer, model));
      progress.report(() => `${index * PROMPTS_AT_ONCE + group.length} of ${prompts.length} prompts`);
    }
  },
};

function readAnswering(options: Options): AnswerOptions {
  return {
    temperature: options.number('temperature', PARAMETERS.temperature),
    topK: options.integer('top-k', PARAMETERS.topK),
    topP: options.number('top-p', PARAMETERS.topP),
    numBeams: options.integer('num-beams', PARAMETERS.numBeams),
    noRepeatNgramSize: options.integer('no-repeat-ngram-size', PARAMETERS.noRepeatNgramSize),
    repetitionPenalty: options.number('repetition-penalty', PARAMETERS.repetitionPenalty),
    arithmetic: 2,
    maxNewTokens: options.integer('max-new-tokens', PARAMETERS.maxNewTokens),
    seed: options.integer('seed', PARAMETERS.seed),
    purpose: 'person',
    iteration: 0,
  };
}

/** `text` is null where the model has no tokenizer. */
function shown({ ids, tokenLogps, end }: Answer, { codec, hasTokenizer }: OpenedModel): object {
  const logp = tokenLogps.reduce((sum, one) => sum + one, 0);
  return { text: hasTokenizer ? codec().decode(ids) : null, ids, logp, token_logps: tokenLogps, end };
}

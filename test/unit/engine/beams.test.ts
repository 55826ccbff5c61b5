// Answers without chance, token for token those of transformers' generate(): greedy and by beams, with penalties and without.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { folderFiles } from '../../../src/cli/model-files.ts';
import { openNodeRuntime } from '../../../src/cli/native-runtime.ts';
import { DecoderPrograms } from '../../../src/engine/graphs/graph-rows.ts';
import { fittingModel } from '../../../src/engine/kernels/kernel-fit.ts';
import { KernelStarter } from '../../../src/engine/kernels/kernel-rows.ts';
import { type Model, openModel } from '../../../src/engine/models/files/model-folder.ts';
import type { RowStarter } from '../../../src/engine/passes/answer-rows.ts';
import { Decoder } from '../../../src/engine/players/decoder.ts';
import { frozenPasses } from '../../../src/engine/players/passes-for.ts';
import type { Runtime } from '../../../src/engine/runtime/runtime.ts';
import { held, valuesOf } from '../parameters.ts';
import { OPTIONS } from './answer-options.ts';

interface Golden {
  readonly settings: Readonly<
    Record<string, { num_beams?: number; no_repeat_ngram_size?: number; repetition_penalty?: number }>
  >;
  readonly prompts: readonly (readonly number[])[];
  readonly answers: Readonly<Record<string, readonly (readonly number[])[]>>;
}

const golden = (path: string): string => fileURLToPath(new URL(`../../golden/${path}`, import.meta.url));
const readGolden = (name: string): Golden => JSON.parse(readFileSync(golden(`beams/${name}.json`), 'utf8'));

/** All that computes rows for this model on this runtime. */
function starters(runtime: Runtime, { config }: Model): RowStarter[] {
  const graphs = new DecoderPrograms(runtime, config);
  const fitting = fittingModel(config);
  return fitting !== null && runtime.info.backend === 'wasm' ? [graphs, new KernelStarter(runtime, fitting)] : [graphs];
}

describe.each(['llama-gqa', 'gpt2'])('%s', (name) => {
  const { settings, prompts, answers } = readGolden(name);
  let model: Model;

  beforeAll(async () => {
    model = await openModel(await folderFiles(golden(`${name}/policy`)));
  });

  test.each(['wasm', 'native'] as const)('answers as transformers on %s', async (backend) => {
    const runtime = await openNodeRuntime(backend);
    const weights = held(await runtime.hold(valuesOf(model)));
    for (const starter of starters(runtime, model)) {
      const decoder = new Decoder(model.config, starter);
      for (const [label, setting] of Object.entries(settings)) {
        const options = {
          ...OPTIONS,
          temperature: 0,
          maxNewTokens: 24,
          numBeams: setting.num_beams ?? 1,
          noRepeatNgramSize: setting.no_repeat_ngram_size ?? 0,
          repetitionPenalty: setting.repetition_penalty ?? 1,
        };
        const requests = prompts.map((promptIds, key) => ({ promptIds, key }));
        const given = await decoder.answer(weights, requests, options);
        expect(
          given.map(({ ids }) => ids),
          label,
        ).toEqual(answers[label]);
      }
    }
  });
});

describe('by the arithmetic of before 0.2', () => {
  // As that version answered: what the penalties left of the probabilities was normalised again.
  const FORMER: Readonly<Record<string, readonly (readonly number[])[]>> = {
    'llama-gqa': [
      [108, 108, 45, 45, 17, 84, 125, 130, 42, 120, 111, 108, 72, 124, 124, 72, 72, 129, 31, 31, 15, 95, 105, 93],
      [118, 132, 97, 97, 148, 148, 115, 115, 4, 4, 145, 82, 9, 3, 21, 39, 149, 69, 67, 67, 33, 125, 4, 74],
    ],
    gpt2: [
      [78, 153, 107, 156, 156, 107, 141, 68, 25, 38, 151, 107, 107, 98, 107, 80, 121, 39, 39, 107, 1, 117, 150, 156],
      [110, 110, 107, 107, 98, 153, 141, 110, 156, 156, 39, 39, 2],
    ],
  };

  test.each(Object.entries(FORMER))('%s answers as then', async (name, expected) => {
    const model = await openModel(await folderFiles(golden(`${name}/policy`)));
    const runtime = await openNodeRuntime('wasm');
    const weights = held(await runtime.hold(valuesOf(model)));
    const decoder = new Decoder(model.config, frozenPasses(runtime, model.config).answers);
    const requests = readGolden(name)
      .prompts.slice(0, expected.length)
      .map((promptIds, key) => ({ promptIds, key }));
    const options = { ...OPTIONS, maxNewTokens: 24, numBeams: 3, noRepeatNgramSize: 2, repetitionPenalty: 1.2 };
    const former = await decoder.answer(weights, requests, { ...options, arithmetic: 1 });
    expect(former.map(({ ids }) => ids)).toEqual(expected);
    const now = await decoder.answer(weights, requests, options);
    expect(now.map(({ ids }) => ids)).not.toEqual(expected);
  });
});

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

// `score`: the log-probabilities of given pairs under a model, token by token.

import { groups } from '../../engine/batches/pair-rows.ts';
import { frozenPasses } from '../../engine/players/passes-for.ts';
import { Scorer } from '../../engine/players/scorer.ts';
import { fitPair } from '../../engine/rows/fit-rows.ts';
import type { Command } from '../command.ts';
import { openEnvironment, openModelFolder } from '../open.ts';
import { readPairs } from '../row-files.ts';

const PAIRS_AT_ONCE = 16;

export const scoreCommand: Command = {
  summary: 'log-probabilities of pairs under a model, one line a pair',
  options: {
    model: { value: 'DIR', help: 'a Hugging Face model folder', required: true },
    pairs: { value: 'FILE', help: 'JSONL with prompt, real and generated, as text or as ids', required: true },
  },
  async run(options, io) {
    const [folder, file] = [options.required('model'), options.required('pairs')];
    const { runtime } = await openEnvironment(options, io, null);
    const { config, parameters, codec } = await openModelFolder(folder);
    const pairs = (await readPairs(file)).map((row) => fitPair(row, codec, config));
    const scorer = new Scorer(frozenPasses(runtime, config).scores);
    const weights = { theta: runtime.floats(parameters.trainable.values), frozen: [] };
    for (const group of groups(pairs, PAIRS_AT_ONCE)) {
      const all = await scorer.tokenLogps(weights, [
        ...group.map(({ promptIds, realIds }) => ({ promptIds, responseIds: realIds })),
        ...group.map(({ promptIds, generatedIds }) => ({ promptIds, responseIds: generatedIds })),
      ]);
      group.forEach((_, i) => {
        io.line({ real: scored(all[i]!), generated: scored(all[group.length + i]!) });
      });
    }
  },
};

/** Natural logs. */
function scored(tokenLogps: Float32Array): { readonly logp: number; readonly token_logps: readonly number[] } {
  return { logp: tokenLogps.reduce((sum, logp) => sum + logp, 0), token_logps: [...tokenLogps] };
}

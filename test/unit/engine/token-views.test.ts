// How a model sees each token of a pair: against softmax by definition, PyTorch's numbers, scoring, decoding and each other.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { folderFiles } from '../../../src/cli/model-files.ts';
import { openNodeRuntime } from '../../../src/cli/native-runtime.ts';
import { openModel } from '../../../src/engine/models/files/model-folder.ts';
import { Answerer } from '../../../src/engine/players/answerer.ts';
import { TOP, viewOf } from '../../../src/engine/players/token-views.ts';
import { Trainer } from '../../../src/engine/players/trainer.ts';
import { base, valuesOf } from '../parameters.ts';
import { DEFAULT_RULES, goldenPairs } from './golden-pairs.ts';

const golden = (path: string): string => fileURLToPath(new URL(`../../golden/${path}`, import.meta.url));
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

describe('a place', () => {
  test('by hand: probabilities 1/2, 1/4, 1/8, 1/8', () => {
    const logits = Float32Array.from([1, 4, 2, 1], Math.log);
    const { logp, rank, top } = viewOf(logits, 2);
    expect(logp).toBeCloseTo(Math.log(1 / 4), 6);
    expect(rank).toBe(2);
    expect(top.map(({ id }) => id)).toEqual([1, 2, 0, 3]);
    top.forEach((one, i) => {
      expect(one.logp).toBeCloseTo(Math.log([1 / 2, 1 / 4, 1 / 8, 1 / 8][i]!), 6);
    });
    expect(viewOf(logits, 3).rank, 'the lower of two equal ids comes first').toBe(4);
  });

  test('agrees with sorting all, however large the logits', () => {
    const logit = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.float({ min: Math.fround(-1e30), max: Math.fround(1e30), noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(logit, { minLength: 1, maxLength: 40 }), fc.nat(), (list, any) => {
        const logits = Float32Array.from(list);
        const id = any % logits.length;
        const order = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b);
        const view = viewOf(logits, id);
        expect(view.top.map((one) => one.id)).toEqual(order.slice(0, TOP));
        expect(view.rank).toBe(order.indexOf(id) + 1);
        expect(view.logp).toBeLessThanOrEqual(0);
        const own = view.top.find((one) => one.id === id);
        if (own) expect(own.logp).toBe(view.logp);
      }),
      { numRuns: 300, seed: 3 },
    );
  });
});

interface Expected {
  token_logps: Record<'real' | 'generated', Record<'policy' | 'opponent', number[]>>[];
}

describe.each(['wasm', 'native'] as const)('on %s', (backend) => {
  describe.each(['llama-gqa', 'gpt2'])('%s', (name) => {
    const read = (path: string): string => readFileSync(golden(`${name}/${path}`), 'utf8');
    const expected = JSON.parse(read('expected.json')) as Expected;
    const pairs = goldenPairs(read('pairs.jsonl'), expected);
    const open = async () => {
      const model = await openModel(await folderFiles(golden(`${name}/policy`)));
      const runtime = await openNodeRuntime(backend);
      const answerer = new Answerer(runtime, model.config);
      await answerer.load(base(valuesOf(model)));
      return { model, runtime, answerer };
    };

    test('token by token as PyTorch has it, and together as scored', async () => {
      const { answerer } = await open();
      const views = await answerer.inspect(pairs);
      const scores = await answerer.score(pairs, 16);
      views.forEach((view, i) => {
        for (const side of ['real', 'generated'] as const) {
          const logps = view[side].map(({ logp }) => logp);
          const want = expected.token_logps[i]![side].policy;
          expect(view[side].map(({ id }) => id)).toEqual(side === 'real' ? pairs[i]!.realIds : pairs[i]!.generatedIds);
          expect(logps.length).toBe(want.length);
          logps.forEach((logp, j) => {
            expect(Math.abs(logp - want[j]!)).toBeLessThan(1e-4);
          });
          expect(Math.abs(sum(logps) - scores[i]![side])).toBeLessThan(1e-4);
        }
      });
    });

    test('rank and likeliest tokens as by scoring every token of the vocabulary', async () => {
      const { answerer, model } = await open();
      const [pair] = pairs;
      const [view] = await answerer.inspect([pair!]);
      for (const at of [0, 1]) {
        const promptIds = [...pair!.promptIds, ...pair!.generatedIds.slice(0, at)];
        const rows = Array.from({ length: model.config.vocabSize }, (_, id) => ({ promptIds, responseIds: [id] }));
        const all = (await answerer.scorer.tokenLogps(answerer.weights(), rows)).map(([logp]) => logp!);
        const order = [...all.keys()].sort((a, b) => all[b]! - all[a]!);
        const { id, rank, top } = view!.generated[at]!;
        expect(rank).toBe(order.indexOf(id) + 1);
        expect(top.map((one) => one.id)).toEqual(order.slice(0, TOP));
        for (const one of top) expect(Math.abs(one.logp - all[one.id]!)).toBeLessThan(1e-4);
      }
    });

    test('a greedy answer has rank 1 throughout, and its log-probabilities', async () => {
      const { answerer } = await open();
      const greedy = {
        ...{ temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1, noRepeatNgramSize: 0, numBeams: 1 },
        arithmetic: 2 as const,
      };
      const draw = { maxNewTokens: 12, seed: 0, purpose: 'person', iteration: 0 } as const;
      const requests = pairs.slice(0, 5).map(({ promptIds }, key) => ({ promptIds, key }));
      const answers = await answerer.answer(requests, { ...greedy, ...draw });
      const asked = answers.map(({ ids }, i) => ({ ...pairs[i]!, generatedIds: ids }));
      (await answerer.inspect(asked)).forEach(({ generated }, i) => {
        expect(generated.map(({ rank }) => rank)).toEqual(generated.map(() => 1));
        generated.forEach(({ logp, id, top }, j) => {
          expect(top[0]!.id).toBe(id);
          expect(Math.abs(logp - answers[i]!.tokenLogps[j]!)).toBeLessThan(1e-4);
        });
      });
    });

    test('the player sees what its opponent sees until it has learned something', async () => {
      const { answerer, model, runtime } = await open();
      const trainer = new Trainer(runtime, model.config);
      await trainer.begin(base(valuesOf(model)), DEFAULT_RULES);
      const before = await answerer.inspect(pairs);
      expect(await trainer.inspect(pairs)).toEqual(before);
      await trainer.step(pairs, 1e-3);
      const after = await trainer.inspect(pairs);
      expect(after).not.toEqual(before);
      expect(await answerer.inspect(pairs)).toEqual(before);
      // A look changes nothing: the next step sees the same model.
      const { logps } = await trainer.step(pairs, 0);
      after.forEach(({ real }, i) => {
        expect(Math.abs(sum(real.map(({ logp }) => logp)) - logps[i]!.real)).toBeLessThan(1e-4);
      });
    });
  });
});

// The recorded example run that the page shows before the first start: played again from its own settings, its first steps come out as
// they were recorded.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openNodeRuntime } from '../../../src/cli/native-runtime.ts';
import { openModelFolder } from '../../../src/cli/open.ts';
import { worldPlay } from '../../../src/cli/run-folder/play-data.ts';
import { Answerer } from '../../../src/engine/players/answerer.ts';
import { Trainer } from '../../../src/engine/players/trainer.ts';
import {
  type EventLine,
  type PairLine,
  parseLines,
  type WatchedLine,
  watchedMargin,
} from '../../../src/folder/lines.ts';
import { BUILT_IN_MODEL_NAME, readRunFile, WORLD_NAME } from '../../../src/folder/run-file.ts';
import type { Step } from '../../../src/spin/events.ts';
import type { Pair } from '../../../src/spin/players.ts';
import { selfPlay } from '../../../src/spin/self-play.ts';
import { base, valuesOf } from '../parameters.ts';

const place = (path: string): string =>
  fileURLToPath(new URL(`../../../public/examples/first-run/${path}`, import.meta.url));
const read = (path: string): string => readFileSync(place(path), 'utf8');

const run = readRunFile(read('run.json'), 'run.json');
const events = parseLines<EventLine>(read('events.jsonl'));
const steps = events.filter((event) => event.type === 'step');
const REPLAYED = 3;
const NUMBERS = [
  ...(['loss', 'rewards/real', 'rewards/generated', 'rewards/margins', 'rewards/accuracies'] as const),
  ...(['logps/real', 'logps/generated', 'learning_rate', 'tokens'] as const),
];

/**
 * When the example was recorded a gradient's norm was one float32 sum over all parameters, which lost 7e-4 of it; now it is summed in pieces
 * (parts.test.ts compares that with double precision). Nothing depends on it where nothing is clipped.
 */
const NORM_ROUNDING = 1e-3;

/** To 1e-4 of the value; differences of log-probabilities carry the rounding of these, which are tens of nats in float32. */
function near(got: number, recorded: number, what: string): void {
  const room = 1e-4 * Math.abs(recorded) + 2e-5;
  expect(Math.abs(got - recorded), `${what}: ${got}, recorded ${recorded}`).toBeLessThan(room);
}

describe('the example run', () => {
  it('is a whole one of the built-in model on the built-in world', () => {
    expect(run).toMatchObject({
      format_version: 2,
      model: { folder: BUILT_IN_MODEL_NAME },
      data: { source: WORLD_NAME },
    });
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', why: 'completed' });
    const { iterations } = run.configuration;
    for (let iteration = 0; iteration < iterations; iteration += 1) {
      for (const file of ['answers', 'pairs', 'tokens'])
        expect(existsSync(place(`${file}/iteration-${iteration}.jsonl`))).toBe(true);
      expect(existsSync(place(`models/iteration-${iteration}/model.safetensors`))).toBe(true);
    }
  });

  it('its watched pairs have the log-probabilities that the opponent gave them, and begin level', () => {
    const [pairs, lines] = [
      parseLines<PairLine>(read('pairs/iteration-1.jsonl')),
      parseLines<WatchedLine>(read('tokens/iteration-1.jsonl')),
    ];
    for (const { example, step, real, generated, lambda } of lines) {
      const { opponent_logps } = pairs.find((pair) => pair.example === example)!;
      const opponents = (tokens: typeof real) => tokens.reduce((sum, { opponent }) => sum + opponent.logp, 0);
      near(opponents(real), opponent_logps.real, `real answer ${example}`);
      near(opponents(generated), opponent_logps.generated, `generated answer ${example}`);
      if (step === 0) expect(watchedMargin({ lambda, real, generated })).toBe(0);
    }
  });

  it('played again, its first steps are the recorded ones', { timeout: 120_000 }, async () => {
    const model = await openModelFolder(fileURLToPath(new URL('../../../public/models/spin-small', import.meta.url)));
    const runtime = await openNodeRuntime('wasm', run.environment.threads);
    const data = await worldPlay(run.configuration, model);
    const played: Step[] = [];
    const made: Pair[] = [];
    // Answers ahead of the steps change no number, and only those that the steps need are drawn.
    const replay = selfPlay({
      configuration: run.configuration,
      examples: data.examples,
      validation: data.validation,
      opponent: new Answerer(runtime, model.config),
      player: new Trainer(runtime, model.config),
      start: { weights: base(valuesOf(model)) },
    });
    for await (const event of replay) {
      if (event.type === 'answers') made.push(...event.pairs);
      if (event.type === 'step') played.push(event);
      if (played.length === REPLAYED) break;
    }
    const pairs = parseLines<PairLine>(read('pairs/iteration-0.jsonl')).slice(0, made.length);
    expect(made.map(({ generatedIds }) => generatedIds)).toEqual(pairs.map(({ generated_ids }) => generated_ids));
    for (const [i, step] of played.entries()) {
      for (const name of NUMBERS) near(step[name], steps[i]![name], `${name} of step ${i}`);
      expect(Math.abs(step.grad_norm / steps[i]!.grad_norm - 1), `norm of step ${i}`).toBeLessThan(NORM_ROUNDING);
      expect(step.pairs.map(({ exampleIndex }) => exampleIndex)).toEqual(
        steps[i]!.pairs.map(({ exampleIndex }) => exampleIndex),
      );
    }
    expect(played.at(-1)!.loss, 'the player has learned something by then').not.toBe(played[0]!.loss);
  });
});

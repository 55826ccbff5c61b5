// Self-play fine-tuning (Chen, Deng, Yuan, Ji, Gu 2024, arXiv 2401.01335, algorithm 1) as an async generator of typed events over two
// players. It can be paused between any two events, ended, and resumed from any snapshot.

import type { Evaluation, Measures, Snapshot, SpinEvent } from './events.ts';
import { type Fitted, fitExamples } from './fitting.ts';
import { Iteration } from './iteration.ts';
import type { Example } from './players.ts';
import { checkSnapshot, LastGood, type Run, type SelfPlayOptions, startOf } from './run.ts';
import { NoExamplesError } from './spin-errors.ts';
import { nextOlder } from './window.ts';

/**
 * Plays a run. Its events: `run-started`; `checkpoint`; `evaluation` of the base; then for each iteration `iteration-started`, its
 * `answers`, `scores`, `step`s, `validation`s and `checkpoint`s, `iteration-finished`, a `checkpoint` at the start of the next, and
 * `evaluation` of its result; last `run-finished`. From a snapshot it yields exactly the events that followed its checkpoint.
 *
 * To pause, do not ask for the next event: the opponent finishes at most two chunks ahead and waits. To stop at once, call `return()`:
 * once it resolves, neither player is at work. Throws DivergedError when a number is no longer finite, SnapshotError for a snapshot
 * of other settings, NoExamplesError, and whatever the players throw.
 */
export async function* selfPlay<Weights, State, M = Measures>(
  options: SelfPlayOptions<Weights, State, M>,
): AsyncGenerator<SpinEvent<Weights, State, M>, void> {
  const { configuration, opponent, start } = options;
  const fitted = fitExamples(options.examples, configuration.maxLength, configuration.overflow);
  const run = prepare(options, fitted);
  let at: Snapshot<Weights, State>;
  if ('snapshot' in start) {
    checkSnapshot(start.snapshot, configuration);
    at = start.snapshot;
  } else {
    const { skipped, truncated } = fitted;
    yield { type: 'run-started', iteration: 0, configuration, examples: run.examples.length, skipped, truncated };
    at = startOf(configuration, 0, start.weights, []);
    yield { type: 'checkpoint', iteration: 0, step: 0, snapshot: at };
  }
  run.lastGood.take(at);
  await opponent.load(at.opponent);

  for (;;) {
    if (at.player === null) yield* evaluated(options, at.iteration);
    if (at.iteration >= configuration.iterations || run.ended()) break;
    const { why, weights, made } = yield* new Iteration(run, at).play();
    if (why === 'ended') {
      yield { type: 'run-finished', iteration: at.iteration, why };
      return;
    }
    at = startOf(configuration, at.iteration + 1, weights, nextOlder(configuration.window, at.older, made));
    run.lastGood.take(at);
    yield { type: 'checkpoint', iteration: at.iteration, step: 0, snapshot: at };
    await opponent.load(weights);
  }
  const why = at.iteration >= configuration.iterations ? 'completed' : 'ended';
  yield { type: 'run-finished', iteration: Math.max(0, at.iteration - 1), why };
}

/** The evaluation that is due at the start of an iteration: of the base, or of the iteration before. None if the run was ended. */
async function* evaluated<Weights, State, M>(
  { configuration, opponent, evaluate, end }: SelfPlayOptions<Weights, State, M>,
  next: number,
): AsyncGenerator<Evaluation<M>, void> {
  if (!evaluate || end?.aborted) return;
  const moment = next === 0 ? 'before' : 'after';
  const iteration = Math.max(0, next - 1);
  const measures = await evaluate(opponent, { moment, iteration, configuration });
  yield { type: 'evaluation', moment, iteration, measures };
}

function prepare<Weights, State, M>(
  options: SelfPlayOptions<Weights, State, M>,
  { examples, skipped }: Fitted,
): Run<Weights, State> {
  const { configuration, opponent, player, end, overlap = true } = options;
  const { maxLength, overflow, validationExamples } = configuration;
  if (examples.length === 0) throw noExamples('No example is left to train on', skipped, maxLength);
  const held = fitExamples(options.validation, maxLength, overflow);
  if (configuration.earlyStop === 'validation' && held.examples.length === 0) {
    throw noExamples('Early stopping has no held-out example to measure', held.skipped, maxLength);
  }
  const validation: readonly Example[] = held.examples.slice(0, validationExamples);
  const ended = (): boolean => end?.aborted ?? false;
  return { configuration, examples, validation, opponent, player, overlap, lastGood: new LastGood(), ended };
}

function noExamples(what: string, skipped: number, maxLength: number): NoExamplesError {
  const why = skipped === 0 ? 'none was given' : `all ${skipped} are longer than ${maxLength} tokens`;
  return new NoExamplesError(`${what}: ${why}.`, 'Give more examples, or raise the longest example.');
}

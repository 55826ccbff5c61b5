// A worker that starts as the lab's do, and notes when each part is done. Runs in the bench's page.

import { fetchFiles } from '../../../src/engine/models/files/fetch-files.ts';
import { openModel } from '../../../src/engine/models/files/model-folder.ts';
import { trainableValues } from '../../../src/engine/models/parameter-set.ts';
import { Answerer } from '../../../src/engine/players/answerer.ts';
import { Trainer } from '../../../src/engine/players/trainer.ts';
import { openBrowserRuntime } from '../../../src/engine/runtime/browser-runtime.ts';
import type { Pair } from '../../../src/spin/players.ts';
import type { Place } from '../contender.ts';
import { rulesOf } from '../rules.ts';
import type { Started } from '../starting.ts';
import { readCase } from './read-case.ts';
import { serveBench } from './serve-bench.ts';

export interface StartingCommand {
  readonly kind: 'start';
  readonly place: Place;
  /** `performance.timeOrigin` based, of the moment when the page asked. */
  readonly asked: number;
}

const ANSWERS = 16;
const MAX_NEW_TOKENS = 32;

serveBench<StartingCommand>(async ({ place, asked }): Promise<Started> => {
  const since = (): number => performance.timeOrigin + performance.now() - asked;
  const runtimeBase = new URL('runtime/', location.origin).href;
  const marks: { -readonly [Mark in keyof Started]?: number } = {};
  const [runtime, model] = await Promise.all([
    openBrowserRuntime({ ...place, runtimeBase }).finally(() => {
      marks.runtime = since();
    }),
    openModel(
      fetchFiles(new URL('models/spin-small/', location.origin).href, { signal: new AbortController().signal }),
      [],
    ),
  ]);
  marks.model = since();
  const { batches } = await readCase('world');
  const pairs: readonly Pair[] = batches[0]!;
  const answerer = new Answerer(runtime, model.config);
  await answerer.load(trainableValues(model.parameters));
  const requests = pairs.slice(0, ANSWERS).map(({ promptIds }, key) => ({ promptIds, key }));
  await answerer.answer(requests, {
    temperature: 1,
    topK: 0,
    topP: 1,
    repetitionPenalty: 1,
    noRepeatNgramSize: 0,
    numBeams: 1,
    arithmetic: 2,
    maxNewTokens: MAX_NEW_TOKENS,
    seed: 0,
    purpose: 'answers',
    iteration: 0,
  });
  marks.answered = since();
  const trainer = new Trainer(runtime, model.config);
  await trainer.begin(trainableValues(model.parameters), rulesOf({ lambda: 1 }));
  await trainer.step(pairs, 1e-4);
  marks.stepped = since();
  return marks as Started;
});

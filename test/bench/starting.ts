// From nothing to work in a worker of its own: the runtime compiled, the model fetched and checked, the first answers, the first step.

import type { BenchPage } from './bench-page.ts';
import type { Place } from './contender.ts';
import { median } from './lanes.ts';
import { ms, type Section } from './report.ts';

const TRIES = 5;

/** Milliseconds since the worker was asked for. */
export interface Started {
  readonly runtime: number;
  readonly model: number;
  readonly answered: number;
  readonly stepped: number;
}

const WORDS: Readonly<Record<keyof Started, string>> = {
  runtime: 'the runtime is there',
  model: 'the model is there, beside it',
  answered: 'the first 16 answers are drawn',
  stepped: 'the first training step is taken',
};

/** The first worker warms the server and the browser's cache of compiled code, and is not counted. */
export async function measureStarting(page: BenchPage, place: Place): Promise<Section> {
  await page.starting(place);
  const tries: Started[] = [];
  for (let i = 0; i < TRIES; i += 1) tries.push(await page.starting(place));
  return {
    title: `Starting on ${place.backend}`,
    about: `A fresh worker with the built-in model, until …; medians of ${TRIES}, and the range.`,
    rows: (Object.keys(WORDS) as (keyof Started)[]).map((what) => {
      const times = tries.map((one) => one[what]);
      return {
        '': WORDS[what],
        after: ms(median(times)),
        range: `${ms(Math.min(...times))} to ${ms(Math.max(...times))}`,
      };
    }),
    raw: { place, tries },
  };
}

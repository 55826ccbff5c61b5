// This version beside an earlier one: the world's training step and answers, by turns in one browser, each version in the bench's page of
// its own commit. So whatever has moved since then, what is measured is what was there.

import { join } from 'node:path';
import { BenchPage } from './bench-page.ts';
import { runIn, withCheckout } from './checkout.ts';
import type { Place } from './contender.ts';
import { type Effort, type Lane, type Measured, measureInTurns, ratioOf } from './lanes.ts';
import { type Cell, factor, ms, type Section } from './report.ts';

const CASE = 'world';
const ANSWERS = { kind: 'answer', rows: 16, tokens: 48 } as const;
const PORT = 4305;

/** Builds the bench's page of a working copy by its own code: the two names that a version must keep to be compared with later ones. */
const BUILD = `
  const { BenchPage } = await import('./test/bench/bench-page.ts');
  const { trainingCase } = await import('./test/bench/training-cases.ts');
  await BenchPage.build([await trainingCase('${CASE}')]);
`;

export interface Beside {
  readonly commit: string;
  /** Of a training step; answers are drawn with one. */
  readonly threadCounts: readonly number[];
  readonly effort: Effort;
}

/** The table of this version and the one of a commit. */
export function measureBeside(page: BenchPage, beside: Beside): Promise<Section> {
  return withCheckout(beside.commit, async (folder) => {
    runIn(folder, process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', BUILD]);
    const before = await BenchPage.open({ out: join(folder, '.tmp/bench'), port: PORT, beside: page });
    try {
      return section(beside.commit, await measureBoth([page, before], beside));
    } finally {
      await before.close();
    }
  });
}

interface Compared {
  readonly what: string;
  readonly now: Measured;
  readonly before: Measured;
}

async function measureBoth(pages: readonly BenchPage[], { threadCounts, effort }: Beside): Promise<Compared[]> {
  const compared: Compared[] = [];
  const compare = async (what: string, openLane: (page: BenchPage) => Promise<OpenLane>): Promise<void> => {
    const lanes: OpenLane[] = [];
    for (const page of pages) lanes.push(await openLane(page));
    const [now, before] = await measureInTurns(
      lanes.map(({ lane }) => lane),
      effort,
    );
    for (const { end } of lanes) await end();
    compared.push({ what, now: now!, before: before! });
  };
  for (const threads of threadCounts) {
    const words = `training step, ${threads} thread${threads === 1 ? '' : 's'}`;
    await compare(words, (page) => stepLane(page, { backend: 'wasm', threads }));
  }
  await compare(`answers to ${ANSWERS.rows} prompts`, (page) => answersLane(page, { backend: 'wasm', threads: 1 }));
  return compared;
}

interface OpenLane {
  readonly lane: Lane;
  readonly end: () => Promise<void>;
}

async function stepLane(page: BenchPage, place: Place): Promise<OpenLane> {
  const opened = await page.trainer('ours', place, CASE);
  return { lane: page.lane(opened, 'step'), end: () => page.end(opened) };
}

async function answersLane(page: BenchPage, place: Place): Promise<OpenLane> {
  const opened = await page.answering('ours', place, CASE);
  return { lane: page.lane(opened, 'answers', ANSWERS), end: () => page.end(opened) };
}

function section(commit: string, compared: readonly Compared[]): Section {
  return {
    title: `Beside the version before: ${commit.slice(0, 12)}`,
    about: `The built-in model on pairs and prompts of the built-in world, wasm. Processor time, and how many times as long as before: the median of the rounds, the least and the most. No difference is to be seen where that interval contains 1.`,
    rows: compared.map(({ what, now, before }): Record<string, Cell> => {
      const ratio = ratioOf(now, before);
      return {
        '': what,
        before: ms(before.cpuMs ?? before.wallMs),
        now: ms(now.cpuMs ?? now.wallMs),
        '× before': factor(ratio),
        'contains 1': ratio.least <= 1 && ratio.most >= 1 ? 'yes' : 'no',
        'first results': now.first.every((one, i) => one === before.first[i])
          ? 'the same'
          : `differ: ${differing(now, before)}`,
      };
    }),
    raw: { commit, compared },
  };
}

/** The results of the first steps of both. */
const differing = (now: Measured, before: Measured): string =>
  `${before.first.join(' ')} before, ${now.first.join(' ')} now`;

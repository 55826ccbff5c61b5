// Everything that the lab is felt by, measured beside others in one run: `npm run bench [-- PART … --case NAME --threads N --out FILE]`;
// or beside an earlier version: `npm run bench -- --before COMMIT`. Prints tables, and writes all numbers as JSON.

import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { BENCH_PARTS, type BenchPart } from '../../src/cli/commands/bench.ts';
import { measureGeneration, measureScoring, measureTokenCost } from './answering.ts';
import { measureBeside } from './before.ts';
import { BenchPage } from './bench-page.ts';
import { commitOf } from './checkout.ts';
import { growthCases, measureGrowth } from './growth.ts';
import type { Effort } from './lanes.ts';
import { measurePage, PAGE_PARTS } from './page.ts';
import { verdictOn } from './page-report.ts';
import { markdownOf, type Section } from './report.ts';
import { measureStarting } from './starting.ts';
import { measureTraining } from './training.ts';
import { CASE_NAMES, trainingCase } from './training-cases.ts';

const EFFORT: Effort = { rounds: 7, turnMs: 1500, warmUpMs: 6000 };
/** For many sizes of one engine beside itself. */
const SHORT: Effort = { rounds: 5, turnMs: 400, warmUpMs: 6000 };
/** On a software adapter a step takes a second: right results and a line in the table. */
const SOFTWARE: Effort = { rounds: 3, turnMs: 1, warmUpMs: 1 };

const CPU = { backend: 'wasm', threads: 1 } as const;
const GPU = { backend: 'webgpu', threads: 1 } as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: join(import.meta.dirname, '../../.tmp/bench.json') },
    // Of the training cases this one only, and so many threads only.
    case: { type: 'string' },
    threads: { type: 'string' },
    // This commit beside, and nothing else unless parts are named too.
    before: { type: 'string' },
    // A line of JSON for each table, for programs.
    lines: { type: 'boolean', default: false },
  },
});
const isPart = (name: string): name is BenchPart => BENCH_PARTS.includes(name as BenchPart);
const unknown = positionals.filter((name) => !isPart(name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}: choose among ${BENCH_PARTS.join(', ')}.`);
  process.exit(2);
}
const cases = CASE_NAMES.filter((name) => values.case === undefined || name === values.case);
if (cases.length === 0) {
  console.error(`There is no case ${values.case}: choose among ${CASE_NAMES.join(', ')}.`);
  process.exit(2);
}
const threadCounts = values.threads === undefined ? [1, 2] : [Number(values.threads)];
if (!threadCounts.every((count) => Number.isInteger(count) && count >= 1 && count <= cpus().length)) {
  console.error(`--threads ${values.threads} cannot be run here: give a whole number from 1 to ${cpus().length}.`);
  process.exit(2);
}
const commit = values.before === undefined ? null : commitOf(values.before);
if (commit === undefined) {
  console.error(`There is no commit ${values.before} here.`);
  process.exit(2);
}
const all = commit === null ? BENCH_PARTS : [];
const asked = positionals.length > 0 ? positionals.filter(isPart) : all;

type Part = (page: BenchPage) => AsyncGenerator<Section>;

async function* training(page: BenchPage): AsyncGenerator<Section> {
  for (const name of cases) {
    for (const threads of threadCounts) {
      yield await measureTraining(page, { case: name, place: { backend: 'wasm', threads }, effort: EFFORT });
    }
  }
}

/** All sizes where a graphics adapter is hardware; else the smallest. */
async function* webgpu(page: BenchPage): AsyncGenerator<Section> {
  const hardware = await page.hasHardwareAdapter();
  for (const name of hardware ? cases : CASE_NAMES.slice(0, 1)) {
    yield await measureTraining(page, { case: name, place: GPU, effort: hardware ? EFFORT : SOFTWARE });
  }
  if (hardware) yield await measureGeneration(page, GPU, EFFORT);
}

async function* answering(page: BenchPage): AsyncGenerator<Section> {
  yield await measureGeneration(page, CPU, EFFORT);
  yield await measureTokenCost(page, CPU, EFFORT);
  yield await measureScoring(page, CPU, EFFORT);
}

async function* growth(page: BenchPage): AsyncGenerator<Section> {
  yield await measureGrowth(page, CPU, SHORT);
}

async function* starting(page: BenchPage): AsyncGenerator<Section> {
  yield await measureStarting(page, CPU);
}

/** The page itself, in browsers of its own: start to first event, a whole iteration, paint, frames, memory. */
async function* page(): AsyncGenerator<Section> {
  const rows = await measurePage(PAGE_PARTS);
  yield {
    title: 'The page and its budgets',
    about: 'How each is measured and judged: docs/page-budgets.md.',
    rows: rows.map((row) => ({
      '': row.what,
      budget: row.budget === null ? '' : `${Number(row.budget.toPrecision(3))} ${row.unit}`,
      measured: `${Number(row.measured.toPrecision(3))} ${row.unit}`,
      verdict: verdictOn(row),
    })),
    raw: rows,
  };
}

const PARTS: Readonly<Record<BenchPart, Part>> = { training, webgpu, answering, growth, starting, page };

const sections: Section[] = [];
const take = (part: string, section: Section): void => {
  sections.push(section);
  console.log(values.lines ? JSON.stringify({ type: 'bench', part, ...section }) : `${markdownOf(section)}\n`);
};
const [load = 0] = loadavg();
await BenchPage.build([...(await Promise.all(CASE_NAMES.map(trainingCase))), ...growthCases()]);
const opened = await BenchPage.open();
const machine = {
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  load,
  browser: `Chromium ${opened.browserVersion}`,
  date: new Date().toISOString(),
};
console.error(
  `${machine.cores} × ${machine.processor}, load ${load.toFixed(1)} before the start, ${machine.browser} headless, ${machine.date.slice(0, 10)}\n`,
);
try {
  for (const part of asked) {
    for await (const section of PARTS[part](opened)) take(part, section);
  }
  if (commit !== null) take('before', await measureBeside(opened, { commit, threadCounts, effort: EFFORT }));
} finally {
  await opened.close();
  await mkdir(dirname(values.out), { recursive: true });
  await writeFile(values.out, JSON.stringify({ machine, sections }, null, 1));
  console.error(`All numbers: ${values.out}`);
}

// Everything that the lab is felt by, measured beside others in one run: `npm run bench [-- PART … --out FILE]`. Prints tables, and writes
// all numbers as JSON.

import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { BenchPage } from './bench-page.ts';
import type { Effort } from './lanes.ts';
import { markdownOf, type Section } from './report.ts';
import { measureTraining } from './training.ts';
import { CASE_NAMES } from './training-cases.ts';

const EFFORT: Effort = { rounds: 7, turnMs: 1500, warmUpMs: 6000 };
/** On a software adapter a step takes seconds: right results and a line in the table. */
const SLOW: Effort = { rounds: 3, turnMs: 1, warmUpMs: 1 };

type Part = (page: BenchPage) => AsyncGenerator<Section>;

async function* training(page: BenchPage): AsyncGenerator<Section> {
  for (const name of CASE_NAMES) {
    for (const threads of [1, 2]) {
      yield await measureTraining(page, { case: name, place: { backend: 'wasm', threads }, effort: EFFORT });
    }
  }
}

async function* webgpu(page: BenchPage): AsyncGenerator<Section> {
  for (const name of ['tiny']) {
    yield await measureTraining(page, { case: name, place: { backend: 'webgpu', threads: 1 }, effort: SLOW });
  }
}

const PARTS: Readonly<Record<string, Part>> = { training, webgpu };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: join(import.meta.dirname, '../../.tmp/bench.json') } },
});
const unknown = positionals.filter((name) => !(name in PARTS));
if (unknown.length > 0)
  throw new Error(`There is no part ${unknown.join(', ')}: choose among ${Object.keys(PARTS).join(', ')}.`);
const asked = positionals.length > 0 ? positionals : Object.keys(PARTS);

const sections: Section[] = [];
const [load = 0] = loadavg();
await BenchPage.build(CASE_NAMES);
const page = await BenchPage.open();
const machine = {
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  load,
  browser: `Chromium ${page.browserVersion}`,
  date: new Date().toISOString(),
};
console.log(
  `${machine.cores} × ${machine.processor}, load ${load.toFixed(1)} before the start, ${machine.browser} headless, ${machine.date.slice(0, 10)}\n`,
);
try {
  for (const part of asked) {
    for await (const section of PARTS[part]!(page)) {
      sections.push(section);
      console.log(`${markdownOf(section)}\n`);
    }
  }
} finally {
  await page.close();
  await mkdir(dirname(values.out), { recursive: true });
  await writeFile(values.out, JSON.stringify({ machine, sections }, null, 1));
}

// Plays the presets and the supervised control over seeds and bases, and prints the tables of docs/self-play-results.md. Finished runs
// are kept under --out and not played again. Two processes at a time, one thread each.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { SpinConfiguration } from '../src/spin/configuration.ts';
import { type PresetName, presetConfiguration } from '../src/spin/presets.ts';
import type { ExperimentRequest } from './experiment.ts';
import { readJsonFile } from './experiment.ts';
import { type Finished, familyDetails, familyTable, iterationTable, verdicts } from './results-table.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'runs/results' },
    base: { type: 'string', multiple: true, default: ['public/models/spin-small', 'runs/base-2'] },
    seeds: { type: 'string', default: '1,2,3,4,5' },
    'few-seeds': { type: 'string', default: '1,2' },
    prompts: { type: 'string', default: '240' },
    samples: { type: 'string', default: '16' },
    'control-rate': { type: 'string', default: '0.0001' },
    processes: { type: 'string', default: '2' },
    'wasm-seed': { type: 'string', default: '1' },
    only: { type: 'string', default: 'default,control,too-fast,paper,wasm' },
  },
});

interface Job {
  readonly name: string;
  readonly request: ExperimentRequest;
}

const list = (text: string): number[] => text.split(',').map(Number);

function job(
  group: string,
  base: string,
  seed: number,
  changes: Partial<SpinConfiguration>,
  backend: 'native' | 'wasm' = 'native',
): Job {
  const preset = (group.startsWith('control') || group.startsWith('wasm') ? 'default' : group) as PresetName;
  return {
    name: `${group}-${base.replaceAll(/[^a-z0-9]+/gi, '_')}-${seed}`,
    request: {
      base,
      configuration: { ...presetConfiguration(preset), ...changes, seed },
      heldOut: 'heldout',
      judgeSeed: 11,
      prompts: Number(values.prompts),
      samples: Number(values.samples),
      backend,
      threads: 1,
    },
  };
}

const control = { control: 'supervised', learningRates: [Number(values['control-rate'])] } as const;
const all = values.base.flatMap((base) => list(values.seeds).map((seed) => ({ base, seed })));
const few = values.base.flatMap((base) => list(values['few-seeds']).map((seed) => ({ base, seed })));
const groups: ReadonlyMap<string, readonly Job[]> = new Map(
  Object.entries({
    default: all.map(({ base, seed }) => job('default', base, seed, {})),
    control: all.map(({ base, seed }) => job('control', base, seed, control)),
    'too-fast': few.map(({ base, seed }) => job('too-fast', base, seed, {})),
    paper: few.map(({ base, seed }) => job('paper', base, seed, {})),
    wasm: list(values['wasm-seed']).map((seed) => job('wasm', values.base[0]!, seed, {}, 'wasm')),
  }).filter(([group]) => values.only.split(',').includes(group)),
);

const resultOf = ({ name }: Job): string => join(values.out, `${name}.json`);

function play(one: Job): Promise<void> {
  const request = join(values.out, `${one.name}.request`);
  writeFileSync(request, JSON.stringify(one.request));
  process.stderr.write(`${one.name}\n`);
  const child = spawn('npx', ['tsx', 'scripts/run-experiment.ts', request, resultOf(one)], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${one.name} ended with status ${code}`))));
  });
}

mkdirSync(values.out, { recursive: true });
const waiting = [...groups.values()].flat().filter((one) => !existsSync(resultOf(one)));
await Promise.all(
  Array.from({ length: Number(values.processes) }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (!existsSync(resultOf(next))) await play(next);
    }
  }),
);

const finished = new Map(
  [...groups].map(([group, jobs]) => [group, jobs.map((one) => readJsonFile(resultOf(one)) as Finished)]),
);
for (const [group, runs] of finished) console.log(`\n### ${group} (${runs.length} runs)\n\n${iterationTable(runs)}`);
const byDefault = finished.get('default');
if (byDefault) console.log(`\n### Wanted, default preset\n\n${verdicts(byDefault)}`);
const compared = [...finished].filter(([group]) => group === 'default' || group === 'control');
if (byDefault) console.log(`\n### Human-likeness by family (medians over runs)\n\n${familyTable(new Map(compared))}`);
for (const [group, runs] of compared) console.log(`\n### ${group}, by family and iteration\n\n${familyDetails(runs)}`);

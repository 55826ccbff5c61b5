// Trains the built-in model on the world's chatter with this project's own engine. The defaults are the settings of the one that is
// served; another --seed gives an independent base. Writes a Hugging Face folder with the training's log and settings in it.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { folderFiles, folderWriter } from '../src/cli/model-files.ts';
import { openNodeRuntime } from '../src/cli/native-runtime.ts';
import { openModel, saveModel } from '../src/engine/models/files/model-folder.ts';
import { wholeSet } from '../src/engine/models/parameter-layout.ts';
import { trainableValues } from '../src/engine/models/parameter-set.ts';
import { parseConfig } from '../src/engine/models/registry.ts';
import { Trainer } from '../src/engine/players/trainer.ts';
import { createTextCodec } from '../src/engine/text.ts';
import { ADAMW, type OptimizerSettings } from '../src/spin/optimizers.ts';
import type { Pair } from '../src/spin/players.ts';
import { type BaseSettings, baseConfigJson, chatterBatches, firstWeights } from './base-model.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'runs/base' },
    /** Goes on from this folder's weights; with --slips 0 that is continued supervised training on careful answers. */
    from: { type: 'string' },
    log: { type: 'string' },
    tokenizer: { type: 'string', default: 'public/models/spin-small' },
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '7000' },
    batch: { type: 'string', default: '64' },
    rate: { type: 'string', default: '0.003' },
    slips: { type: 'string', default: '0.45' },
    careful: { type: 'string', default: '0' },
    beta2: { type: 'string', default: '0.99' },
    threads: { type: 'string', default: '1' },
  },
});

const settings: BaseSettings = {
  seed: Number(values.seed),
  steps: Number(values.steps),
  batch: Number(values.batch),
  peakRate: Number(values.rate),
  warmupSteps: 100,
  clipNorm: 1,
  beta2: Number(values.beta2),
  slipShare: Number(values.slips),
  carefulSteps: Number(values.careful),
};

const readJson = (name: string): unknown => JSON.parse(readFileSync(join(values.tokenizer, name), 'utf8'));
const tokenizerJson = readJson('tokenizer.json') as {
  model: { vocab: object };
  added_tokens: { id: number; content: string }[];
};
const tokenizerConfig = readJson('tokenizer_config.json');

function special(content: string): number {
  const token = tokenizerJson.added_tokens.find((one) => one.content === content);
  if (token === undefined) throw new RangeError(`The tokenizer has no ${content}`);
  return token.id;
}

const ids = { bos: special('<|begin|>'), eos: special('<|end|>'), pad: special('<|pad|>') };
const vocabSize = Math.max(
  Object.keys(tokenizerJson.model.vocab).length,
  ...tokenizerJson.added_tokens.map((token) => token.id + 1),
);
const config = parseConfig(baseConfigJson(vocabSize, ids));
const codec = createTextCodec({ tokenizerJson, tokenizerConfig, config });
const runtime = await openNodeRuntime('native', Number(values.threads));
const trainer = new Trainer(runtime, config);
const start = values.from
  ? trainableValues((await openModel(await folderFiles(values.from))).parameters)
  : ({ role: 'base', values: firstWeights(config, settings.seed) } as const);
await trainer.begin(start, {
  objective: 'supervised',
  loss: 'logistic',
  lambda: 1,
  optimizer: { ...ADAMW, beta2: settings.beta2 } as OptimizerSettings,
  anchorWeight: 0,
  clipNorm: settings.clipNorm,
  arithmetic: 2,
  microBatch: settings.batch,
});

/** Linear warm-up, then a cosine to a tenth of the peak. */
function rateAt(step: number): number {
  if (step < settings.warmupSteps) return (settings.peakRate * (step + 1)) / settings.warmupSteps;
  const share = (step - settings.warmupSteps) / Math.max(1, settings.steps - settings.warmupSteps);
  return settings.peakRate * (0.1 + 0.45 * (1 + Math.cos(Math.PI * share)));
}

const companions = new Map(
  ['tokenizer.json', 'tokenizer_config.json'].map((name) => [
    name,
    new Uint8Array(readFileSync(join(values.tokenizer, name))),
  ]),
);
const log: { step: number; nll: number; gradNorm: number; seconds: number }[] = [];
const started = Date.now();

async function save(): Promise<void> {
  mkdirSync(values.out, { recursive: true });
  const model = { config, parameters: wholeSet(config, await trainer.weights()), companions };
  await saveModel(model, folderWriter(values.out), { dtype: 'float32' });
  const logPath = values.log ?? join(values.out, 'training.json');
  mkdirSync(dirname(logPath), { recursive: true });
  writeFileSync(
    logPath,
    `${JSON.stringify({ settings, from: values.from ?? null, environment: runtime.info, log }, null, 1)}\n`,
  );
}

const LOG_EVERY = 100;
const SAVE_EVERY = 1000;
const batches = chatterBatches(settings, codec);
let recent = 0;
for (let step = 1; step <= settings.steps; step += 1) {
  const { loss, gradNorm } = await trainer.step(batches.next().value as Pair[], rateAt(step - 1));
  recent += loss / LOG_EVERY;
  if (step % LOG_EVERY !== 0) continue;
  const row = { step, nll: recent, gradNorm, seconds: Math.round((Date.now() - started) / 1000) };
  recent = 0;
  log.push(row);
  process.stderr.write(`${JSON.stringify(row)}\n`);
  if (step % SAVE_EVERY === 0) await save();
}
await save();

// The real program: its streams, its exit status, and signals that cut a run off.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { type Line, spin } from './in-process.ts';
import { rowFile, scratch, tinyModel } from './tiny-model.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PROGRAM = ['--import', 'tsx', join(ROOT, 'src/cli/spin.ts')];

interface Ended {
  readonly status: number | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

/** Runs the program; `watch` sees it and the number of its lines so far. */
async function program(args: readonly string[], watch?: (child: ChildProcess, lines: number) => void): Promise<Ended> {
  const child = spawn(process.execPath, [...PROGRAM, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes.toString();
    watch?.(child, out.split('\n').length - 1);
  });
  child.stderr.on('data', (bytes: Buffer) => {
    errors += bytes.toString();
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, lines: out.trimEnd().split('\n'), errors };
}

it('writes JSON lines to standard output and nothing else', async () => {
  const place = scratch();
  const model = await tinyModel(join(place, 'model'));
  const pairs = rowFile(join(place, 'pairs.jsonl'), [{ prompt: 'a', real: 'b', generated: 'c' }]);
  const done = await program(['score', '--model', model, '--pairs', pairs, '--backend', 'wasm', '--threads', '2']);
  expect(done.status, done.errors).toBe(0);
  expect(done.errors).toBe('');
  const [environment, ...scored] = done.lines.map((line) => JSON.parse(line) as Line);
  expect(environment).toMatchObject({ type: 'environment', backend: 'wasm', runtime: 'onnxruntime-web', threads: 2 });
  expect(scored.length).toBe(1);
  const failed = await program(['score', '--model', model, '--pairs', join(place, 'none')]);
  expect(failed.status).toBe(1);
  expect(failed.errors.trimEnd().split('\n').length).toBe(1);
});

it('ends quietly when nobody reads on', async () => {
  const place = scratch();
  const model = await tinyModel(join(place, 'model'));
  const prompts = rowFile(
    join(place, 'prompts.jsonl'),
    Array.from({ length: 400 }, () => ({ prompt_ids: [1, 2] })),
  );
  const { status, errors } = await program(['generate', '--model', model, '--prompts', prompts], (child) => {
    child.stdout?.destroy();
  });
  expect(errors).toBe('');
  expect(status).toBe(0);
});

it('a run interrupted, then killed, then gone on with is the run that was not', async () => {
  const place = scratch();
  const model = await tinyModel(join(place, 'model'));
  const config = join(place, 'config.json');
  const lengths = { maxLength: 256, maxNewTokens: 4, answerBatch: 4, evaluationPrompts: 1, evaluationSamples: 1 };
  const settings = { iterations: 3, examplesPerIteration: 24, batchSize: 2, microBatch: 2, checkpointEvery: 2 };
  writeFileSync(config, JSON.stringify({ ...settings, ...lengths, validationExamples: 1, optimizer: 'adamw' }));
  const play = (out: string): string[] => ['play', '--model', model, '--config', config, '--out', join(place, out)];

  const interrupted = await program(play('cut'), (child, lines) => {
    if (lines > 12) child.kill('SIGINT');
  });
  expect(interrupted.status).toBe(1);
  expect(interrupted.errors).toMatch(/stopped on request; the same command goes on from iteration \d, step \d+\.\n$/);
  const killed = await program(play('cut'), (child, lines) => {
    if (lines > 4) child.kill('SIGKILL');
  });
  expect(killed.status).toBeNull();
  const finished = await program(play('cut'));
  expect(finished.status, finished.errors).toBe(0);
  expect(JSON.parse(finished.lines[1]!)).toMatchObject({ type: 'resumed' });

  expect((await spin(play('whole'))).status).toBe(0);
  const events = (run: string): Line[] =>
    readFileSync(join(place, run, 'events.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => ({ ...(JSON.parse(line) as Line), time: null }));
  expect(events('cut')).toEqual(events('whole'));
  for (const file of ['models/iteration-1/model.safetensors', 'pairs/iteration-1.jsonl', 'answers/iteration-1.jsonl']) {
    expect(readFileSync(join(place, 'cut', file)).equals(readFileSync(join(place, 'whole', file))), file).toBe(true);
  }
});

// `play`: what a run folder holds, and that a run cut off at any moment ends as one that was not.

import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openModelFolder } from '../../../src/cli/open.ts';
import { readPairs } from '../../../src/cli/row-files.ts';
import { openSafetensors, readSafetensors } from '../../../src/engine/models/files/safetensors.ts';
import type { WorldAnswer } from '../../../src/judge/judge-world.ts';
import { WORLD } from '../../../src/world/world.ts';
import { valuesOf } from '../parameters.ts';
import { type Line, linesOf, type Outcome, spin } from './in-process.ts';
import { rowFile, scratch, tinyModel } from './tiny-model.ts';

const SETTINGS = {
  iterations: 2,
  examplesPerIteration: 8,
  batchSize: 2,
  microBatch: 1,
  window: 2,
  maxLength: 256,
  maxNewTokens: 6,
  answerBatch: 4,
  checkpointEvery: 2,
  evaluationPrompts: 3,
  evaluationSamples: 1,
  validationExamples: 3,
  earlyStop: 'validation',
  earlyStopEvery: 3,
  earlyStopPatience: 50,
  learningRates: [0.002],
};

let place = '';
let command: (out: string) => string[] = () => [];
let whole: Outcome;

beforeAll(async () => {
  place = scratch();
  const model = await tinyModel(join(place, 'model'));
  const config = join(place, 'config.json');
  writeFileSync(config, JSON.stringify(SETTINGS));
  command = (out) => ['play', '--model', model, '--config', config, '--seed', '7', '--out', join(place, out)];
  whole = await spin(command('whole'));
});

const read = (path: string): string => readFileSync(join(place, path), 'utf8');
const rows = (path: string): Line[] =>
  read(path)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
const timeless = (lines: readonly Line[]): Line[] => lines.map(({ time: _, ...line }) => line);

const hash = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

/** Every file of a run but the two that hold times of day, by a hash of its bytes; the events without their times. */
function contents(run: string): Record<string, string> {
  const files = readdirSync(join(place, run), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'run.json' && entry.name !== 'events.jsonl')
    .map((entry) => join(entry.parentPath, entry.name).slice(join(place, run).length + 1));
  const hashes = files.sort().map((file) => [file, hash(readFileSync(join(place, run, file)))]);
  const events = timeless(rows(`${run}/events.jsonl`)).map((event, i) => [
    `event ${i} ${event.type}`,
    hash(JSON.stringify(event)),
  ]);
  return Object.fromEntries([...hashes, ...events]);
}

describe('a run folder', () => {
  it('holds every event that was printed, without weights', () => {
    expect(whole.status).toBe(0);
    const [environment, ...events] = whole.lines;
    expect(environment).toMatchObject({
      type: 'environment',
      seed: 7,
      threads: 1,
      runtime: expect.stringContaining('onnx'),
    });
    expect(rows('whole/events.jsonl')).toEqual(events);
    for (const event of events) {
      expect(event).toHaveProperty('iteration');
      expect(Object.keys(event)).not.toContain('weights');
      expect(Object.keys(event)).not.toContain('snapshot');
    }
    const kinds = new Set(events.map(({ type }) => type));
    for (const kind of ['run-started', 'evaluation', 'iteration-started', 'answers', 'scores', 'step', 'validation'])
      expect(kinds).toContain(kind);
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', iteration: 1 });
  });

  it('starts each iteration at ln 2 with no win', () => {
    const first = whole.lines.filter(({ type, step }) => type === 'step' && step === 0);
    expect(first.length).toBe(2);
    for (const step of first) {
      expect(Math.abs((step.loss as number) - Math.LN2)).toBeLessThan(1e-5);
      expect(step['rewards/accuracies']).toBe(0);
    }
  });

  it('evaluates the base and each result with the fields of `evaluate`', () => {
    const evaluations = whole.lines.filter(({ type }) => type === 'evaluation');
    expect(evaluations.map(({ moment, iteration }) => [moment, iteration])).toEqual([
      ['before', 0],
      ['after', 0],
      ['after', 1],
    ]);
    for (const evaluation of evaluations) {
      for (const name of ['human_likeness', 'kl_forward', 'kl_reverse', 'diversity', 'nll'])
        expect(evaluation).toHaveProperty(`${name}_ci95`);
      expect(Object.keys(evaluation.families as object).sort()).toEqual(
        WORLD.families
          .map(({ name }) => name)
          .filter((name) => name in (evaluation.families as object))
          .sort(),
      );
    }
    expect(rows('whole/answers/base.jsonl').length).toBe(3);
  });

  it('draws every evaluation with the same numbers: `evaluate` of a saved model says what the event says', async () => {
    const evaluations = whole.lines.filter(({ type }) => type === 'evaluation');
    const models = ['model', 'whole/models/iteration-0', 'whole/models/iteration-1'];
    for (const [i, model] of models.entries()) {
      const { evaluationPrompts, evaluationSamples, maxNewTokens } = SETTINGS;
      const sizes = ['--prompts', evaluationPrompts, '--samples', evaluationSamples, '--max-new-tokens', maxNewTokens];
      const [line] = await linesOf(['evaluate', '--model', join(place, model), '--seed', '7', ...sizes.map(String)]);
      const { moment: _, iteration: __, time: ___, ...event } = evaluations[i]!;
      expect(line).toEqual(event);
    }
  });

  it('keeps each first answer with its tokens, their log-probabilities and the world’s verdict', async () => {
    const { codec } = await openModelFolder(join(place, 'model'));
    for (const file of ['base', 'iteration-0', 'iteration-1']) {
      const lines = rows(`whole/answers/${file}.jsonl`) as unknown as WorldAnswer[];
      expect(lines.length).toBe(SETTINGS.evaluationPrompts);
      for (const { prompt, human, human_ids, answer, prompt_ids, ids, tokens, token_logps, logp, fault } of lines) {
        expect(prompt_ids).toEqual(codec().encodePrompt(prompt));
        expect(human_ids).toEqual(codec().encodeResponse(human!, true));
        expect(tokens.join('')).toBe(codec().decode(ids, { skipSpecial: false }));
        expect(tokens.join('').startsWith(answer)).toBe(true);
        expect(token_logps.reduce((sum, one) => sum + one, 0)).toBeCloseTo(logp, 10);
        expect(fault).toMatch(/./);
      }
    }
  });

  it('holds the pairs of each iteration as rows that can be read again', async () => {
    for (const iteration of [0, 1]) {
      const pairs = await readPairs(join(place, `whole/pairs/iteration-${iteration}.jsonl`));
      expect(pairs.length).toBe(8);
      const [row] = rows(`whole/pairs/iteration-${iteration}.jsonl`);
      expect(WORLD.logProb(WORLD.parse(row!.prompt as string)!, row!.real as string)).toBeGreaterThan(
        Number.NEGATIVE_INFINITY,
      );
    }
  });

  it('holds each result as a model folder, trained further each time', async () => {
    const [base, first, second] = await Promise.all(
      ['model', 'whole/models/iteration-0', 'whole/models/iteration-1'].map((path) =>
        openModelFolder(join(place, path)),
      ),
    );
    expect(valuesOf(first!)).not.toEqual(valuesOf(base!));
    expect(valuesOf(second!)).not.toEqual(valuesOf(first!));
    expect(second!.codec().endId).toBe(base!.codec().endId);
  });

  it('says that it is finished, and changes nothing', async () => {
    const before = contents('whole');
    const { status, lines, messages } = await spin(command('whole'));
    expect(status).toBe(0);
    expect(lines.map(({ type }) => type)).toEqual(['environment']);
    expect(messages.join(' ')).toContain('finished');
    expect(contents('whole')).toEqual(before);
  });
});

/** Positions in the printed lines of the whole run, by a name for each. */
function moments(): Record<string, number> {
  const after = (name: string, match: (line: Line) => boolean): [string, number] => [
    name,
    whole.lines.findIndex(match) + 1,
  ];
  const is =
    (type: string, iteration: number, more: Line = {}) =>
    (line: Line): boolean =>
      line.type === type &&
      line.iteration === iteration &&
      Object.entries(more).every(([key, value]) => line[key] === value);
  return Object.fromEntries([
    after('before any checkpoint', is('run-started', 0)),
    after('while answers come', is('answers', 0, { done: 4 })),
    after('between checkpoints', is('step', 0, { step: 2 })),
    after('with the model just written', is('iteration-finished', 0)),
    after('before an evaluation', is('checkpoint', 1, { step: 0 })),
    after('in the second iteration', is('step', 1, { step: 3 })),
    after('before it is marked as finished', is('evaluation', 1)),
  ]);
}

const NAMES = [
  'before any checkpoint',
  'while answers come',
  'between checkpoints',
  'with the model just written',
  'before an evaluation',
  'in the second iteration',
  'before it is marked as finished',
];

describe('a run that was cut off', () => {
  it.each(NAMES)('dead %s, it goes on to the same end', async (name) => {
    const out = `dead ${name}`;
    const { status } = await spin(command(out), { dieAfter: moments()[name]! });
    expect(status).toBe(1);
    // A death in the middle of a write leaves such things too.
    appendFileSync(join(place, out, 'events.jsonl'), '{"type":"st');
    mkdirSync(join(place, out, 'pairs'), { recursive: true });
    writeFileSync(join(place, out, 'pairs', 'iteration-9.jsonl'), '{');
    writeFileSync(join(place, out, 'checkpoint.safetensors.part'), 'half');
    expect((await spin(command(out))).status).toBe(0);
    // Left-over parts are overwritten by the next checkpoint, which a finished run may not have had.
    expect({ ...contents(out), 'checkpoint.safetensors.part': undefined }).toEqual({
      ...contents('whole'),
      'checkpoint.safetensors.part': undefined,
    });
  });

  it.each(['between checkpoints'])('interrupted %s, it says how to go on', async (name) => {
    const out = `interrupted ${name}`;
    const stopped = await spin(command(out), { interruptAfter: moments()[name]! });
    expect(stopped.status).toBe(1);
    expect(stopped.messages.at(-1)).toMatch(
      /stopped on request; the same command goes on from iteration \d, step \d\.$/,
    );
    const resumed = await spin(command(out));
    expect(resumed.lines[1]).toMatchObject({ type: 'resumed' });
    expect(contents(out)).toEqual(contents('whole'));
  });

  it('goes on though it is cut off again and again', async () => {
    for (let died = 0; died < 20; died += 1) {
      const { status } = await spin(command('often'), { dieAfter: 15 });
      if (status === 0) break;
    }
    expect(contents('often')).toEqual(contents('whole'));
  });
});

describe('run.json', () => {
  const runFile = (out: string): Record<string, unknown> => JSON.parse(read(`${out}/run.json`));
  const changed = (out: string, changes: object): void =>
    writeFileSync(join(place, out, 'run.json'), JSON.stringify({ ...runFile(out), ...changes }));

  it('of the first format is read, gone on with, and written in the second', async () => {
    expect(runFile('whole').format_version).toBe(2);
    await spin(command('older'), { dieAfter: moments()['between checkpoints']! });
    changed('older', { format_version: 1 });
    expect((await spin(command('older'))).status).toBe(0);
    expect(contents('older')).toEqual(contents('whole'));
    expect(runFile('older')).toMatchObject({ format_version: 2, finished: expect.any(String) });
    changed('older', { format_version: 1 });
    expect((await spin(command('older'))).messages.join(' ')).toContain('finished');
  });

  /** Takes the fields away that versions before 0.2 did not write. */
  const makeFormer = (out: string): void => {
    const { configuration } = runFile(out) as { configuration: Record<string, unknown> };
    const { arithmetic: _, decayed: __, ...former } = configuration;
    changed(out, { configuration: former });
  };

  it('of before 0.2 keeps the rules of its time, and says so', async () => {
    const decaying = { ...SETTINGS, optimizer: 'adamw', weightDecay: 0.5, clipNorm: 1 };
    const written = (name: string, settings: object): string => {
      writeFileSync(join(place, name), JSON.stringify(settings));
      return join(place, name);
    };
    const at = (out: string, config: string): string[] =>
      command(out).map((arg) => (arg === join(place, 'config.json') ? config : arg));
    const plain = written('decaying.json', decaying);
    const former = written('former.json', { ...decaying, arithmetic: 1, decayed: 'all' });
    expect((await spin(at('former whole', former))).messages.join(' ')).not.toContain('before 0.2');
    await spin(at('former', former), { dieAfter: moments()['between checkpoints']! });
    makeFormer('former');
    const resumed = await spin(at('former', plain));
    expect(resumed.status).toBe(0);
    expect(resumed.messages.join(' ')).toContain('rules of versions before 0.2');
    expect(contents('former')).toEqual(contents('former whole'));
    expect(runFile('former').configuration).toMatchObject({ arithmetic: 1, decayed: 'all' });
    const refused = await spin(at('former', written('now.json', { ...decaying, arithmetic: 2 })));
    expect(refused.messages.at(-1)).toContain('another choice of');
  });

  it('of now has the rules of now', async () => {
    expect(runFile('whole').configuration).toMatchObject({ arithmetic: 2, decayed: 'matrices' });
    await spin(command('now'), { dieAfter: moments()['between checkpoints']! });
    const resumed = await spin(command('now'));
    expect(resumed.messages.join(' ')).not.toContain('0.2');
  });

  it('keeps what a person made of the run, and the folder its own data', async () => {
    const lab = { name: 'brave otter', colour: 3, pinned: true, notes: 'ü', preset: 'default', group: null };
    await spin(command('noted'), { dieAfter: moments()['between checkpoints']! });
    changed('noted', { lab });
    mkdirSync(join(place, 'noted', 'data'));
    writeFileSync(join(place, 'noted', 'data', 'rows.jsonl'), 'rows');
    expect((await spin(command('noted'))).status).toBe(0);
    expect(runFile('noted').lab).toEqual(lab);
    expect(read('noted/data/rows.jsonl')).toBe('rows');
  });

  it('without a fingerprint of the model is compared by the number of parameters', async () => {
    await spin(command('unknown'), { dieAfter: moments()['between checkpoints']! });
    const { model } = runFile('unknown') as { model: { parameters: number } };
    changed('unknown', { model: { ...model, sha256: null, parameters: model.parameters + 1 } });
    expect((await spin(command('unknown'))).messages.at(-1)).toContain('another choice of the model');
    changed('unknown', { model: { ...model, sha256: null } });
    expect((await spin(command('unknown'))).status).toBe(0);
  });
});

it('saves models as float16 where asked to, and plays on with what it trained', async () => {
  expect((await spin([...command('halves'), '--weights', 'float16'])).status).toBe(0);
  const saved = (out: string) => readFileSync(join(place, out, 'models/iteration-1/model.safetensors'));
  const [halves, whole] = [readSafetensors(saved('halves'), 'halves'), readSafetensors(saved('whole'), 'whole')];
  expect([...openSafetensors(saved('halves'), 'halves').entries.values()].map(({ dtype }) => dtype)).toEqual(
    [...halves].map(() => 'F16'),
  );
  for (const [name, { data }] of whole) {
    // Eleven bits of mantissa; below 2⁻¹⁴ the spacing is 2⁻²⁴.
    halves.get(name)!.data.forEach((half, i) => {
      expect(Math.abs(half - data[i]!)).toBeLessThanOrEqual(Math.max(Math.abs(data[i]!) * 2 ** -11, 2 ** -25));
    });
  }
  expect(timeless(rows('halves/events.jsonl'))).toEqual(timeless(rows('whole/events.jsonl')));
  expect((await spin([...command('never'), '--weights', 'int8'])).status).toBe(2);
});

describe('a folder that is refused', () => {
  const refused = async (args: readonly string[]): Promise<string> => {
    const { status, messages } = await spin(args);
    expect(status).toBe(1);
    return messages.at(-1)!;
  };

  it('has other settings', async () => {
    await spin(command('other'), { dieAfter: 8 });
    const before = read('other/events.jsonl');
    const message = await refused(command('other').map((word) => (word === '7' ? '8' : word)));
    expect(message).toContain('other: this run was begun with another choice of seed;');
    expect(read('other/events.jsonl')).toBe(before);
    expect(await refused([...command('other'), '--threads', '2'])).toContain('threads (1)');
  });

  it('is of another model or of other data', async () => {
    await spin(command('model too'), { dieAfter: 8 });
    const model = await tinyModel(join(place, 'model two'), { seed: 2 });
    const args = command('model too').map((word) => (word === join(place, 'model') ? model : word));
    expect(await refused(args)).toContain(`the model (${join(place, 'model')})`);
    const data = rowFile(join(place, 'data.jsonl'), [
      { prompt: 'a', response: 'b' },
      { prompt: 'c', response: 'd' },
    ]);
    expect(await refused([...command('model too'), '--data', data])).toContain('the data (the built-in world)');
  });

  it('is no run folder, or a file', async () => {
    mkdirSync(join(place, 'photos'));
    writeFileSync(join(place, 'photos', 'cat.png'), '');
    expect(await refused(command('photos'))).toBe(
      `${join(place, 'photos')}: this is no run folder, for it holds cat.png and no run.json; choose another --out.`,
    );
    writeFileSync(join(place, 'a file'), '');
    expect(await refused(command('a file'))).toContain('this is a file, not a folder');
    mkdirSync(join(place, 'strange'));
    writeFileSync(join(place, 'strange', 'run.json'), '{"format_version": 99}');
    expect(await refused(command('strange'))).toContain(
      'strange/run.json: the run has format 99; this version reads formats 1 to 2',
    );
  });

  it('is damaged', async () => {
    await spin(command('damaged'), { dieAfter: 14 });
    cpSync(join(place, 'damaged'), join(place, 'shorter'), { recursive: true });
    truncateSync(join(place, 'damaged', 'checkpoint.safetensors'), 5000);
    expect(await refused(command('damaged'))).toContain(join(place, 'damaged', 'checkpoint.safetensors'));
    truncateSync(join(place, 'shorter', 'events.jsonl'), 10);
    expect(await refused(command('shorter'))).toContain('events.jsonl');
  });

  it('may be empty', async () => {
    mkdirSync(join(place, 'empty'));
    expect((await spin(command('empty'), { dieAfter: 3 })).lines.length).toBe(3);
    expect(existsSync(join(place, 'empty', 'run.json'))).toBe(true);
  });
});

it('plays on rows of a file: held out by the seed, what is too long skipped or shortened, and counted', async () => {
  const data = rowFile(join(place, 'mixed.jsonl'), [
    ...Array.from({ length: 30 }, (_, i) => ({ prompt: `Frage ${i} — 問い?`, response: `答え ${i}` })),
    { prompt: 'long', response: 'x'.repeat(400) },
    { prompt: 'y'.repeat(400), response: 'short' },
    { prompt: 'empty', response: '' },
  ]);
  const changes = { skip: [3, 0], truncate: [1, 2] } as const;
  for (const overflow of ['skip', 'truncate'] as const) {
    const config = join(place, `${overflow}.json`);
    writeFileSync(config, JSON.stringify({ ...SETTINGS, overflow, window: 1, iterations: 1 }));
    const args = ['--model', join(place, 'model'), '--config', config, '--data', data, '--out', join(place, overflow)];
    const { status, lines, messages } = await spin(['play', ...args]);
    expect(status, messages.join()).toBe(0);
    const [skipped, truncated] = changes[overflow];
    expect(lines.find(({ type }) => type === 'run-started')).toMatchObject({ skipped, truncated });
    const evaluation = lines.find(({ type }) => type === 'evaluation')!;
    expect(evaluation).toHaveProperty('exact_match_ci95');
    expect(evaluation).not.toHaveProperty('human_likeness');
    expect(evaluation.human_answers).toBe(3);
    expect(rows(`${overflow}/pairs/iteration-0.jsonl`)[0]!.prompt).toMatch(/問い|long|yyy/);
    const answers = rows(`${overflow}/answers/iteration-0.jsonl`);
    expect(answers.length).toBe(3);
    for (const answer of answers) {
      expect([answer.prompt, answer.human].join()).toMatch(/^Frage (\d+) — 問い\?,答え \1$|^(long|y+),/);
      expect(Object.keys(answer).sort()).toEqual(
        ['answer', 'end', 'human', 'human_ids', 'ids', 'logp', 'prompt', 'prompt_ids', 'token_logps', 'tokens'].sort(),
      );
    }
  }
});

it('names every problem of a configuration file', async () => {
  const config = join(place, 'wrong.json');
  writeFileSync(config, JSON.stringify({ iterations: 0, lamda: 1, loss: 'mse' }));
  const { status, messages } = await spin(['play', '--config', config, '--out', join(place, 'never')]);
  expect(status).toBe(1);
  for (const part of [config, 'iterations:', 'lamda:', 'loss:']) expect(messages.at(-1)).toContain(part);
  expect(existsSync(join(place, 'never'))).toBe(false);
});

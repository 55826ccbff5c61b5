import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MissingFileError, WeightRangeError } from '../../../src/engine/models/errors.ts';
import { type ModelFiles, openModel, saveModel } from '../../../src/engine/models/files/model-folder.ts';
import { readSafetensors, writeSafetensors } from '../../../src/engine/models/files/safetensors.ts';
import { readHeader } from '../../../src/engine/models/files/safetensors-header.ts';
import { parseConfig } from '../../../src/engine/models/registry.ts';
import { LabError } from '../../../src/spin/lab-error.ts';
import { valuesOf } from '../parameters.ts';
import { type GoldenModel, goldenBytes, goldenConfig } from './golden.ts';

const utf8 = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const fromUtf8 = (bytes: Uint8Array): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;

class Folder implements ModelFiles {
  readonly name = 'folder';
  readonly files: Map<string, Uint8Array>;

  constructor(files: Readonly<Record<string, Uint8Array>> = {}) {
    this.files = new Map(Object.entries(files));
  }

  readonly read = async (path: string): Promise<Uint8Array | null> => this.files.get(path) ?? null;

  readonly write = async (path: string, bytes: Uint8Array): Promise<void> => {
    this.files.set(path, bytes);
  };
}

function golden(model: GoldenModel, more: Readonly<Record<string, Uint8Array>> = {}): Folder {
  return new Folder({
    'config.json': goldenBytes(model, 'config.json'),
    'model.safetensors': goldenBytes(model, 'model.safetensors'),
    ...more,
  });
}

test.each(['llama-gqa', 'gpt2'] as const)(
  '%s opened and saved keeps every weight and every companion file',
  async (name) => {
    const companions = { 'tokenizer.json': utf8('{ "model": 1 }\n'), 'merges.txt': utf8('a b\r\n') };
    const model = await openModel(golden(name, companions));
    expect(model.tokenizerJson).toEqual({ model: 1 });
    const saved = new Folder();
    await saveModel(model, saved.write, { dtype: 'float32' });
    expect(Buffer.compare(saved.files.get('model.safetensors')!, goldenBytes(name, 'model.safetensors'))).toBe(0);
    for (const [path, bytes] of Object.entries(companions)) expect(saved.files.get(path)).toEqual(bytes);
    const again = await openModel(saved);
    expect(valuesOf(again)).toEqual(valuesOf(model));
    expect({ ...again.config, raw: null }).toEqual({ ...model.config, raw: null });
  },
);

test('the configuration is written for both versions of transformers, every other field as it was', async () => {
  const saved = new Folder();
  await saveModel(await openModel(golden('llama-gqa')), saved.write, { dtype: 'float16' });
  expect(fromUtf8(saved.files.get('config.json')!)).toEqual({
    ...goldenConfig('llama-gqa'),
    dtype: 'float16',
    torch_dtype: 'float16',
    rope_theta: 10000,
    rope_scaling: null,
    rope_parameters: { rope_type: 'default', rope_theta: 10000 },
  });
});

test.each(['rope_scaling', 'rope_parameters'] as const)(
  'rotary settings given as %s are written as both',
  async (key) => {
    const scaling = { rope_type: 'linear', factor: 4 };
    const { rope_parameters: _, ...raw } = goldenConfig('llama-gqa');
    const config = { ...raw, rope_theta: 5e4, [key]: scaling };
    const saved = new Folder();
    await saveModel(await openModel(golden('llama-gqa', { 'config.json': utf8(config) })), saved.write, {
      dtype: 'float32',
    });
    const { rope_parameters, ...four } = fromUtf8(saved.files.get('config.json')!);
    expect(rope_parameters).toEqual({ ...scaling, rope_theta: 5e4 });
    for (const written of [four, { ...raw, rope_parameters }]) {
      expect(parseConfig(written)).toMatchObject({ rope: { type: 'linear', theta: 5e4, factor: 4 } });
    }
  },
);

test('float16 rounds every weight to within half of its last place', async () => {
  const model = await openModel(golden('gpt2'));
  const saved = new Folder();
  await saveModel(model, saved.write, { dtype: 'float16' });
  expect(
    new Set([...readHeader(saved.files.get('model.safetensors')!, 'f').tensors.values()].map(({ dtype }) => dtype)),
  ).toEqual(new Set(['F16']));
  const back = await openModel(saved);
  // Half of the last place: 2^-11 of the value, or 2^-25 among the subnormals.
  const worst = valuesOf(back).reduce((most, rounded, i) => {
    const exact = valuesOf(model)[i]!;
    return Math.max(most, Math.abs(rounded - exact) / Math.max(Math.abs(exact) * 2 ** -11, 2 ** -25));
  }, 0);
  expect(worst).toBeGreaterThan(0.5);
  expect(worst).toBeLessThanOrEqual(1);
});

test('a weight that float16 cannot hold is named, and nothing is written', async () => {
  const model = await openModel(golden('llama-gqa'));
  valuesOf(model)[5] = 65520;
  const saved = new Folder();
  await expect(saveModel(model, saved.write, { dtype: 'float16' })).rejects.toThrow(WeightRangeError);
  await expect(saveModel(model, saved.write, { dtype: 'float16' })).rejects.toThrow(
    /model\.embed_tokens\.weight.*65520 at position 5/,
  );
  expect(saved.files.size).toBe(0);
});

test('shards are read as one model', async () => {
  const tensors = [...readSafetensors(goldenBytes('llama-gqa', 'model.safetensors'), 'f')];
  const halves = [tensors.slice(0, 9), tensors.slice(9)];
  const weight_map = Object.fromEntries(halves.flatMap((half, i) => half.map(([name]) => [name, `${i}.safetensors`])));
  const folder = new Folder({
    'config.json': goldenBytes('llama-gqa', 'config.json'),
    'model.safetensors.index.json': utf8({ weight_map }),
    '0.safetensors': writeSafetensors(new Map(halves[0]), 'float32'),
    '1.safetensors': writeSafetensors(new Map(halves[1]), 'float32'),
  });
  expect(valuesOf(await openModel(folder))).toEqual(valuesOf(await openModel(golden('llama-gqa'))));
});

test.each([
  [7, [7]],
  [
    [5, 2],
    [5, 2],
  ],
  [null, [2]],
  [undefined, [2]],
])("generation_config.json's end tokens %j decide", async (eos_token_id, eosIds) => {
  const generation = utf8({ eos_token_id, temperature: 0.7 });
  const model = await openModel(golden('llama-gqa', { 'generation_config.json': generation }));
  expect(model.config.eosIds).toEqual(eosIds);
  expect(model.generationConfig).toMatchObject({ temperature: 0.7 });
});

describe('what is missing or broken is named', () => {
  test('no configuration', async () => {
    await expect(openModel(new Folder())).rejects.toThrow(MissingFileError);
    await expect(openModel(new Folder())).rejects.toThrow('folder/config.json');
  });

  test('no weights', async () => {
    const folder = new Folder({ 'config.json': goldenBytes('gpt2', 'config.json') });
    await expect(openModel(folder)).rejects.toThrow(/folder\/model\.safetensors: there is no such file/);
  });

  test.each(['config.json', 'tokenizer.json', 'tokenizer_config.json', 'generation_config.json'])(
    '%s that is not JSON',
    async (path) => {
      const opened = openModel(golden('gpt2', { [path]: utf8('{"a":') }));
      await expect(opened).rejects.toThrow(LabError);
      await expect(opened).rejects.toThrow(`folder/${path}: the file is not JSON`);
    },
  );

  test('each with its place: NaN among the weights, a field, an architecture', async () => {
    const tensors = readSafetensors(goldenBytes('gpt2', 'model.safetensors'), 'f');
    tensors.get('transformer.ln_f.bias')!.data[3] = Number.NaN;
    const weights = { 'model.safetensors': writeSafetensors(tensors, 'float16') };
    await expect(openModel(golden('gpt2', weights))).rejects.toThrow(
      'folder/model.safetensors, tensor "transformer.ln_f.bias": the value at position 3 is NaN',
    );
    const opened = (change: object) =>
      openModel(golden('gpt2', { 'config.json': utf8({ ...goldenConfig('gpt2'), ...change }) }));
    await expect(opened({ n_head: 5 })).rejects.toThrow(
      'folder/config.json: "n_embd" (32) must be a multiple of "n_head" (5)',
    );
    await expect(opened({ model_type: 'bert' })).rejects.toThrow(
      'folder/config.json: "model_type" is "bert", which is not supported',
    );
    await expect(opened({ n_positions: 64 })).rejects.toThrow(
      'folder/model.safetensors, tensor "transformer.wpe.weight"',
    );
  });

  test('a model that is too large is refused before its weights are read', async () => {
    const config = { ...goldenConfig('gpt2'), n_embd: 2 ** 16, n_head: 64, n_layer: 96 };
    const folder = golden('gpt2', { 'config.json': utf8(config) });
    folder.files.delete('model.safetensors');
    await expect(openModel(folder)).rejects.toThrow(/"parameters" is \d+/);
  });

  test('a configuration or weights cut anywhere', async () => {
    const files = ['config.json', 'model.safetensors'] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        async (path, share) => {
          const whole = goldenBytes('llama-gqa', path);
          // The last byte of config.json is a line feed that nobody misses.
          const cut = whole.subarray(0, Math.floor(share * (whole.length - 1)));
          await expect(openModel(golden('llama-gqa', { [path]: cut }))).rejects.toThrow(LabError);
        },
      ),
      { numRuns: 100, seed: 4 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidSafetensorsError } from '../../../src/engine/models/errors.ts';
import {
  type HostTensor,
  openSharded,
  readSafetensors,
  writeSafetensors,
} from '../../../src/engine/models/files/safetensors.ts';
import { readHeader } from '../../../src/engine/models/files/safetensors-header.ts';
import { goldenBytes, thrownBy } from './golden.ts';

/** A file by hand: the header's text as it is, then the data. */
function fileOf(header: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

function oneTensor(entry: unknown, dataBytes = 8): Uint8Array {
  return fileOf(JSON.stringify({ w: entry }), new Uint8Array(dataBytes));
}

const small = new Map<string, HostTensor>([
  ['b', { shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 65504, 2 ** -24, 0) }],
  ['a', { shape: [], data: Float32Array.of(3) }],
  ['none', { shape: [0, 4], data: new Float32Array() }],
]);

test.each(['llama-gqa', 'gpt2'] as const)("%s read and written again is PyTorch's file to the byte", (model) => {
  const bytes = goldenBytes(model, 'model.safetensors');
  const written = writeSafetensors(readSafetensors(bytes, 'model.safetensors'), 'float32');
  expect(Buffer.compare(written, bytes)).toBe(0);
});

test.each(['float32', 'float16'] as const)('tensors come back from %s, empty and scalar ones too', (dtype) => {
  const back = readSafetensors(writeSafetensors(small, dtype), 'f');
  expect([...back.keys()].sort()).toEqual(['a', 'b', 'none']);
  for (const [name, tensor] of small) expect(back.get(name)).toEqual(tensor);
});

test('the header says that PyTorch may open it, and the data begins at a multiple of eight', () => {
  const bytes = writeSafetensors(small, 'float16');
  const header = readHeader(bytes, 'f');
  expect(header.metadata).toEqual({ format: 'pt' });
  expect(header.tensors.get('a')).toEqual({
    file: 'f',
    dtype: 'F16',
    shape: [],
    begin: header.tensors.get('a')!.begin,
    end: header.tensors.get('a')!.begin + 2,
  });
  expect(header.tensors.get('a')!.begin % 8).toBe(0);
});

test('values of all three types are read bit by bit, floats from an odd place too', () => {
  const header = JSON.stringify({
    w: { dtype: 'BF16', shape: [2], data_offsets: [0, 4] },
    h: { dtype: 'F16', shape: [1], data_offsets: [4, 6] },
    f: { dtype: 'F32', shape: [1], data_offsets: [6, 10] },
  });
  const data = Uint8Array.of(0x49, 0x40, 0x01, 0x00, 0x01, 0x80, 0x00, 0x00, 0x20, 0x41);
  for (const padding of ['', ' ']) {
    const tensors = readSafetensors(fileOf(header + padding, data), 'f');
    expect([...tensors.get('w')!.data]).toEqual([3.140625, 2 ** -133]);
    expect([...tensors.get('h')!.data]).toEqual([-(2 ** -24)]);
    expect([...tensors.get('f')!.data]).toEqual([10]);
  }
});

describe('what is wrong with a file is named', () => {
  const good = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  test.each<[string, Uint8Array, string | null, RegExp]>([
    ['an empty file', new Uint8Array(), null, /ends after 0 bytes/],
    ['a header longer than the file', fileOf('{}').subarray(0, 9), null, /cut short/],
    ['a header of absurd length', new Uint8Array(16).fill(255), null, /more than the format allows/],
    ['a header that is not JSON', fileOf('{"w":'), null, /not JSON/],
    ['a header that is not UTF-8', fileOf('{"a":1}').fill(0xff, 9, 10), null, /not JSON/],
    ['a header that is a list', fileOf('[]'), null, /not an object/],
    ['metadata that is no text', fileOf('{"__metadata__":{"a":1}}'), null, /__metadata__/],
    ['an entry that is a number', oneTensor(1), 'w', /not an object/],
    ['a dtype that is missing', oneTensor({ ...good, dtype: undefined }), 'w', /dtype/],
    ['a dtype that cannot be read', oneTensor({ ...good, dtype: 'I32' }), 'w', /I32; F32, F16 and BF16/],
    ['a dtype that nobody knows', oneTensor({ ...good, dtype: 'F4' }), 'w', /F4; F32, F16 and BF16/],
    ['a negative size', oneTensor({ ...good, shape: [-2] }), 'w', /shape/],
    ['three offsets', oneTensor({ ...good, data_offsets: [0, 4, 8] }), 'w', /data_offsets/],
    ['offsets backwards', oneTensor({ ...good, data_offsets: [8, 0] }), 'w', /backwards/],
    ['offsets beyond the end', oneTensor({ ...good, data_offsets: [0, 12], shape: [3] }), 'w', /cut short/],
    ['a shape of another size', oneTensor({ ...good, shape: [3] }), 'w', /takes 12 bytes.*hold 8/],
    ['a gap', oneTensor({ ...good, data_offsets: [4, 12] }, 12), 'w', /4 unclaimed bytes/],
    ['bytes left over', oneTensor(good, 9), null, /1 bytes after the last/],
    [
      'an overlap',
      fileOf(JSON.stringify({ v: good, w: { ...good, data_offsets: [4, 12] } }), new Uint8Array(12)),
      'w',
      /overlaps that of "v"/,
    ],
    [
      'a name given twice',
      fileOf(`{"w":${JSON.stringify(good)},"w":${JSON.stringify(good)}}`, new Uint8Array(8)),
      'w',
      /twice/,
    ],
    [
      'a name given twice, once escaped',
      fileOf(`{"w":${JSON.stringify(good)},"\\u0077" :${JSON.stringify(good)}}`, new Uint8Array(8)),
      'w',
      /twice/,
    ],
  ])('%s', (_, bytes, tensor, message) => {
    const error = thrownBy(() => readSafetensors(bytes, 'model.safetensors'));
    expect(error).toBeInstanceOf(InvalidSafetensorsError);
    expect(error).toMatchObject({ file: 'model.safetensors', tensor });
    expect((error as Error).message).toMatch(/^model\.safetensors/);
    expect((error as Error).message).toMatch(message);
  });
});

test('a file cut anywhere is refused by name', () => {
  const whole = goldenBytes('llama-gqa', 'model.safetensors');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
      expect(thrownBy(() => readSafetensors(whole.subarray(0, length), 'f'))).toBeInstanceOf(InvalidSafetensorsError);
    }),
    { numRuns: 200, seed: 2 },
  );
});

test('a header with any byte changed is read or refused by name', () => {
  const whole = goldenBytes('llama-gqa', 'model.safetensors');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 255 }), (at, byte) => {
      const changed = Uint8Array.from(whole);
      changed[at] = byte;
      try {
        readHeader(changed, 'f');
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidSafetensorsError);
      }
    }),
    { numRuns: 200, seed: 3 },
  );
});

describe('shards', () => {
  const first = writeSafetensors(new Map([['a', { shape: [1], data: Float32Array.of(1) }]]), 'float32');
  const second = writeSafetensors(new Map([['b', { shape: [2], data: Float32Array.of(2, 3) }]]), 'float16');
  const files: Readonly<Record<string, Uint8Array>> = { '1.safetensors': first, '2.safetensors': second };
  const read = async (path: string): Promise<Uint8Array | null> => files[path] ?? null;
  const open = (weight_map: unknown) => openSharded({ weight_map }, 'index.json', read);

  test('are read as one', async () => {
    const stored = await open({ a: '1.safetensors', b: '2.safetensors' });
    const target = new Float32Array(2);
    stored.copy('b', target);
    expect([...target]).toEqual([2, 3]);
    expect([...stored.entries.keys()]).toEqual(['a', 'b']);
  });

  test.each([
    ['a shard that is not there', { a: '3.safetensors' }, /3\.safetensors is not there/],
    ['a path that leaves the folder', { a: '../1.safetensors' }, /not a file name/],
    ['a shard that is no text', { a: 1 }, /not a file name/],
    ['a map that is none', 7, /weight_map/],
    ['a tensor that its shard lacks', { a: '1.safetensors', b: '1.safetensors' }, /"b".*it is not/],
    ['a tensor that the index does not name', { b: '2.safetensors', a: '2.safetensors' }, /"a".*it is not/],
    ['a tensor too many', { b: '2.safetensors', x: '1.safetensors' }, /"x".*it is not/],
  ])('%s', async (_, map, message) => {
    await expect(open(map)).rejects.toThrow(InvalidSafetensorsError);
    await expect(open(map)).rejects.toThrow(message);
  });

  test('a tensor that no entry of the index names is one too many', async () => {
    const two = writeSafetensors(small, 'float32');
    const stray = openSharded({ weight_map: { a: 's', b: 's' } }, 'index.json', async () => two);
    await expect(stray).rejects.toThrow(/"none".*does not name it/);
  });
});

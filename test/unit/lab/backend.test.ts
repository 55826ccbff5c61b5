// Which back end is taken, and who says how many threads a player it has.

import { describe, expect, it } from 'vitest';
import { type Capabilities, type GivenThreads, planBackend } from '../../../src/lab/players/backend.ts';

const FOUND: Capabilities = { webgpu: 'missing', adapter: '', isolated: true, cores: 8 };
const RATES = [{ threads: 1, rate: 10 }] as const;
const ALL: GivenThreads = { run: 3, link: 4, measured: { threads: 2, rates: RATES } };

describe('the threads of a plan', () => {
  it.each([
    ['the kept run’s own before all others', FOUND, ALL, 3, { from: 'run' }],
    ['the link’s before the measured', FOUND, { ...ALL, run: null }, 4, { from: 'link' }],
    ['the measured', FOUND, { ...ALL, run: null, link: null }, 2, { from: 'measured', rates: RATES }],
    ['one until something is measured', FOUND, { run: null, link: null, measured: null }, 1, { from: 'unmeasured' }],
    ['one of three cores', { ...FOUND, cores: 3 }, { ...ALL, run: null, link: null }, 1, { from: 'few-cores' }],
    ['one in a page that is not isolated', { ...FOUND, isolated: false }, ALL, 1, { from: 'not-isolated' }],
  ])('are %s', (_, found, given, threads, threadsBy) => {
    expect(planBackend('auto', found, given)).toEqual({ backend: 'wasm', threads, threadsBy, why: 'missing' });
  });

  it('are not asked for on WebGPU', () => {
    const gpu = { backend: 'webgpu', threads: 1, threadsBy: { from: 'webgpu' } };
    expect(planBackend('webgpu', FOUND, ALL)).toEqual({ ...gpu, why: 'chosen' });
    expect(planBackend('auto', { ...FOUND, webgpu: 'available' }, ALL)).toEqual({ ...gpu, why: 'gpu' });
  });
});

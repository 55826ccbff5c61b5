// Names and colours of runs.

import { describe, expect, it } from 'vitest';
import { freshColour, NAME_COUNT, RUN_COLOURS, runName } from '../../../src/lab/runs/run-names.ts';

const ids = Array.from({ length: 20_000 }, (_, at) => `run-${at.toString(16)}`);

describe('a name', () => {
  it('is one of at least 2,000, an adjective and an animal, and ids reach nearly all of them', () => {
    const names = new Set(ids.map((id) => runName(id)));
    expect(NAME_COUNT).toBeGreaterThanOrEqual(2000);
    // Of n names, N draws leave n·e^(−N/n) unseen: here about 2 in 5,000.
    expect(names.size).toBeGreaterThan(NAME_COUNT * (1 - 2 * Math.exp(-ids.length / NAME_COUNT)));
    for (const name of names) expect(name).toMatch(/^[a-z]+ [a-z]+$/);
  });

  it('is the same again for the same id', () => {
    expect(ids.slice(0, 100).map((id) => runName(id))).toEqual(ids.slice(0, 100).map((id) => runName(id)));
  });

  it('is none that is taken, even when all are', () => {
    const taken = new Set<string>();
    for (let at = 0; taken.size < NAME_COUNT; at++) taken.add(runName(`run ${at}`));
    const first = runName('one more', taken);
    const second = runName('one more', taken.add(first));
    expect([first, second].every((name) => /^[a-z]+ [a-z]+ 2$/.test(name))).toBe(true);
    expect(second).not.toBe(first);
    taken.delete('brave otter');
    expect(runName('one more', taken)).toBe('brave otter');
  });
});

describe('a colour', () => {
  it('is one never used, and then the one whose last use is longest ago', () => {
    expect(freshColour([])).toBe(0);
    expect(freshColour([0])).toBe(1);
    expect(freshColour([3, 0, 1, 2])).toBe(4);
    // Newest first: 5 was used before all others.
    expect(freshColour([0, 1, 2, 3, 4, 6, 7, 5, 0])).toBe(5);
  });

  it('goes round all of them', () => {
    const used: number[] = [];
    for (let run = 0; run < 3 * RUN_COLOURS; run++) used.unshift(freshColour(used));
    expect(used.slice(0, RUN_COLOURS).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(used.slice(RUN_COLOURS, 2 * RUN_COLOURS)).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
  });
});
